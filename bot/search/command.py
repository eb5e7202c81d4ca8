"""`/papers`: search the papers known here by words and meaning; ten at a time, for the asker alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.card import Card
from bot.domain.command import Caller, Command
from bot.domain.errors import BadInput
from bot.domain.pagination import MOST_PAGES, PAGE, Turned, read_page
from bot.domain.paper import Paper
from bot.domain.paper_source import find_id
from bot.domain.search_query import SearchQuery
from bot.domain.text.clean import shorten
from bot.domain.text.normalize import fold
from bot.domain.wording import count
from bot.infra.clock_port import Clock
from bot.papers.embeddings import Vectors
from bot.papers.index_port import SearchIndex
from bot.papers.lookup import PaperLookup
from bot.papers.store.papers import PaperStore
from bot.ranking.scorer import PaperScorer
from bot.search.cards import Found, Shown, emptied_card, found_card
from bot.search.explain import why_alike, why_found
from bot.search.no_results import unsaid_words, why_empty
from bot.search.parser import read_search
from bot.search.terms import Part, Term, Wording

DEPTH = 50
"""A paper of exactly the typed title comes first if it is among so many."""
NOT_SET_UP = "The papers known here can't be searched: no index is set up."
NAMED, TITLED = "The paper you named", "Exactly this title"


@dataclass(frozen=True, slots=True)
class SearchPapers(Command):
    """`/papers [page=2] <query>`; `page` as it was typed, empty where it wasn't."""

    query: str
    page: str = ""


@dataclass(frozen=True, slots=True)
class LocalSearch:
    """Searches the papers known here by words and meaning; without an index it finds nothing."""

    index: SearchIndex | None
    vectors: Vectors
    papers: PaperStore

    async def find(self, query: SearchQuery, most: int) -> list[Paper]:
        """The best `most` papers, the best first."""
        if self.index is None:
            return []
        vector = (await self.vectors.of_texts([query.text])).get(query.text) if query.text else None
        ids = await self.index.find(query, vector, most)
        known = await self.papers.get(ids)
        return [known[paper_id] for paper_id in ids if paper_id in known]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question read: `named` is the paper that it names by its identifier, and `again` types it once more."""

    wording: Wording
    page: Turned
    again: str
    named: Paper | None = None

    @property
    def query(self) -> SearchQuery:
        return self.wording.query

    @property
    def title(self) -> str:
        return f"Papers: {shorten(self.again, 150)}"


async def search_papers(
    command: SearchPapers,
    caller: Caller,
    lookup: PaperLookup,
    local_search: LocalSearch,
    scorer: PaperScorer,
    clock: Clock,
) -> Card:
    """A page of what is known here. Raises BadInput if the question can't be read, SourceDown for a paper's id."""
    asked = await read_question(command.query, command.page, "/papers", lookup, clock)
    everywhere, index = f"/papers everywhere {asked.again}", local_search.index
    if index is None:
        raise BadInput(NOT_SET_UP, "Everywhere else can be.", (everywhere,))
    papers = await known_here(asked, local_search)
    if not papers:
        emptied = await why_empty(asked.wording, index, local_search.papers)
        return emptied_card(asked.title, (*emptied.why, *asked.wording.notes), emptied.instead, everywhere)
    shown = await shown_page(asked, papers, "/papers", caller, scorer)
    matched = await index.count(asked.query)
    said, notes = await _counts(asked, matched, index, local_search.vectors)
    notes = (*notes, *asked.wording.notes)
    return found_card(replace(shown, said=said, notes=notes, everywhere=everywhere, matched=matched))


async def read_question(query: str, page: str, name: str, lookup: PaperLookup, clock: Clock) -> Asked:
    """Read the question of the command `name`; a paper's identifier or address asks for it and what its title finds."""
    if paper_id := find_id(query):
        paper = await lookup.find_paper(paper_id)
        words = tuple(Term(Part.WORD, word) for word in paper.title.split())
        return Asked(Wording(words), Turned(read_page(page, f"{name} {paper_id}")), paper_id, paper)
    wording = read_search(query, clock.now().date())
    return Asked(wording, Turned(read_page(page, f"{name} {wording.typed}")), wording.typed)


async def known_here(asked: Asked, local_search: LocalSearch) -> list[Paper]:
    """The best of what is known here, a paper more than the page shows; the named paper comes first."""
    if local_search.index is None:
        return []
    return named_first(asked, await local_search.find(asked.query, max(DEPTH, asked.page.start + PAGE) + 1))


def named_first(asked: Asked, papers: Sequence[Paper]) -> list[Paper]:
    """Put the named paper, or the one of exactly the typed title, before all others."""
    if asked.named:
        return [asked.named, *(paper for paper in papers if paper.id != asked.named.id)]
    wanted = fold(asked.again)
    return sorted(papers, key=lambda paper: fold(paper.title) != wanted)


async def shown_page(asked: Asked, papers: Sequence[Paper], name: str, caller: Caller, scorer: PaperScorer) -> Shown:
    """The page's papers with reasons and scores. Raises BadInput if the list ends before it."""
    page, on_it = asked.page, asked.page.of(papers)
    if not on_it:
        raise BadInput(
            f"There are only {count(len(papers), 'paper')}.", "", (page.command(name, asked.again, -page.number),)
        )
    judged = await scorer.score_papers(on_it, caller.place)
    found = []
    for paper in on_it:
        match = judged.get(paper.id)
        reasons = (_why(asked, paper), *(match.reasons if match else ()))
        found.append(Found(paper, tuple(filter(None, reasons)), match.score if match else None))
    more = len(papers) > page.start + PAGE and page.number < MOST_PAGES
    return Shown(
        title=asked.title,
        found=tuple(found),
        first_number=page.start + 1,
        said="",
        following=page.command(name, asked.again, 1) if more else "",
        before=page.command(name, asked.again, -1) if page.number > 1 else "",
    )


def _why(asked: Asked, paper: Paper) -> str:
    if asked.named:
        return NAMED if paper.id == asked.named.id else why_alike(asked.named, paper, ())
    return TITLED if fold(paper.title) == fold(asked.again) else why_found(paper, asked.query.text)


async def _counts(asked: Asked, matched: int, index: SearchIndex, vectors: Vectors) -> tuple[str, tuple[str, ...]]:
    """Say how many papers have the words, in which order they are shown, and which word none has."""
    if asked.named:
        return "The paper you named, then what its title finds.", ()
    words = len(asked.query.text.split())
    if not words:
        return f"{count(matched, 'paper')}, newest first.", ()
    order = "by words and meaning" if vectors.model else "by words"
    which = "this word" if words == 1 else "both words" if words == 2 else "all words"
    if matched:
        return f"{count(matched, 'paper')} {'holds' if matched == 1 else 'hold'} {which}; ordered {order}.", ()
    unsaid = await unsaid_words(asked.wording, index.count)
    notes = tuple(f"No paper says “{shorten(word, 60)}”." for word in unsaid)
    return f"No paper holds {which}; these come nearest {order}.", notes
