"""How this process is: whether the store answers, which platforms are connected, when its loops last turned."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.domain.errors import BotError

STUCK_SECONDS = 300.0
"""A loop that hasn't turned for so long hangs."""

STORE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Report:
    """`parts` is JSON: no secret, no address. A platform that isn't connected is said, but the rest goes on: still ok.

    `{"redis": "answers", "platforms": {name: "connected"}, "loops": {name: seconds since its last turn}}`
    """

    ok: bool
    parts: dict[str, object]


class Health:
    """Each part says how it is; whoever asks gets all of it.

    `store` returns where Redis answers and raises StoreDown where it doesn't. `monotonic` tells seconds.
    """

    def __init__(self, store: Callable[[], Awaitable[object]], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._monotonic = monotonic
        self._turned: dict[str, float] = {}
        self._platforms: dict[str, bool] = {}

    def turned(self, loop: str) -> None:
        """A loop begins, ends a round or gets on within a long one; from the first call on it is expected to turn."""
        self._turned[loop] = self._monotonic()

    def ended(self, loop: str) -> None:
        """The loop isn't expected to turn any more."""
        self._turned.pop(loop, None)

    def platform(self, name: str, connected: bool) -> None:
        """Whether people on that platform are answered now."""
        self._platforms[name] = connected

    async def report(self) -> Report:
        """Within about 2 s, whatever the store does; never raises."""
        answers = await self._store_answers()
        ages = {loop: round(self._monotonic() - at, 1) for loop, at in self._turned.items()}
        turning = all(age < STUCK_SECONDS for age in ages.values())
        platforms = {name: "connected" if yes else "not connected" for name, yes in self._platforms.items()}
        redis = "answers" if answers else "does not answer"
        return Report(answers and turning, {"redis": redis, "platforms": platforms, "loops": ages})

    async def _store_answers(self) -> bool:
        try:
            async with asyncio.timeout(STORE_SECONDS):
                await self._store()
        except (BotError, TimeoutError):
            return False
        return True
