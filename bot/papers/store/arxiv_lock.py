"""Lock for arXiv: one request at a time over all processes on one Redis, with a pause in between."""

import asyncio
import logging
import math
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from secrets import token_hex
from time import monotonic

from redis.asyncio import Redis

from bot.domain.errors import StoreDown
from bot.infra.redis import keys
from bot.infra.redis.connection import redis_faults

log = logging.getLogger(__name__)

_LEASE_MS = 20_000
"""A killed holder blocks the others no longer than this; a living one renews its lease."""
_RENEW_SECONDS = 5.0
_URGENT_MS = 1500
_MAX_SLEEP_SECONDS = 0.5
"""Well below `_URGENT_MS`, so that an urgent waiter's mark never expires."""
_YIELD_SECONDS = 5.0
_HELD_POLL_MS = 60

_KEYS = (f"{keys.ARXIV}:turn", f"{keys.ARXIV}:gap", f"{keys.ARXIV}:urgent")

# Acquire the lock and return 0, or return the milliseconds to wait before retrying.
# ARGV: token, lease, lifetime of an urgent mark in ms (0: not urgent), 1 to yield to an urgent one, poll in ms.
_TAKE = """
if tonumber(ARGV[3]) > 0 then redis.call('SET', KEYS[3], '1', 'PX', ARGV[3]) end
if redis.call('EXISTS', KEYS[1]) == 1 then return tonumber(ARGV[5]) end
local gap = redis.call('PTTL', KEYS[2])
if gap >= 0 then return gap + 1 end
if ARGV[4] == '1' and redis.call('EXISTS', KEYS[3]) == 1 then return tonumber(ARGV[5]) end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
if tonumber(ARGV[3]) > 0 then redis.call('DEL', KEYS[3]) end
return 0
"""
_RENEW = "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end return redis.call('PEXPIRE', KEYS[1], ARGV[2])"
# ARGV: token, length of the pause in ms (0: none). The pause applies even if the lease was lost meanwhile.
_RELEASE = """
if tonumber(ARGV[2]) > 0 then redis.call('SET', KEYS[2], '1', 'PX', ARGV[2]) end
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 0
"""


class RedisArxivLock:
    """The arXiv lock. At least `interval_seconds` pass between two holders; 0 still serializes.

    With `urgent` a user waits: the others yield, each for at most 5 s, so that none starves.
    """

    def __init__(self, client: Redis, interval_seconds: float, urgent: bool = False) -> None:
        self._client = client
        self._interval_ms = math.ceil(interval_seconds * 1000)
        self._urgent = urgent

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Acquire and hold the lock. Raises StoreDown if Redis can't be reached, before any request."""
        token = token_hex(8)
        try:
            await self._take(token)
        except BaseException:
            # Canceled, or the reply got lost: the lock may have been acquired all the same.
            with suppress(StoreDown):
                await asyncio.shield(self._release(token, pause_ms=0))
            raise
        renewal = asyncio.create_task(self._renew(token))
        try:
            yield
        finally:
            renewal.cancel()
            await self._finish(token)

    async def _take(self, token: str) -> None:
        yield_until = monotonic() + _YIELD_SECONDS
        while True:
            yields_to_urgent = not self._urgent and monotonic() < yield_until
            mark_ms = _URGENT_MS if self._urgent else 0
            wait_ms = await self._run(_TAKE, token, _LEASE_MS, mark_ms, int(yields_to_urgent), _HELD_POLL_MS)
            if not wait_ms:
                return
            # Jitter keeps those who wait for the same pause from polling in step.
            sleep_seconds = min(wait_ms / 1000, _MAX_SLEEP_SECONDS) if self._urgent else wait_ms / 1000
            await asyncio.sleep(sleep_seconds + random.uniform(0, 0.01))

    async def _renew(self, token: str) -> None:
        """Renew until another holds the lock; a cancellation may get lost (see `bot.infra.aio.cancel`)."""
        held = 1
        while held:
            await asyncio.sleep(_RENEW_SECONDS)
            with suppress(StoreDown):
                held = await self._run(_RENEW, token, _LEASE_MS)

    async def _finish(self, token: str) -> None:
        """Release without raising StoreDown: the response stays, and the lease makes the others wait long enough."""
        try:
            await asyncio.shield(self._release(token, self._interval_ms))
        except StoreDown:
            log.warning("The turn at arXiv could not be given back; it ends by itself: seconds=%d", _LEASE_MS // 1000)

    async def _release(self, token: str, pause_ms: int) -> None:
        await self._run(_RELEASE, token, pause_ms)

    async def _run(self, script: str, *args: str | int) -> int:
        with redis_faults():
            return int(await self._client.eval(script, len(_KEYS), *_KEYS, *args))
