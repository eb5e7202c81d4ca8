"""A core for tests of the Discord adapter: records every command and answers with real cards."""

import asyncio
from collections.abc import Mapping, Sequence

from bot.app.command_service import Suggestion
from bot.app.help import NotUnderstood
from bot.digests.cards.digest import digest_card
from bot.digests.follow import AddFollow
from bot.digests.following import ListFollows
from bot.digests.settings import DigestOff, DigestOn
from bot.digests.unfollow import EndFollow
from bot.domain.card import Card, Paragraph, line
from bot.domain.channel import Place
from bot.domain.command import Caller, Command, ShowDigest
from bot.papers.cards import authors_card, link_card, paper_card, read_more_card
from bot.search.paper import PickAuthor, ReadMore, ShowPaper
from support.builders.sample_cards import NOW, PAPER, SUMMARY, digest


def note(text: str, private: bool = False) -> Card:
    return Card("note", text, (Paragraph((line(text),)),), private=private)


class RecordingDoor:
    """`cards` replaces the answer for a kind of command; while `open` is cleared, no answer comes."""

    def __init__(self) -> None:
        self.asked: list[tuple[Command, Caller]] = []
        self.suggested: list[tuple[str, str]] = []
        self.forgotten: list[tuple[str, str]] = []
        self.left_by: list[tuple[Place, str]] = []
        self.requests: set[str] = set()
        self.invitations: list[Place] = []
        self.welcomed: list[tuple[Place, bool]] = []
        self.welcomes: list[Card] = []
        self.reactions: list[tuple[str, list[str], Caller, bool]] = []
        self.cards: dict[type, Card] = {}
        self.open = asyncio.Event()
        self.open.set()

    @property
    def commands(self) -> list[Command]:
        return [command for command, _ in self.asked]

    async def answer(self, command: Command, caller: Caller) -> Card:
        self.asked.append((command, caller))
        await self.open.wait()
        return self.cards.get(type(command)) or self._usual(command)

    def _usual(self, command: Command) -> Card:
        match command:
            case ShowPaper(query="nonsense"):
                return note("I found no paper for “nonsense”. Type its arXiv id.", private=True)
            case ShowPaper():
                return paper_card(PAPER, SUMMARY)
            case ReadMore():
                return read_more_card(PAPER, SUMMARY)
            case PickAuthor():
                return authors_card(PAPER, ())
            case ShowDigest():
                return digest_card(digest(2), NOW)
            case AddFollow() | EndFollow() | DigestOn() | DigestOff():
                return note(f"Done: {command}")
            case ListFollows():
                return note("You follow nobody.", private=True)
            case NotUnderstood(said=said):
                return note(f"I don't know “{said}”.", private=True)
        return note("Type /follow and a name.", private=True)

    async def suggest(self, kind: str, begun: str, caller: Caller) -> list[Suggestion]:
        self.suggested.append((kind, begun))
        names = {"author": ["Yam Eitan", "Yam Levi"], "category": ["cs.CL", "cs.CV"], "zone": ["Europe/Berlin"]}
        if kind == "topic":
            return [Suggestion(f"topic {number}") for number in range(40)] + [Suggestion("x" * 200)]
        if kind == "paper":
            return [
                Suggestion(PAPER.id, PAPER.title),
                Suggestion("2605.00001", "word " * 99),
                Suggestion("y" * 99, "T"),
            ]
        return [Suggestion(name) for name in names.get(kind, []) if name.lower().startswith(begun.lower())]

    async def reacted(
        self, sign: str, papers: Sequence[str], caller: Caller, added: bool, others: bool = False
    ) -> None:
        if added or not others:
            self.reactions.append((sign, list(papers), caller, added))

    async def link_cards(self, paper_ids: Sequence[str], caller: Caller) -> Mapping[str, Card]:
        return {PAPER.id: link_card(PAPER)} if PAPER.id in paper_ids else {}

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
        self.forgotten.append((platform, team))
