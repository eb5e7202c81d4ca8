"""A search of a channel's history for one of our messages."""

from typing import Any

import discord
from discord.http import Route

from adapters.discord.custom_ids import holds_key
from bot.domain.errors import HistoryUnreadable

MESSAGES = "/channels/{channel_id}/messages"
PAGE_LIMIT = 100
"""https://discord.com/developers/docs/resources/message#get-channel-messages"""
PAGES_LIMIT = 20


async def found(client: discord.Client, channel: str, key: str, after: int, besides: str = "") -> str | None:
    """Return the id of the bot's message with `key`, other than `besides`, among those with ids later than `after`.

    Return None if there is none. Raise HistoryUnreadable if there are more than 2,000 or none can be read; else raise
    as discord.py does.
    """
    own = client.user.id if client.user else 0
    for _ in range(PAGES_LIMIT):
        page = await _page(client, channel, {"limit": PAGE_LIMIT, "after": after})
        for message in page:
            is_own = int(message["author"]["id"]) == own and str(message["id"]) != besides
            if is_own and holds_key(message.get("components", ()), key):
                return str(message["id"])
        if len(page) < PAGE_LIMIT:
            if not page and not await _surely_empty(client, channel):
                raise HistoryUnreadable
            return None
        after = max(int(message["id"]) for message in page)
    raise HistoryUnreadable


async def _surely_empty(client: discord.Client, channel: str) -> bool:
    """Return False if the history only seems empty: without permission to read it, Discord shows an empty one."""
    if await _page(client, channel, {"limit": 1}):
        return True
    about = await client.http.request(Route("GET", "/channels/{channel_id}", channel_id=channel))
    return about.get("last_message_id") is None


async def _page(client: discord.Client, channel: str, params: dict[str, int]) -> list[dict[str, Any]]:
    page: list[dict[str, Any]] = await client.http.request(Route("GET", MESSAGES, channel_id=channel), params=params)
    return page
