"""Check of this machine's clock against Redis and against HTTP servers."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from bot.domain.errors import StoreDown
from bot.domain.frozen import frozen
from bot.infra.clock_port import Clock
from bot.infra.meter import NO_METER, Meter
from bot.infra.metrics import CLOCK_OFFSET

log = logging.getLogger(__name__)

MAX_OFFSET = timedelta(seconds=60)
"""A digest would come a minute early or late; beyond that, some platforms refuse signed requests."""

WARN_EVERY = timedelta(hours=1)
_MAX_AGE_SECONDS = 7 * 86400


@frozen
class Offset:
    """The time by which our clock is `ahead` of that of `against`; negative if behind."""

    against: str
    ahead: timedelta

    @property
    def is_far(self) -> bool:
        """Return True if the offset is harmful."""
        return abs(self.ahead) > MAX_OFFSET

    def __str__(self) -> str:
        way = "ahead of" if self.ahead > timedelta() else "behind"
        return f"{in_words(abs(self.ahead))} {way} {self.against}"


def offset(against: str, asked: datetime, server_time: datetime, answered: datetime) -> Offset:
    """Compare their time with the midpoint of ours before and after the request (RFC 5905, section 8)."""
    return Offset(against, asked + (answered - asked) / 2 - server_time)


def response_time(headers: Mapping[str, str]) -> datetime | None:
    """Return the time (UTC, whole seconds) of an HTTP response; None if it has no readable one.

    A cache keeps the Date of the original response and gives its age in seconds in Age
    (https://www.rfc-editor.org/rfc/rfc9111#section-5.1). `headers` ignores the case of names.
    """
    age = headers.get("Age", "0").strip()
    try:
        times = parsedate_to_datetime(headers.get("Date", ""))
        seconds = int(age) if age.isascii() and age.isdigit() and len(age) < 10 else 0
        return times.replace(tzinfo=times.tzinfo or UTC).astimezone(UTC) + timedelta(
            seconds=min(seconds, _MAX_AGE_SECONDS)
        )
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


class ClockWatch:
    """Watches the clock in `run`: compares it with Redis on each `look`, and warns at once, then hourly.

    `server_times` returns the time of each Redis server in UTC and raises StoreDown. `went_back` is called at the first
    look and whenever the clock was set back since the last one.
    """

    def __init__(
        self,
        server_times: Callable[[], Awaitable[Sequence[datetime]]],
        clock: Clock,
        meter: Meter = NO_METER,
        went_back: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        self._went_back = went_back
        self._looked: datetime | None = None
        self._server_times = server_times
        self._clock = clock
        self._meter = meter
        self._warned: datetime | None = None

    async def look(self) -> Offset | None:
        """Return the largest offset; None if Redis doesn't answer, which is logged elsewhere. Never raises."""
        try:
            await self._notice_step_back()
            found = await offsets("Redis", self._server_times, self._clock)
        except StoreDown:
            return None
        farthest = max(found, key=lambda each: abs(each.ahead), default=None)
        if farthest:
            self._meter.gauge(CLOCK_OFFSET, farthest.ahead.total_seconds())
            self._warn(farthest)
        return farthest

    async def _notice_step_back(self) -> None:
        now = self._clock.now()
        if self._went_back and (self._looked is None or now < self._looked):
            await self._went_back()
        self._looked = now

    def _warn(self, found: Offset) -> None:
        now = self._clock.now()
        if not found.is_far:
            self._warned = None
        elif self._warned is None or abs(now - self._warned) >= WARN_EVERY:
            self._warned = now
            seconds = round(found.ahead.total_seconds())
            log.warning("This machine's clock is far off: ahead_seconds=%d against=%s", seconds, found.against)


async def offsets(
    against: str, server_times: Callable[[], Awaitable[Sequence[datetime]]], clock: Clock
) -> list[Offset]:
    """Return an offset for each time that `server_times` returns; raises its errors."""
    asked = clock.now()
    times = await server_times()
    answered = clock.now()
    return [offset(against, asked, each, answered) for each in times]


def in_words(span: timedelta) -> str:
    """Return a span in the largest unit of which it has two: "30 days", "119 minutes"."""
    seconds = span.total_seconds()
    for unit, length in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} seconds"
