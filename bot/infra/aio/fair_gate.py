"""A gate for few at a time, at which those who wait go in turn by person."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class FairGate:
    """Lets in `size` at a time, at most `each` of one key. Keys take turns; within a key, first come, first served."""

    def __init__(self, size: int, each: int | None = None) -> None:
        self._free = size
        self._each = each or size
        self._inside: Counter[str] = Counter()
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}
        """By key, the one whose turn is next first."""

    @asynccontextmanager
    async def entered(self, key: str) -> AsyncIterator[None]:
        """Wait for a place and hold it until the block ends."""
        await self._enter(key)
        try:
            yield
        finally:
            self._leave(key)

    async def _enter(self, key: str) -> None:
        place = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(key, deque()).append(place)
        self._let_in()
        try:
            await place
        except asyncio.CancelledError:
            if not place.cancelled():  # let in just before
                self._leave(key)
            raise

    def _leave(self, key: str) -> None:
        self._free += 1
        self._inside[key] -= 1
        self._inside += Counter()  # forget who isn't inside
        self._let_in()

    def _let_in(self) -> None:
        while self._free > 0 and (key := self._next()) is not None:
            queue = self._waiting.pop(key)
            place = queue.popleft()
            if queue:
                self._waiting[key] = queue
            if not place.done():
                place.set_result(None)
                self._free -= 1
                self._inside[key] += 1

    def _next(self) -> str | None:
        return next((key for key in self._waiting if self._inside[key] < self._each), None)
