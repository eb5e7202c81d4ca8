"""An appointment, as plain data; platforms with a calendar of their own put it there."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Event:
    """What people meet for, from `starts` to `ends` (UTC)."""

    name: str
    starts: datetime
    ends: datetime
    about: str = ""
