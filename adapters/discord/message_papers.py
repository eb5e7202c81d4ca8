"""The papers that a message of Discord names: ours by its titles, others' by their words and previews."""

from collections.abc import Iterator, Mapping
from typing import Any

from adapters.discord.custom_ids import walk
from adapters.discord.reactions import papers_of
from bot.domain.paper_source import find_ids

TEXT_LIMIT = 20_000
"""Ours; more than a message can hold (https://discord.com/developers/docs/resources/message#embed-object-embed-limits).
"""
MOST_EMBEDS, MOST_FIELDS = 10, 25
"""https://discord.com/developers/docs/resources/message#embed-object-embed-limits"""

Json = Mapping[str, Any]


def papers_in(message: Json, me: int) -> tuple[str, ...]:
    """Return the ids of the papers in order, each once; `me` is the bot's user. Names of files aren't read."""
    if _author(message) == me and (ours := papers_of(dict(message))):
        return tuple(ours)
    return tuple(find_ids(" \n".join(_texts(message))[:TEXT_LIMIT]))


def _author(message: Json) -> int:
    said = str((message.get("author") or {}).get("id") or "")
    return int(said) if said.isdecimal() else 0


def _texts(message: Json) -> Iterator[str]:
    """Yield what people read in the message, and in one that it forwards."""
    yield str(message.get("content") or "")
    for embed in (message.get("embeds") or ())[:MOST_EMBEDS]:
        yield from (str(embed.get(part) or "") for part in ("url", "title", "description"))
        yield from (str(field.get("value") or "") for field in (embed.get("fields") or ())[:MOST_FIELDS])
    for component in walk(message.get("components") or ()):
        yield from (str(component.get(part) or "") for part in ("content", "url"))
    for forwarded in (message.get("message_snapshots") or ())[:1]:
        yield from _texts(forwarded.get("message") or {})
