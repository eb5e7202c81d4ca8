"""Clocks: the real one, and one fixed at an instant."""

import asyncio
from datetime import UTC, datetime


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        """Return the current time, in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait at least that long."""
        await asyncio.sleep(seconds)


class FixedClock:
    """Clock for `once --at`: `instant` is now for all decisions, while sleeping takes real time."""

    def __init__(self, instant: datetime) -> None:
        self._instant = instant.astimezone(UTC)

    def now(self) -> datetime:
        """Return the fixed instant."""
        return self._instant

    async def sleep(self, seconds: float) -> None:
        """Wait at least that long, in real time."""
        await asyncio.sleep(seconds)
