"""Status of a round of fetching, and what is still pending, as data and sentences."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.categories import ARCHIVES, aliases, archive_of, is_category
from bot.domain.channel import Follow, Kind
from bot.domain.paper_source import PAPER_SOURCES
from bot.domain.schedule import API_EVERY, FEED_EVERY, fetch_due
from bot.papers.arxiv_port import SOURCES
from bot.papers.store.fetch_log import FetchLog

FEED, API = SOURCES
DOUBT = "doubt"
"""Fetch log source for suspiciously empty answers of the API."""
RECENT = {FEED: "feed-recent", API: "api-recent"}
"""Fetch log sources for answers that are enough for a digest: about some categories, of the API about the last days."""
LOGGED = (*SOURCES, *RECENT.values())
"""All fetch log sources of arXiv's answers."""
CUT_OFF = "cut-off"
"""Fetch log source for groups of archives whose feed was too long, by their label."""
WHOLE = "all"
"""Fetch log archive of a source other than arXiv, which is read as a whole."""
MAX_CATEGORIES = 4
"""Maximum categories of an archive to ask for by themselves: those that channels follow have most of its papers."""
DAYS_MISSED = "papers that moderation held up may be missing of the days when arXiv was not read"

_EVERY = {FEED: FEED_EVERY, API: API_EVERY}
NAMES = {FEED: "arXiv's announcement feed", API: "arXiv's API"}


@dataclass(slots=True)
class FetchStatus:
    """Result of a round of fetching: `failed` has the archives and categories without a complete answer, by source.

    `in_doubt` are those where the API had nothing although the feed announces papers; they are asked again.
    `days_missed` is a sentence if a gap wasn't filled; no digest waits for that. `under_way`: a round is running now.
    """

    new: int = 0
    failed: dict[str, list[str]] = field(default_factory=lambda: {FEED: [], API: []})
    in_doubt: list[str] = field(default_factory=list)
    days_missed: str = ""
    under_way: bool = False

    @property
    def complete(self) -> bool:
        """True if everything that digests wait for was answered."""
        return not any(self.failed.values())

    def of(self, codes: Collection[str]) -> "FetchStatus":
        """Return the part about these archives and categories of arXiv, and about all other sources."""
        failed = {
            source: [one for one in names if source not in SOURCES or one in codes]
            for source, names in self.failed.items()
        }
        return replace(self, failed=failed)

    @property
    def settled(self) -> bool:
        """True if nothing must be asked again soon."""
        return self.complete and not self.in_doubt and not self.days_missed

    @property
    def missing(self) -> tuple[str, ...]:
        """A sentence for each source that was down."""
        down = (_missing(source, archives) for source, archives in self.failed.items() if archives)
        return (*down, *filter(None, (self.days_missed,)))


async def unanswered(fetches: FetchLog) -> FetchStatus:
    """Return the archives that got no complete answer, in any process; `new` is 0."""
    others = (prefix for prefix in PAPER_SOURCES if prefix)
    return FetchStatus(failed={source: sorted(await fetches.unanswered(source)) for source in (*SOURCES, *others)})


def codes_due(
    source: str, last: Mapping[str, datetime], now: datetime, digest_near: bool, codes: Iterable[str] = ARCHIVES
) -> list[str]:
    """Return those of `codes` that are due at a source at `now`, from its last answers; see `schedule.fetch_due`."""
    return [code for code in codes if fetch_due(answered(code, last), now, _EVERY[source], digest_near)]


def answered(code: str, last: Mapping[str, datetime]) -> datetime | None:
    """Return the last answer about an archive or a category; one about its archive is one about the category."""
    return max((last[one] for one in (code, archive_of(code)) if one in last), default=None)


def codes_needed(follows: Iterable[Follow]) -> frozenset[str]:
    """Return the categories and archives that have the papers for `follows`: pure. People and topics are anywhere."""
    followed = list(follows)
    if not all(follow.kind is Kind.CATEGORY for follow in followed):
        return frozenset(ARCHIVES)
    return frozenset(filter(None, (_known(code) for follow in followed for code in aliases(follow.what))))


def joined(codes: Mapping[str, datetime]) -> dict[str, datetime]:
    """Return the codes to ask for, each with its earliest instant: an archive stands for more than a few of its own."""
    sizes = Counter(map(archive_of, codes))
    found: dict[str, datetime] = {}
    for code, instant in sorted(codes.items(), key=_place):
        archive = archive_of(code)
        asked = archive if archive in codes or sizes[archive] > MAX_CATEGORIES else code
        found[asked] = min(instant, found.get(asked, instant))
    return found


def _known(code: str) -> str:
    """Return a stored code, or its archive if there is no such category; empty if there is neither."""
    return next((one for one in (code, archive_of(code)) if is_category(one) == one), "")


def _place(asked: tuple[str, datetime]) -> tuple[int, str]:
    code = asked[0]
    return ARCHIVES.index(archive_of(code)), code


def _missing(source: str, archives: Sequence[str]) -> str:
    if archives == [WHOLE]:
        return f"{PAPER_SOURCES[source].name} did not answer"
    if len(archives) == len(ARCHIVES):
        return f"{NAMES[source]} did not answer"
    return f"{NAMES[source]} did not answer for {shortened(archives)}"


def shortened(archives: Sequence[str]) -> str:
    """Return the names of the first four archives and the number of the rest."""
    return ", ".join(archives[:4]) + (f" and {len(archives) - 4} more" if len(archives) > 4 else "")
