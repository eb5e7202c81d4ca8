"""`/papers`: what is known here, found by words and meaning; ten papers at a time, for the one who asked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.arxiv_id import find_id
from bot.domain.card import Card
from bot.domain.command import Caller, SearchPapers
from bot.domain.errors import BadInput
from bot.domain.pagination import MOST_PAGES, PAGE, Turned, read_page
from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery
from bot.domain.text.clean import shorten
from bot.domain.text.normalize import fold
from bot.domain.wording import count
from bot.infra.clock_port import Clock
from bot.papers.embeddings import Vectors
from bot.papers.index_port import SearchIndex
from bot.ranking.judge import Judge
from bot.search.cards import Found, Shown, emptied_card, found_card
from bot.search.explain import why_alike, why_found
from bot.search.federated import FederatedSearch
from bot.search.no_results import unsaid_words, why_empty
from bot.search.paper import Shelves, find_paper
from bot.search.parser import read_search
from bot.search.terms import Part, Term, Wording

DEPTH = 50
"""Papers among which one of exactly the title that was typed is looked for, to be put first."""
NOT_SET_UP = "The papers known here can't be searched: no index is set up."
NAMED, TITLED = "The paper you named", "Exactly this title"


@dataclass(frozen=True, slots=True)
class Desk:
    """What searching takes; `index` is None where there is none."""

    shelves: Shelves
    index: SearchIndex | None
    vectors: Vectors
    everywhere: FederatedSearch
    judge: Judge
    clock: Clock


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


async def search_papers(command: SearchPapers, caller: Caller, desk: Desk) -> Card:
    """A page of what is known here. Raises BadInput where the question can't be read, SourceDown for a paper's id."""
    asked = await read_question(command, desk, "/papers")
    if desk.index is None:
        raise BadInput(NOT_SET_UP, "Everywhere else can be.", (f"/papers everywhere {asked.again}",))
    papers = await known_here(asked, desk)
    if not papers:
        return await _emptied(asked, desk.index, desk)
    shown = await shown_page(asked, papers, "/papers", caller, desk)
    matched = await desk.index.count(asked.query)
    said, notes = await _counts(asked, matched, desk.index, desk.vectors)
    everywhere = f"/papers everywhere {asked.again}"
    return found_card(
        replace(shown, said=said, notes=(*notes, *asked.wording.notes), everywhere=everywhere, matched=matched)
    )


async def read_question(command: SearchPapers, desk: Desk, name: str) -> Asked:
    """What is asked for; an identifier or address of a paper asks for it and what its title finds."""
    if paper_id := find_id(command.query):
        paper = await find_paper(paper_id, desk.shelves)
        words = tuple(Term(Part.WORD, word) for word in paper.title.split())
        return Asked(Wording(words), Turned(read_page(command.page, f"{name} {paper_id}")), paper_id, paper)
    wording = read_search(command.query, desk.clock.now().date())
    return Asked(wording, Turned(read_page(command.page, f"{name} {wording.typed}")), wording.typed)


async def known_here(asked: Asked, desk: Desk) -> list[Paper]:
    """The best of what is known here, a paper more than the page shows; what was named comes first."""
    if desk.index is None:
        return []
    query = asked.query
    vector = (await desk.vectors.of_texts([query.text])).get(query.text) if query.text else None
    ids = await desk.index.find(query, vector, max(DEPTH, asked.page.start + PAGE) + 1)
    known = await desk.shelves.papers.get(ids)
    return named_first(asked, [known[paper_id] for paper_id in ids if paper_id in known])


def named_first(asked: Asked, papers: Sequence[Paper]) -> list[Paper]:
    """The paper that was named, or has exactly the title that was typed, before all others."""
    if asked.named:
        return [asked.named, *(paper for paper in papers if paper.id != asked.named.id)]
    wanted = fold(asked.again)
    return sorted(papers, key=lambda paper: fold(paper.title) != wanted)


async def shown_page(asked: Asked, papers: Sequence[Paper], name: str, caller: Caller, desk: Desk) -> Shown:
    """The page's papers with reasons and scores. Raises BadInput where the list ends before it."""
    page, on_it = asked.page, asked.page.of(papers)
    if not on_it:
        raise BadInput(
            f"There are only {count(len(papers), 'paper')}.", "", (page.command(name, asked.again, -page.number),)
        )
    judged = await desk.judge.of_many(on_it, caller.place)
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
    """How many papers hold the words, the order of those shown, and which word none says."""
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


async def _emptied(asked: Asked, index: SearchIndex, desk: Desk) -> Card:
    emptied = await why_empty(asked.wording, index, desk.shelves.papers)
    why = (*emptied.why, *asked.wording.notes)
    return emptied_card(asked.title, why, emptied.instead, f"/papers everywhere {asked.again}")
