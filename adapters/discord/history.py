"""What stands in a channel, read to find a message of ours there."""

from typing import Any

import discord
from discord.http import Route

from adapters.discord.custom_ids import holds_key
from bot.domain.errors import HistoryUnreadable

MESSAGES = "/channels/{channel_id}/messages"
PAGE_LIMIT = 100
"""https://discord.com/developers/docs/resources/message#get-channel-messages"""
PAGES_LIMIT = 20


async def found(client: discord.Client, channel: str, key: str, after: int) -> str | None:
    """The id of the bot's message that carries `key` among those with later ids than `after`; None where none does.

    Raises HistoryUnreadable where there are more than 2,000, or none can be read; else as discord.py does.
    """
    own = client.user.id if client.user else 0
    for _ in range(PAGES_LIMIT):
        page = await _page(client, channel, {"limit": PAGE_LIMIT, "after": after})
        for message in page:
            if int(message["author"]["id"]) == own and holds_key(message.get("components", ()), key):
                return str(message["id"])
        if len(page) < PAGE_LIMIT:
            if not page and not await _surely_empty(client, channel):
                raise HistoryUnreadable
            return None
        after = max(int(message["id"]) for message in page)
    raise HistoryUnreadable


async def _surely_empty(client: discord.Client, channel: str) -> bool:
    """Without the permission to read the history, Discord shows an empty one: that proves nothing."""
    if await _page(client, channel, {"limit": 1}):
        return True
    about = await client.http.request(Route("GET", "/channels/{channel_id}", channel_id=channel))
    return about.get("last_message_id") is None


async def _page(client: discord.Client, channel: str, params: dict[str, int]) -> list[dict[str, Any]]:
    page: list[dict[str, Any]] = await client.http.request(Route("GET", MESSAGES, channel_id=channel), params=params)
    return page
