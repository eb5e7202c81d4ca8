"""Paperlark as it runs, on every platform at once: the real core on a real embedded Valkey, the world on loopback."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from discord_driver import DiscordDriver
from servers.arxiv_server import ArxivServer
from slack_driver import SlackDriver
from terminal_driver import TerminalDriver

from bot.bootstrap import Application, opened
from bot.card import Card
from bot.command import Caller, Command
from bot.ports import Messenger
from bot.settings import Settings

Driver = SlackDriver | DiscordDriver | TerminalDriver
PLATFORMS = ("slack", "discord", "terminal")
MONDAY = datetime(2026, 5, 11, 9, tzinfo=UTC)


@dataclass
class MovedClock:
    """Stands still until it is moved; waiting takes real time."""

    instant: datetime = MONDAY

    def now(self) -> datetime:
        return self.instant

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass
class WatchedDoor:
    """The core's door, that also remembers the last card for each who asked."""

    app: Application
    cards: dict[tuple[str, str], Card] = field(default_factory=dict)

    async def answer(self, command: Command, caller: Caller) -> Card:
        card = await self.app.core.answer(command, caller)
        self.cards[caller.place.platform, caller.user] = card
        return card

    async def suggest(self, kind: str, begun: str, caller: Caller) -> list[str]:
        return await self.app.core.suggest(kind, begun, caller)

    async def forget_team(self, platform: str, team: str) -> None:
        await self.app.core.forget_team(platform, team)


@dataclass(frozen=True)
class House:
    """All that a test may look at or turn."""

    app: Application
    door: WatchedDoor
    arxiv: ArxivServer
    clock: MovedClock
    chats: dict[str, Driver]


@asynccontextmanager
async def on_all_platforms(home: Path, **settings: Any) -> AsyncIterator[House]:
    """One bot that serves Slack, Discord and a terminal; `settings` beside those of the loopback arXiv."""
    clock, messengers = MovedClock(), dict[str, Messenger]()
    async with AsyncExitStack() as stack:
        arxiv = await stack.enter_async_context(ArxivServer())
        sources = {"arxiv_api_url": arxiv.api_url, "arxiv_rss_url": arxiv.rss_url, "arxiv_min_interval_seconds": 0}
        own = Settings.model_construct(paperlark_home=home, **sources, **settings)
        app = await stack.enter_async_context(opened(own, clock, messengers))
        door = WatchedDoor(app)
        chats: dict[str, Driver] = {}
        for make in (SlackDriver, DiscordDriver, TerminalDriver):
            chat = await stack.enter_async_context(make(door))
            chats[chat.platform], messengers[chat.platform] = chat, chat.messenger
            if isinstance(chat, SlackDriver):
                chat.server.zones.clear()  # the others don't tell a person's time zone
        yield House(app, door, arxiv, clock, chats)
