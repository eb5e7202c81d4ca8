"""`/paper` and Read more: finds a paper by identifier, address or title, and shows it with its summary."""

import logging
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from bot.authors.clients.openalex_works import OpenAlexWorks
from bot.delivery.store.channels import ChannelStore
from bot.domain.arxiv_id import find_id, looks_like_id
from bot.domain.card import Card
from bot.domain.channel import Kind
from bot.domain.command import Caller, PickAuthor, PickMute, PreviewPaper, ReadMore, ShowPaper
from bot.domain.errors import BadInput, SourceDown
from bot.domain.paper import Paper
from bot.domain.text.clean import shorten
from bot.domain.text.normalize import fold
from bot.infra.aio.timeout import NOT_IN_TIME, within
from bot.papers.arxiv_port import Catalogue
from bot.papers.candidate import Candidate
from bot.papers.cards import authors_card, mutes_card, paper_card, read_more_card
from bot.papers.clients.datacite import DataciteClient
from bot.papers.store.papers import PaperStore
from bot.ranking.judge import Judge
from bot.ranking.match import mutes_of, wants
from bot.summaries.service import Summaries

log = logging.getLogger(__name__)

EXAMPLE = "An identifier, an address or a title works, such as /paper 2605.05971."

CLOSE_ENOUGH = 75.0
"""Of 100 (rapidfuzz's token_set_ratio): how near a title must be to what was typed to be shown as the one meant."""

LOOKUP_SECONDS = 20.0
"""The longest a person waits for arXiv, whose turn may be taken by others (one request in 3 s)."""


@dataclass(frozen=True, slots=True)
class Shelves:
    """Where a paper is looked for: what is known, arXiv, and who registers its papers, asked while arXiv is down;
    and who knows what people wrote by their ORCID."""

    papers: PaperStore
    catalogue: Catalogue
    registry: DataciteClient | None = None
    bibliography: OpenAlexWorks | None = None


async def show_paper(command: ShowPaper, caller: Caller, shelves: Shelves, summaries: Summaries, judge: Judge) -> Card:
    """The card of the paper that was asked for, with what it is to the caller's channel."""
    paper = await find_paper(command.query, shelves)
    judged, saved = await judge.of(paper, caller.place)
    return paper_card(paper, await summaries.of(paper), judged, saved)


async def preview_paper(
    command: PreviewPaper, caller: Caller, shelves: Shelves, summaries: Summaries, judge: Judge
) -> Card:
    """The same card, for the asker's eyes only."""
    return replace(await show_paper(ShowPaper(command.query), caller, shelves, summaries, judge), private=True)


async def read_more(command: ReadMore, shelves: Shelves, summaries: Summaries) -> Card:
    """Summary, Methodology, Results and Implications of a paper."""
    paper = await find_paper(command.query, shelves)
    return read_more_card(paper, await summaries.of(paper))


async def pick_author(command: PickAuthor, caller: Caller, shelves: Shelves, channels: ChannelStore) -> Card:
    """Whom of a paper's authors to follow."""
    paper = await find_paper(command.query, shelves)
    channel = await channels.get(caller.place)
    return authors_card(paper, [follow.what for follow in channel.follows if follow.kind is Kind.AUTHOR])


async def pick_mute(
    command: PickMute, caller: Caller, shelves: Shelves, channels: ChannelStore, summaries: Summaries
) -> Card:
    """What of a paper to keep out: what names it and isn't muted or followed; what is followed may be ended."""
    paper = await find_paper(command.query, shelves)
    channel, topics = await channels.get(caller.place), (await summaries.of(paper)).topics
    brings = [follow for follow in channel.follows if wants(follow, Candidate(paper))]
    wanted = {fold(follow.what) for follow in brings}
    offered = [what for what in mutes_of(paper, topics, channel.mutes) if fold(what) not in wanted]
    return mutes_card(paper, offered, brings)


async def find_paper(query: str, shelves: Shelves) -> Paper:
    """The paper that `query` names; raises BadInput where it names none, SourceDown where nobody can tell."""
    if not query:
        raise BadInput("Which paper?", EXAMPLE)
    paper_id = find_id(query)
    if paper_id is not None:
        return await _by_id(paper_id, shelves)
    if looks_like_id(query):
        raise BadInput(f"“{shorten(query, 80)}” is not an arXiv identifier.", EXAMPLE)
    return await _by_title(query, shelves.papers, shelves.catalogue)


async def find_papers(
    ids: Sequence[str], shelves: Shelves, seconds: float = LOOKUP_SECONDS, late: str = NOT_IN_TIME
) -> list[Paper]:
    """Those of `ids` that there are, in their order, with one question to arXiv for all that isn't known here.

    Raises SourceDown where that can't be asked, or takes longer than `seconds` (`late` says so).
    """
    known = await shelves.papers.get(ids)
    missing = [paper_id for paper_id in ids if paper_id not in known]
    found = await within(seconds, "arXiv", shelves.catalogue.papers(missing), late) if missing else []
    await shelves.papers.keep(found)
    known |= {paper.id: paper for paper in found}
    return [known[paper_id] for paper_id in ids if paper_id in known]


async def _by_id(paper_id: str, shelves: Shelves) -> Paper:
    papers = shelves.papers
    known = (await papers.get([paper_id])).get(paper_id)
    if known and known.published:
        return known
    try:
        found = await _patiently(shelves.catalogue.papers([paper_id]))
    except SourceDown:
        if known is None and (registered := await _registered(paper_id, shelves.registry)):
            return registered
        if known is None:
            raise
        return known  # as the announcement had it: without dates and comment
    if not found and known is None:
        raise BadInput(f"arXiv has no paper {paper_id}.", EXAMPLE)
    await papers.keep(found)
    return (await papers.get([paper_id])).get(paper_id) or found[0]


async def _registered(paper_id: str, registry: DataciteClient | None) -> Paper | None:
    """The paper as its registration describes it. It isn't kept, so that arXiv is asked the next time."""
    try:
        return await registry.paper(paper_id) if registry else None
    except SourceDown as down:
        log.info("Nobody else could tell of a paper: id=%s why=%s", paper_id, down)
        return None


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
    return await within(LOOKUP_SECONDS, "arXiv", call, NOT_IN_TIME)
