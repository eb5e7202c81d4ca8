"""Forum channels, which take no plain messages: each digest is a post, which is a thread that begins with the digest.

Creating a post takes no nonce (https://discord.com/developers/docs/resources/channel#start-thread-in-forum-or-media-channel),
so it is never retried at once: the bot first searches the forum's posts for the earlier attempt.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

import discord
from discord.http import Route

from adapters.discord.markup import fitting, harmless

Json = dict[str, Any]

NOT_TEXT = 50008
"""The error for a message sent to a forum. https://discord.com/developers/docs/topics/opcodes-and-status-codes#json"""
NAME_LIMIT = 100
"""https://discord.com/developers/docs/resources/channel#start-thread-in-forum-or-media-channel-jsonform-params-for-the-thread"""
UNTITLED = "Papers"
POSTS = "/channels/{channel_id}/threads"
POST = "post"
"""The key of a drawn message's `heading`; Discord never sees it."""
PAGES_LIMIT = 10
PAGE_LIMIT = 100

_KINDS = {15, 16}
"""Forum and media: https://discord.com/developers/docs/resources/channel#channel-object-channel-types"""


def heading(title: str, after: str) -> Json:
    """Return the post title for a message, and the key of the message whose post it continues, if any."""
    return {"name": fitting(harmless(title).strip(), NAME_LIMIT) or UNTITLED, "after": after}


def new_post(payload: Mapping[str, Any], called: Mapping[str, Any]) -> Json:
    """Return the body that creates a post for the message; `called` is the result of `heading`, or empty."""
    return {"name": called.get("name") or UNTITLED, "message": dict(payload)}


async def is_forum(client: discord.Client, channel: str) -> bool:
    """Return True if the channel is a forum. Raise as discord.py does."""
    about = await client.http.request(Route("GET", "/channels/{channel_id}", channel_id=channel))
    return about.get("type") in _KINDS


async def own_posts(client: discord.Client, guild: str, channel: str, since: datetime) -> AsyncIterator[str]:
    """Yield the ids of the bot's posts created there since then, active ones first. Raise as discord.py does.

    Raise OverflowError if there are more archived posts than the search limit.
    """
    after = discord.utils.time_snowflake(since)
    active = await client.http.request(Route("GET", "/guilds/{guild_id}/threads/active", guild_id=guild))
    for thread in active["threads"]:
        if _is_own(client, thread, channel, after):
            yield str(thread["id"])
    params: Json = {"limit": PAGE_LIMIT}
    for _ in range(PAGES_LIMIT):
        route = Route("GET", "/channels/{channel_id}/threads/archived/public", channel_id=channel)
        page = await client.http.request(route, params=params)
        for thread in page["threads"]:
            if _is_own(client, thread, channel, after):
                yield str(thread["id"])
        # Sorted by archiving time, which is never earlier than creation time.
        ended = [thread["thread_metadata"]["archive_timestamp"] for thread in page["threads"]]
        if not page.get("has_more") or not ended or datetime.fromisoformat(ended[-1]) < since:
            return
        params["before"] = ended[-1]
    raise OverflowError


def _is_own(client: discord.Client, thread: Json, channel: str, after: int) -> bool:
    own = client.user.id if client.user else 0
    by_us = int(thread.get("owner_id") or 0) == own
    return by_us and str(thread.get("parent_id")) == channel and int(thread["id"]) > after
