"""What many read: papers that others vote for, in the lists of a day, a week or a month. Plain data.

The order of `/trending`, most votes first, of equals that with more comments, then the newest identifier:

    votes = upvotes on Hugging Face + 10 a channel here that saved it + 5 a channel here that wanted more of it
            + 3 a channel here that follows one of its authors or topics

A save counts for ten since a channel saves a few papers a week while a paper there gets some dozens of upvotes.
"Here" is every channel of this installation but direct messages, which stay private.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.paper import Paper

SAVED, LIKED, FOLLOWED = 10, 5, 3
"""How many upvotes a channel's save, More like this and follow count for."""


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


@dataclass(frozen=True, slots=True)
class Trend:
    """A paper in `/trending`. What Hugging Face didn't say is None; `saved` and those after it count channels here."""

    paper: Paper
    upvotes: int | None = None
    comments: int | None = None
    stars: int | None = None
    saved: int = 0
    liked: int = 0
    followed: int = 0

    @property
    def votes(self) -> int:
        """By the formula above."""
        return (self.upvotes or 0) + SAVED * self.saved + LIKED * self.liked + FOLLOWED * self.followed

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is here, for a person."""
        here = ((self.saved, "saved in"), (self.liked, "more wanted in"), (self.followed, "followed in"))
        said = [f"{why} {number:,} channel{'s' * (number > 1)} here" for number, why in here if number]
        return (*((upvotes_in_words(self.upvotes),) if self.upvotes else ()), *said)


@dataclass(frozen=True, slots=True)
class Trending:
    """What is trending, most votes first. `period` is the one shown, which may be before the one asked for.

    `notes` are sentences on what isn't as one might expect; `asked` is when Hugging Face's list was read (UTC), None
    where there is none, and `trouble` says why it isn't a fresh one. Without `papers`, the notes say why.
    """

    period: Period
    papers: tuple[Trend, ...]
    notes: tuple[str, ...] = ()
    asked: datetime | None = None
    trouble: str = ""


def upvotes_in_words(upvotes: int) -> str:
    """ "↑ 37 on Hugging Face"."""
    return f"↑ {upvotes:,} on Hugging Face"


def by_votes(trends: Iterable[Trend]) -> tuple[Trend, ...]:
    """In the order above."""
    newest = sorted(trends, key=lambda one: one.paper.id, reverse=True)
    return tuple(sorted(newest, key=lambda one: (-one.votes, -(one.comments or 0))))
