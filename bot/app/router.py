"""The adapters' entry point, `answer(command, caller) -> Card`. Every error becomes a card here."""

import asyncio
import logging
import secrets
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import field, replace

from bot.app import invitation
from bot.app.authorship import with_author
from bot.app.chooser import CommandChooser
from bot.app.command_service import Suggestion
from bot.app.commands import help_of
from bot.app.completions import Completions
from bot.app.error_cards import error_card, fault_card
from bot.app.inject import BoundRoute
from bot.app.parse import outside_thread, parse
from bot.delivery import subscribe as mail
from bot.delivery.posting import Postings
from bot.delivery.store.answered import AnsweredRequests
from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.rate_limits import RateLimitStore
from bot.digests.club import ReadingClub
from bot.domain.card import Card, Fine, line
from bot.domain.channel import Place
from bot.domain.command import Caller, Command
from bot.domain.command_spec import Cost, Right
from bot.domain.errors import BotError
from bot.domain.frozen import frozen
from bot.domain.mailbox import MAIL, mailboxes_team
from bot.domain.rights import require
from bot.infra.aio.fair_gate import FairGate
from bot.infra.asker import Question, asked_by
from bot.infra.meter import NO_METER, Meter
from bot.infra.metrics import COMMAND_SECONDS, COMMANDS
from bot.library import reactions
from bot.search.command import SearchPapers
from bot.search.link_preview import MOST_LINKS, LinkPreviews

SUGGEST_SECONDS = 1.0

COSTLY = frozenset({Cost.NETWORK, Cost.MODEL})
MOST_COSTLY, MOST_COSTLY_OF_A_PERSON = 32, 8
"""Costly commands under way at a time in this process; the others wait their turn, person by person."""

log = logging.getLogger(__name__)


@frozen
class CommandRouter:
    """The router from each command to its handler; implements `CommandService`."""

    routes: Mapping[type[Command], BoundRoute]
    channels: ChannelStore
    completions: Completions
    meter: Meter = NO_METER
    postings: Postings = field(default_factory=lambda: Postings({}))
    gate: FairGate = field(default_factory=lambda: FairGate(MOST_COSTLY, MOST_COSTLY_OF_A_PERSON))
    answered: AnsweredRequests | None = None
    links: LinkPreviews | None = None
    club: ReadingClub | None = None
    rate_limits: RateLimitStore | None = None
    chooser: CommandChooser | None = None

    async def answer(self, command: Command, caller: Caller) -> Card:
        begun = time.monotonic()
        card, outcome = await self._answered(command, caller)
        platform = caller.place.platform
        self.meter.count(COMMANDS, platform=platform, command=_name(command), outcome=outcome)
        self.meter.observe(COMMAND_SECONDS, time.monotonic() - begun, platform=platform)
        return card

    async def suggest(self, kind: str, begun: str, caller: Caller) -> list[Suggestion]:
        try:
            async with asyncio.timeout(SUGGEST_SECONDS):
                return await self.completions.suggest(kind, begun, caller)
        except (BotError, TimeoutError):
            return []

    async def reacted(
        self, sign: str, papers: Sequence[str], caller: Caller, added: bool, others: bool = False
    ) -> None:
        if await self._voted(sign, papers, caller, added):
            return
        if others and not added:  # what a message's reactions say of its papers is the channel's, and goes on
            return
        if text := reactions.command_of(sign, papers, added):
            await self.answer(parse(text), caller)

    async def link_cards(self, paper_ids: Sequence[str], caller: Caller) -> Mapping[str, Card]:
        ids = tuple(dict.fromkeys(paper_ids))[:MOST_LINKS]
        if not self.links or not ids:
            return {}
        try:
            with asked_by(Question.of(caller)):
                return await self.links.cards(ids, caller.place)
        except BotError as error:
            log.info("Linked papers get no card: ids=%s place=%s why=%r", ids, caller.place, error)
        except Exception:
            log.exception("Cards of linked papers failed: ids=%s place=%s", ids, caller.place)
        return {}

    async def _voted(self, sign: str, papers: Sequence[str], caller: Caller, added: bool) -> bool:
        """Return True if the reaction is a vote of the reading club: a number on its ballot."""
        if self.club is None or sign not in reactions.KEYCAPS or not papers:
            return False
        try:
            return await self.club.reacted(caller.place, caller.user, papers, int(sign), added)
        except BotError as error:
            log.warning("A vote was lost: place=%s why=%s", caller.place, error)
            return True

    async def invited(self, place: Place) -> None:
        await invitation.invited(place, self.channels)

    async def welcome(self, place: Place, direct: bool) -> Card | None:
        try:
            return await invitation.welcome(place, direct, self.channels)
        except BotError as error:
            log.warning("A place was not welcomed: place=%s why=%s", place, error)
            return None

    async def left(self, place: Place, user: str) -> None:
        try:
            await mail.end_of_member(place, user, self.channels)
        except BotError as error:
            log.warning("A person's e-mails of a channel go on until the next one: place=%s why=%s", place, error)

    async def is_new(self, *requests: str) -> bool:
        try:
            return all([await self.answered.is_new(request) for request in requests]) if self.answered else True
        except BotError as error:
            log.warning("It can't be told if a request came before: why=%s", error)
            return True

    async def forget_team(self, platform: str, team: str) -> None:
        log.info("A team is forgotten: platform=%s team=%s", platform, team)
        for whose in ((MAIL, mailboxes_team(Place(platform, team, ""))), (platform, team)):
            await self.channels.forget_team(*whose)
            if self.rate_limits:
                await self.rate_limits.forget_team(*whose)
        await self.channels.note_deleted()

    async def unsubscribed(self, place: Place) -> None:
        """Delete a mailbox, because a person followed the link in an e-mail. Raises StoreDown."""
        await mail.unsubscribed(place, self.channels)

    async def _answered(self, command: Command, caller: Caller) -> tuple[Card, str]:
        try:
            return await self._answer(command, caller), "answered"
        except BotError as error:
            log.info("A command was refused: command=%s place=%s why=%r", _name(command), caller.place, error)
            said = "" if command.has_secret else caller.said
            return error_card(error, said, help_of(command)), "refused"
        except Exception:
            reference = secrets.token_hex(3).upper()
            log.exception("A command failed: command=%s place=%s reference=%s", _name(command), caller.place, reference)
            return fault_card(reference), "failed"

    async def _answer(self, command: Command, caller: Caller) -> Card:
        question = Question.of(caller)
        with asked_by(question):
            command = await self._understood(outside_thread(command, caller))
            bound = self.routes[type(command)]
            turn = self.gate.entered(question.person) if bound.route.cost in COSTLY else nullcontext()
            async with turn:
                card = await self._handled(bound, command, caller)
        return _noted(card, question.notes)

    async def _understood(self, command: Command) -> Command:
        """Return what the model, if there is one, reads in words that nothing else understood."""
        if self.chooser is None or not isinstance(command, SearchPapers) or not command.said:
            return command
        return await self.chooser.instead_of(command)

    async def _handled(self, bound: BoundRoute, command: Command, caller: Caller) -> Card:
        """Answer it if the person may run it. A change says who made it, and if the bot can't post what comes of it."""
        route = bound.route
        if route.right is Right.EVERYBODY and not route.creates_channel:
            return await bound.answer(command, caller)
        if route.creates_channel:
            await self.channels.note_direct(caller.place, caller.direct)
        before = await self.channels.get(caller.place)
        require(route.right, caller, before)
        card = await bound.answer(command, caller)
        after = await self.channels.get(caller.place)
        if route.right is not Right.EVERYBODY and after != before:
            card = with_author(card, caller)
        return await self.postings.warned(card, caller, before, after)


def _noted(card: Card, notes: Sequence[str]) -> Card:
    """Return the card with what concerns the person who asked alone; then nobody else sees the card."""
    if not notes:
        return card
    return replace(card, blocks=(*card.blocks, *(Fine(line(note)) for note in notes)), private=True)


def _name(command: Command) -> str:
    return type(command).__name__
