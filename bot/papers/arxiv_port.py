"""Port of arXiv. Errors: `SourceDown`; `SourceBusy` if arXiv asks to wait."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery

SOURCES = ("feed", "api")
"""Names of arXiv's two sources in `FetchLog`."""

MOST_IN_FEED = 2000
"""arXiv cuts a feed off there, whatever it holds (https://info.arxiv.org/help/rss.html)."""


@frozen
class Page:
    """Part of a query's answer: `papers` from the requested start on, of `total`."""

    papers: tuple[Paper, ...]
    total: int


@frozen
class Announced:
    """An entry of an announcement; `kind` is new, cross, replace or replace-cross, as in arXiv's feed."""

    paper: Paper
    kind: str


@frozen
class Harvested:
    """A record of a harvest: the paper's latest version, and the day (UTC) of its last change at arXiv.

    Changes are announcements, but also replacements, cross-listings and journal references.
    """

    paper: Paper
    changed: date


@frozen
class Batch:
    """Part of a day's harvest; `token` requests the next part, empty at the end."""

    records: tuple[Harvested, ...]
    token: str = ""


class Catalogue(Protocol):
    """Queries over all of arXiv. One request in 3 s over all processes, hence answers may take long."""

    async def papers(self, ids: Sequence[str]) -> list[Paper]:
        """Return those of `ids` (versionless, valid) that exist."""
        ...

    async def titled(self, title: str, limit: int) -> list[Paper]:
        """Return papers with these words in their titles, best first."""
        ...

    async def written_by(self, name: str, limit: int) -> list[Paper]:
        """Return papers by authors of exactly this name (ignoring accents and case), newest first."""
        ...

    async def search(self, query: SearchQuery, limit: int) -> Page:
        """Return at most `limit` papers with all words and conditions, in arXiv's order, best first.

        If there are none, papers with some of the words. Code links aren't a condition there.
        """
        ...

    async def submitted(self, archives: Sequence[str], since: datetime, until: datetime, start: int) -> Page:
        """Return the archives' papers (with cross-lists) submitted in between, newest first, from the `start`-th on."""
        ...


class AnnouncementFeed(Protocol):
    """arXiv's latest announcement, of any archives together."""

    async def today(self, *archives: str) -> tuple[Announced, ...]:
        """Return the current announcement of `archives`, in its order; empty at weekends and on holidays.

        A paper is new if one of `archives` is its own. `MOST_IN_FEED` entries are perhaps not all.
        """
        ...
