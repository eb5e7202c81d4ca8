"""arXiv: what can be asked of it. Errors: `SourceDown`, its kind `SourceBusy` where it asked to wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery

SOURCES = ("feed", "api")
"""What `FetchLog` calls arXiv's two sides."""


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a query's answer: `total` papers answer it, `papers` are those from the start asked for on."""

    papers: tuple[Paper, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Announced:
    """One entry of an announcement: `kind` is new, cross, replace or replace-cross, as arXiv says it."""

    paper: Paper
    kind: str


@dataclass(frozen=True, slots=True)
class Harvested:
    """One record of a harvest: the paper at its latest version, and the day (UTC) of its last change at arXiv.

    An announcement is such a change, but so are a replacement, a cross-listing and a journal reference.
    """

    paper: Paper
    changed: date


@dataclass(frozen=True, slots=True)
class Batch:
    """Part of a day's harvest; `token` asks for the next part, empty at the end."""

    records: tuple[Harvested, ...]
    token: str = ""


class Catalogue(Protocol):
    """All papers of arXiv, by question. At most one request every 3 s over all processes, so answers may take long."""

    async def papers(self, ids: Sequence[str]) -> list[Paper]:
        """Those of `ids` (versionless, valid) that exist; the others are left out without a word."""
        ...

    async def titled(self, title: str, limit: int) -> list[Paper]:
        """Papers whose titles hold these words, best first."""
        ...

    async def written_by(self, name: str, limit: int) -> list[Paper]:
        """Papers by people of exactly this name (accents and case aside), newest first."""
        ...

    async def search(self, query: SearchQuery, limit: int) -> Page:
        """At most `limit` papers that hold all of the words and fulfil the conditions, best first by arXiv's own order.

        Where none does, those that hold some of the words. Code links are no condition there.
        """
        ...

    async def submitted(self, archive: str, since: datetime, until: datetime, start: int) -> Page:
        """Papers of an archive (cross-lists too) submitted in between, newest first, from the `start`-th on."""
        ...


class AnnouncementFeed(Protocol):
    """What arXiv announced last, archive by archive."""

    async def today(self, archive: str) -> tuple[Announced, ...]:
        """The current announcement of `archive`, in its order; empty at weekends and on holidays."""
        ...
