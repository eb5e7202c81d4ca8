"""`/paperlark`: help and how this channel stands; and the button that sends an uncertain message again."""

from datetime import date

from bot.card import Card, Paragraph, line
from bot.cards.settings import help_card
from bot.cards.words import date_in_words
from bot.command import Caller, NotUnderstood, SendAgain
from bot.commands.follow import next_moment
from bot.errors import BadInput
from bot.ports import ChannelStore, Clock, Ledger


async def show_help(caller: Caller, channels: ChannelStore, ledger: Ledger, clock: Clock) -> Card:
    """Every command, and the state of the caller's channel."""
    channel = await channels.get(caller.place)
    uncertain = [(f"the digest of {date_in_words(d)}", d.isoformat()) for d in await ledger.uncertain(caller.place)]
    return help_card(channel, next_moment(channel, clock.now()), uncertain, ())


async def send_again(command: SendAgain, caller: Caller, ledger: Ledger) -> Card:
    """Has the uncertain messages of a day posted."""
    try:
        day = date.fromisoformat(command.key)
    except ValueError as error:
        raise BadInput("Which digest shall be sent?", "/paperlark lists those whose arrival is uncertain.") from error
    if not await ledger.again(caller.place, day):
        raise BadInput(f"No message of {date_in_words(day)} is uncertain.", "Nothing is sent a second time.")
    text = f"The digest of {date_in_words(day)} is sent within a minute."
    return Card("resend", text, (Paragraph((line(text),)),), tone="good", private=True)


def not_understood(command: NotUnderstood) -> BadInput:
    """The error for anything that is no command."""
    return BadInput(
        f"There is no command “{command.said}”.",
        "These work: /paper, /follow, /unfollow, /following, /mute, /digest. /paperlark explains them.",
    )
