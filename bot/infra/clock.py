"""The clock that the composition root hands in: real, or standing still at an instant somebody named."""

import asyncio
from datetime import UTC, datetime


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        """This instant, with its zone."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Waits at least that long."""
        await asyncio.sleep(seconds)


class FixedClock:
    """A clock for `once --at`: `instant` is now for all that is decided, while waiting still takes real time."""

    def __init__(self, instant: datetime) -> None:
        self._instant = instant.astimezone(UTC)

    def now(self) -> datetime:
        """The instant, whenever it is asked."""
        return self._instant

    async def sleep(self, seconds: float) -> None:
        """Waits at least that long, in real time."""
        await asyncio.sleep(seconds)
