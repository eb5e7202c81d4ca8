"""Reactions on messages of ours: which sign was meant, and which papers the message names.

The message itself tells, as Discord gives it back: its titles lead to the papers, in the order of the numbers. So
nothing has to be kept, and answers count as digests do.
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
"""By the emoji, without what only changes its looks."""

_LOOKS = re.compile("[\ufe0f\U0001f3fb-\U0001f3ff]")
_ADDRESS = re.compile(r"\]\((https?://[^\s()]+)\)")
_SHOWS_PAPERS = re.compile(r"[cp]:/(?:peek |readmore |digest \d)")
"""In the buttons of papers' cards and of digests, and of nothing else that names papers."""


def sign_of(name: str | None) -> str:
    """What the emoji says, whatever its skin's colour; empty where it says nothing to us."""
    return SIGNS.get(_LOOKS.sub("", name or ""), "")


def may_concern(client: discord.Client, payload: discord.RawReactionActionEvent) -> bool:
    """Whether somebody else put one of our signs on a message that may be ours: of one taken back nobody tells."""
    me = client.user.id if client.user else 0
    known = payload.message_author_id or me
    return payload.emoji.is_unicode_emoji() and bool(sign_of(payload.emoji.name)) and payload.user_id != me == known


async def read(client: discord.Client, payload: discord.RawReactionActionEvent) -> tuple[list[str], bool]:
    """The papers that the message names, none where it isn't ours; and whether somebody still says the same there.

    Raises discord.HTTPException where it can't be read.
    """
    message: Json = dict(await client.http.get_message(payload.channel_id, payload.message_id))
    if not client.user or int(message["author"]["id"]) != client.user.id:
        return [], False
    said = {sign_of(one["emoji"]["name"]) for one in message.get("reactions") or () if not one["emoji"].get("id")}
    return papers_of(message), sign_of(payload.emoji.name) in said


def papers_of(message: Json) -> list[str]:
    """The ids of the papers that a card or a digest of ours names by their titles, each once, in its order.

    Only words that we made a link hold such an address: in all others it is broken up (see `markup`).
    """
    parts = list(walk(message.get("components") or ()))
    if not any(_SHOWS_PAPERS.match(str(part.get("custom_id", ""))) for part in parts):
        return []
    addresses = (address for part in parts for address in _ADDRESS.findall(str(part.get("content", ""))))
    return list(dict.fromkeys(filter(None, map(paper_at, addresses))))
