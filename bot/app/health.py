"""Health of this process: the store, the platforms' connections and the time since each loop's last turn."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from bot.domain.errors import BotError
from bot.domain.frozen import frozen

STUCK_SECONDS = 300.0
"""A loop without a turn for this long hangs."""

STORE_SECONDS = 2.0


@frozen
class Report:
    """The health report. `parts` is JSON without secrets and addresses.

    A platform that isn't connected is reported but doesn't make the process unhealthy, since everything else works.

    `{"redis": "answers", "platforms": {name: "connected"}, "loops": {name: seconds since its last turn}}`
    """

    ok: bool
    parts: dict[str, object]


class Health:
    """Health of this process, collected from its parts.

    `store` returns if Redis answers and raises StoreDown if it doesn't. `monotonic` returns seconds.
    """

    def __init__(self, store: Callable[[], Awaitable[object]], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._monotonic = monotonic
        self._turned: dict[str, float] = {}
        self._platforms: dict[str, bool] = {}

    def turned(self, loop: str) -> None:
        """Record that a loop begins, ends a round or progresses in a long one.

        From the first call on, turns are expected.
        """
        self._turned[loop] = self._monotonic()

    def ended(self, loop: str) -> None:
        """Stop expecting turns of the loop."""
        self._turned.pop(loop, None)

    def platform(self, name: str, connected: bool) -> None:
        """Record True if the bot answers people on that platform now."""
        self._platforms[name] = connected

    async def report(self) -> Report:
        """Return the report within about 2 s, whatever the store does; never raises."""
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
