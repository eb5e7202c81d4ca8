"""Find papers by identifier, address or title: among those known here, at arXiv, or where papers are registered."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from bot.domain.errors import BadInput, SourceDown
from bot.domain.paper import Paper
from bot.domain.paper_source import find_id, looks_like_id, source_of
from bot.domain.text.clean import shorten
from bot.domain.text.normalize import fold
from bot.infra.aio.timeout import NOT_IN_TIME, within
from bot.papers.arxiv_port import Catalogue
from bot.papers.clients.datacite import DataciteClient
from bot.papers.store.papers import PaperStore

log = logging.getLogger(__name__)

EXAMPLE = "An identifier, an address or a title works, such as /paper 2605.05971."

CLOSE_ENOUGH = 75.0
"""Of 100 (rapidfuzz's token_set_ratio): how near a title must be to what was typed to be shown as the one meant."""

LOOKUP_SECONDS = 20.0
"""The longest a person waits for arXiv, whose turn may be taken by others (one request in 3 s)."""


@dataclass(frozen=True, slots=True)
class PaperLookup:
    """Finds the papers that people name. `registry` is asked for a paper while arXiv is down."""

    papers: PaperStore
    catalogue: Catalogue
    registry: DataciteClient | None = None

    async def find_paper(self, query: str) -> Paper:
        """The paper that `query` names; raises BadInput if it names none, SourceDown if nobody can tell."""
        if not query:
            raise BadInput("Which paper?", EXAMPLE)
        paper_id = find_id(query)
        if paper_id is not None:
            return await self._by_id(paper_id)
        if looks_like_id(query):
            raise BadInput(f"“{shorten(query, 80)}” is not an arXiv identifier.", EXAMPLE)
        return await self._by_title(query)

    async def find_papers(
        self, ids: Sequence[str], seconds: float = LOOKUP_SECONDS, late: str = NOT_IN_TIME
    ) -> list[Paper]:
        """Those of `ids` that exist, in their order, with one question to arXiv for all that isn't known here.

        Raises SourceDown if arXiv can't be asked, or takes longer than `seconds` (`late` says so).
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
                LOOKUP_SECONDS, source_of(paper_id).name, self.catalogue.papers([paper_id]), NOT_IN_TIME
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
        """The paper as its registration describes it. It isn't stored, so arXiv is asked the next time."""
        try:
            return await self.registry.paper(paper_id) if self.registry else None
        except SourceDown as down:
            log.info("Nobody else could tell of a paper: id=%s why=%s", paper_id, down)
            return None

    async def _by_title(self, title: str) -> Paper:
        if not any(character.isalnum() for character in title):
            raise BadInput("That names no paper.", EXAMPLE)
        found = await within(LOOKUP_SECONDS, "arXiv", self.catalogue.titled(title, 5), NOT_IN_TIME)
        await self.papers.keep(found)
        for paper in found:
            if fuzz.token_set_ratio(fold(title), fold(paper.title)) >= CLOSE_ENOUGH:
                return paper
        near = tuple(f"/paper {paper.id}" for paper in found[:3])
        hint = f"The nearest is “{shorten(found[0].title, 120)}”." if found else EXAMPLE
        raise BadInput(f"No paper with the title “{shorten(title, 120)}” was found.", hint, near)
