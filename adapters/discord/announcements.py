"""Publication of digests in announcement channels, so that servers that follow the channel get them too.

https://discord.com/developers/docs/resources/message#crosspost-message; ten messages an hour and channel.
"""

import asyncio
import logging
from collections import OrderedDict

import aiohttp
import discord
from discord.http import Route

from adapters.discord.exchange import Again, Exchange, Limited, exchange_under_way

SECONDS = 5.0
"""Ours: a digest that is posted doesn't wait longer for its publication."""
CHANNELS = 10_000
"""Channels whose kind a process remembers; more cost another request each."""
_NEWS = 5
"""https://discord.com/developers/docs/resources/channel#channel-object-channel-types"""

log = logging.getLogger(__name__)


class Announcements:
    """Publishes messages in announcement channels, and does nothing in others."""

    def __init__(self) -> None:
        self._kinds: OrderedDict[str, int] = OrderedDict()

    async def publish(self, client: discord.Client, channel: str, message: str) -> None:
        """Publish a message of ours once. Never raises: a message that isn't published stands all the same."""
        token = exchange_under_way.set(Exchange(once=True))
        try:
            async with asyncio.timeout(SECONDS):
                if await self._kind(client, channel) != _NEWS:
                    return
                exchange_under_way.set(Exchange(once=True))
                await client.http.publish_message(int(channel), int(message))
        except (discord.DiscordException, aiohttp.ClientError, Limited, Again, OSError, TypeError, ValueError) as error:
            status, code = getattr(error, "status", None), getattr(error, "code", None)
            log.warning(
                "A digest was posted and not published: channel=%s error=%s status=%s code=%s",
                channel, type(error).__name__, status, code,
            )  # fmt: skip
        finally:
            exchange_under_way.reset(token)

    async def _kind(self, client: discord.Client, channel: str) -> int:
        if channel not in self._kinds:
            about = await client.http.request(Route("GET", "/channels/{channel_id}", channel_id=channel))
            self._kinds[channel] = int(about.get("type") or 0)
            if len(self._kinds) > CHANNELS:
                self._kinds.popitem(last=False)
        return self._kinds[channel]
