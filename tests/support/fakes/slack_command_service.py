"""A core with only the sample papers, for tests of the layers before it."""

import asyncio
from collections.abc import Mapping, Sequence

from bot.app.command_service import Suggestion
from bot.app.error_cards import error_card
from bot.digests.cards.digest import digest_card, points_card
from bot.digests.cards.follows import followed_card, following_card
from bot.digests.cards.settings import digest_on_card
from bot.digests.follow import AddFollow
from bot.digests.following import ListFollows
from bot.digests.forecast import Forecast
from bot.digests.settings import DigestOn
from bot.domain.card import Card, line
from bot.domain.channel import Channel, Follow, Kind, Place, Timetable
from bot.domain.command import Caller, Command, ShowDigest
from bot.domain.errors import BadInput, StoreDown
from bot.papers.cards import authors_card, link_card, paper_card, read_more_card
from bot.search.paper import PickAuthor, ReadMore, ShowPaper
from support.builders.sample_cards import NOW, PAPER, SUMMARY, digest


class SampleDoor:
    """`asked` and `forgotten` record the calls. While `gate` is cleared, answers wait."""

    def __init__(self) -> None:
        self.asked: list[tuple[Command, Caller]] = []
        self.forgotten: list[tuple[str, str]] = []
        self.left_by: list[tuple[Place, str]] = []
        self.requests: set[str] = set()
        self.invitations: list[Place] = []
        self.welcomed: list[tuple[Place, bool]] = []
        self.welcomes: list[Card] = []
        self.reactions: list[tuple[str, list[str], Caller, bool]] = []
        self.linked: list[tuple[tuple[str, ...], Caller]] = []
        self.answered = 0
        self.failures_to_forget = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def answer(self, command: Command, caller: Caller) -> Card:
        self.asked.append((command, caller))
        await self.gate.wait()
        self.answered += 1
        return _card(command, caller)

    async def suggest(self, kind: str, begun: str, caller: Caller) -> list[Suggestion]:
        return []

    async def reacted(
        self, sign: str, papers: Sequence[str], caller: Caller, added: bool, others: bool = False
    ) -> None:
        if added or not others:
            self.reactions.append((sign, list(papers), caller, added))

    async def link_cards(self, paper_ids: Sequence[str], caller: Caller) -> Mapping[str, Card]:
        self.linked.append((tuple(paper_ids), caller))
        await self.gate.wait()
        return {PAPER.id: link_card(PAPER, SUMMARY.gist)} if PAPER.id in paper_ids else {}

    async def invited(self, place: Place) -> None:
        self.invitations.append(place)

    async def welcome(self, place: Place, direct: bool) -> Card | None:
        self.welcomed.append((place, direct))
        return self.welcomes.pop() if self.welcomes else None

    async def left(self, place: Place, user: str) -> None:
        self.left_by.append((place, user))

    async def is_new(self, *requests: str) -> bool:
        before = len(self.requests)
        self.requests |= set(requests)
        return len(self.requests) == before + len(set(requests))

    async def forget_team(self, platform: str, team: str) -> None:
        if self.failures_to_forget:
            self.failures_to_forget -= 1
            raise StoreDown
        self.forgotten.append((platform, team))


def _card(command: Command, caller: Caller) -> Card:
    channel = Channel(caller.place, Timetable(), NOW, follows=(Follow(Kind.AUTHOR, "Yam Eitan", NOW),))
    match command:
        case ShowPaper():
            return paper_card(PAPER, SUMMARY)
        case ReadMore():
            return read_more_card(PAPER, SUMMARY)
        case PickAuthor():
            return authors_card(PAPER, ())
        case AddFollow():
            return followed_card(
                Follow(Kind.AUTHOR, command.what, NOW), True, Forecast((PAPER,)), line("It comes daily.")
            )
        case ListFollows():
            return following_card(channel, line("It comes daily."))
        case ShowDigest():
            return points_card(digest()) if command.part == "points" else digest_card(digest(), NOW)
        case DigestOn():
            return digest_on_card(channel, Timetable(zone=command.zone or caller.zone or "UTC"), NOW, NOW)
        case _:
            return error_card(BadInput(f"That can't be used: {command}.", "Type /paperlark.", ("/digest",)))
