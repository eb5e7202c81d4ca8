"""The clock."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Now, in UTC, and waiting."""

    def now(self) -> datetime: ...

    async def sleep(self, seconds: float) -> None: ...
