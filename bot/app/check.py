"""`/paperlark check`: can the bot post in this channel, and what to do if it can't."""

from bot.app.invitation import invited
from bot.delivery.posting import Postings, cure, plain, reason, warning, warning_blocks
from bot.delivery.store.channels import ChannelStore
from bot.digests.follow import next_moment
from bot.domain.card import Actions, Button, Card, Instant, Paragraph, bold, line, words_of
from bot.domain.channel import Channel
from bot.domain.command import Caller, Command
from bot.domain.command_spec import CommandSpec, Cost, Route
from bot.domain.frozen import frozen
from bot.domain.posting import Obstacle
from bot.infra.clock_port import Clock


@frozen
class CheckPosting(Command):
    """`/paperlark check`"""


async def check_posting(caller: Caller, channels: ChannelStore, postings: Postings, clock: Clock) -> Card:
    """Ask the platform if the bot can post here. If it can, end a pause of the channel's digest."""
    check = await postings.check(caller)
    if check.ok or check.obstacle is Obstacle.MISSING_EXTRAS:
        await invited(caller.place, channels)
    channel = await channels.get(caller.place)
    if check.is_fault:
        text = f"{warning(check, channel)} {plain(cure(check))}"
        return Card("check", text, warning_blocks(check, channel), private=True)
    if not check.ok:
        text = f"I can't tell yet: {reason(check)}. {plain(cure(check))}"
        again = Actions((Button("Check again", "/paperlark check"),))
        return Card("check", text, (Paragraph((line(text),)), again), private=True)
    return _ready_card(channel, caller, next_moment(channel, clock.now()) if channel.wants_digest else None)


def _ready_card(channel: Channel, caller: Caller, moment: Instant | None) -> Card:
    """Return the card that says the bot can post, and what comes next."""
    ready = "I can write to you here." if caller.direct else "I'm in, and I can post here."
    if moment:
        then = line("The next digest comes ", moment, ".")
        button = Button("Show today's digest", "/digest")
    elif channel.follows:
        then = line("The daily digest is off.")
        button = Button("Turn it on", "/digest on", primary=True)
    else:
        then = line(f"{'You follow' if caller.direct else 'This channel follows'} nothing yet.")
        button = Button("Set up", "/paperlark setup", primary=True)
    blocks = (Paragraph((line(bold(ready), " ", *then),)), Actions((button,)))
    return Card("check", f"{ready} {words_of(then)}", blocks, tone="good", private=True)


CHECK = CommandSpec("check", parse=lambda _: CheckPosting(), routes=(Route(CheckPosting, check_posting, Cost.NETWORK),))
