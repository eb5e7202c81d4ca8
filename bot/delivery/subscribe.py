"""`/digest email`: the channel's digest by e-mail too, at an address that was shown to be the asker's."""

import asyncio
import secrets
from dataclasses import dataclass

from bot.delivery.cards import code_card, code_sent_card, mail_card, mail_off_card, mail_on_card
from bot.delivery.messenger import Messenger
from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.confirmations import ConfirmationStore
from bot.domain.card import Card
from bot.domain.channel import Channel, Place
from bot.domain.command import Caller, MailConfirm, MailOff, MailOn
from bot.domain.errors import BadInput, BotError, DeliveryFailed, NotLetIn
from bot.domain.mailbox import MAIL, address_of, mailbox, mailboxes_team, origin_of, read_address
from bot.infra.clock_port import Clock

SEND_SECONDS = 40.0
"""How long a person waits for the mail server."""

_GOES_ON = "The digest in the chat goes on."


@dataclass(frozen=True, slots=True)
class Desk:
    """What it takes; without `letters` there is no mail server."""

    channels: ChannelStore
    clock: Clock
    optins: ConfirmationStore | None = None
    letters: Messenger | None = None


async def answer(command: MailOn | MailConfirm | MailOff, caller: Caller, desk: Desk) -> Card:
    """Does what was asked. Raises BadInput, BotError where the mail server refuses, and StoreDown."""
    match command:
        case MailOn(""):
            return mail_card([(address_of(box.place), box.paused) for box in await mailboxes(caller, desk.channels)])
        case MailOn(address):
            return await _ask(address, caller, desk)
        case MailConfirm(code):
            return await _confirm(code, caller, desk)
        case MailOff(address):
            return await _end(address, caller, desk)


async def mailboxes(caller: Caller, channels: ChannelStore) -> list[Channel]:
    """Those that get this channel's digest, and were set by this person."""
    found = await channels.of_team(MAIL, mailboxes_team(caller.place))
    return [box for box in found if origin_of(box.place) == caller.place and box.by == caller.user]


async def unsubscribed(place: Place, channels: ChannelStore) -> None:
    """Deletes a mailbox and all that is known of it; harmless for any other place. Raises StoreDown."""
    if origin_of(place):
        await channels.forget(place)


async def _ask(typed: str, caller: Caller, desk: Desk) -> Card:
    """Sends a code to the address."""
    optins, letters = _open(desk)
    address, code = read_address(typed), f"{secrets.randbelow(1_000_000):06}"
    if not await optins.begin(caller.place, caller.user, address, code):
        raise BadInput("Too many codes were asked for, by you or for that address.", f"Try again tomorrow. {_GOES_ON}")
    place = mailbox(caller.place, address)
    try:
        async with asyncio.timeout(SEND_SECONDS):
            await letters.tell(place, address, code_card(code), secrets.token_hex(12))
    except NotLetIn as shut:
        raise BotError(f"No mail can be sent now. {shut.sentence}", "Whoever runs the bot has to mend that.") from shut
    except DeliveryFailed as failure:
        raise BotError(f"No mail could be sent to {address}. {failure.sentence}", _GOES_ON) from failure
    except TimeoutError as slow:
        raise BotError("The mail server takes too long.", f"Try again in a few minutes. {_GOES_ON}") from slow
    return code_sent_card(address)


async def _confirm(typed: str, caller: Caller, desk: Desk) -> Card:
    """The code was typed back by who asked, where it was asked for."""
    optins, _ = _open(desk)
    address = await optins.confirm(caller.place, caller.user, typed.replace(" ", ""))
    if address is None:
        raise BadInput("No address of yours waits for a code here.", "Begin with /digest email you@example.org.")
    if not address:
        raise BadInput("That isn't the code.", "It is the six digits of the last letter; five tries are all there are.")
    place, now = mailbox(caller.place, address), desk.clock.now()
    await desk.channels.set(Channel(place, since=now, by=caller.user))
    await optins.end(caller.place, caller.user)
    return mail_on_card(address, (await desk.channels.get(caller.place)).wants_digest)


async def _end(typed: str, caller: Caller, desk: Desk) -> Card:
    """Deletes the caller's own addresses of this channel, or one of them; what waits for a code is forgotten too."""
    wanted = read_address(typed) if typed else ""
    if desk.optins:
        await desk.optins.end(caller.place, caller.user)
    mine = [box.place for box in await mailboxes(caller, desk.channels)]
    ended = [place for place in mine if wanted in {"", address_of(place)}]
    for place in ended:
        await desk.channels.forget(place)
    return mail_off_card([address_of(place) for place in ended])


def _open(desk: Desk) -> tuple[ConfirmationStore, Messenger]:
    if desk.letters is None or desk.optins is None:
        raise BadInput("This bot sends no e-mail.", "Whoever runs it can set EMAIL_HOST and EMAIL_FROM.")
    return desk.optins, desk.letters
