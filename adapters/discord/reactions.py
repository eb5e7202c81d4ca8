"""Reactions on our messages: the sign that an emoji means, and the papers that the message names.

Discord returns the message: its titles link to the papers, in the order of the numbers. So nothing has to be stored,
and reactions to answers count as those to digests do.
"""

import re
from collections.abc import Mapping
from typing import Any

import discord

from adapters.discord.custom_ids import walk
from bot.domain.paper_source import paper_at

Json = dict[str, Any]

SIGNS: Mapping[str, str] = {
    "👍": "more",
    "👎": "less",
    "🔖": "save",
    "⭐": "save",
    "🔟": "10",
    **{f"{number}\u20e3": str(number) for number in range(1, 10)},
}
"""Signs by emoji, without variation selectors and other modifiers of appearance."""

_LOOKS = re.compile("[\ufe0f\U0001f3fb-\U0001f3ff]")
_ADDRESS = re.compile(r"\]\((https?://[^\s()]+)\)")
_SHOWS_PAPERS = re.compile(r"[cp]:/(?:peek |readmore |digest \d)|m:")
"""Buttons in papers' cards and digests, and in nothing else that names papers."""


def sign_of(name: str | None) -> str:
    """Return the meaning of the emoji in any skin tone, or an empty string if it has none here."""
    return SIGNS.get(_LOOKS.sub("", name or ""), "")


def may_concern(client: discord.Client, payload: discord.RawReactionActionEvent) -> bool:
    """Return True if another person put a sign of ours on a message that may be ours. Removals omit the author."""
    me = client.user.id if client.user else 0
    known = payload.message_author_id or me
    return payload.emoji.is_unicode_emoji() and bool(sign_of(payload.emoji.name)) and payload.user_id != me == known


async def read(client: discord.Client, payload: discord.RawReactionActionEvent) -> tuple[list[str], bool]:
    """Return the papers in the message (none if it isn't ours), and True if somebody still has the same sign there.

    Raise discord.HTTPException if the message can't be read.
    """
    message: Json = dict(await client.http.get_message(payload.channel_id, payload.message_id))
    if not client.user or int(message["author"]["id"]) != client.user.id:
        return [], False
    said = {sign_of(one["emoji"]["name"]) for one in message.get("reactions") or () if not one["emoji"].get("id")}
    return papers_of(message), sign_of(payload.emoji.name) in said


def papers_of(message: Json) -> list[str]:
    """Return the ids of the papers that titles in our card or digest name, each once, in order.

    Only text that we linked contains such an address: elsewhere it is broken up (see `markup`).
    """
    parts = list(walk(message.get("components") or ()))
    if not any(_SHOWS_PAPERS.match(str(part.get("custom_id", ""))) for part in parts):
        return []
    addresses = (address for part in parts for address in _ADDRESS.findall(str(part.get("content", ""))))
    return list(dict.fromkeys(filter(None, map(paper_at, addresses))))
