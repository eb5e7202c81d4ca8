"""`/similar`: the known papers most similar to one, with what each shares with it."""

from collections.abc import Callable, Mapping, Sequence

from bot.domain.card import Button, Card
from bot.domain.command import Caller, Command
from bot.domain.command_spec import Argument, CommandSpec, Cost, HelpLine, Route
from bot.domain.digest import Match
from bot.domain.errors import BadInput
from bot.domain.frozen import frozen
from bot.domain.pagination import MOST_PAGES, PAGE, Turned, page_of, read_page
from bot.domain.paper import Paper
from bot.domain.purpose import Purpose
from bot.domain.search_query import SearchQuery
from bot.domain.summary import Gists
from bot.domain.text.clean import shorten
from bot.papers.embeddings import EMBEDDING_TIMEOUT
from bot.papers.index_port import SearchIndex
from bot.papers.lookup import EXAMPLE, PaperLookup
from bot.ranking.scorer import PaperScorer
from bot.search.cards import Found, Shown, found_card, with_gists
from bot.search.command import NOT_SET_UP, LocalSearch
from bot.search.explain import key_terms, why_alike

TopicsOf = Callable[[Paper], Sequence[str]]
"""Returns a paper's topics by its words and categories, most likely first."""

_NAME = "/similar"
_SPARE = 5
"""Papers looked up besides, as some may be withdrawn: one in a thousand is."""


@frozen
class ShowSimilar(Command):
    """`/similar [page=2] <arXiv id, URL or title>`; `page` as typed, empty if omitted."""

    query: str
    page: str = ""


@frozen
class Alike:
    """A similar paper; `cosine` is None if it was found by words only."""

    paper: Paper
    cosine: float | None = None


async def show_similar(
    command: ShowSimilar,
    caller: Caller,
    lookup: PaperLookup,
    local_search: LocalSearch,
    scorer: PaperScorer,
    gists: Gists,
    topics_of: TopicsOf,
) -> Card:
    """Return a page of similar papers. Raises BadInput if the paper doesn't exist, SourceDown if arXiv is down."""
    paper = await lookup.find_paper(command.query, Purpose("/similar {id}", "Similar", caller.thread))
    page = Turned(read_page(command.page, f"{_NAME} {paper.id}"))
    if local_search.index is None:
        raise BadInput(NOT_SET_UP, EXAMPLE)
    alike = await _nearest(paper, page.start + PAGE + 1, local_search, local_search.index)
    on_it = page.of(alike)
    title = f"Papers like {shorten(paper.title, 120)}"
    if not on_it:
        raise BadInput(
            f"I don't know {'more' if alike else 'other'} papers like {paper.id} yet.",
            "",
            (Button("Search everywhere", f"/papers everywhere {paper.id}"),),
        )
    matches = await scorer.score_papers([similar.paper for similar in on_it], caller.place)
    found = _with_reasons(paper, on_it, matches, topics_of)
    more = len(alike) > page.start + PAGE and page.number < MOST_PAGES
    by_meaning = alike[0].cosine is not None
    shown = Shown(
        title=title,
        found=tuple(found),
        first_number=page.start + 1,
        said="Closest in meaning first." if by_meaning else "Closest in words first.",
        following=page.command(_NAME, paper.id, 1) if more else "",
        before=page.command(_NAME, paper.id, -1) if page.number > 1 else "",
        everywhere=f"/papers everywhere {paper.id}",
    )
    return found_card(await with_gists(shown, gists))


async def _nearest(paper: Paper, most: int, local_search: LocalSearch, index: SearchIndex) -> list[Alike]:
    """Return at most `most` similar papers, without the paper itself."""
    vector = (await local_search.vectors.of([paper], EMBEDDING_TIMEOUT)).get(paper.id)
    if vector is not None:
        near = await index.near(vector, most + _SPARE, but=[paper.id])
        known = _standing(await local_search.papers.get([neighbor.paper_id for neighbor in near]))
        return [Alike(known[n.paper_id], n.cosine) for n in near if n.paper_id in known][:most]
    words = SearchQuery(" ".join((paper.title, *key_terms(paper))))
    ids = [paper_id for paper_id in await index.find(words, None, most + 1 + _SPARE) if paper_id != paper.id]
    papers = _standing(await local_search.papers.get(ids))
    return [Alike(papers[paper_id]) for paper_id in ids if paper_id in papers][:most]


def _standing(papers: Mapping[str, Paper]) -> dict[str, Paper]:
    return {paper_id: paper for paper_id, paper in papers.items() if not paper.withdrawn}


def _with_reasons(
    paper: Paper, alike: Sequence[Alike], matches: Mapping[str, Match], topics_of: TopicsOf
) -> list[Found]:
    topics = topics_of(paper)
    found = []
    for similar in alike:
        match = matches.get(similar.paper.id)
        shared = [topic for topic in topics_of(similar.paper) if topic in topics]
        reasons = (_why(paper, similar, shared), *(match.reasons if match else ()))
        found.append(Found(similar.paper, reasons, match.score if match else None))
    return found


def _why(paper: Paper, similar: Alike, shared_topics: Sequence[str]) -> str:
    why = why_alike(paper, similar.paper, shared_topics)
    if similar.cosine is None:
        return why or "Shares words"
    return why or "Close in meaning"


def parse_similar(text: str) -> ShowSimilar:
    """Parse the text after `/similar`: `page=2`, and a paper."""
    page, query = page_of(text)
    return ShowSimilar(query, page)


SIMILAR = CommandSpec(
    "similar",
    parse=parse_similar,
    routes=(Route(ShowSimilar, show_similar, Cost.NETWORK),),
    description="Papers similar to one; only you see the answer",
    arguments=(Argument("paper", "an arXiv id, a URL or a title", required=True, completes="paper"),),
    help=(HelpLine("/similar 2605.05971", "similar papers"),),
)
