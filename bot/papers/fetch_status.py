"""How a round of asking the sources went, and what they still owe us, in data and in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.categories import ARCHIVES
from bot.domain.paper_source import PAPER_SOURCES
from bot.domain.schedule import API_EVERY, FEED_EVERY, fetch_due
from bot.papers.arxiv_port import SOURCES
from bot.papers.store.fetch_log import FetchLog

FEED, API = SOURCES
DOUBT = "doubt"
"""The source under which the fetch log keeps when the API had nothing for an archive that it should have had."""
WHOLE = "all"
"""The archive under which the fetch log keeps a source beside arXiv, by its prefix: it is read as a whole."""
DAYS_MISSED = "papers that moderation held up may be missing of the days when arXiv was not read"

_EVERY = {FEED: FEED_EVERY, API: API_EVERY}
NAMES = {FEED: "arXiv's announcement feed", API: "arXiv's API"}


@dataclass(slots=True)
class FetchStatus:
    """How a round of fetching went: `failed` holds the archives each source gave no complete answer for.

    `in_doubt` are those of which the API had nothing although the feed announces papers there: they are asked again.
    `days_missed` is a sentence where a gap could not be filled; no digest waits for that. `under_way`: somebody asks
    at this very moment.
    """

    new: int = 0
    failed: dict[str, list[str]] = field(default_factory=lambda: {FEED: [], API: []})
    in_doubt: list[str] = field(default_factory=list)
    days_missed: str = ""
    under_way: bool = False

    @property
    def complete(self) -> bool:
        """Whether everything that a digest waits for was answered."""
        return not any(self.failed.values())

    @property
    def settled(self) -> bool:
        """Whether nothing at all has to be asked again soon."""
        return self.complete and not self.in_doubt and not self.days_missed

    @property
    def missing(self) -> tuple[str, ...]:
        """A sentence for each source that was down."""
        down = (_missing(source, archives) for source, archives in self.failed.items() if archives)
        return (*down, *filter(None, (self.days_missed,)))


async def unanswered(fetches: FetchLog) -> FetchStatus:
    """The archives for which a source was asked and gave no complete answer, whoever asked; `new` is 0."""
    others = (prefix for prefix in PAPER_SOURCES if prefix)
    return FetchStatus(failed={source: sorted(await fetches.unanswered(source)) for source in (*SOURCES, *others)})


def archives_due(source: str, last: Mapping[str, datetime], now: datetime, digest_near: bool) -> list[str]:
    """The archives that a source is to be asked for at `now`, by when it last answered; see `schedule.fetch_due`."""
    return [archive for archive in ARCHIVES if fetch_due(last.get(archive), now, _EVERY[source], digest_near)]


def _missing(source: str, archives: Sequence[str]) -> str:
    if archives == [WHOLE]:
        return f"{PAPER_SOURCES[source].name} did not answer"
    if len(archives) == len(ARCHIVES):
        return f"{NAMES[source]} did not answer"
    named = ", ".join(archives[:4]) + (f" and {len(archives) - 4} more" if len(archives) > 4 else "")
    return f"{NAMES[source]} did not answer for {named}"
