"""What the doctor finds: one line for each setting, service or channel."""

from enum import StrEnum

from bot.domain.errors import BotError
from bot.domain.frozen import frozen


class State(StrEnum):
    """The state of a setting or service. Only `WRONG` is a fault."""

    WORKS = "works"
    MISSING = "not set"
    WRONG = "wrong"
    WARNING = "warning"
    UNKNOWN = "unknown"


@frozen
class Finding:
    """One line: the subject, its state, and what that means or how to fix it."""

    name: str
    state: State
    note: str = ""

    def __str__(self) -> str:
        return f"{self.name:32} {self.state:8} {self.note}".rstrip()


class Reservation(BotError):
    """Raised by a check: it works, but not in full. The sentence says what works and what doesn't."""
