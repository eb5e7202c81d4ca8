"""Find authors by name: their known papers tell them apart, and nobody is ever merged."""

import asyncio
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import NamedTuple

from bot.authors.listing_port import Listings
from bot.authors.people_port import People
from bot.domain.author import Author
from bot.domain.errors import BadInput, SourceDown, StoreDown
from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery
from bot.domain.text.normalize import spellings
from bot.infra.aio.timeout import within
from bot.infra.clock_port import Clock
from bot.papers.index_port import SearchIndex
from bot.papers.lookup import PaperLookup

log = logging.getLogger(__name__)

MAX_PAPERS_ASKED = 6
"""Papers of one name through which persons are looked for, spread over all that are known: free, and enough to meet
most namesakes."""
MAX_CONCURRENT = 3
MAX_CANDIDATES = 5
OPENALEX_TIMEOUT = 8.0
"""The longest wait for OpenAlex at each step; then the answer goes without it."""
ARXIV_TIMEOUT = 12.0
MAX_PAPERS = 100
RECENT_DAYS = 30
"""Without an index, a name is looked for in the papers of so many days: 15,000, in half a second."""


@dataclass(frozen=True, slots=True)
class Named:
    """The result for a name: the `persons` who have it, the papers known by it, and sources that couldn't be asked.

    `listed` are the ids of the papers that arXiv lists as those of the one person found.
    """

    persons: tuple[Author, ...] = ()
    papers: tuple[Paper, ...] = ()
    troubles: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()


@dataclass(slots=True)
class Attributed:
    """The authors of papers: `owners` by paper id, as far as somebody knows; `trouble` if asking failed."""

    owners: dict[str, Author] = field(default_factory=dict)
    trouble: str = ""


class Instead(NamedTuple):
    """Advice if an identity leads to nobody: as none can be looked up, as none can be now, as nobody has it.

    `command` is what was typed before it, such as /follow.
    """

    never: str
    now: str
    nobody: str
    command: str


@dataclass(frozen=True, slots=True)
class AuthorDirectory:
    """Finds authors and their papers; without `people`, `index` or `listings`, nobody asks there."""

    lookup: PaperLookup
    people: People | None
    index: SearchIndex | None
    clock: Clock
    listings: Listings | None = None

    async def find_by_name(self, name: str, beside: Collection[str] = ()) -> Named:
        """Everybody of that name who can be told apart: through papers known here, else arXiv's, else by name only.

        Papers `beside` are left out: their author is known already.
        """
        troubles: list[str] = []
        papers = [one for one in await self.known_by([name]) if one.id not in beside]
        papers = papers or [one for one in await self._of_arxiv(name, troubles) if one.id not in beside]
        if self.people is None:
            return Named(papers=tuple(papers), troubles=tuple(troubles))
        said = await owners(_spread(papers), [name], self.people)
        persons = {one.identity: one for one in said.owners.values()}
        if said.trouble:
            troubles.append(said.trouble)
        elif not persons:
            try:
                found = await within(OPENALEX_TIMEOUT, "OpenAlex", self.people.named(name, MAX_CANDIDATES))
                persons = {one.identity: one for one in found}
            except SourceDown as down:
                troubles.append(down.sentence)
        return Named(tuple(persons.values()), tuple(papers), tuple(dict.fromkeys(troubles)))

    async def find_by_id(self, identity: str, instead: Instead) -> Author:
        """The author of `openalex:A…` or `orcid:…`. Raises BadInput, with what to do `instead`."""
        if self.people is None:
            raise BadInput("Identities can't be looked up here.", instead.never)
        try:
            author = await within(OPENALEX_TIMEOUT, "OpenAlex", self.people.by_id(identity))
        except SourceDown as down:
            raise BadInput(f"Who {identity} is can't be looked up: {down.sentence}", instead.now) from down
        if author is None:
            raise BadInput(f"OpenAlex knows nobody with {identity}.", instead.nobody)
        return author

    async def known_by(self, names: Sequence[str]) -> list[Paper]:
        """The papers known here by anybody of one of these names, newest first."""
        wanted = frozenset[str]().union(*map(spellings, names))
        found = await self.lookup.papers.get(await self._ids_by(names))
        return newest_first([one for one in found.values() if any(spellings(name) & wanted for name in one.authors)])

    async def _ids_by(self, names: Sequence[str]) -> list[str]:
        """Papers that may be by anybody of these names: as the index finds them, else all of the last days."""
        if self.index is None:
            now = self.clock.now().astimezone(UTC)
            return list(await self.lookup.papers.announced(now - timedelta(days=RECENT_DAYS), now))
        try:
            asked = [self.index.find(SearchQuery(authors=(name,)), None, MAX_PAPERS) for name in names[:8]]
            return list(dict.fromkeys(paper_id for found in await asyncio.gather(*asked) for paper_id in found))
        except StoreDown as down:
            log.info("The index can't be asked for a name: why=%s", down)
            return []

    async def _of_arxiv(self, name: str, troubles: list[str]) -> list[Paper]:
        try:
            asked = self.lookup.catalogue.written_by(name, MAX_PAPERS // 2)
            found = await within(ARXIV_TIMEOUT, "arXiv", asked)
        except SourceDown as down:
            troubles.append(down.sentence)
            return []
        await self.lookup.papers.keep(found)
        return newest_first(
            [one for one in found if any(spellings(name) & spellings(author) for author in one.authors)]
        )


async def owners(papers: Sequence[Paper], names: Sequence[str], people: People) -> Attributed:
    """The author of one of `names` in each paper; papers whose author nobody knows are left out."""
    said, gate = Attributed(), asyncio.Semaphore(MAX_CONCURRENT)
    who = Author(names[0], other_names=tuple(names[1:])) if names else Author("")

    async def ask(paper: Paper) -> None:
        async with gate:
            if said.trouble:
                return
            try:
                owner = await people.of_paper(paper, who.name_in(paper.authors))
            except SourceDown as down:
                said.trouble = down.sentence
                return
        if owner:
            said.owners[paper.id] = owner

    try:
        async with asyncio.timeout(OPENALEX_TIMEOUT):
            await asyncio.gather(*map(ask, papers))
    except TimeoutError:
        said.trouble = said.trouble or "OpenAlex took too long to answer."
    return said


def newest_first(papers: Sequence[Paper]) -> list[Paper]:
    """By submission, as far as it is known, and by id, which grows with it."""
    return sorted(papers, key=lambda paper: id_order(paper.id), reverse=True)


def id_order(paper_id: str) -> tuple[str, str]:
    """Ids in the order in which arXiv gave them out: "2605.05971" after "hep-th/9901001"."""
    number = paper_id.rpartition("/")[2]
    century = "19" if number[:2] > "90" else "20"
    return century + number[:4], number


def _spread(papers: Sequence[Paper]) -> list[Paper]:
    """A few of them, old ones and new ones: the newest aren't sorted out yet, the oldest may be a namesake's."""
    if len(papers) <= MAX_PAPERS_ASKED:
        return list(papers)
    return [papers[round(n * (len(papers) - 1) / (MAX_PAPERS_ASKED - 1))] for n in range(MAX_PAPERS_ASKED)]
