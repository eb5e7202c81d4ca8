"""Trending papers of a day, week or month, and their order.

`/trending` sorts by votes, then by comments, then by the newest id:

    votes = upvotes on Hugging Face + 10 for each channel here that saved it + 5 for each that wanted more like it
            + 3 for each that follows one of its authors or topics

A save counts ten, since a channel saves a few papers a week while a popular paper gets dozens of upvotes.
"Here" is what a reader may know of (`bot/trending/visible.py`): their own channel, and other channels only as many
together. Direct messages stay private and don't count.
"""

from collections.abc import Iterable
from dataclasses import field
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.frozen import frozen
from bot.domain.paper import Paper

SAVED, LIKED, FOLLOWED = 10, 5, 3
"""Upvotes that a channel's save, More like this and follow count as."""


class Span(StrEnum):
    """The length of a list."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@frozen
class Period:
    """One day, ISO week or month; `first` is its first day."""

    span: Span
    first: date

    @property
    def name(self) -> str:
        """2026-07-31, 2026-W31 or 2026-07."""
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
        """The previous period. Raises OverflowError before the year 1."""
        return period_of(self.span, self.first - timedelta(days=1))


def period_of(span: Span, day: date) -> Period:
    """Return the period that contains `day`; weeks begin on Monday (ISO 8601)."""
    match span:
        case Span.DAY:
            return Period(span, day)
        case Span.WEEK:
            return Period(span, day - timedelta(days=day.weekday()))
        case Span.MONTH:
            return Period(span, day.replace(day=1))


@frozen
class Upvoted:
    """A paper as Hugging Face lists it; None means unknown, not 0. `stars` are GitHub's, for `paper.code_url`."""

    paper: Paper
    upvotes: int | None = None
    comments: int | None = None
    stars: int | None = None


@frozen
class Listing:
    """A list as of `asked` (UTC), most upvotes first."""

    period: Period
    asked: datetime
    papers: tuple[Upvoted, ...] = field(default=())


def by_upvotes(papers: tuple[Upvoted, ...]) -> tuple[Upvoted, ...]:
    """Sort by upvotes, most first, then by the newest id."""
    newest = sorted(papers, key=lambda one: one.paper.id, reverse=True)
    return tuple(sorted(newest, key=lambda one: -(one.upvotes or 0)))


@frozen
class Trend:
    """A paper in `/trending`. None means unknown; `saved`, `liked` and `followed` count channels here.

    A count of 1 is always the reader's own channel.
    """

    paper: Paper
    upvotes: int | None = None
    comments: int | None = None
    stars: int | None = None
    saved: int = 0
    liked: int = 0
    followed: int = 0

    @property
    def votes(self) -> int:
        """By the formula of this module."""
        return (self.upvotes or 0) + SAVED * self.saved + LIKED * self.liked + FOLLOWED * self.followed

    @property
    def reasons(self) -> tuple[str, ...]:
        """Reasons for people."""
        here = ((self.saved, "saved in"), (self.liked, "more wanted in"), (self.followed, "followed in"))
        said = [f"{why} {_channels(number)}" for number, why in here if number]
        return (*((upvotes_in_words(self.upvotes),) if self.upvotes else ()), *said)


@frozen
class Trending:
    """Trending papers, most votes first. `period` is the one shown, which may be before the one asked for.

    `notes` are sentences about anything unexpected; if there are no papers, they say why. `asked` is when Hugging
    Face's list was read (UTC), or None; `trouble` says why the list isn't fresh.
    """

    period: Period
    papers: tuple[Trend, ...]
    notes: tuple[str, ...] = ()
    asked: datetime | None = None
    trouble: str = ""


def _channels(number: int) -> str:
    return "this channel" if number == 1 else f"{number:,} channels here"


def upvotes_in_words(upvotes: int) -> str:
    """ "↑ 37 on Hugging Face"."""
    return f"↑ {upvotes:,} on Hugging Face"


def by_votes(trends: Iterable[Trend]) -> tuple[Trend, ...]:
    """Sort as described in this module."""
    newest = sorted(trends, key=lambda one: one.paper.id, reverse=True)
    return tuple(sorted(newest, key=lambda one: (-one.votes, -(one.comments or 0))))
