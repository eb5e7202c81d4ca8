"""`/papers everywhere`: search arXiv, Hugging Face and the papers known here, as one list without duplicates."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.domain.card import Card
from bot.domain.command import Caller, Command
from bot.domain.command_spec import Argument, CommandSpec, Cost, HelpLine, Route, first_word
from bot.domain.frozen import frozen
from bot.domain.pagination import page_of
from bot.domain.paper import Paper
from bot.domain.summary import Gists
from bot.domain.wording import listed
from bot.infra.clock_port import Clock
from bot.papers.lookup import PaperLookup
from bot.ranking.scorer import PaperScorer
from bot.search.cards import Found, NothingFound, emptied_card, found_card, with_gists
from bot.search.command import (
    NOT_SET_UP,
    LocalSearch,
    Question,
    SearchPapers,
    known_here,
    named_first,
    read_question,
    search_papers,
    shown_page,
)
from bot.search.conditions import fulfils
from bot.search.federated import ARXIV, HUGGING_FACE, Answers, FederatedSearch
from bot.search.filters import filters_of

HERE = "here"
EVERYWHERE = "/papers everywhere"
_FUSION_CONSTANT = 20
"""Reciprocal rank fusion: 1 / (20 + rank) for each list that has the paper
(Cormack, Clarke and Büttcher 2009, https://doi.org/10.1145/1571941.1572114)."""

Lists = Mapping[str, Sequence[Paper]]


@frozen
class SearchEverywhere(Command):
    """`/papers everywhere [page=2] <query>`; `page` as typed, empty if omitted."""

    query: str
    page: str = ""


async def search_everywhere(
    command: SearchEverywhere,
    caller: Caller,
    lookup: PaperLookup,
    local_search: LocalSearch,
    everywhere: FederatedSearch,
    scorer: PaperScorer,
    gists: Gists,
    clock: Clock,
) -> Card:
    """Return a page of all three lists merged. Stores new papers; the card names services that were down."""
    question = await read_question(command.query, command.page, EVERYWHERE, lookup, clock)
    first_page = replace(question, page=replace(question.page, number=1))
    local, answers = await asyncio.gather(known_here(first_page, local_search), everywhere.ask(question.query))
    lists = {HERE: local, **await _described(answers, question, everywhere, lookup)}
    found, filters = named_first(question, merged(lists.values())), filters_of(question.wording, EVERYWHERE)
    missing = (*answers.missing, *((NOT_SET_UP,) if local_search.index is None else ()))
    if not found:
        why = ("No papers found, here or elsewhere.", *missing, *question.wording.notes)
        return emptied_card(NothingFound(question.title, why, (), f"{EVERYWHERE} {question.again}", filters))
    shown = await with_gists(await shown_page(question, found, EVERYWHERE, caller, scorer), gists)
    results = tuple(_with_sources(result, lists) for result in shown.found)
    said, notes = _counts(lists, answers), question.wording.notes
    shown = replace(shown, found=results, filters=filters, missing=missing)
    return found_card(replace(shown, said=said, notes=notes, matched=len(found)))


def merged(lists: Iterable[Sequence[Paper]]) -> list[Paper]:
    """Merge ranked lists by reciprocal rank fusion, each paper once: pure."""
    points: defaultdict[str, float] = defaultdict(float)
    papers: dict[str, Paper] = {}
    for ranked in lists:
        for rank, paper in enumerate(ranked, start=1):
            points[paper.id] += 1 / (_FUSION_CONSTANT + rank)
            papers.setdefault(paper.id, paper)
    return sorted(papers.values(), key=lambda paper: (-points[paper.id], paper.id))


async def _described(answers: Answers, question: Question, everywhere: FederatedSearch, lookup: PaperLookup) -> Lists:
    """Return the services' lists with arXiv's records, without papers that fail the conditions.

    Stores new papers, except those that only Hugging Face describes: it has no categories, and arXiv is asked again
    next time.
    """
    papers = {paper.id: paper for _, found in reversed(answers.found) for paper in found}
    from_arxiv = [paper for name, found in answers.found if name == ARXIV for paper in found]
    known = await lookup.papers.get(list(papers))
    lacking = [paper_id for paper_id in papers if paper_id not in known and papers[paper_id].source]
    fresh = [*from_arxiv, *await everywhere.completed(lacking)]
    await lookup.papers.keep(fresh)
    papers |= {paper.id: paper for paper in fresh} | known
    return {
        name: [papers[p.id] for p in found if fulfils(papers[p.id], question.query)] for name, found in answers.found
    }


def _with_sources(found: Found, lists: Lists) -> Found:
    """Add the services that found the paper as the last reason."""
    by = [name for name, papers in lists.items() if any(paper.id == found.paper.id for paper in papers)]
    return replace(found, reasons=(*found.reasons, f"found {_by(by)}")) if by else found


def _by(names: Sequence[str]) -> str:
    elsewhere = [name for name in names if name != HERE]
    by = f"on {listed(elsewhere)}" if elsewhere else ""
    return by if HERE not in names else f"here and {by}" if by else HERE


def _counts(lists: Lists, answers: Answers) -> str:
    parts = [f"{len(lists[HERE]):,} found here"]
    if answers.total is not None:
        shown = len(lists[ARXIV])
        parts.append(f"{answers.total:,} on arXiv" + (f" (the best {shown} shown)" if answers.total > shown else ""))
    if lists[HUGGING_FACE]:
        parts.append(f"{len(lists[HUGGING_FACE]):,} on Hugging Face")
    return f"{' · '.join(parts)}. Best matches first."


def parse_search(text: str) -> Command:
    """Parse the text after `/papers`: `everywhere` and `page=2` in any order, then the query."""
    page, query = page_of(text)
    word, others = first_word(query)
    if word.lower() != "everywhere":
        return SearchPapers(query, page)
    later, query = page_of(others)
    return SearchEverywhere(query, page or later)


PAPERS = CommandSpec(
    "papers",
    parse=parse_search,
    routes=(
        Route(SearchPapers, search_papers, Cost.NETWORK),
        Route(SearchEverywhere, search_everywhere, Cost.NETWORK),
    ),
    description="Search all papers; only you see the answer",
    arguments=(
        Argument(
            "query",
            'words, "phrases", -without, author:"Yann LeCun", cat:cs.LG, from:2026-07, has:code',
            required=True,
            completes="search",
        ),
    ),
    help=(
        HelpLine(
            "/papers state space models cat:cs.LG",
            'search by words and meaning; author: from: to: has:code "phrase" -without',
        ),
    ),
)
