"""Lets messages go to a platform at its own pace: a channel that must wait holds up no other, nor a platform another.

Whoever waits for the limit of a whole team or platform queues, so that of a thousand waiting messages of a process one
asks Redis; whoever waits for a channel's own limit waits beside the queue.
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

PATIENCE_SECONDS = 30.0
"""The longest that a platform's wish to wait is obeyed by waiting; beyond it the message stays for a later run."""

POSTS_AT_ONCE = 32
"""Requests under way to one platform: enough for 50 a second of half a second each."""

STALE_SECONDS = 0.1
"""A turn not used within this time, as while we sign in, is taken again: many used late and at once are too many."""

PROVEN_SECONDS = 60.0
"""How long a token that wasn't refused isn't doubted; one that may be is shown to a team by one message first."""


class RateLimiter:
    """The way to the platforms that all messages of a process share."""

    def __init__(self, pace: RateLimitStore, clock: Clock) -> None:
        self._pace = pace
        self._clock = clock
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._gates: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(POSTS_AT_ONCE))
        self._proven: dict[tuple[str, str], float] = {}

    async def wait(self, messenger: Messenger, place: Place) -> None:
        """Returns when one message may be posted there, and counts it. Raises TryLater where that takes too long."""
        widest = messenger.limits[-1].scope if messenger.limits else None
        while True:
            async with self._lock(_name(place, widest)):
                wait = await self._pace.take(place, messenger.limits)
                while wait.scope == widest and 0 < wait.seconds <= PATIENCE_SECONDS:
                    await self._clock.sleep(wait.seconds)
                    wait = await self._pace.take(place, messenger.limits)
            if not wait.seconds:
                return
            if wait.seconds > PATIENCE_SECONDS:
                raise TryLater("The platform asked to wait.", wait.seconds, wait.scope)
            await self._clock.sleep(wait.seconds)

    async def post(self, messenger: Messenger, place: Place, message: Message, key: str) -> str:
        """As `Messenger.post`; what it says of limits and of our token goes to all processes."""
        asked = time.monotonic()
        async with self.going(messenger, place):
            if time.monotonic() - asked > STALE_SECONDS:
                await self.wait(messenger, place)
            try:
                return await messenger.post(place, message, key)
            except TryLater as later:
                if later.scope:
                    await self._pace.close(place, later.scope, later.after_seconds)
                raise

    @asynccontextmanager
    async def going(self, messenger: Messenger, place: Place) -> AsyncIterator[None]:
        """Around every request: few at once, and none with a token that the team refuses. Raises NotLetIn."""
        token = messenger.token(place)
        async with self._shown(place, token), self._gates[place.platform]:
            try:
                yield
            except NotLetIn as refusal:
                self._proven.pop((place.tag, token), None)
                await self._pace.turned_away(place, token, isinstance(refusal, Revoked))
                raise
            except DeliveryFailed:
                self._proven[place.tag, token] = time.monotonic()
                raise
            self._proven[place.tag, token] = time.monotonic()

    @asynccontextmanager
    async def _shown(self, place: Place, token: str) -> AsyncIterator[None]:
        """While a token may be refused, its requests go one after the other."""
        if not self._is_proven(place, token):
            async with self._lock(f"token {place.tag}"):
                if not self._is_proven(place, token):
                    if await self._pace.away(place, token):
                        raise NotLetIn
                    yield
                    return
        yield

    def _is_proven(self, place: Place, token: str) -> bool:
        return time.monotonic() - self._proven.get((place.tag, token), -PROVEN_SECONDS) < PROVEN_SECONDS

    def _lock(self, name: str) -> asyncio.Lock:
        """The one lock of that name, for as long as anybody has it; it lets in those who wait in their order."""
        return self._locks.setdefault(name, asyncio.Lock())


def _name(place: Place, scope: Scope | None) -> str:
    return {"team": place.tag, "platform": place.platform}.get(scope or "", str(place))
