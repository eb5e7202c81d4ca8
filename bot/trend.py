"""What many read: papers that others vote for, in the lists of a day, a week or a month. Plain data."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.paper import Paper


class Span(StrEnum):
    """How long a list reaches."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """One day, ISO week or month; `first` is its first day."""

    span: Span
    first: date

    @property
    def name(self) -> str:
        """2026-07-31, 2026-W31 or 2026-07: the same for every day in it."""
        match self.span:
            case Span.DAY:
                return self.first.isoformat()
            case Span.WEEK:
                year, week, _ = self.first.isocalendar()
                return f"{year:04}-W{week:02}"
            case Span.MONTH:
                return f"{self.first.year:04}-{self.first.month:02}"

    @property
    def before(self) -> "Period":
        """The period that ended the day before. Raises OverflowError before the year 1."""
        return period_of(self.span, self.first - timedelta(days=1))


def period_of(span: Span, day: date) -> Period:
    """The period of that length which `day` lies in; weeks begin on Monday (ISO 8601)."""
    match span:
        case Span.DAY:
            return Period(span, day)
        case Span.WEEK:
            return Period(span, day - timedelta(days=day.weekday()))
        case Span.MONTH:
            return Period(span, day.replace(day=1))


@dataclass(frozen=True, slots=True)
class Upvoted:
    """A paper as Hugging Face lists it. What it didn't say is None, which is not the same as 0.

    `stars` are those of the code on GitHub, where `paper.code_url` leads.
    """

    paper: Paper
    upvotes: int | None = None
    comments: int | None = None
    stars: int | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as it was at `asked` (UTC), most upvotes first."""

    period: Period
    asked: datetime
    papers: tuple[Upvoted, ...] = field(default=())


def by_upvotes(papers: tuple[Upvoted, ...]) -> tuple[Upvoted, ...]:
    """Most upvotes first, of equals the newest identifier."""
    newest = sorted(papers, key=lambda one: one.paper.id, reverse=True)
    return tuple(sorted(newest, key=lambda one: -(one.upvotes or 0)))
