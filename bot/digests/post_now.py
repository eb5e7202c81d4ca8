"""`/digest now`: post the channel's digest at once, as the digest of today."""

from dataclasses import replace
from datetime import datetime

from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.ledger import Ledger
from bot.digests.build import DigestBuilder, Window
from bot.digests.cards.digest import digest_card
from bot.digests.settings import default_timetable
from bot.digests.show import delivered
from bot.domain.card import Actions, Button, Card, Paragraph, line
from bot.domain.channel import Channel, Timetable
from bot.domain.command import Caller, Command
from bot.domain.command_spec import CommandSpec, Cost, Right, Route
from bot.domain.digest import Digest
from bot.domain.frozen import frozen
from bot.domain.schedule import local_day, next_delivery
from bot.domain.wording import count, moment
from bot.infra.clock_port import Clock


@frozen
class PostNow(Command):
    """`/digest now`"""


async def post_now(
    caller: Caller, channels: ChannelStore, ledger: Ledger, digests: DigestBuilder, clock: Clock
) -> Card:
    """Write today's digest to the ledger, from which a worker sends it within a minute.

    It counts as the day's digest: a channel gets one a day. An empty digest isn't posted; the asker sees why.
    """
    now, channel = clock.now(), await channels.get(caller.place)
    table = channel.timetable or default_timetable(caller)
    if await delivered(ledger, caller.place, local_day(table, now)):
        return _posted_before(channel, table, now)
    draft = await digests.compose(channel, table, Window.of_delivery(channel, now, now), now)
    digest = await digests.finish(draft)
    digest = replace(digest, next_at=next_delivery(table, now, now))
    if not digest.items:
        return replace(digest_card(digest, now), private=True)
    if not await ledger.open(digest, channel.last_slot):
        return _posted_before(channel, table, now)
    return _posting(digest)


def _posting(digest: Digest) -> Card:
    text = f"I'm posting today's digest here: {count(len(digest.items), 'paper')}. It takes up to a minute."
    return Card("settings", text, (Paragraph((line(text),)),), tone="good", private=True)


def _posted_before(channel: Channel, table: Timetable, now: datetime) -> Card:
    when = moment(next_delivery(table, channel.last_slot, now), now, table.zone)
    next_one = f" The next one comes {when}." if channel.wants_digest else ""
    text = f"Today's digest is already here.{next_one}"
    show = Actions((Button("Show it", "/digest", panel=True),))
    return Card("settings", text, (Paragraph((line(text),)), show), private=True)


POST_NOW = CommandSpec(
    "now",
    parse=lambda _: PostNow(),
    routes=(Route(PostNow, post_now, Cost.MODEL, creates_channel=True, right=Right.UNLESS_LOCKED),),
    description="Post today's digest in this channel now",
)
