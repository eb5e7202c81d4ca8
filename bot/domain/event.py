"""An appointment, as plain data; platforms with a calendar of their own put it there."""

from datetime import datetime

from bot.domain.frozen import frozen


@frozen
class Event:
    """What people meet for, from `starts` to `ends` (UTC)."""

    name: str
    starts: datetime
    ends: datetime
    about: str = ""
