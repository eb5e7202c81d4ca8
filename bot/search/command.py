"""`/papers`: search the papers known here by words and meaning, ten a page, as a private card."""

from collections.abc import Sequence
from dataclasses import field, replace

from bot.domain.card import Button, Card
from bot.domain.command import Caller, Command
from bot.domain.errors import BadInput
from bot.domain.frozen import frozen
from bot.domain.pagination import MOST_PAGES, PAGE, Turned, read_page
from bot.domain.paper import Paper
from bot.domain.paper_source import only_id
from bot.domain.search_query import SearchQuery
from bot.domain.summary import Gists
from bot.domain.text.clean import shorten
from bot.domain.text.normalize import fold
from bot.domain.wording import count
from bot.infra.clock_port import Clock
from bot.papers.embeddings import Vectors
from bot.papers.index_port import SearchIndex
from bot.papers.lookup import PaperLookup
from bot.papers.store.papers import PaperStore
from bot.ranking.scorer import PaperScorer
from bot.search.cards import Found, NothingFound, Shown, emptied_card, found_card, with_gists
from bot.search.explain import why_alike, why_found
from bot.search.filters import filters_of
from bot.search.no_results import unsaid_words, why_empty
from bot.search.parser import read_search
from bot.search.terms import Part, Term, Wording

MAX_RESULTS = 50
"""Results in which a paper with exactly the typed title is looked for, to put it first."""
NOT_SET_UP = "I can't search the papers I know: no index is set up."
NAMED, TITLED = "The paper you named", "Exactly this title"


@frozen
class SearchPapers(Command):
    """`/papers [page=2] <query>`; `page` as typed, empty if omitted.

    `note` says how plain words were read as this search. `said` are those that nothing else understood, and
    `otherwise` offers of what else they may mean.
    """

    query: str
    page: str = ""
    note: str = ""
    otherwise: tuple[Button, ...] = ()
    said: str = field(default="", compare=False)


@frozen
class LocalSearch:
    """Search in the papers known here by words and meaning; finds nothing without an index."""

    index: SearchIndex | None
    vectors: Vectors
    papers: PaperStore

    async def find(self, query: SearchQuery, most: int) -> list[Paper]:
        """Return at most `most` papers, best first. Raises StoreDown."""
        if self.index is None:
            return []
        vector = (await self.vectors.of_texts([query.text])).get(query.text) if query.text else None
        ids = await self.index.find(query, vector, most)
        known = await self.papers.get(ids)
        return [known[paper_id] for paper_id in ids if paper_id in known]


@frozen
class Question:
    """A parsed search: `named` is the paper whose identifier was typed, `again` is the text that repeats the search."""

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
    gists: Gists,
    clock: Clock,
) -> Card:
    """Return a page of results. Raises BadInput for an invalid query, SourceDown if a paper's id can't be looked up."""
    question = await read_question(command.query, command.page, "/papers", lookup, clock)
    everywhere, index = f"/papers everywhere {question.again}", local_search.index
    if index is None:
        raise BadInput(NOT_SET_UP, "Search everywhere else instead.", (everywhere, *command.otherwise))
    filters = filters_of(question.wording, "/papers")
    papers = await known_here(question, local_search)
    if not papers:
        empty = await why_empty(question.wording, index, local_search.papers)
        why = (*empty.why, *question.wording.notes)
        return emptied_card(
            NothingFound(question.title, why, empty.instead, everywhere, filters, command.note, command.otherwise)
        )
    shown = await with_gists(await shown_page(question, papers, "/papers", caller, scorer), gists)
    matched = await index.count(question.query)
    said, notes = await _counts(question, matched, index)
    notes = (*notes, *question.wording.notes)
    shown = replace(shown, filters=filters, read=command.note, otherwise=command.otherwise)
    return found_card(replace(shown, said=said, notes=notes, everywhere=everywhere, matched=matched))


async def read_question(query: str, page: str, name: str, lookup: PaperLookup, clock: Clock) -> Question:
    """Parse the query of the command `name`; a paper's identifier or address searches for its title."""
    if paper_id := only_id(query):
        paper = await lookup.find_paper(paper_id)
        words = tuple(Term(Part.WORD, word) for word in paper.title.split())
        return Question(Wording(words), Turned(read_page(page, f"{name} {paper_id}")), paper_id, paper)
    wording = read_search(query, clock.now().date())
    return Question(wording, Turned(read_page(page, f"{name} {wording.typed}")), wording.typed)


async def known_here(question: Question, local_search: LocalSearch) -> list[Paper]:
    """Return the best papers known here, at least one more than the page shows; the named paper comes first."""
    if local_search.index is None:
        return []
    return named_first(
        question, await local_search.find(question.query, max(MAX_RESULTS, question.page.start + PAGE) + 1)
    )


def named_first(question: Question, papers: Sequence[Paper]) -> list[Paper]:
    """Move the named paper, or the one with exactly the typed title, to the front."""
    if question.named:
        return [question.named, *(paper for paper in papers if paper.id != question.named.id)]
    wanted = fold(question.again)
    return sorted(papers, key=lambda paper: fold(paper.title) != wanted)


async def shown_page(
    question: Question, papers: Sequence[Paper], name: str, caller: Caller, scorer: PaperScorer
) -> Shown:
    """Return the page's papers with reasons and scores. Raises BadInput if there is no such page."""
    page, on_it = question.page, question.page.of(papers)
    if not on_it:
        raise BadInput(
            f"There are only {count(len(papers), 'paper')}.", "", (page.command(name, question.again, -page.number),)
        )
    matches = await scorer.score_papers(on_it, caller.place)
    found = []
    for paper in on_it:
        match = matches.get(paper.id)
        reasons = (_why(question, paper), *(match.reasons if match else ()))
        found.append(Found(paper, tuple(filter(None, reasons)), match.score if match else None))
    more = len(papers) > page.start + PAGE and page.number < MOST_PAGES
    return Shown(
        title=question.title,
        found=tuple(found),
        first_number=page.start + 1,
        said="",
        following=page.command(name, question.again, 1) if more else "",
        before=page.command(name, question.again, -1) if page.number > 1 else "",
    )


def _why(question: Question, paper: Paper) -> str:
    if question.named:
        return NAMED if paper.id == question.named.id else why_alike(question.named, paper, ())
    return TITLED if fold(paper.title) == fold(question.again) else why_found(paper, question.query.text)


async def _counts(question: Question, matched: int, index: SearchIndex) -> tuple[str, tuple[str, ...]]:
    """Return a sentence on the number and order of results, and notes on words that no paper has."""
    if question.named:
        return "The paper you named, then what its title finds.", ()
    if not question.query.text.split():
        return f"{count(matched, 'paper')}, newest first.", ()
    if matched:
        return f"{count(matched, 'match', 'matches')}, best first.", ()
    unsaid = await unsaid_words(question.wording, index.count)
    notes = tuple(f"No paper says “{shorten(word, 60)}”." for word in unsaid)
    return "No exact match. Closest papers:", notes
