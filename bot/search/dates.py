"""Parses days as users type them in a search: 2026-07-01, 2026-07, today, "last week", 14d, July, Monday. Pure."""

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta

from bot.domain.frozen import frozen

EARLIEST_YEAR, LATEST_YEAR = 1991, 2099
"""arXiv began in August 1991 (https://info.arxiv.org/about/index.html)."""

_SEPARATED = re.compile(r"([0-9]{4})(?:[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?)?")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})?")
_AGO = re.compile(r"([0-9]{1,3})\s*(?:(d)(?:ays?)?|(w)(?:eeks?)?|(m)(?:onths?)?|(y)(?:ears?)?)(?:\s+ago)?")
_DAYS_OF = {"d": 1, "w": 7, "m": 30, "y": 365}
_MAX_LENGTH = 40
_MONTHS = tuple(name.lower() for name in calendar.month_name)
_WEEKDAYS = tuple(name.lower() for name in calendar.day_name)
_DAY_OF_MONTH = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_MONTH = rf"(?P<month>{'|'.join(f'{name}|{name[:3]}[.]?' for name in _MONTHS[1:])}|sept[.]?)"
_SPOKEN = (
    re.compile(rf"{_MONTH}(?: {_DAY_OF_MONTH})?(?:,? (?P<year>[0-9]{{4}}))?"),
    re.compile(rf"(?:the )?{_DAY_OF_MONTH} (?:of )?{_MONTH}(?:,? (?P<year>[0-9]{{4}}))?"),
)
"""July, Jul 15, July 15th, 15 July 2026."""


@frozen
class Days:
    """A range of days, `first` to `last`, both included."""

    first: date
    last: date


def read_days(text: str, today: date) -> Days | None:
    """Return the days that `text` names, relative to `today` (UTC); None if it names none."""
    normalized = " ".join(text[:_MAX_LENGTH].lower().replace("_", " ").split())
    if named := _NAMED.get(normalized):
        return named(today)
    if ago := _AGO.fullmatch(normalized):
        day = max(
            today - timedelta(days=int(ago[1]) * _DAYS_OF[ago.group(ago.lastindex or 0)]), date(EARLIEST_YEAR, 1, 1)
        )
        return Days(day, day)
    if spoken := _spoken(normalized, today):
        return spoken
    if (parts := _parts(normalized)) is None or _clamped(*parts) != parts:
        return None
    return _whole(*parts)


def _spoken(text: str, today: date) -> Days | None:
    """Return the days of a month or weekday by name: the latest one that has begun."""
    name = text.removeprefix("last ").removeprefix("this ")
    if name in _WEEKDAYS:
        day = today - timedelta(days=(today.weekday() - _WEEKDAYS.index(name)) % 7)
        return Days(day, day)
    found = next(filter(None, (pattern.fullmatch(name) for pattern in _SPOKEN)), None)
    if found is None:
        return None
    month = next(number for number, known in enumerate(_MONTHS) if number and known.startswith(found["month"][:3]))
    day_of_month = int(found["day"]) if found["day"] else None
    year = int(found["year"]) if found["year"] else today.year - ((month, day_of_month or 1) > (today.month, today.day))
    parts = (year, month, day_of_month)
    return _whole(*parts) if _clamped(*parts) == parts else None


def nearest_day(text: str) -> str:
    """Return the valid date nearest to an impossible one: 2026-02-28 for 2026-02-30; empty for words."""
    parts = _parts(text[:_MAX_LENGTH].strip())
    if parts is None:
        return ""
    return "-".join(f"{part:02}" for part in _clamped(*parts) if part is not None)


def _parts(text: str) -> tuple[int, int | None, int | None] | None:
    found = _SEPARATED.fullmatch(text) or _COMPACT.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    return (year or 0, month, day)


def _clamped(year: int, month: int | None, day: int | None) -> tuple[int, int | None, int | None]:
    """Return the nearest date in the calendar and in arXiv's time."""
    year = min(max(year, EARLIEST_YEAR), LATEST_YEAR)
    month = min(max(month, 1), 12) if month is not None else None
    if day is not None and month is not None:
        day = min(max(day, 1), calendar.monthrange(year, month)[1])
    return year, month, day


def _whole(year: int, month: int | None, day: int | None) -> Days:
    if month is None:
        return Days(date(year, 1, 1), date(year, 12, 31))
    if day is None:
        return Days(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
    return Days(date(year, month, day), date(year, month, day))


def _week(day: date) -> Days:
    """Return the day's week, Monday to Sunday (ISO 8601)."""
    monday = day - timedelta(days=day.weekday())
    return Days(monday, monday + timedelta(days=6))


def _month(day: date) -> Days:
    return _whole(day.year, day.month, None)


_NAMED: dict[str, Callable[[date], Days]] = {
    "today": lambda today: Days(today, today),
    "yesterday": lambda today: Days(today - timedelta(days=1), today - timedelta(days=1)),
    "this week": _week,
    "last week": lambda today: _week(today - timedelta(days=7)),
    "this month": _month,
    "last month": lambda today: _month(today.replace(day=1) - timedelta(days=1)),
    "this year": lambda today: _whole(today.year, None, None),
    "last year": lambda today: _whole(today.year - 1, None, None),
}
