"""Paperlark on every platform at once: the real core on a real embedded Valkey, with loopback services around it."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bot.app.bootstrap import Application, opened
from bot.app.command_service import Suggestion
from bot.app.external import ExternalServices
from bot.app.settings import Settings
from bot.delivery.messenger import Messenger
from bot.domain.card import Card
from bot.domain.categories import ARCHIVES
from bot.domain.channel import Channel, Follow, Kind, Place, Timetable
from bot.domain.command import Caller, Command
from bot.domain.paper import Paper
from bot.infra.http.session import USER_AGENT
from bot.papers.clients.arxiv.api import ArxivCatalogue
from bot.papers.clients.arxiv.feed import ArxivAnnouncements
from bot.papers.clients.arxiv.http import arxiv_client
from bot.papers.clients.arxiv.lock import ArxivLock
from support.drivers.discord_driver import DiscordDriver
from support.drivers.slack_driver import SlackDriver
from support.drivers.terminal_driver import TerminalDriver
from support.drivers.visible_answer import Seen
from support.local_http import local_client
from support.servers.arxiv_server import ArxivServer
from support.servers.huggingface_server import HuggingFaceServer

Driver = SlackDriver | DiscordDriver | TerminalDriver
PLATFORMS = ("slack", "discord", "terminal")
CHATS_FIRST = ("slack", "discord", pytest.param("terminal", marks=pytest.mark.slow))
"""The platforms for long suites: `make test` leaves the terminal to `make test-all`."""
DIGESTS = "C-digests"
MONDAY = datetime(2026, 5, 11, 9, tzinfo=UTC)


@dataclass
class MovedClock:
    """Clock that moves only by hand; waiting takes real time."""

    instant: datetime = MONDAY

    def now(self) -> datetime:
        return self.instant

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass
class WatchedDoor:
    """The core's command service, which also records the last card for each person."""

    app: Application
    cards: dict[tuple[str, str], Card] = field(default_factory=dict)
    reactions: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    """Signs and papers of the reactions that the core has handled."""

    async def answer(self, command: Command, caller: Caller) -> Card:
        card = await self.app.core.answer(command, caller)
        self.cards.pop((caller.place.platform, caller.user), None)  # the last card stands last
        self.cards[caller.place.platform, caller.user] = card
        return card

    async def suggest(self, kind: str, begun: str, caller: Caller) -> list[Suggestion]:
        return await self.app.core.suggest(kind, begun, caller)

    async def reacted(
        self, sign: str, papers: Sequence[str], caller: Caller, added: bool, others: bool = False
    ) -> None:
        await self.app.core.reacted(sign, papers, caller, added, others)
        self.reactions.append((sign, tuple(papers)))

    async def link_cards(self, paper_ids: Sequence[str], caller: Caller) -> Mapping[str, Card]:
        return await self.app.core.link_cards(paper_ids, caller)

    async def invited(self, place: Place) -> None:
        await self.app.core.invited(place)

    async def welcome(self, place: Place, direct: bool) -> Card | None:
        if card := await self.app.core.welcome(place, direct):
            self.cards.pop((place.platform, "everybody"), None)
            self.cards[place.platform, "everybody"] = card
        return card

    async def left(self, place: Place, user: str) -> None:
        await self.app.core.left(place, user)

    async def is_new(self, *requests: str) -> bool:
        return await self.app.core.is_new(*requests)

    async def forget_team(self, platform: str, team: str) -> None:
        await self.app.core.forget_team(platform, team)


class House:
    """Everything that a test may inspect or change."""

    def __init__(
        self, app: Application, door: WatchedDoor, arxiv: ArxivServer, clock: MovedClock, chats: dict[str, Driver]
    ) -> None:
        self.app = app
        self.door = door
        self.arxiv = arxiv
        self.clock = clock
        self.chats = chats
        self._channels = count(1)

    def new_channel(self, kind: str = "C") -> str:
        """Return the name of an unused channel; with "D", of a direct message."""
        return f"{kind}{next(self._channels)}"

    def user(self, platform: str) -> "User":
        """Return a user in a new channel of their own on a platform."""
        return User(self, self.chats[platform], self.new_channel())

    async def next_digest(self, listed: Sequence[Paper]) -> dict[str, list[Seen]]:
        """Announce `listed`; return the next day's messages in a channel on each platform that wants all papers."""
        yesterday = self.clock.now()
        before = {platform: len(chat.standing(DIGESTS)) for platform, chat in self.chats.items()}
        for chat in self.chats.values():
            await self._wants_all(chat.place(DIGESTS), yesterday)
        self.clock.instant = yesterday + timedelta(days=1)
        self.arxiv.announce(self.clock.now().date(), listed)
        await self.app.rounds.prepare()
        await self.app.rounds.deliver()
        await self.app.rounds.finish()
        return {platform: chat.standing(DIGESTS)[before[platform] :] for platform, chat in self.chats.items()}

    async def _wants_all(self, place: Place, since: datetime) -> None:
        channels, table = self.app.services.channels, Timetable(days=frozenset(range(7)), top=50)
        if (await channels.get(place)).timetable is None:
            await channels.set(Channel(place, table, since=since))
            followed = since + timedelta(hours=23)  # so late that no announcement but the next one counts
            for archive in ARCHIVES:
                await channels.follow(place, Follow(Kind.CATEGORY, archive, followed))


@dataclass(frozen=True)
class User:
    """A person in one channel of one platform."""

    house: House
    chat: Driver
    channel: str

    async def says(self, text: str) -> Seen:
        return await self.chat.says(text, self.channel)

    async def presses(self, seen: Seen, label: str) -> Seen:
        return await self.chat.presses(seen, label)

    async def fills(self, form: Seen, values: dict[str, Any]) -> Seen:
        """Fill in a form; what `values` doesn't name stays as shown."""
        assert not isinstance(self.chat, TerminalDriver), "a terminal has no forms"
        return await self.chat.fills(form, values)

    @property
    def data(self) -> dict[str, Any]:
        """Return the last answer on this platform as `ask --json` prints it."""
        return dict([card for (name, _), card in self.house.door.cards.items() if name == self.chat.platform][-1].data)

    async def follows(self) -> tuple[Follow, ...]:
        """Return the channel's follows."""
        return (await self.house.app.services.channels.get(self.chat.place(self.channel))).follows


@asynccontextmanager
async def on_all_platforms(home: Path, turn: ArxivLock | None = None, **settings: Any) -> AsyncIterator[House]:
    """Yield one bot on Slack, Discord and a terminal; `settings` extend those of the loopback arXiv.

    `turn` replaces the arXiv lock in Redis, which would make many concurrent requests wait most of the time.
    """
    clock, messengers = MovedClock(), dict[str, Messenger]()
    async with AsyncExitStack() as stack:
        arxiv = await stack.enter_async_context(ArxivServer())
        face = await stack.enter_async_context(HuggingFaceServer(fault="404"))
        urls = {"arxiv_api_url": arxiv.api_url, "arxiv_rss_url": arxiv.rss_url, "arxiv_min_interval_seconds": 0}
        urls |= {
            "arxiv_oai_url": arxiv.oai_url,
            "arxiv_author_url": arxiv.author_url,
            "arxiv_html_url": arxiv.html_url,
            "datacite_url": "http://127.0.0.1:1",
            "openalex_url": "http://127.0.0.1:1",
            "semantic_scholar_url": "http://127.0.0.1:1",
            "huggingface_url": face.url,
        }
        own = Settings.model_construct(paperlark_home=home, **(urls | settings))
        sources = await _quick(arxiv, turn, stack) if turn else None
        app = await stack.enter_async_context(opened(own, clock, messengers, sources))
        door = WatchedDoor(app)
        chats: dict[str, Driver] = {}
        for make in (SlackDriver, DiscordDriver, TerminalDriver):
            chat = await stack.enter_async_context(make(door))
            chats[chat.platform], messengers[chat.platform] = chat, chat.messenger
        _alike(chats)
        yield House(app, door, arxiv, clock, chats)


def words_of(text: str) -> tuple[str, ...]:
    """Return the words without bullets, dashes and lines, which only some platforms draw as characters.

    Who made a change isn't among them: only some platforms tell a name.
    """
    text = re.sub(r"^Changed by .*$", "", text, flags=re.MULTILINE)
    return tuple(re.sub("[•—─]", " ", text).split())


async def _quick(arxiv: ArxivServer, turn: ArxivLock, stack: AsyncExitStack) -> ExternalServices:
    http = await stack.enter_async_context(local_client(headers={"User-Agent": USER_AGENT}))
    client = arxiv_client(http, turn)
    catalogue = ArxivCatalogue(client, arxiv.api_url)
    return ExternalServices(catalogue, catalogue, ArxivAnnouncements(client, arxiv.rss_url))


def _alike(chats: dict[str, Driver]) -> None:
    """Make platforms alike: only Slack knows a person's time zone, and only Discord needs a wait for answers."""
    slack, discord = chats["slack"], chats["discord"]
    assert isinstance(slack, SlackDriver)
    assert isinstance(discord, DiscordDriver)
    slack.server.zones.clear()
    discord.server.quiet_seconds = 0.02
