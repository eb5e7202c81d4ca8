"""`/paper` and its card's buttons: a paper with its summary, and parts of it to follow or mute."""

from dataclasses import replace

from bot.delivery.store.channels import ChannelStore
from bot.domain.card import Card
from bot.domain.channel import Kind
from bot.domain.command import Caller, Command
from bot.domain.command_spec import Argument, CommandSpec, Cost, HelpLine, Route
from bot.domain.frozen import frozen
from bot.domain.purpose import Purpose
from bot.domain.text.normalize import fold
from bot.infra.aio.both import both
from bot.papers.candidate import Candidate
from bot.papers.cards import authors_card, mutes_card, paper_card, read_more_card
from bot.papers.lookup import PaperLookup
from bot.ranking.match import mutes_of, wants
from bot.ranking.scorer import PaperScorer
from bot.summaries.service import Summaries


@frozen
class ShowPaper(Command):
    """`/paper <arXiv id, URL or title>`"""

    query: str


@frozen
class PreviewPaper(Command):
    """The ⋯ button: as `/paper`, for the presser's eyes only."""

    query: str


@frozen
class ReadMore(Command):
    """The Read more button: Summary, Methodology, Results, Implications."""

    query: str


@frozen
class PickAuthor(Command):
    """The Follow author button: list the paper's authors to pick one."""

    query: str


@frozen
class PickMute(Command):
    """`/mute <arXiv id>`, the Mute… button: list parts of the paper to pick one."""

    query: str


async def show_paper(
    command: ShowPaper, caller: Caller, lookup: PaperLookup, summaries: Summaries, scorer: PaperScorer
) -> Card:
    """Return the paper's card, with its score for the caller's channel. Raises BadInput, SourceDown."""
    return await _card(command.query, Purpose(thread=caller.thread), caller, lookup, summaries, scorer)


async def preview_paper(
    command: PreviewPaper, caller: Caller, lookup: PaperLookup, summaries: Summaries, scorer: PaperScorer
) -> Card:
    """Return the same card as a private one."""
    purpose = Purpose("/peek {id}", "Show", caller.thread, panel=True)
    return replace(await _card(command.query, purpose, caller, lookup, summaries, scorer), private=True)


async def read_more(command: ReadMore, caller: Caller, lookup: PaperLookup, summaries: Summaries) -> Card:
    """Return a paper's Summary, Methodology, Results and Implications."""
    purpose = Purpose("/readmore {id}", "Summary", caller.thread, panel=True)
    paper = await lookup.find_paper(command.query, purpose)
    return read_more_card(paper, await summaries.of(paper))


async def pick_author(command: PickAuthor, caller: Caller, lookup: PaperLookup, channels: ChannelStore) -> Card:
    """Return a card of the paper's authors to follow."""
    paper = await lookup.find_paper(command.query, Purpose("/authors {id}", "Follow author", caller.thread))
    channel = await channels.get(caller.place)
    return authors_card(paper, [follow.what for follow in channel.follows if follow.kind is Kind.AUTHOR])


async def pick_mute(
    command: PickMute, caller: Caller, lookup: PaperLookup, channels: ChannelStore, summaries: Summaries
) -> Card:
    """Return a card of the paper's parts that are neither muted nor followed, and of the follows that match it."""
    paper = await lookup.find_paper(command.query, Purpose("/mute {id}", "Mute…", caller.thread))
    channel, topics = await channels.get(caller.place), (await summaries.of(paper)).topics
    matching = [follow for follow in channel.follows if wants(follow, Candidate(paper))]
    followed = {fold(follow.what) for follow in matching}
    offered = [what for what in mutes_of(paper, topics, channel.mutes) if fold(what) not in followed]
    return mutes_card(paper, offered, matching)


async def _card(
    query: str, purpose: Purpose, caller: Caller, lookup: PaperLookup, summaries: Summaries, scorer: PaperScorer
) -> Card:
    paper = await lookup.find_paper(query, purpose)
    (match, saved), summary = await both(scorer.score_paper(paper, caller.place), summaries.of(paper))
    return paper_card(paper, summary, match, saved)


PAPER = CommandSpec(
    "paper",
    parse=ShowPaper,
    routes=(Route(ShowPaper, show_paper, Cost.MODEL, public=True),),
    description="A paper's card",
    arguments=(Argument("query", "arXiv id, address or title", required=True, completes="paper"),),
    help=(HelpLine("/paper 2605.05971", "one paper, with key points; a link or its title works too"),),
)
PEEK = CommandSpec("peek", parse=PreviewPaper, routes=(Route(PreviewPaper, preview_paper, Cost.MODEL),))
READ_MORE = CommandSpec("readmore", parse=ReadMore, routes=(Route(ReadMore, read_more, Cost.MODEL),))
AUTHORS = CommandSpec("authors", parse=PickAuthor, routes=(Route(PickAuthor, pick_author, Cost.NETWORK),))
