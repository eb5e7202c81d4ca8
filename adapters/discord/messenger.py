"""Delivery of digests to Discord's channels, and a check for arrival; REST only, no gateway.

discord.py's HTTP client waits for rate limits and retries 500, 502, 504 and 524; the nonce makes retries harmless for
some minutes (https://discord.com/developers/docs/resources/message#create-message).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import discord
from discord.http import Route

from adapters.discord import events, forum, permissions, places, uploads
from adapters.discord.announcements import Announcements
from adapters.discord.custom_ids import stamped, without
from adapters.discord.exchange import INVALID_SECONDS, RETRY_AFTER_LIMIT, Again, Exchange, Limited, exchange_under_way
from adapters.discord.history import MESSAGES, found
from adapters.discord.refusals import REFUSALS
from adapters.discord.render import DISCUSS, draw
from bot.delivery.messenger import Message
from bot.delivery.rate_limit import Limit
from bot.domain.card import Card
from bot.domain.channel import Place
from bot.domain.errors import DeliveryFailed, HistoryUnreadable, NotLetIn, Refused, TryLater, Unknown
from bot.domain.posting import PostingCheck
from bot.infra.fingerprint import fingerprint

POST_SECONDS = 60.0
"""discord.py's five attempts take 25 s, and it may wait 30 s for a rate limit (the lowest possible setting)."""
FIND_SECONDS = 60.0
POST_AGE = timedelta(days=8)
"""Maximum age of the forum post that a later message of the same digest continues: the maximum age of a digest."""
CLOCK_SKEW = timedelta(minutes=5)
LIMITS = (Limit("channel", 5, 5.1), Limit("platform", 10, 0.202))
"""5 messages in 5 s per channel, and 50 requests in any second, spread over it; 1 or 2 % less, since messages take time
to arrive (https://discord.com/developers/docs/topics/rate-limits#global-rate-limit)."""
UNKNOWN_MESSAGE = 10008
"""For a post: a message with this nonce was deleted shortly before.
https://discord.com/developers/docs/topics/opcodes-and-status-codes#json"""

log = logging.getLogger(__name__)


class DiscordMessenger:
    """An implementation of `bot.ports.Messenger`. Signs in on first use, so Discord may be down at start."""

    platform = "discord"
    limits = LIMITS

    def __init__(self, sign_in: Callable[[], Awaitable[discord.Client]], token: str) -> None:
        self._sign_in = sign_in
        self._fingerprint = fingerprint(token)
        self._signing_in = asyncio.Lock()
        self._signed_in: discord.Client | None = None
        self._forums: set[str] = set()
        self._announcements = Announcements()

    def draw(self, card: Card, key: str) -> tuple[Message, ...]:
        return draw(card, key, threads=True)

    async def post(self, place: Place, message: Message, key: str) -> str:
        """Post as the port says. The key is also the nonce, so of two posts with one key only the first counts.

        In a forum, a message becomes a post, or continues the post of an earlier message; a post is a thread already.
        """
        if self.direct(place):
            message = _without_threads(message)
        if event := message.payload.get(events.EVENT):
            await self._schedule(place, event)
        if message.image and uploads.PICTURE in message.payload:
            try:
                return await self._post(place, message, key)
            except DeliveryFailed as failure:
                if not uploads.unwelcome(failure.__cause__):
                    raise
        return await self._post(place, replace(message, image=b""), key)

    async def _schedule(self, place: Place, event: Any) -> None:
        """Put an appointment into the server's calendar, before the message, so that a repeated post finds it there."""
        client = await self._client()
        try:
            async with asyncio.timeout(POST_SECONDS):
                await events.schedule(client, place, event, datetime.now(UTC))
        except (discord.DiscordException, aiohttp.ClientError, Limited, Again, OSError, TypeError, KeyError) as error:
            log.warning("An event was not made yet: %s", _fields(error, place))
            raise TryLater(after_seconds=_wait(error)) from error

    async def _post(self, place: Place, message: Message, key: str) -> str:
        if place.channel not in self._forums:
            try:
                receipt = await self._send(place, _said(message, key), place.channel, image=message.image)
                if not self.direct(place):
                    await self._announcements.publish(await self._client(), place.channel, receipt)
                return receipt
            except Refused as refusal:
                if getattr(refusal.__cause__, "code", None) != forum.NOT_TEXT:
                    raise
                self._forums.add(place.channel)
        return await self._post_in_forum(place, message, key)

    async def _post_in_forum(self, place: Place, message: Message, key: str) -> str:
        message = _without_threads(message)
        called: Any = message.payload.get(forum.POST) or {}
        begun = called.get("after") and await self.find(place, str(called["after"]), datetime.now(UTC) - POST_AGE)
        if begun:
            return await self._send(place, _said(message, key), begun, image=message.image)
        body = forum.new_post(_drawn(message, key), called)
        return await self._send(place, body, place.channel, forum.POSTS, message.image)

    async def tell(self, place: Place, user: str, card: Card, key: str) -> None:
        """Send a direct message as the port says; the recipient may refuse it."""
        if not user.isdecimal():
            raise Refused("I can't write to that person.")
        opened = await self._send(place, {"recipient_id": user}, path="/users/@me/channels")
        for message in draw(card, key):
            await self._send(place, _said(message, key), opened)

    def address(self, place: Place) -> str:
        """Return the address, as the port says."""
        return places.address(place)

    def direct(self, place: Place) -> bool:
        """Return True for a direct message, as the port says."""
        return places.is_direct(place)

    async def can_post(self, place: Place) -> PostingCheck:
        """Ask Discord as the port says."""
        return PostingCheck() if self.direct(place) else await permissions.can_post(self._client, place)

    async def may_read(self, place: Place, user: str) -> bool | None:
        """Ask Discord as the port says."""
        if self.direct(place):
            return True
        try:
            async with asyncio.timeout(FIND_SECONDS):
                return await permissions.may_read(self._client, place, user)
        except (discord.DiscordException, aiohttp.ClientError, OSError, TypeError, KeyError, ValueError) as error:
            log.warning("A person's permissions were not read: %s", _fields(error, place))
            raise TryLater(after_seconds=_wait(error)) from error

    def token(self, place: Place) -> str:  # noqa: ARG002 - one token for all servers
        """Return the token's fingerprint, as the port says."""
        return self._fingerprint

    async def _send(
        self, place: Place, body: dict[str, object], channel: str = "", path: str = MESSAGES, image: bytes = b""
    ) -> str:
        """Create a message or post under `path` and return its id; `channel`, if given, fills in the path."""
        client = await self._client()
        # Sign in before building the route, since signing in sets Discord's address.
        route = Route("POST", path, channel_id=channel) if channel else Route("POST", path)
        exchange = Exchange(once=path == forum.POSTS)
        token = exchange_under_way.set(exchange)
        try:
            async with asyncio.timeout(POST_SECONDS):
                return str((await client.http.request(route, **_written(body, image)))["id"])
        except (discord.DiscordException, aiohttp.ClientError, Limited, Again, OSError, TypeError, KeyError) as error:
            failure = _failure(error, exchange)
            log.warning("A message was not posted: %s outcome=%s", _fields(error, place), type(failure).__name__)
            raise failure from error
        finally:
            exchange_under_way.reset(token)

    async def find(self, place: Place, key: str, since: datetime, besides: str = "") -> str | None:
        """Find as the port says. Read at most 2,000 messages: a longer history counts as unreadable."""
        client = await self._client()
        try:
            async with asyncio.timeout(FIND_SECONDS):
                return await self._find(client, place, key, since - CLOCK_SKEW, besides)
        except (discord.Forbidden, discord.NotFound, OverflowError) as error:
            raise HistoryUnreadable from error
        except (discord.DiscordException, aiohttp.ClientError, OSError, TypeError, KeyError) as error:
            log.warning("A channel's history was not read: %s", _fields(error, place))
            raise TryLater(after_seconds=_wait(error)) from error

    async def _find(self, client: discord.Client, place: Place, key: str, since: datetime, besides: str) -> str | None:
        after = discord.utils.time_snowflake(since)
        if place.channel not in self._forums:
            # Discord shows a forum's messages as an empty list instead of refusing.
            if not await forum.is_forum(client, place.channel):
                return await found(client, place.channel, key, after, besides)
            self._forums.add(place.channel)
        async for post in forum.own_posts(client, place.team, place.channel, since):
            if receipt := await found(client, post, key, after, besides):
                return receipt
        return None

    async def close(self) -> None:
        """Close the connections; the messenger is not used afterwards."""
        if self._signed_in:
            await self._signed_in.close()

    async def _client(self) -> discord.Client:
        async with self._signing_in:
            if self._signed_in is None:
                self._signed_in = await self._sign_in()
            return self._signed_in


def _without_threads(message: Message) -> Message:
    return replace(message, payload=without(message.payload, DISCUSS.command))


def _said(message: Message, key: str) -> dict[str, object]:
    return {**_drawn(message, key), "nonce": key, "enforce_nonce": True}


def _drawn(message: Message, key: str) -> dict[str, object]:
    stands = (uploads.with_picture if message.image else uploads.without_picture)(stamped(message.payload, key))
    return {name: value for name, value in stands.items() if name not in {forum.POST, events.EVENT}}


def _written(body: dict[str, object], image: bytes) -> dict[str, Any]:
    return {"form": uploads.form(body, image)} if image else {"json": body}


def _failure(error: Exception, exchange: Exchange) -> DeliveryFailed:
    if isinstance(error, discord.HTTPException) and error.status == 401:
        return NotLetIn("DISCORD_TOKEN is refused by Discord.")
    if isinstance(error, discord.HTTPException) and _for_good(error):
        unfit = ("Discord refused the message as malformed.", "")
        return Refused(*REFUSALS.get(error.code, unfit if error.status == 400 else ("", "")))
    answered = isinstance(error, discord.HTTPException) and error.status < 500
    surely_not = answered or isinstance(error, discord.RateLimited | Limited | aiohttp.ClientConnectorError)
    if exchange.doubtful or not surely_not:
        return Unknown()
    return TryLater(after_seconds=_wait(error), scope=error.scope if isinstance(error, Limited) else None)


def _for_good(error: discord.HTTPException) -> bool:
    """Return True for a permanent refusal: Discord's own have a code; a proxy's or Cloudflare's have none and pass."""
    return error.status in {400, 403, 404} and error.code not in {0, UNKNOWN_MESSAGE}


def _wait(error: Exception) -> float:
    if isinstance(error, Limited):
        return error.seconds
    if isinstance(error, discord.RateLimited):
        return min(error.retry_after, RETRY_AFTER_LIMIT)
    if not isinstance(error, discord.HTTPException) or error.status not in {403, 404, 429}:
        return 5.0
    asked = error.response.headers.get("Retry-After", "")
    return min(float(asked), RETRY_AFTER_LIMIT) if asked.isdecimal() else INVALID_SECONDS


def _fields(error: Exception, place: Place) -> str:
    status, code = getattr(error, "status", None), getattr(error, "code", None)
    return f"place={place} error={type(error).__name__} status={status} code={code}"
