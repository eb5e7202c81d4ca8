"""Finds papers by identifier, address or title: in the store, at arXiv, or in DataCite's registry."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from bot.domain.errors import BadInput, SourceDown
from bot.domain.paper import Paper
from bot.domain.paper_source import find_id, looks_like_id, source_of
from bot.domain.text.clean import shorten
from bot.domain.text.normalize import fold
from bot.infra.aio.timeout import NOT_IN_TIME, within
from bot.papers.arxiv_port import Catalogue
from bot.papers.store.papers import PaperStore

if TYPE_CHECKING:  # its HTTP library takes a fifth of a second to load
    from bot.papers.clients.datacite import DataciteClient

log = logging.getLogger(__name__)

EXAMPLE = "An identifier, an address or a title works, such as /paper 2605.05971."

MIN_TITLE_SIMILARITY = 75.0
"""Minimum similarity (rapidfuzz's token_set_ratio, of 100) of a title and the typed text."""

LOOKUP_TIMEOUT = 20.0
"""Seconds to wait for arXiv, whose lock others may hold (one request in 3 s)."""


@dataclass(frozen=True, slots=True)
class PaperLookup:
    """Finder of papers that users name; `registry` replaces arXiv while it is down."""

    papers: PaperStore
    catalogue: Catalogue
    registry: "DataciteClient | None" = None

    async def find_paper(self, query: str) -> Paper:
        """Return the paper that `query` names; raises BadInput if there is none, SourceDown if arXiv is down."""
        if not query:
            raise BadInput("Which paper?", EXAMPLE)
        paper_id = find_id(query)
        if paper_id is not None:
            return await self._by_id(paper_id)
        if looks_like_id(query):
            raise BadInput(f"“{shorten(query, 80)}” is not an arXiv identifier.", EXAMPLE)
        return await self._by_title(query)

    async def find_papers(
        self, ids: Sequence[str], seconds: float = LOOKUP_TIMEOUT, late: str = NOT_IN_TIME
    ) -> list[Paper]:
        """Return those of `ids` that exist, in order, with one request to arXiv for unknown ones.

        Raises SourceDown if arXiv is down or takes longer than `seconds` (`late` is the sentence for that).
        """
        known = await self.papers.get(ids)
        missing = [paper_id for paper_id in ids if paper_id not in known]
        found = await within(seconds, "arXiv", self.catalogue.papers(missing), late) if missing else []
        await self.papers.keep(found)
        known |= {paper.id: paper for paper in found}
        return [known[paper_id] for paper_id in ids if paper_id in known]

    async def _by_id(self, paper_id: str) -> Paper:
        known = (await self.papers.get([paper_id])).get(paper_id)
        if known and known.published:
            return known
        try:
            found = await within(
                LOOKUP_TIMEOUT, source_of(paper_id).name, self.catalogue.papers([paper_id]), NOT_IN_TIME
            )
        except SourceDown:
            if known is None and (registered := await self._registered(paper_id)):
                return registered
            if known is None:
                raise
            return known  # as the announcement had it: without dates and comment
        if not found and known is None:
            raise BadInput(f"{source_of(paper_id).name} has no paper {paper_id}.", EXAMPLE)
        await self.papers.keep(found)
        return (await self.papers.get([paper_id])).get(paper_id) or found[0]

    async def _registered(self, paper_id: str) -> Paper | None:
        """Return the paper as registered at DataCite; it isn't stored, hence arXiv is asked again next time."""
        try:
            return await self.registry.paper(paper_id) if self.registry else None
        except SourceDown as down:
            log.info("Nobody else could tell of a paper: id=%s why=%s", paper_id, down)
            return None

    async def _by_title(self, title: str) -> Paper:
        if not any(character.isalnum() for character in title):
            raise BadInput("That names no paper.", EXAMPLE)
        found = await within(LOOKUP_TIMEOUT, "arXiv", self.catalogue.titled(title, 5), NOT_IN_TIME)
        await self.papers.keep(found)
        for paper in found:
            if fuzz.token_set_ratio(fold(title), fold(paper.title)) >= MIN_TITLE_SIMILARITY:
                return paper
        near = tuple(f"/paper {paper.id}" for paper in found[:3])
        hint = f"The nearest is “{shorten(found[0].title, 120)}”." if found else EXAMPLE
        raise BadInput(f"No paper with the title “{shorten(title, 120)}” was found.", hint, near)
