"""What becomes of work that failed for good. Errors: `StoreDown`."""

from datetime import date
from typing import Protocol

from bot.subscription import Place


class DeadLetters(Protocol):
    """Keeps what was given up, so that people see it and can have it done again."""

    async def failed(self, job: str, place: Place, day: date, why: str) -> bool:
        """Notes that `job` (such as deliver) failed for the digest of that day; True where it is given up now."""
        ...
