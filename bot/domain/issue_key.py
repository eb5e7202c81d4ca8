"""The key of an issue in its channel: the day of a digest, the week of a recap, or the day of the reading club."""

import re
from dataclasses import dataclass
from datetime import date

_CLUB = "-club"
_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})")


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """An ISO 8601 week: it belongs to the year that holds its Thursday."""

    year: int
    number: int

    @staticmethod
    def of(day: date) -> "Week":
        """Return the week of this day."""
        year, number, _ = day.isocalendar()
        return Week(year, number)

    @property
    def sunday(self) -> date:
        """Its last day."""
        return date.fromisocalendar(self.year, self.number, 7)

    def isoformat(self) -> str:
        """Return it like 2026-W36."""
        return f"{self.year:04}-W{self.number:02}"

    def __str__(self) -> str:
        return self.isoformat()


@dataclass(frozen=True, slots=True, order=True)
class ClubDay:
    """The day of a ballot of the reading club, a Friday, or of its pick, a Monday."""

    day: date

    def isoformat(self) -> str:
        """Return it like 2026-09-04-club."""
        return f"{self.day.isoformat()}-club"

    def __str__(self) -> str:
        return self.isoformat()


IssueKey = date | Week | ClubDay


def read_issue_key(text: str) -> IssueKey:
    """Read what `isoformat` of a key wrote. Raises ValueError."""
    if text.endswith(_CLUB):
        return ClubDay(date.fromisoformat(text.removesuffix(_CLUB)))
    found = _WEEK.fullmatch(text)
    if not found:
        return date.fromisoformat(text)
    week = Week(int(found.group(1)), int(found.group(2)))
    return Week.of(week.sunday)  # raises where that year has no such week


def order(edition: IssueKey) -> tuple[date, bool]:
    """Return a sort key: a week's recap comes after the digests of its days, the club after its day's digest."""
    if isinstance(edition, ClubDay):
        return (edition.day, True)
    return (edition.sunday, True) if isinstance(edition, Week) else (edition, False)
