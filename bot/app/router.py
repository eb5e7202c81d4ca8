"""The adapters' one door: `answer(command, caller) -> Card`, and the boundary at which every error becomes a card."""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.app import completions as suggestions
from bot.app import help as state
from bot.app import invitation
from bot.app.command_service import Suggestion
from bot.app.error_cards import error_card, fault_card
from bot.app.parse import parse
from bot.authors import page as author
from bot.authors.clients.openalex_works import OpenAlexWorks
from bot.authors.directory import Directory
from bot.authors.listing_port import Listings
from bot.authors.metrics import PaperMetrics
from bot.authors.people_port import People, SecondOpinion
from bot.delivery import subscribe as mail
from bot.delivery.messenger import Messenger
from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.confirmations import ConfirmationStore
from bot.delivery.store.failures import FailureStore
from bot.delivery.store.ledger import Ledger
from bot.digests import follow, follows
from bot.digests import settings as digest_settings
from bot.digests import show as digests
from bot.digests.recap import Recaps
from bot.domain.card import Card
from bot.domain.channel import Place
from bot.domain.command import (
    AddFollow,
    AddMute,
    Caller,
    Cite,
    Command,
    DigestOff,
    DigestOn,
    EndFollow,
    ExplainFigures,
    GiveFeedback,
    ListFollows,
    MailConfirm,
    MailOff,
    MailOn,
    NotUnderstood,
    PickAuthor,
    PickMute,
    PreviewPaper,
    ReadMore,
    SearchPapers,
    SendAgain,
    ShowAuthor,
    ShowDigest,
    ShowHelp,
    ShowPaper,
    ShowSaved,
    ShowSimilar,
    ShowTrending,
    UndoFeedback,
)
from bot.domain.errors import BotError
from bot.domain.mailbox import MAIL, mailboxes_team
from bot.domain.paper import Paper
from bot.infra.clock_port import Clock
from bot.infra.meter import NO_METER, Meter
from bot.infra.metrics import COMMAND_SECONDS, COMMANDS
from bot.library import feedback_command as taste
from bot.library import reactions
from bot.library import reading_list_command as saved
from bot.papers.arxiv_port import Catalogue
from bot.papers.clients.datacite import DataciteClient
from bot.papers.embeddings import Vectors
from bot.papers.index_port import SearchIndex
from bot.papers.store.fetch_log import FetchLog
from bot.papers.store.papers import PaperStore
from bot.papers.upvotes import Upvotes
from bot.ranking.judge import Judge
from bot.ranking.preferences import Preferences
from bot.search import command as search
from bot.search import completions as paper_suggestions
from bot.search import federated_command as search_everywhere
from bot.search import paper as papers
from bot.search import similar
from bot.search.federated import FederatedSearch
from bot.summaries.budget_port import UNLIMITED_TOKEN_BUDGET, TokenBudget
from bot.summaries.service import Summaries
from bot.trending import command as trending
from bot.trending.daily import DailyTrends
from bot.trending.service import Trends

log = logging.getLogger(__name__)

MAKING = (AddFollow, AddMute, GiveFeedback, DigestOn)
"""Commands by which something of a channel is kept for the first time."""


@dataclass(frozen=True, slots=True)
class CommandRouter:
    """Everything that answering takes. Fulfils `ports.CommandService`."""

    papers: PaperStore
    channels: ChannelStore
    ledger: Ledger
    failures: FailureStore
    fetches: FetchLog
    catalogue: Catalogue
    tastes: Preferences
    summaries: Summaries
    vectors: Vectors
    clock: Clock
    recaps: Recaps
    upvotes: Upvotes
    trends: Trends
    daily: DailyTrends | None
    everywhere: FederatedSearch
    topics_of: Callable[[Paper], Sequence[str]]
    meter: Meter = NO_METER
    registry: DataciteClient | None = None
    purse: TokenBudget = UNLIMITED_TOKEN_BUDGET
    bibliography: OpenAlexWorks | None = None
    people: People | None = None
    measures: PaperMetrics | None = None
    second: SecondOpinion | None = None
    search: SearchIndex | None = None
    optins: ConfirmationStore | None = None
    letters: Messenger | None = None
    listings: Listings | None = None

    async def answer(self, command: Command, caller: Caller) -> Card:
        begun = time.monotonic()
        card, outcome = await self._answered(command, caller)
        platform = caller.place.platform
        self.meter.count(COMMANDS, platform=platform, command=_name(command), outcome=outcome)
        self.meter.observe(COMMAND_SECONDS, time.monotonic() - begun, platform=platform)
        return card

    async def _answered(self, command: Command, caller: Caller) -> tuple[Card, str]:
        try:
            return await self._answer(command, caller), "answered"
        except BotError as error:
            log.info("A command was refused: command=%s place=%s why=%r", _name(command), caller.place, error)
            return error_card(error), "refused"
        except asyncio.CancelledError:
            raise
        except Exception:
            reference = secrets.token_hex(3).upper()
            log.exception("A command failed: command=%s place=%s reference=%s", _name(command), caller.place, reference)
            return fault_card(reference), "failed"

    async def suggest(self, kind: str, begun: str, caller: Caller) -> list[Suggestion]:
        shelf = paper_suggestions.Shelf(self.papers, self.channels, self.ledger, self.clock, self.search)
        try:
            async with asyncio.timeout(1.0):
                return await suggestions.suggest(kind, begun, caller, shelf)
        except (BotError, TimeoutError):
            return []

    async def reacted(self, sign: str, papers: Sequence[str], caller: Caller, added: bool) -> None:
        if text := reactions.command_of(sign, papers, added):
            await self.answer(parse(text), caller)

    async def invited(self, place: Place) -> None:
        await invitation.invited(place, self.channels)

    async def forget_team(self, platform: str, team: str) -> None:
        log.info("A team is forgotten: platform=%s team=%s", platform, team)
        await self.channels.forget_team(MAIL, mailboxes_team(Place(platform, team, "")))
        await self.channels.forget_team(platform, team)

    async def unsubscribed(self, place: Place) -> None:
        """Deletes a mailbox, because somebody followed the link in a letter. Raises StoreDown."""
        await mail.unsubscribe(place, self.channels)

    async def _answer(self, command: Command, caller: Caller) -> Card:  # noqa: C901, PLR0911, PLR0912 - one line a command
        if isinstance(command, MAKING):
            await self.channels.note_direct(caller.place, caller.direct)
        shelves = papers.Shelves(self.papers, self.catalogue, self.registry, self.bibliography)
        directory = Directory(shelves, self.people, self.search, self.clock, self.listings)
        reader = follow.Reader(self.papers, self.catalogue, self.channels, self.vectors, self.clock, directory)
        judge = Judge(self.papers, self.channels, self.tastes, self.vectors, self.clock, self.upvotes)
        shelf = digests.Shelf(
            self.papers,
            self.channels,
            self.tastes,
            self.ledger,
            self.fetches,
            self.summaries,
            self.vectors,
            self.clock,
            self.recaps,
            self.upvotes,
            self.daily,
        )
        desk = search.Desk(
            shelves,
            self.search,
            self.vectors,
            self.everywhere,
            judge,
            self.clock,
        )
        match command:
            case ShowPaper():
                return await papers.show_paper(command, caller, shelves, self.summaries, judge)
            case PreviewPaper():
                return await papers.preview_paper(command, caller, shelves, self.summaries, judge)
            case ReadMore():
                return await papers.read_more(command, shelves, self.summaries)
            case PickAuthor():
                return await papers.pick_author(command, caller, shelves, self.channels)
            case AddFollow():
                return await follow.follow(command, caller, reader)
            case ShowAuthor():
                return await author.show_author(command, author.Desk(directory, self.measures, self.second))
            case ExplainFigures():
                return author.explain_figures()
            case EndFollow():
                return await follow.unfollow(command, caller, self.channels)
            case ListFollows():
                return await follows.list_follows(caller, self.channels, self.tastes, self.clock)
            case GiveFeedback():
                diary = taste.Diary(self.tastes.store, self.clock)
                return await taste.give_feedback(command, caller, shelves, diary)
            case ShowSaved():
                return await saved.show_saved(command, caller, shelves, self.tastes.store)
            case Cite():
                return await saved.cite(command, shelves)
            case UndoFeedback():
                return await taste.undo_feedback(command, caller, self.papers, self.tastes.store)
            case AddMute():
                return await follows.mute(command, caller, self.channels, self.clock)
            case PickMute():
                return await papers.pick_mute(command, caller, shelves, self.channels, self.summaries)
            case ShowDigest():
                return await digests.show_digest(command, caller, shelf)
            case ShowTrending():
                return await trending.show_trending(command, self.trends, self.clock)
            case DigestOn():
                setting = digest_settings.Desk(self.channels, self.papers, self.vectors, self.clock)
                return await digest_settings.digest_on(command, caller, setting)
            case DigestOff():
                return await digest_settings.digest_off(command, caller, self.channels)
            case MailOn() | MailConfirm() | MailOff():
                letters = mail.MailDependencies(self.channels, self.clock, self.optins, self.letters)
                return await mail.answer(command, caller, letters)
            case SendAgain():
                return await state.send_again(command, caller, self.ledger, self.failures, self.channels)
            case SearchPapers(everywhere=True):
                return await search_everywhere.search_everywhere(command, caller, desk)
            case SearchPapers():
                return await search.search_papers(command, caller, desk)
            case ShowSimilar():
                return await similar.show_similar(command, caller, desk, self.topics_of)
            case ShowHelp():
                stores = (self.channels, self.ledger, self.failures, self.fetches)
                record = state.Record(*stores, self.clock, self.purse, self.summaries.by, self.vectors.model)
                return await state.show_help(caller, record)
            case NotUnderstood():
                raise state.not_understood(command)


def _name(command: Command) -> str:
    return type(command).__name__
