"""Fetch times of arXiv archives, and the lock of the fetcher, in Redis."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from typing import Any

from redis.asyncio import Redis

from bot.domain.errors import StoreDown
from bot.infra.aio.shared_reads import SharedReads
from bot.infra.redis import keys
from bot.infra.redis.connection import redis_faults, twice
from bot.infra.redis.instants import instant_or_none, write_instant
from bot.infra.redis.own_key import RELEASE, RENEW
from bot.infra.redis.together import together

_RENEW_SECONDS = 5.0
_POLL_SECONDS = 0.2
_BEHIND = "behind:"


class FetchLog:
    """Fetch times and the fetch lock. Methods raise StoreDown."""

    def __init__(self, client: Redis) -> None:
        self._redis = client
        self._together = together(client)
        self._shared = SharedReads()

    async def last(self, source: str) -> dict[str, datetime]:
        """Return the last complete answer of `source` (feed or api) by archive; for level, the end without gaps."""
        return await self._instants(keys.fetched(source))

    async def done(self, source: str, archive: str, now: datetime) -> None:
        """Record a complete answer."""
        await self.all_done(source, [archive], now)

    async def all_done(self, source: str, archives: Sequence[str], now: datetime) -> None:
        """Record a complete answer on each of `archives`, at least one."""
        when: dict[Any, Any] = dict.fromkeys(archives, write_instant(now))  # Any: redis-py's mapping is invariant
        with redis_faults():
            await twice(lambda: self._redis.hset(keys.fetched(source), mapping=when))
            await twice(lambda: self._redis.hdel(keys.unanswered(source), *archives))

    async def failed(self, source: str, archive: str, now: datetime) -> None:
        """Record a failed or incomplete answer; the next complete one clears it."""
        await self.all_failed(source, [archive], now)

    async def all_failed(self, source: str, archives: Sequence[str], now: datetime) -> None:
        """Record a failed or incomplete answer on each of `archives`, at least one."""
        name = keys.unanswered(source)
        when: dict[Any, Any] = dict.fromkeys(archives, write_instant(now))
        with redis_faults():
            await twice(lambda: self._redis.hset(name, mapping=when))
            await twice(lambda: self._redis.expire(name, keys.UNANSWERED_SECONDS))

    async def unanswered(self, source: str) -> dict[str, datetime]:
        """Return the archives without a complete answer of `source` at the last request, and its time."""
        return await self._instants(keys.unanswered(source))

    async def under_way(self) -> bool:
        """Return True if a process holds the fetch lock of `alone` for a round that holds up digests."""
        with redis_faults():
            holder = await self._together.run("GET", keys.FETCHING)
        return holder is not None and not str(holder).startswith(_BEHIND)

    @asynccontextmanager
    async def alone(self, hold_up: bool = True) -> AsyncIterator[None]:
        """Hold the fetch lock over all processes; a killed holder loses it within 20 s."""
        token = ("" if hold_up else _BEHIND) + secrets.token_hex(8)
        with redis_faults():
            while not await self._redis.set(keys.FETCHING, token, nx=True, ex=keys.FETCHING_SECONDS):  # noqa: ASYNC110
                await asyncio.sleep(_POLL_SECONDS)
        renewal = asyncio.create_task(self._renew(token))
        try:
            yield
        finally:
            renewal.cancel()
            with suppress(StoreDown), redis_faults():
                await self._redis.eval(RELEASE, 1, keys.FETCHING, token)

    async def _instants(self, name: str) -> dict[str, datetime]:
        """Return a copy of what is read once for all digests that are due at once."""
        return dict(await self._shared.of(name, partial(self._read, name)))

    async def _read(self, name: str) -> dict[str, datetime]:
        with redis_faults():
            rows: dict[str, str] = await self._together.run("HGETALL", name)
        instants = {archive: instant_or_none(written) for archive, written in rows.items()}
        return {archive: instant for archive, instant in instants.items() if instant}

    async def _renew(self, token: str) -> None:
        """Renew until another holds the lock; a cancellation may get lost (see `bot.infra.aio.cancel`)."""
        held: object = 1
        while held:
            await asyncio.sleep(_RENEW_SECONDS)
            with suppress(StoreDown), redis_faults():
                held = await self._redis.eval(RENEW, 1, keys.FETCHING, token, keys.FETCHING_SECONDS)
