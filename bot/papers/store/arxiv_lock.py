"""Lock for arXiv: one request at a time over all processes on one Redis, a pause in between, and a fair queue."""

import asyncio
import logging
import math
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress
from secrets import token_hex

from redis.asyncio import Redis

from bot.domain.errors import HeldBack, StoreDown
from bot.infra import asker
from bot.infra.redis import keys
from bot.infra.redis.connection import redis_faults
from bot.papers.store.arxiv_queue_scripts import RELEASE, RENEW, TAKE

log = logging.getLogger(__name__)

MOST_OF_A_PERSON = 6
"""Requests that one person may have in the queue: as many as an idle arXiv answers in the 20 s that they wait."""

_LEASE_MS = 20_000
"""A killed holder blocks the others no longer than this; a living one renews its lease."""
_RENEW_SECONDS = 5.0
_ABANDONED_MS = 5_000
"""A killed waiter keeps its place no longer than this; a living one looks far more often."""
_LONGEST_LOOK_MS = 500
_NEXT_LOOK_MS = 60
"""Between two looks of the one who is next, while the turn is held."""
_LEAST_HELD_BACK_SECONDS = 5.0


class RedisArxivLock:
    """The arXiv lock. At least `interval_seconds` pass between two holders; 0 still serializes.

    Who waits is read from `bot.infra.asker`: due digests get two turns of three while others wait; people, and all
    scheduled work together, take turns, however many requests each has.
    """

    def __init__(self, client: Redis, interval_seconds: float) -> None:
        self._client = client
        self._interval_ms = math.ceil(interval_seconds * 1000)
        # Who isn't next has at least a pause to notice that it is: looking four times in one is often enough.
        self._look_ms = min(max(self._interval_ms // 4, _NEXT_LOOK_MS), _LONGEST_LOOK_MS)

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Acquire and hold the lock.

        Raises HeldBack if the person who asks has `MOST_OF_A_PERSON` requests in the queue already, and StoreDown if
        Redis can't be reached, both before any request.
        """
        question = asker.question()
        async with question.at_arxiv if question else nullcontext():
            ticket = f"{token_hex(8)}:{question.person if question else ''}"
            async with self._held(ticket, MOST_OF_A_PERSON if question else 0):
                yield

    @asynccontextmanager
    async def _held(self, ticket: str, most: int) -> AsyncIterator[None]:
        try:
            await self._take(ticket, most)
        except BaseException:
            # Canceled, or the reply got lost: the lock may have been acquired all the same.
            with suppress(StoreDown):
                await asyncio.shield(self._release(ticket, pause_ms=0))
            raise
        renewal = asyncio.create_task(self._renew(ticket))
        try:
            yield
        finally:
            renewal.cancel()
            await self._finish(ticket)

    async def _take(self, ticket: str, most: int) -> None:
        is_due, looks = int(asker.serves_due_digests()), (_NEXT_LOOK_MS, self._look_ms)
        while wait_ms := await self._run(
            TAKE, ticket, _LEASE_MS, _ABANDONED_MS, most, is_due, *looks, keys.ARXIV_QUEUE_SECONDS * 1000
        ):
            if wait_ms < 0:
                seconds = max(-wait_ms * self._interval_ms / 1000, _LEAST_HELD_BACK_SECONDS)
                raise HeldBack(f"{most} questions of yours are already waiting for arXiv.", seconds)
            # Jitter keeps those who wait for the same pause from polling in step.
            await asyncio.sleep(min(wait_ms, _LONGEST_LOOK_MS) / 1000 + random.uniform(0, 0.01))

    async def _renew(self, ticket: str) -> None:
        """Renew until another holds the lock; a cancellation may get lost (see `bot.infra.aio.cancel`)."""
        held = 1
        while held:
            await asyncio.sleep(_RENEW_SECONDS)
            with suppress(StoreDown):
                held = await self._run(RENEW, ticket, _LEASE_MS, keys.ARXIV_QUEUE_SECONDS * 1000)

    async def _finish(self, ticket: str) -> None:
        """Release without raising StoreDown: the response stays, and the lease makes the others wait long enough."""
        try:
            await asyncio.shield(self._release(ticket, self._interval_ms))
        except StoreDown:
            log.warning("The turn at arXiv could not be given back; it ends by itself: seconds=%d", _LEASE_MS // 1000)

    async def _release(self, ticket: str, pause_ms: int) -> None:
        await self._run(RELEASE, ticket, pause_ms)

    async def _run(self, script: str, *args: str | int) -> int:
        with redis_faults():
            return int(await self._client.eval(script, len(keys.ARXIV_QUEUE), *keys.ARXIV_QUEUE, *args))
