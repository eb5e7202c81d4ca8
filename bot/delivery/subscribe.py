"""`/digest email`: send the channel's digest by e-mail too, to an address that its owner confirmed."""

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
"""Timeout of the mail server, while a user waits."""

_GOES_ON = "The digest in the chat goes on."


@dataclass(frozen=True, slots=True)
class MailDependencies:
    """Dependencies of `/digest email`; `mail` is None without a mail server."""

    channels: ChannelStore
    clock: Clock
    confirmations: ConfirmationStore | None = None
    letters: Messenger | None = None


async def answer(command: MailOn | MailConfirm | MailOff, caller: Caller, deps: MailDependencies) -> Card:
    """Run the command. Raises BadInput, BotError if the mail server refuses, and StoreDown."""
    match command:
        case MailOn(""):
            return mail_card([(address_of(box.place), box.paused) for box in await mailboxes(caller, deps.channels)])
        case MailOn(address):
            return await _send_code(address, caller, deps)
        case MailConfirm(code):
            return await _confirm(code, caller, deps)
        case MailOff(address):
            return await _delete_addresses(address, caller, deps)


async def mailboxes(caller: Caller, channels: ChannelStore) -> list[Channel]:
    """Return the mailboxes of this channel that this user set."""
    found = await channels.of_team(MAIL, mailboxes_team(caller.place))
    return [box for box in found if origin_of(box.place) == caller.place and box.by == caller.user]


async def unsubscribe(place: Place, channels: ChannelStore) -> None:
    """Delete a mailbox and its data; do nothing for any other place. Raises StoreDown."""
    if origin_of(place):
        await channels.forget(place)


async def _send_code(typed: str, caller: Caller, deps: MailDependencies) -> Card:
    confirmations, letters = _require_mail(deps)
    address, code = read_address(typed), f"{secrets.randbelow(1_000_000):06}"
    if not await confirmations.begin(caller.place, caller.user, address, code):
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


async def _confirm(typed: str, caller: Caller, deps: MailDependencies) -> Card:
    """Confirm the address if its requester typed the code in the channel of the request."""
    confirmations, _ = _require_mail(deps)
    address = await confirmations.confirm(caller.place, caller.user, typed.replace(" ", ""))
    if address is None:
        raise BadInput("No address of yours waits for a code here.", "Begin with /digest email you@example.org.")
    if not address:
        raise BadInput("That isn't the code.", "It is the six digits of the last letter; five tries are all there are.")
    place, now = mailbox(caller.place, address), deps.clock.now()
    await deps.channels.set(Channel(place, since=now, by=caller.user))
    await confirmations.end(caller.place, caller.user)
    return mail_on_card(address, (await deps.channels.get(caller.place)).wants_digest)


async def _delete_addresses(typed: str, caller: Caller, deps: MailDependencies) -> Card:
    """Delete the caller's addresses in this channel, or only the one typed, and any pending code."""
    wanted = read_address(typed) if typed else ""
    if deps.confirmations:
        await deps.confirmations.end(caller.place, caller.user)
    mine = [box.place for box in await mailboxes(caller, deps.channels)]
    ended = [place for place in mine if wanted in {"", address_of(place)}]
    for place in ended:
        await deps.channels.forget(place)
    return mail_off_card([address_of(place) for place in ended])


def _require_mail(deps: MailDependencies) -> tuple[ConfirmationStore, Messenger]:
    if deps.letters is None or deps.confirmations is None:
        raise BadInput("This bot sends no e-mail.", "Whoever runs it can set EMAIL_HOST and EMAIL_FROM.")
    return deps.confirmations, deps.letters
