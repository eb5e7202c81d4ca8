"""Whether this machine's clock can be trusted: compared with Redis' and with that of a server that answered."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from bot.domain.errors import StoreDown
from bot.infra.clock_port import Clock
from bot.infra.meter import NO_METER, Meter
from bot.infra.metrics import CLOCK_OFFSET

log = logging.getLogger(__name__)

FAR_OFF = timedelta(seconds=60)
"""A digest would come a minute early or late; beyond that, some platforms refuse signed requests."""

WARN_EVERY = timedelta(hours=1)
_OLDEST_SECONDS = 7 * 86400


@dataclass(frozen=True, slots=True)
class Offset:
    """How far our clock is `ahead` (behind, where negative) of that of `against`."""

    against: str
    ahead: timedelta

    @property
    def is_far(self) -> bool:
        """Whether that does harm."""
        return abs(self.ahead) > FAR_OFF

    def __str__(self) -> str:
        way = "ahead of" if self.ahead > timedelta() else "behind"
        return f"{_in_words(abs(self.ahead))} {way} {self.against}"


def offset(against: str, asked: datetime, theirs: datetime, answered: datetime) -> Offset:
    """Compares the time they told with the middle of ours before and after asking (RFC 5905, section 8)."""
    return Offset(against, asked + (answered - asked) / 2 - theirs)


def told_in(headers: Mapping[str, str]) -> datetime | None:
    """The time (UTC, whole seconds) of an HTTP answer; None where it doesn't tell, or not readably.

    A cache on the way keeps the Date of the first answer and says in Age how many seconds ago that was
    (https://www.rfc-editor.org/rfc/rfc9111#section-5.1). `headers` finds names in any case.
    """
    age = headers.get("Age", "0").strip()
    try:
        told = parsedate_to_datetime(headers.get("Date", ""))
        seconds = int(age) if age.isascii() and age.isdigit() and len(age) < 10 else 0
        return told.replace(tzinfo=told.tzinfo or UTC).astimezone(UTC) + timedelta(
            seconds=min(seconds, _OLDEST_SECONDS)
        )
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


class ClockWatch:
    """For `run`: compares with Redis as often as it is asked to, and warns at once, then hourly.

    `theirs` tells the time of each Redis server in UTC and raises StoreDown.
    """

    def __init__(
        self, theirs: Callable[[], Awaitable[Sequence[datetime]]], clock: Clock, meter: Meter = NO_METER
    ) -> None:
        self._theirs = theirs
        self._clock = clock
        self._meter = meter
        self._warned: datetime | None = None

    async def look(self) -> Offset | None:
        """The farthest offset; None where Redis doesn't answer, which others say. Never raises."""
        try:
            found = await offsets("Redis", self._theirs, self._clock)
        except StoreDown:
            return None
        farthest = max(found, key=lambda each: abs(each.ahead), default=None)
        if farthest:
            self._meter.gauge(CLOCK_OFFSET, farthest.ahead.total_seconds())
            self._say(farthest)
        return farthest

    def _say(self, found: Offset) -> None:
        now = self._clock.now()
        if not found.is_far:
            self._warned = None
        elif self._warned is None or abs(now - self._warned) >= WARN_EVERY:
            self._warned = now
            seconds = round(found.ahead.total_seconds())
            log.warning("This machine's clock is far off: ahead_seconds=%d against=%s", seconds, found.against)


async def offsets(against: str, theirs: Callable[[], Awaitable[Sequence[datetime]]], clock: Clock) -> list[Offset]:
    """One for each time that `theirs` tells; raises what it raises."""
    asked = clock.now()
    told = await theirs()
    answered = clock.now()
    return [offset(against, asked, each, answered) for each in told]


def _in_words(span: timedelta) -> str:
    seconds = span.total_seconds()
    for unit, length in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} seconds"
