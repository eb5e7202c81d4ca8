"""`/saved zotero`: connect a library, send a reading list there, and end it."""

import re
from dataclasses import field
from typing import ClassVar

from bot.domain.card import Button, Card
from bot.domain.command import Caller, Command
from bot.domain.command_spec import Cost, Right, Route
from bot.domain.errors import BadInput
from bot.domain.frozen import frozen
from bot.library.clients.zotero import NotAllowed
from bot.library.zotero.cards import (
    connected_card,
    earlier_card,
    ended_card,
    how_to_connect_card,
    linked_card,
    offer_card,
    status_card,
)
from bot.library.zotero.service import ZoteroLibraries

_HOW = (Button("How to connect", "/saved zotero"),)
_KEY = re.compile(r"[A-Za-z0-9]{16,64}", re.ASCII)
"""Keys have 24 characters today."""
_BARE_KEY = re.compile(r"(?<![\w/.-])(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{24}(?![\w/.-])", re.ASCII)
_NAMED_GROUP = re.compile(r"\bgroups?[/ ]+([0-9]{1,12})\b", re.IGNORECASE)
_GROUP = re.compile(r"(?:(?:https?://)?(?:www\.)?zotero\.org/)?(?:groups/)?([0-9]{1,12})(?:[/?#].*)?", re.ASCII)
_ENDS = frozenset({"off", "stop", "remove", "disconnect"})


@frozen
class ShowZotero(Command):
    """`/saved zotero`: where the list goes, or how to connect."""


@frozen
class ConnectZotero(Command):
    """`/saved zotero <key> [group <id or URL>]`, or `group …` alone for the key that is stored."""

    has_secret: ClassVar[bool] = True
    text: str = field(repr=False)


@frozen
class LinkZotero(Command):
    """`/saved zotero here`, the Send button: the list of this channel goes to the library that the person connected."""


@frozen
class SendEarlier(Command):
    """`/saved zotero all`: also what was saved before the link."""


@frozen
class EndZotero(Command):
    """`/saved zotero off`."""


async def show_zotero(caller: Caller, zotero: ZoteroLibraries) -> Card:
    """Return where the list goes, the offer to link it, or how to connect."""
    if link := await zotero.linked(caller.place):
        return status_card(await zotero.status(link), caller.direct)
    if connection := await zotero.connection(caller):
        return offer_card(connection.library, caller.direct)
    return how_to_connect_card(caller.direct)


async def connect_zotero(command: ConnectZotero, caller: Caller, zotero: ZoteroLibraries) -> Card:
    """Store the key, which is accepted in a direct message alone. Raises BadInput, SourceDown, StoreDown."""
    if not caller.direct:
        hint = "Delete your message, revoke that key on zotero.org/settings/keys, and make a new one."
        raise BadInput("That’s a secret: send it to me in a direct message.", hint, _HOW)
    key, group = _read(command.text)
    try:
        if not key:
            if group is None or (connection := await zotero.connection(caller)) is None:
                raise BadInput("That doesn’t look like a key.", "It has 24 letters and digits.", _HOW)
            library = await zotero.switch(caller, connection, group)
        else:
            library = await zotero.connect(caller, key, group)
    except NotAllowed:
        hint = "Copy it again from zotero.org/settings/keys, or make a new one."
        raise BadInput("Zotero doesn’t know this key.", hint, _HOW) from None
    link = await zotero.linked(caller.place)
    if link is None:  # disconnected at the same moment
        return how_to_connect_card(caller.direct)
    return connected_card(library, await zotero.status(link))


async def link_zotero(caller: Caller, zotero: ZoteroLibraries) -> Card:
    """Send this place's list to the library that the person connected."""
    if (connection := await zotero.connection(caller)) is None:
        return how_to_connect_card(caller.direct)
    return linked_card(await zotero.status(await zotero.link(caller, connection)))


async def send_earlier(caller: Caller, zotero: ZoteroLibraries) -> Card:
    """Send what was saved before the link too. Raises BadInput if the list goes nowhere."""
    if (link := await zotero.linked(caller.place)) is None:
        raise BadInput("This list doesn’t go to Zotero.", "", _HOW)
    papers = (await zotero.status(link)).earlier
    await zotero.include_earlier(link)
    return earlier_card(link.library, papers)


async def end_zotero(caller: Caller, zotero: ZoteroLibraries) -> Card:
    """Send nothing more from here; in a direct message, delete the key too."""
    await zotero.unlink(caller)
    return ended_card(caller.direct)


def parse_zotero(text: str) -> Command:
    """Parse the text after `/saved zotero`."""
    word = text.strip().lower()
    if word in _ENDS:
        return EndZotero()
    plain: dict[str, type[Command]] = {"": ShowZotero, "here": LinkZotero, "all": SendEarlier}
    return plain[word]() if word in plain else ConnectZotero(text.strip())


def key_in(text: str) -> ConnectZotero | None:
    """Return the command of a text that names Zotero and holds a key, however it is typed; None for any other text.

    Otherwise a key behind a wrong command would be searched for, repeated or logged.
    """
    found = _BARE_KEY.search(text) if "zotero" in text.lower() else None
    if found is None:
        return None
    group = _NAMED_GROUP.search(text)
    return ConnectZotero(f"{found[0]} group {group[1]}" if group else found[0])


def _read(text: str) -> tuple[str, int | None]:
    """Return the key and the group's id, either empty; what was typed is never repeated. Raises BadInput."""
    words = text.split()
    key = next((word for word in words if _KEY.fullmatch(word)), "")
    where = [word for word in words if word not in {key, "group"}]
    if not key and words[:1] != ["group"]:
        raise BadInput("That doesn’t look like a key.", "It has 24 letters and digits, without spaces.", _HOW)
    if not where and key:
        return key, None
    if not (found := _GROUP.fullmatch(" ".join(where))):
        hint = "Open the group on zotero.org and copy its address, such as zotero.org/groups/12345/name."
        raise BadInput("That isn’t a Zotero group.", hint, _HOW)
    return key, int(found[1])


ZOTERO_ROUTES = (
    Route(ShowZotero, show_zotero, Cost.STORE),
    Route(ConnectZotero, connect_zotero, Cost.NETWORK, stores=True),
    Route(LinkZotero, link_zotero, Cost.STORE, right=Right.ADMINS),
    Route(SendEarlier, send_earlier, Cost.STORE, right=Right.ADMINS),
    Route(EndZotero, end_zotero, Cost.STORE, right=Right.ADMINS),
)
"""`/saved` carries them: a platform with typed options has no room for a command inside a command that has options."""
