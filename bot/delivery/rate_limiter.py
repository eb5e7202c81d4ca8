"""Post to each platform within its rate limits; a waiting channel or platform blocks no other.

Messages that wait for a team's or platform's limit queue on one lock: of a thousand in a process, one polls Redis.
Messages that wait for a channel's own limit wait outside the queue.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from bot.delivery.messenger import Message, Messenger
from bot.delivery.store.rate_limits import RateLimitStore
from bot.domain.channel import Place
from bot.domain.errors import DeliveryFailed, NotLetIn, Revoked, Scope, TryLater
from bot.infra.clock_port import Clock

MAX_WAIT_SECONDS = 30.0
"""The longest wait in place; if a platform asks for more, the message stays in the ledger for a later run."""

MAX_CONCURRENT_POSTS = 32
"""Concurrent requests to one platform: enough for 50 a second that take half a second each."""

MAX_PERMIT_AGE_SECONDS = 0.1
"""Age after which a permit is acquired again, as after signing in: many old permits used at once exceed the limit."""

TRUSTED_SECONDS = 60.0
"""Time that an accepted token is trusted. One message tests an untrusted token before the others use it."""


class RateLimiter:
    """The rate limiter that all messages of a process share."""

    def __init__(self, rate_limits: RateLimitStore, clock: Clock) -> None:
        self._rate_limits = rate_limits
        self._clock = clock
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._gates: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(MAX_CONCURRENT_POSTS))
        self._trusted: dict[tuple[str, str], float] = {}

    async def wait(self, messenger: Messenger, place: Place) -> None:
        """Wait until one message may be posted there, and count it. Raises TryLater if the wait is too long."""
        widest = messenger.limits[-1].scope if messenger.limits else None
        while True:
            async with self._lock(_name(place, widest)):
                wait = await self._rate_limits.take(place, messenger.limits)
                while wait.scope == widest and 0 < wait.seconds <= MAX_WAIT_SECONDS:
                    await self._clock.sleep(wait.seconds)
                    wait = await self._rate_limits.take(place, messenger.limits)
            if not wait.seconds:
                return
            if wait.seconds > MAX_WAIT_SECONDS:
                raise TryLater("The platform asked to wait.", wait.seconds, wait.scope)
            await self._clock.sleep(wait.seconds)

    async def post(self, messenger: Messenger, place: Place, message: Message, key: str) -> str:
        """Post as `Messenger.post` does; share the platform's limits and token refusals with all processes."""
        asked = time.monotonic()
        async with self.request(messenger, place):
            if time.monotonic() - asked > MAX_PERMIT_AGE_SECONDS:
                await self.wait(messenger, place)
            try:
                return await messenger.post(place, message, key)
            except TryLater as later:
                if later.scope:
                    await self._rate_limits.close(place, later.scope, later.after_seconds)
                raise

    @asynccontextmanager
    async def request(self, messenger: Messenger, place: Place) -> AsyncIterator[None]:
        """Wrap a request: limit concurrency and block tokens that the team refused. Raises NotLetIn."""
        token = messenger.token(place)
        async with self._test_token(place, token), self._gates[place.platform]:
            try:
                yield
            except NotLetIn as refusal:
                self._trusted.pop((place.tag, token), None)
                await self._rate_limits.reject_token(place, token, isinstance(refusal, Revoked))
                raise
            except DeliveryFailed:
                self._trusted[place.tag, token] = time.monotonic()
                raise
            self._trusted[place.tag, token] = time.monotonic()

    @asynccontextmanager
    async def _test_token(self, place: Place, token: str) -> AsyncIterator[None]:
        """Run the requests of a token one at a time until a request proves it valid."""
        if not self._is_trusted(place, token):
            async with self._lock(f"token {place.tag}"):
                if not self._is_trusted(place, token):
                    if await self._rate_limits.rejected_token(place, token):
                        raise NotLetIn
                    yield
                    return
        yield

    def _is_trusted(self, place: Place, token: str) -> bool:
        return time.monotonic() - self._trusted.get((place.tag, token), -TRUSTED_SECONDS) < TRUSTED_SECONDS

    def _lock(self, name: str) -> asyncio.Lock:
        """Return the lock of that name, shared while anyone holds it; waiters acquire it in order."""
        return self._locks.setdefault(name, asyncio.Lock())


def _name(place: Place, scope: Scope | None) -> str:
    return {"team": place.tag, "platform": place.platform}.get(scope or "", str(place))
