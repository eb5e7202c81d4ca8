"""One reading for all who ask for the same at about the same time."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import TypeVar, cast

T = TypeVar("T")


class SharedReads:
    """Readings by key. Each begins after it was asked for, hence nobody gets anything older than their question."""

    def __init__(self) -> None:
        self._next: dict[Hashable, asyncio.Task[object]] = {}
        self._running: dict[Hashable, asyncio.Task[object]] = {}

    async def of(self, key: Hashable, read: Callable[[], Awaitable[T]]) -> T:
        """Return what `read` returns, or raise its error; equal keys must mean equal reads.

        Who asks while a reading runs shares the next one, which begins after it.
        """
        if key not in self._next:
            self._next[key] = asyncio.create_task(self._read(key, read, self._running.get(key)))
        return cast(T, await asyncio.shield(self._next[key]))

    async def _read(self, key: Hashable, read: Callable[[], Awaitable[T]], before: "asyncio.Task[object] | None") -> T:
        if before:
            await asyncio.wait([before])
        self._running[key] = self._next.pop(key)
        try:
            return await read()
        finally:
            if key not in self._next:
                del self._running[key]
