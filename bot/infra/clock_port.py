"""Port of the clock."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Current time in UTC, and waiting."""

    def now(self) -> datetime: ...

    async def sleep(self, seconds: float) -> None: ...
