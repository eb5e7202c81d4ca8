"""Finds authors by name. Their known papers distinguish them; two authors are never merged."""

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
from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery
from bot.domain.text.author_name import spellings
from bot.infra.aio.timeout import within
from bot.infra.clock_port import Clock
from bot.papers.index_port import SearchIndex
from bot.papers.lookup import PaperLookup

log = logging.getLogger(__name__)

MAX_PAPERS_ASKED = 6
"""Papers used to find the authors with a name, spread over all known papers: free, and enough for most namesakes."""
MAX_CONCURRENT = 3
MAX_CANDIDATES = 5
OPENALEX_TIMEOUT = 8.0
"""Timeout of OpenAlex at each step, in seconds; after it the answer omits OpenAlex's data."""
ARXIV_TIMEOUT = 12.0
MAX_PAPERS = 100
RECENT_DAYS = 30
"""Days of papers to search for a name without an index: 15,000 papers, in half a second."""


@frozen
class Named:
    """The `persons` with a name, known papers by the name, and sentences on sources that were down.

    `listed` are the ids of papers in arXiv's listing, if exactly one person was found.
    """

    persons: tuple[Author, ...] = ()
    papers: tuple[Paper, ...] = ()
    troubles: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()


@dataclass(slots=True)
class Attributed:
    """Authors of papers by paper id, as far as known; `trouble` is a sentence on a failure."""

    owners: dict[str, Author] = field(default_factory=dict)
    trouble: str = ""


class LookupHints(NamedTuple):
    """Hints for failed lookups of an identity: never possible here, unavailable now, or not found.

    `command` is the command that the user typed, such as /follow.
    """

    unsupported: str
    unavailable: str
    not_found: str
    command: str


@frozen
class AuthorDirectory:
    """Finder of authors and their papers; `people`, `index` and `listings` are optional sources."""

    lookup: PaperLookup
    people: People | None
    index: SearchIndex | None
    clock: Clock
    listings: Listings | None = None

    async def find_by_name(self, name: str, excluded: Collection[str] = ()) -> Named:
        """Return all distinct authors with that name: by papers known here, else by arXiv's, else by name only.

        The papers in `excluded` are left out, since their author is known already. Raises StoreDown.
        """
        troubles: list[str] = []
        papers = [paper for paper in await self.known_papers([name]) if paper.id not in excluded]
        papers = papers or [paper for paper in await self._arxiv_papers(name, troubles) if paper.id not in excluded]
        if self.people is None:
            return Named(papers=tuple(papers), troubles=tuple(troubles))
        answers = await owners(_spread(papers), [name], self.people)
        persons = {owner.identity: owner for owner in answers.owners.values()}
        if answers.trouble:
            troubles.append(answers.trouble)
        elif not persons:
            try:
                found = await within(OPENALEX_TIMEOUT, "OpenAlex", self.people.named(name, MAX_CANDIDATES))
                persons = {author.identity: author for author in found}
            except SourceDown as down:
                troubles.append(down.sentence)
        return Named(tuple(persons.values()), tuple(papers), tuple(dict.fromkeys(troubles)))

    async def find_by_id(self, identity: str, hints: LookupHints) -> Author:
        """Return the author of `openalex:A…` or `orcid:…`. Raises BadInput with a hint."""
        if self.people is None:
            raise BadInput("Identities can't be looked up here.", hints.unsupported)
        try:
            author = await within(OPENALEX_TIMEOUT, "OpenAlex", self.people.by_id(identity))
        except SourceDown as down:
            raise BadInput(f"Who {identity} is can't be looked up: {down.sentence}", hints.unavailable) from down
        if author is None:
            raise BadInput(f"OpenAlex knows nobody with {identity}.", hints.not_found)
        return author

    async def known_papers(self, names: Sequence[str]) -> list[Paper]:
        """Return the papers known here with an author of one of these names, newest first. Raises StoreDown."""
        wanted = frozenset[str]().union(*map(spellings, names))
        found = await self.lookup.papers.get(await self._candidate_ids(names))
        return newest_first([p for p in found.values() if any(spellings(name) & wanted for name in p.authors)])

    async def _candidate_ids(self, names: Sequence[str]) -> list[str]:
        """Return ids of papers that may be by these names: from the index, else all of the last days."""
        if self.index is None:
            now = self.clock.now().astimezone(UTC)
            return list(await self.lookup.papers.announced(now - timedelta(days=RECENT_DAYS), now))
        try:
            asked = [self.index.find(SearchQuery(authors=(name,)), None, MAX_PAPERS) for name in names[:8]]
            return list(dict.fromkeys(paper_id for found in await asyncio.gather(*asked) for paper_id in found))
        except StoreDown as down:
            log.info("The index can't be asked for a name: why=%s", down)
            return []

    async def _arxiv_papers(self, name: str, troubles: list[str]) -> list[Paper]:
        try:
            asked = self.lookup.catalogue.written_by(name, MAX_PAPERS // 2)
            found = await within(ARXIV_TIMEOUT, "arXiv", asked)
        except SourceDown as down:
            troubles.append(down.sentence)
            return []
        await self.lookup.papers.keep(found)
        return newest_first([p for p in found if any(spellings(name) & spellings(author) for author in p.authors)])


async def owners(papers: Sequence[Paper], names: Sequence[str], people: People) -> Attributed:
    """Find the author with one of `names` of each paper; papers without an answer are left out. Never raises."""
    answers, semaphore = Attributed(), asyncio.Semaphore(MAX_CONCURRENT)
    author = Author(names[0], other_names=tuple(names[1:])) if names else Author("")

    async def ask(paper: Paper) -> None:
        async with semaphore:
            if answers.trouble:
                return
            try:
                owner = await people.of_paper(paper, author.name_in(paper.authors))
            except SourceDown as down:
                answers.trouble = down.sentence
                return
        if owner:
            answers.owners[paper.id] = owner

    try:
        async with asyncio.timeout(OPENALEX_TIMEOUT):
            await asyncio.gather(*map(ask, papers))
    except TimeoutError:
        answers.trouble = answers.trouble or "OpenAlex took too long to answer."
    return answers


def newest_first(papers: Sequence[Paper]) -> list[Paper]:
    """Sort papers by id, which follows submission, newest first."""
    return sorted(papers, key=lambda paper: id_order(paper.id), reverse=True)


def id_order(paper_id: str) -> tuple[str, str]:
    """Return a sort key for ids in arXiv's order: "2605.05971" comes after "hep-th/9901001"."""
    number = paper_id.rpartition("/")[2]
    century = "19" if number[:2] > "90" else "20"
    return century + number[:4], number


def _spread(papers: Sequence[Paper]) -> list[Paper]:
    """Return a few papers, old and new: services don't know the newest yet, and the oldest may be a namesake's."""
    if len(papers) <= MAX_PAPERS_ASKED:
        return list(papers)
    return [papers[round(n * (len(papers) - 1) / (MAX_PAPERS_ASKED - 1))] for n in range(MAX_PAPERS_ASKED)]
