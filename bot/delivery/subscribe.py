"""`/digest email`: send the channel's digest by e-mail too, to an address that its owner confirmed."""

import asyncio
import re
import secrets

from bot.delivery.cards import (
    OthersBox,
    code_card,
    code_sent_card,
    mail_card,
    mail_end_card,
    mail_off_card,
    mail_on_card,
)
from bot.delivery.messenger import Messenger
from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.confirmations import ConfirmationStore
from bot.domain.card import Card
from bot.domain.channel import Channel, Place
from bot.domain.command import Caller, Command
from bot.domain.command_spec import Argument, CommandSpec, Cost, Right, Route, first_word
from bot.domain.errors import BadInput, BotError, DeliveryFailed, NotLetIn
from bot.domain.frozen import frozen
from bot.domain.mailbox import MAIL, address_of, mailbox, mailboxes_team, masked, origin_of, read_address
from bot.domain.rights import is_admin
from bot.infra.clock_port import Clock
from bot.infra.fingerprint import fingerprint

SEND_SECONDS = 40.0
"""The longest that a person waits for the mail server."""

_GOES_ON = "The digest in the chat goes on."


_CODE = re.compile(r"[0-9]{6}", re.ASCII)


@frozen
class MailOn(Command):
    """`/digest email <address>`; without one it tells which addresses get the digest."""

    address: str = ""


@frozen
class MailConfirm(Command):
    """`/digest email confirm <code>`"""

    code: str


@frozen
class MailOff(Command):
    """`/digest email off`, of one address or all of the asker's."""

    address: str = ""


@frozen
class MailEnd(Command):
    """`/digest email end <key>`: an admin ends the e-mails to another person's address; buttons send the key."""

    key: str


async def mail_on(
    command: MailOn,
    caller: Caller,
    channels: ChannelStore,
    confirmations: ConfirmationStore,
    mail_messenger: Messenger | None,
) -> Card:
    """Send a code to the address, or list the addresses. Raises BadInput, and BotError if the mail server refuses.

    The list has the asker's own addresses, and for the channel's admins those of others, masked.
    """
    if not command.address:
        return await _list(caller, channels)
    messenger = _open(mail_messenger)
    address, code = read_address(command.address), f"{secrets.randbelow(1_000_000):06}"
    if not await confirmations.begin(caller.place, caller.user, address, code):
        raise BadInput("Too many codes today, for you or for that address.", f"Try again tomorrow. {_GOES_ON}")
    await _send_code(messenger, mailbox(caller.place, address), address, code)
    return code_sent_card(address)


async def mail_confirm(
    command: MailConfirm,
    caller: Caller,
    channels: ChannelStore,
    confirmations: ConfirmationStore,
    mail_messenger: Messenger | None,
    clock: Clock,
) -> Card:
    """Subscribe the address, whose code its owner typed back in the place where they asked for it."""
    _open(mail_messenger)
    address = await confirmations.confirm(caller.place, caller.user, command.code.replace(" ", ""))
    if address is None:
        raise BadInput("There's no code to confirm here.", "Start with /digest email you@example.org.")
    if not address:
        raise BadInput("That isn't the code.", "Enter the 6 digits from the newest e-mail (5 tries).")
    await channels.set(Channel(mailbox(caller.place, address), since=clock.now(), by=caller.user))
    await confirmations.end(caller.place, caller.user)
    return mail_on_card(address, (await channels.get(caller.place)).wants_digest, caller.direct)


async def mail_off(command: MailOff, caller: Caller, channels: ChannelStore, confirmations: ConfirmationStore) -> Card:
    """Delete the caller's own addresses of this channel, or one of them, and forget what waits for a code."""
    wanted = read_address(command.address) if command.address else ""
    await confirmations.end(caller.place, caller.user)
    mine = [box.place for box in await mailboxes(caller, channels)]
    ended = [place for place in mine if wanted in {"", address_of(place)}]
    for place in ended:
        await channels.forget(place)
    return mail_off_card([address_of(place) for place in ended])


async def mail_end(command: MailEnd, caller: Caller, channels: ChannelStore) -> Card:
    """Delete another person's address of this channel. Raises BadInput if there is none with that key."""
    named = [box for box in await _all(caller.place, channels) if _key(box) == command.key.strip().lower()]
    if not named:
        raise BadInput("No address here has that key.", "Pick from the list: /digest email.", ("/digest email",))
    for box in named:
        await channels.forget(box.place)
    return mail_end_card([masked(address_of(box.place)) for box in named])


async def _list(caller: Caller, channels: ChannelStore) -> Card:
    found = await _all(caller.place, channels)
    own = [(address_of(box.place), box.paused) for box in found if box.by == caller.user]
    others = [box for box in found if box.by != caller.user]
    shown = is_admin(caller, await channels.get(caller.place))
    return mail_card(own, [OthersBox(masked(address_of(box.place)), _key(box)) for box in others] if shown else ())


async def mailboxes(caller: Caller, channels: ChannelStore) -> list[Channel]:
    """The mailboxes that get this channel's digest and were set by this person."""
    return [box for box in await _all(caller.place, channels) if box.by == caller.user]


async def end_of_member(place: Place, user: str, channels: ChannelStore) -> None:
    """Delete a person's mailboxes of a channel that they may not read any more. Raises StoreDown."""
    for box in await _all(place, channels):
        if box.by == user:
            await channels.forget(box.place)


async def _all(origin: Place, channels: ChannelStore) -> list[Channel]:
    """Return all mailboxes that get a channel's digest."""
    found = await channels.of_team(MAIL, mailboxes_team(origin))
    return [box for box in found if origin_of(box.place) == origin]


def _key(box: Channel) -> str:
    """Return what names the mailbox without its address."""
    return fingerprint(str(box.place))


async def unsubscribed(place: Place, channels: ChannelStore) -> None:
    """Delete a mailbox and all that is known of it; harmless for any other place. Raises StoreDown."""
    if origin_of(place):
        await channels.forget(place)


async def _send_code(messenger: Messenger, place: Place, address: str, code: str) -> None:
    try:
        async with asyncio.timeout(SEND_SECONDS):
            await messenger.tell(place, address, code_card(code), secrets.token_hex(12))
    except NotLetIn as shut:
        raise BotError(
            f"I can't send e-mail right now. {shut.sentence}", "Whoever runs the bot can fix that."
        ) from shut
    except DeliveryFailed as failure:
        raise BotError(f"I couldn't send an e-mail to {address}. {failure.sentence}", _GOES_ON) from failure
    except TimeoutError as slow:
        raise BotError("The mail server isn't responding.", f"Try again in a few minutes. {_GOES_ON}") from slow


def _open(mail_messenger: Messenger | None) -> Messenger:
    if mail_messenger is None:
        raise BadInput("This bot isn't set up for e-mail.", "Whoever runs it can set EMAIL_HOST and EMAIL_FROM.")
    return mail_messenger


def parse_mail(text: str) -> Command:
    """The text behind `/digest email`: an address, `confirm` and a code (or the code alone), `off`, or `end`."""
    word, rest = first_word(text)
    if word.lower() == "off":
        return MailOff(rest)
    if word.lower() == "end":
        return MailEnd(rest)
    if word.lower() == "confirm":
        return MailConfirm(rest)
    return MailConfirm(word) if _CODE.fullmatch(word) and not rest else MailOn(text)


EMAIL = CommandSpec(
    "email",
    aliases=("e-mail", "mail"),
    parse=parse_mail,
    routes=(
        Route(MailOn, mail_on, Cost.NETWORK, by_role=True, stores=True),
        Route(MailConfirm, mail_confirm, Cost.STORE, stores=True),
        Route(MailOff, mail_off, Cost.STORE, stores=True),
        Route(MailEnd, mail_end, Cost.STORE, right=Right.ADMINS),
    ),
    description="Get this digest by e-mail too",
    arguments=(Argument("what", "your address, then the code from the e-mail; or off"),),
)
"""A subcommand of `/digest`."""
