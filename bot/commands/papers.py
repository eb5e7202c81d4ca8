"""`/paper` and Read more: finds a paper by identifier, address or title, and shows it with its summary."""

import asyncio
from collections.abc import Awaitable

from rapidfuzz import fuzz

from bot.card import Card
from bot.cards.paper import authors_card, paper_card, read_more_card
from bot.command import Caller, ChooseAuthor, ReadMore, ShowPaper
from bot.errors import BadInput, SourceDown
from bot.folding import fold
from bot.hygiene import shorten
from bot.identifiers import find_id, looks_like_id
from bot.paper import Paper
from bot.ports import Catalogue, ChannelStore, PaperStore
from bot.subscription import Kind
from bot.summarizing import Summaries

EXAMPLE = "An identifier, an address or a title works, such as /paper 2605.05971."

CLOSE_ENOUGH = 75.0
"""Of 100 (rapidfuzz's token_set_ratio): how near a title must be to what was typed to be shown as the one meant."""

LOOKUP_SECONDS = 20.0
"""The longest a person waits for arXiv, whose turn may be taken by others (one request in 3 s)."""


async def show_paper(command: ShowPaper, papers: PaperStore, catalogue: Catalogue, summaries: Summaries) -> Card:
    """The card of the paper that was asked for."""
    paper = await find_paper(command.query, papers, catalogue)
    return paper_card(paper, await summaries.of(paper))


async def read_more(command: ReadMore, papers: PaperStore, catalogue: Catalogue, summaries: Summaries) -> Card:
    """Summary, Methodology, Results and Implications of a paper."""
    paper = await find_paper(command.query, papers, catalogue)
    return read_more_card(paper, await summaries.of(paper))


async def choose_author(
    command: ChooseAuthor, caller: Caller, papers: PaperStore, catalogue: Catalogue, channels: ChannelStore
) -> Card:
    """Whom of a paper's authors to follow."""
    paper = await find_paper(command.query, papers, catalogue)
    channel = await channels.get(caller.place)
    return authors_card(paper, [follow.what for follow in channel.follows if follow.kind is Kind.AUTHOR])


async def find_paper(query: str, papers: PaperStore, catalogue: Catalogue) -> Paper:
    """The paper that `query` names; raises BadInput where it names none, SourceDown where nobody can tell."""
    if not query:
        raise BadInput("Which paper?", EXAMPLE)
    paper_id = find_id(query)
    if paper_id is not None:
        return await _by_id(paper_id, papers, catalogue)
    if looks_like_id(query):
        raise BadInput(f"“{shorten(query, 80)}” is not an arXiv identifier.", EXAMPLE)
    return await _by_title(query, papers, catalogue)


async def _by_id(paper_id: str, papers: PaperStore, catalogue: Catalogue) -> Paper:
    known = (await papers.get([paper_id])).get(paper_id)
    if known and known.published:
        return known
    try:
        found = await _patiently(catalogue.papers([paper_id]))
    except SourceDown:
        if known is None:
            raise
        return known  # as the announcement had it: without dates and comment
    if not found and known is None:
        raise BadInput(f"arXiv has no paper {paper_id}.", EXAMPLE)
    await papers.keep(found)
    return (await papers.get([paper_id])).get(paper_id) or found[0]


async def _by_title(title: str, papers: PaperStore, catalogue: Catalogue) -> Paper:
    if not any(character.isalnum() for character in title):
        raise BadInput("That names no paper.", EXAMPLE)
    found = await _patiently(catalogue.titled(title, 5))
    await papers.keep(found)
    for paper in found:
        if fuzz.token_set_ratio(fold(title), fold(paper.title)) >= CLOSE_ENOUGH:
            return paper
    near = tuple(f"/paper {paper.id}" for paper in found[:3])
    hint = f"The nearest is “{shorten(found[0].title, 120)}”." if found else EXAMPLE
    raise BadInput(f"No paper with the title “{shorten(title, 120)}” was found.", hint, near)


async def _patiently(call: Awaitable[list[Paper]]) -> list[Paper]:
    try:
        async with asyncio.timeout(LOOKUP_SECONDS):
            return await call
    except TimeoutError as error:
        raise SourceDown("arXiv", "has not answered in time") from error
