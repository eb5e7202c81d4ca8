"""Finds papers by identifier, address or title: in the store, at arXiv, or in DataCite's registry.

A title that isn't surely a paper's own is never answered with a paper: WhichPaper asks which one is meant.
"""

import asyncio
import logging
import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from bot.domain.arxiv_id import version_of
from bot.domain.card import Button
from bot.domain.errors import BadInput, SourceDown, StoreDown, WhichPaper
from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.domain.paper_source import find_ids, looks_like_id, source_of
from bot.domain.purpose import Purpose, means_thread, number_in
from bot.domain.search_query import SearchQuery
from bot.domain.text.clean import shorten
from bot.domain.wording import listed
from bot.infra.aio.timeout import NOT_IN_TIME, within
from bot.papers import titles
from bot.papers.arxiv_port import Catalogue
from bot.papers.index_port import SearchIndex
from bot.papers.store.papers import PaperStore

if TYPE_CHECKING:  # its HTTP library takes a fifth of a second to load
    from bot.papers.clients.datacite import DataciteClient

log = logging.getLogger(__name__)

EXAMPLE = "Paste its link or ID, such as 2605.05971, or type its whole title."
THREADLESS = "Paste its link or ID."

MOST_BY_TITLE = 5
MOST_CHOICES = 10
MOST_AT_ONCE = 20
"""Papers that one message may name for a command that takes several."""
SHOW = Purpose()

_WORD = re.compile(r"[^\W_][\w.'’-]*")

KNOWN_TIMEOUT = 1.0
"""Seconds to wait for titles known here; arXiv is asked then."""

LOOKUP_TIMEOUT = 20.0
"""Seconds to wait for arXiv, whose lock others may hold (one request in 3 s)."""


@frozen
class PaperLookup:
    """Finder of papers that users name; `registry` replaces arXiv while it is down, `index` finds titles known here."""

    papers: PaperStore
    catalogue: Catalogue
    registry: "DataciteClient | None" = None
    index: SearchIndex | None = None

    async def find_paper(self, query: str, purpose: Purpose = SHOW) -> Paper:
        """Return the paper that `query` surely names: by id, link or title, or as the one of the thread.

        Raises WhichPaper with the closest ones if that isn't sure, SourceDown if arXiv is down.
        """
        if not query:
            raise WhichPaper("Which paper?", EXAMPLE, purpose)
        ids = find_ids(query)
        if len(ids) > 1:
            raise await self._which(ids, purpose)
        if paper_id := ids[0] if ids else number_in(query, purpose.thread):
            return await self._by_id(paper_id, purpose, version_in(query))
        if means_thread(query) and len(purpose.thread) == 1:
            return await self._by_id(purpose.thread[0], purpose)
        if means_thread(query):
            raise await self._which(purpose.thread, purpose)
        if looks_like_id(query):
            raise WhichPaper(f"“{shorten(query, 80)}” isn't an arXiv ID or link.", EXAMPLE, purpose)
        return await self._by_title(query, purpose)

    async def find_named(self, query: str, purpose: Purpose = SHOW) -> tuple[list[Paper], str]:
        """Return the papers of all ids in `query`, or the one paper that it names, and a sentence on those left out.

        Raises WhichPaper as `find_paper` does, BadInput for more ids than MOST_AT_ONCE, SourceDown if arXiv is down and
        none of the papers is known here.
        """
        ids = find_ids(query)
        if len(ids) < 2:
            return [await self.find_paper(query, purpose)], ""
        if len(ids) > MOST_AT_ONCE:
            raise BadInput(
                f"I can take {MOST_AT_ONCE} papers at once; these are {len(ids)}.", "Send them in several messages."
            )
        left_out: Callable[[Sequence[str]], str] = _not_there
        try:
            found = await self.find_papers(ids)
        except SourceDown as down:
            known = await self.papers.get(ids)
            if not known:
                raise
            found = [known[paper_id] for paper_id in ids if paper_id in known]
            left_out = partial(_unreachable, down)
        here = {paper.id for paper in found}
        missing = [paper_id for paper_id in ids if paper_id not in here]
        if not found:
            raise WhichPaper(_not_there(missing), EXAMPLE, purpose)
        return found, left_out(missing) if missing else ""

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

    async def _by_id(self, paper_id: str, purpose: Purpose, version: int = 0) -> Paper:
        """Return the paper from the store, unless `version` or its dates are missing there."""
        known = (await self.papers.get([paper_id])).get(paper_id)
        if known and known.published and known.version >= version:
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
            return known  # as the announcement had it, without dates and comment, or an earlier version
        if not found and known is None:
            raise WhichPaper(_not_there([paper_id]), EXAMPLE, purpose)
        await self.papers.keep(found)
        return (await self.papers.get([paper_id])).get(paper_id) or found[0]

    async def _registered(self, paper_id: str) -> Paper | None:
        """Return the paper as registered at DataCite; it isn't stored, hence arXiv is asked again next time."""
        try:
            return await self.registry.paper(paper_id) if self.registry else None
        except SourceDown as down:
            log.info("Nobody else could tell of a paper: id=%s why=%s", paper_id, down)
            return None

    async def _which(self, ids: Sequence[str], purpose: Purpose) -> WhichPaper:
        """Return the question which of these papers is meant; without any, which paper at all."""
        asked = ids[:MOST_CHOICES]
        found = await self.find_papers(asked) if asked else []
        if asked and not found:
            return WhichPaper(_not_there(asked), THREADLESS, purpose)
        return WhichPaper("Which of these papers?" if found else "Which paper?", THREADLESS, purpose, tuple(found))

    async def _by_title(self, title: str, purpose: Purpose) -> Paper:
        if not any(character.isalnum() for character in title):
            raise WhichPaper("That isn't a paper ID, link or title.", EXAMPLE, purpose)
        known = await self._known_by_title(title)
        if len(same := titles.exact(title, known)) == 1:
            return same[0]
        near, hint = [paper for paper in known if titles.is_near(title, paper)], ""
        try:
            found = await within(LOOKUP_TIMEOUT, "arXiv", self.catalogue.titled(title, MOST_BY_TITLE), NOT_IN_TIME)
        except SourceDown as down:
            if not near:
                raise
            found, hint = [], f"{down.sentence} So these are papers known here only."
        else:
            await self.papers.keep(found)
        if paper := titles.meant(title, [*found, *near]):
            return paper
        raise _not_sure(title, [*found, *near], purpose, hint)

    async def _known_by_title(self, title: str) -> list[Paper]:
        """Return papers known here whose titles may be meant; none if the index can't be read."""
        if self.index is None:
            return []
        try:
            async with asyncio.timeout(KNOWN_TIMEOUT):
                ids = await self.index.find(SearchQuery(title), None, MOST_BY_TITLE)
            known = await self.papers.get(ids)
        except (StoreDown, TimeoutError) as down:
            log.info("Titles known here can't be searched: why=%r", down)
            return []
        return [known[paper_id] for paper_id in ids if paper_id in known]


def _not_there(ids: Sequence[str]) -> str:
    """Return the sentence that these ids (at least one) don't exist at their source."""
    return f"{source_of(ids[0]).name} has no paper {listed(ids, 'or')}."


def _unreachable(down: SourceDown, ids: Sequence[str]) -> str:
    return f"{down.sentence} So I left out {listed(ids)}."


def version_in(text: str) -> int:
    """Return the version that an id in `text` names ("2605.05971v3"); 0 if none does."""
    return next((version for part in (text, *text.split()) if (version := version_of(part))), 0)


def _not_sure(title: str, papers: Sequence[Paper], purpose: Purpose, hint: str) -> WhichPaper:
    """Return the question that offers the closest papers, and a search for the words."""
    named, same = f"“{shorten(title, 120)}”", titles.exact(title, papers)
    words = shorten(" ".join(_WORD.findall(title)), 70).rstrip("…")
    search = (Button("Search everywhere", f"/papers everywhere {words}"),) if words else ()
    if same:
        sentence = f"{len(same)} papers are called {named}. Which one?"
    elif papers:
        sentence = f"No paper is called exactly {named}. Closest:"
    else:
        sentence, hint = f"I couldn't find a paper called {named}.", EXAMPLE
    return WhichPaper(sentence, hint, purpose, titles.closest(title, same or papers), search)
