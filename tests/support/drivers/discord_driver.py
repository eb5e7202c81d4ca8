"""A person on Discord, for suites that run on every platform: types, presses and reads.

The real adapter runs in this process against the loopback server. Typed text becomes typed options, as a person picks
them.
"""

import re
import zlib
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import Any

from adapters.discord.app import DiscordAccess, messenger, serving
from bot.app.command_service import CommandService
from bot.domain.card import Card, Instant
from bot.domain.categories import is_category
from bot.domain.channel import Place
from support.drivers.visible_answer import Seen
from support.servers.discord_modal_rules import shown as shown_values
from support.servers.discord_objects import EPHEMERAL, buttons, texts
from support.servers.discord_server import Answer, DiscordServer

_CATEGORY = re.compile(r"[a-z-]+(\.[A-Za-z-]+)?", re.ASCII)
_ZONE = re.compile(r"[A-Za-z_+-]+/[A-Za-z0-9_+/-]+|UTC")
# An escaped character counts as itself and starts no markup; the pattern skips it first.
_LINK = re.compile(r"\\.|\[((?:\\.|\[[^\[\]]*\]|[^\[\]\\])*)\]\((https?://[^)\s]+)\)")
_STYLE = re.compile(r"(?<!\\)(\*\*|`)|(?<![\\\w])_|(?<!\\)_(?!\w)")
_COMMAND = re.compile(r"</([a-z ]+):\d+>(?: `([^`]*)`)?")
_INSTANT = re.compile(r"<t:(\d+):f> \(<t:\1:R>\)")
_PREFIX = re.compile(r"^(#{1,3} |-# |- )", re.MULTILINE)
_OPTION = re.compile(r"(top|days|lang|cross|recap)[=:](\S+)")


class DiscordDriver:
    """`async with DiscordDriver(door) as chat:`. Suites choose the channel names; D… is a direct message."""

    platform = "discord"

    def __init__(self, door: CommandService) -> None:
        self.server = DiscordServer()
        self._door = door
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> "DiscordDriver":
        await self._stack.enter_async_context(self.server)
        access = DiscordAccess(self.server.token, self.server.url)
        await self._stack.enter_async_context(serving(self._door, access))
        self.messenger = await self._stack.enter_async_context(messenger(access))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def says(self, text: str, channel: str = "C1", user: str = "U1") -> Seen:
        """Type a slash command as on any platform, and wait for the answer."""
        command, options = typed(text)
        where = {"channel": number(channel), "user": number(user), "direct": channel.startswith("D")}
        return self._in_words(seen(await self.server.says(command, options, **where)))

    async def presses(self, shown: Seen, label: str, user: str = "U1") -> Seen:
        """Press the first button with that label."""
        message = next(m for m in shown.payload["messages"] if label in [b.get("label") for b in buttons(m)])
        return self._in_words(seen(await self.server.presses(message, label, user=number(user))))

    async def fills(self, shown: Seen, values: dict[str, Any]) -> Seen:
        """Fill in a form, whose fields have the names of the long form, and submit it."""
        return self._in_words(seen(await self.server.fills(shown.payload["opened"], short_values(values))))

    async def posts(self, card: Card, key: str, channel: str = "C1") -> list[Seen]:
        """Post a card as the outbox does, one key a message, and return the channel's messages."""
        target = self.server.channel(number(channel))
        place = Place("discord", self.server.home, target.id)
        drawn = self.messenger.draw(card, key)
        keys = [key if part == 0 else f"{key[:22]}.{part}" for part in range(len(drawn))]
        receipts = [await self.messenger.post(place, *pair) for pair in zip(drawn, keys, strict=True)]
        return [seen_messages([message]) for message in target.messages if message["id"] in receipts]

    def standing(self, channel: str = "C1") -> list[Seen]:
        """Return the messages there that everybody sees and that aren't answers."""
        answers = {message["id"] for asked in self.server.interactions.values() for message in asked.messages}
        messages = self.server.channel(number(channel)).messages
        return [seen_messages([message]) for message in messages if message["id"] not in answers]

    def _in_words(self, shown: Seen) -> Seen:
        """Return the answer with instants in the words that other platforms show: Discord's client draws them."""
        instants = [one for card in getattr(self._door, "cards", {}).values() for one in _instants(card)]
        text = shown.text
        for one in reversed(instants):
            text = text.replace(_written(one.at), one.text)
        return replace(shown, text=text)

    def place(self, channel: str = "C1") -> Place:
        """Return the core's place for that channel."""
        return Place("discord", self.server.home, number(channel))


def number(name: str) -> str:
    """Return Discord's number for a name; the same name always gets the same number."""
    return name if name.isdecimal() else str(10**9 + zlib.crc32(name.encode()))


_NAMED_ALONE = {
    "/paper": "query", "/papers": "query", "/author": "name", "/unfollow": "what", "/mute": "what", "/bibtex": "paper",
    "/similar": "paper",
}  # fmt: skip
"""The single option of each command."""


def typed(text: str) -> tuple[str, dict[str, Any]]:
    """Return the slash command and the typed options that a person picks for this text."""
    name, _, rest = text.strip().partition(" ")
    rest = rest.strip()
    if name in _NAMED_ALONE and rest:
        return name, {_NAMED_ALONE[name]: rest}
    if name == "/follow" and rest:
        return name, {_kind(rest): rest.strip('"“”')}
    if name in {"/more", "/less", "/save"} and rest:
        paper, noted, note = rest.partition(" note:")
        return name, {"paper": paper} | ({"note": note.strip()} if noted else {})
    if name == "/saved" and rest in {"", "all", "unread", "bibtex", "ris", "csl"}:
        return name, {"format" if rest in {"bibtex", "ris", "csl"} else "show": rest} if rest else {}
    if name == "/following":
        return name, {}
    if name == "/digest":
        return _typed_digest(text, rest)
    return "/paperlark", {"command": text.removeprefix("/paperlark").strip()} if text.strip() != "/paperlark" else {}


def _kind(what: str) -> str:
    if what.startswith(('"', "“")):
        return "topic"
    named = what.removesuffix(" anyway")
    return "category" if is_category(named) or (_CATEGORY.fullmatch(named) and "." in named) else "author"


def _typed_digest(text: str, rest: str) -> tuple[str, dict[str, Any]]:
    word, _, options = rest.partition(" ")
    if word in {"off", "now", "lock", "unlock"} and not options:
        return f"/digest {word}", {}
    if word == "on" and (given := _digest_options(options.split())) is not None:
        return "/digest on", given
    if word == "on" or " " in rest:
        return "/paperlark", {"command": text}
    return "/digest show", {"date": rest} if rest else {}


def _digest_options(tokens: list[str]) -> dict[str, Any] | None:
    """Return the options; None if one isn't offered on Discord."""
    given: dict[str, Any] = {}
    categories = []
    for token in tokens:
        if named := _OPTION.fullmatch(token):
            given[named[1]] = int(named[2]) if named[1] == "top" and named[2].isdecimal() else named[2]
        elif re.fullmatch(r"[\d:.hapm]+", token):
            given["time"] = token
        elif _ZONE.fullmatch(token):
            given["zone"] = token
        elif _CATEGORY.fullmatch(token.strip(",")):
            categories.append(token.strip(","))
        else:
            return None
    if not isinstance(given.get("top", 1), int):
        return None
    return given | ({"categories": " ".join(categories)} if categories else {})


_SHORT = {"categories", "topics", "people", "question"}
"""Fields that are the same in both forms."""


def short_values(values: dict[str, Any]) -> dict[str, Any]:
    """Return values of the long form's fields as the short form takes them."""
    when = " ".join(values[name] for name in ("time", "zone", "days") if name in values)
    short = {name: value for name, value in values.items() if name in _SHORT}
    if "people" in short:
        short["people"] = "\n".join(short["people"])
    return short | ({"top": [values["top"]]} if "top" in values else {}) | ({"when": when} if when else {})


def seen(answer: Answer) -> Seen:
    """Return all messages of an answer as one; or the form that opened."""
    if answer.modal:
        return seen_form(answer)
    return seen_messages(answer.messages)


def seen_form(answer: Answer) -> Seen:
    """Return the labels of a form with what its fields show."""
    assert answer.modal
    lines = [answer.modal["title"]]
    for label in answer.modal["components"]:
        component = label["component"]
        names = {option["value"]: option["label"] for option in component.get("options", ())}
        held = ", ".join(names.get(value, value) for value in shown_values(component))
        lines.append(f"{label['label']}: {held} {label.get('description', '')}")
    return Seen("\n".join(lines), (), (), True, {"opened": answer, "modal": answer.modal})


def seen_messages(messages: list[dict[str, Any]]) -> Seen:
    """Return the text, links and buttons of these messages."""
    written = "\n".join(text for message in messages for text in texts(message))
    pressable = [button for message in messages for button in buttons(message)]
    links = [found[2] for found in _LINK.finditer(written) if found[2]] + [b["url"] for b in pressable if "url" in b]
    return Seen(
        text=readable(written),
        links=tuple(links),
        buttons=tuple(button["label"] for button in pressable),
        private=all(message["flags"] & EPHEMERAL for message in messages),
        payload={"messages": messages},
    )


def readable(markdown: str) -> str:
    """Return the words that Discord shows for Markdown."""
    typed = _INSTANT.sub(_said_at, _COMMAND.sub(_as_typed, markdown))
    words = _STYLE.sub("", _PREFIX.sub("", _LINK.sub(_label, typed)))
    return re.sub(r"\\([^A-Za-z0-9\s])", r"\1", words).replace("\u2060", "")


def _as_typed(found: re.Match[str]) -> str:
    """Return a command's mention and its options as the same text elsewhere: options have no names there."""
    name, options = found[1], found[2] or ""
    values = re.sub(r"(?:^|(?<= ))(?!top|days|lang|cross|recap|trending|gists|note)[a-z]+:(?=\S)", "", options)
    text = re.sub(r"\b(top|days|lang|cross|recap|trending|gists):", r"\1=", values).replace("note:", "note: ")
    if found[2] and options.startswith("topic:"):
        text = f'"{text}"'
    return f"/{name.removesuffix(' show') if name == 'digest show' else name} {text}".strip()


def _said_at(found: re.Match[str]) -> str:
    return _written(datetime.fromtimestamp(int(found[1]), UTC))


def _written(at: datetime) -> str:
    return f"[{at.astimezone(UTC):%d %B %Y %H:%M}]"


def _instants(part: Any) -> Iterator[Instant]:
    """Yield all instants in a card."""
    if isinstance(part, Instant):
        yield part
    elif isinstance(part, tuple):
        for one in part:
            yield from _instants(one)
    elif is_dataclass(part):
        for one in fields(part):
            yield from _instants(getattr(part, one.name))


def _label(found: re.Match[str]) -> str:
    return found[1] if found[2] else found[0]
