"""All services around Paperlark, on loopback and with one home: arXiv, Slack, Discord, people, and a process of `once`.

Stories happen on days that the test chooses: people change settings at an instant through the core's own command
service, and `once --at` gets the instant, so no test depends on the day it runs on.
"""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from bot.app.bootstrap import opened
from bot.app.parse import parse
from bot.app.settings import Settings
from bot.domain.card import Card
from bot.domain.channel import Place
from bot.domain.command import Caller
from bot.domain.paper import Paper
from bot.infra.clock import FixedClock
from bot.infra.redis.embedded import embedded_valkey
from support.bot_process import Ended, paperlark
from support.drivers.discord_driver import number
from support.drivers.remote_chats import Chat, DiscordChat, SlackChat
from support.drivers.visible_answer import Seen
from support.servers.arxiv_clients import a_paper
from support.servers.arxiv_server import ArxivServer
from support.servers.datacite_server import DataciteServer
from support.servers.discord_server import DiscordServer
from support.servers.huggingface_server import HuggingFaceServer
from support.servers.slack_server import SlackServer
from support.servers.slack_workspace import TEAM

_ID = re.compile(r"/abs/(\d{4}\.\d{5})\b")


def at(text: str) -> datetime:
    """Parse a time such as "2026-09-01 09:00", in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def paper(paper_id: str, announced: date, **changes: object) -> Paper:
    """Return a paper submitted in time for the announcement that the feed of that day shows."""
    submitted = datetime(announced.year, announced.month, announced.day, 12, tzinfo=UTC) - timedelta(days=1)
    while submitted.weekday() > 4:
        submitted -= timedelta(days=1)
    return a_paper(
        paper_id, **{"title": f"On the Matter of Number {int(paper_id[-5:])}", "published": submitted} | changes
    )


@dataclass
class World:
    """The services; `settings` connect a command in another process to them."""

    home: Path
    arxiv: ArxivServer
    slack: SlackServer
    discord: DiscordServer
    datacite: DataciteServer
    settings: dict[str, object] = field(default_factory=dict)

    async def once(self, when: datetime, seconds: float = 120.0, **more: object) -> Ended:
        """Run `paperlark once --at <when>`."""
        return await paperlark("once", "--at", when.isoformat(), settings=self.settings | more, seconds=seconds)

    def room(self, platform: str, channel: str = "C1") -> "Room":
        """Return a channel there; create it if necessary."""
        if platform == "discord":
            self.discord.channel(number(channel))
            place = Place("discord", self.discord.home, number(channel))
            return Room(self, DiscordChat(self.discord), channel, place)
        return Room(self, SlackChat(self.slack), channel, Place("slack", TEAM, channel))

    def announces(self, day: date, papers: Sequence[Paper], kind: str = "") -> None:
        """Set arXiv's announcement in its feed on that day, for `--at` on that day or later."""
        self.arxiv.announce(day, papers, kind)


@dataclass(frozen=True)
class Room:
    """One channel of one platform."""

    world: World
    chat: Chat
    channel: str
    place: Place

    async def says(self, text: str, when: datetime) -> Card:
        """Type a slash command there at that instant; return the core's answer."""
        named = {name.lower(): value for name, value in self.world.settings.items()}
        sources = ("arxiv_api_url", "arxiv_rss_url", "arxiv_oai_url", "datacite_url", "huggingface_url")
        own = {name: named[name] for name in ("paperlark_home", *sources)}
        if "redis_url" in named:
            own["redis_url"] = SecretStr(str(named["redis_url"]))
        own |= {name: value for name, value in named.items() if name.startswith("openai_") and name != "openai_api_key"}
        settings = Settings.model_construct(**own, arxiv_min_interval_seconds=0.0)
        async with opened(settings, FixedClock(when), {}) as app:
            user = number("U1") if self.place.platform == "discord" else "U1"
            return await app.core.answer(parse(text), Caller(self.place, user=user, zone="UTC"))

    @property
    def digests(self) -> list[Seen]:
        """Return the posted messages, oldest first, without answers to commands."""
        return self.chat.standing(self.channel)

    @property
    def papers(self) -> list[str]:
        """Return the id of every paper that these messages link to, as often as they do."""
        return [found for message in self.digests for link in message.links for found in _ID.findall(link)]


@asynccontextmanager
async def a_world(home: Path, redis_url: str = "", kept_open: bool = True) -> AsyncIterator[World]:
    """Yield a separate world; `redis_url` replaces its embedded store. If `kept_open`, no command has to start that."""
    async with AsyncExitStack() as stack:
        arxiv = await stack.enter_async_context(ArxivServer())
        slack = await stack.enter_async_context(SlackServer())
        discord = await stack.enter_async_context(DiscordServer())
        datacite = await stack.enter_async_context(DataciteServer())
        face = await stack.enter_async_context(HuggingFaceServer(fault="404"))
        if kept_open and not redis_url:
            await stack.enter_async_context(embedded_valkey(home))
        settings: dict[str, object] = {
            "PAPERLARK_HOME": home,
            "ARXIV_API_URL": arxiv.api_url,
            "ARXIV_RSS_URL": arxiv.rss_url,
            "ARXIV_OAI_URL": arxiv.oai_url,
            "DATACITE_URL": datacite.url,
            "HUGGINGFACE_URL": face.url,
            "ARXIV_MIN_INTERVAL_SECONDS": 0,
            **({"REDIS_URL": redis_url} if redis_url else {}),
            **SlackChat(slack).settings,
            **DiscordChat(discord).settings,
        }
        yield World(home, arxiv, slack, discord, datacite, settings)
