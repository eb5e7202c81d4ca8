"""All services of the recorded store: the bot on an embedded Valkey, with loopback sources, platforms and mail.

It imports only the bot's composition root, its settings and the platforms' own drivers, since it must run on any
version of the code.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from redis.asyncio import Redis

from adapters.platforms import messengers
from bot.app.bootstrap import opened
from bot.app.settings import Settings
from bot.infra.redis.embedded import embedded_valkey
from support.drivers.discord_driver import DiscordDriver
from support.drivers.slack_driver import SlackDriver
from support.drivers.terminal_driver import TerminalDriver
from support.recorded_papers import (
    DAYS,
    LISTED,
    LISTED_NAME,
    all_papers,
    fill_openalex,
    papers_of,
    scholars,
    unannounced,
    withdrawn,
)
from support.servers.arxiv_authors import Claimed
from support.servers.arxiv_server import ArxivServer
from support.servers.datacite_server import DataciteServer
from support.servers.huggingface_server import HuggingFaceServer, entry
from support.servers.model_server import ModelServer
from support.servers.openalex_server import OpenAlexServer
from support.servers.semantic_scholar_server import SemanticScholarServer
from support.servers.smtp_server import SmtpServer, smtp_server
from support.store_dump import Stored, load

SENDER, READER = "Paperlark <lark@example.org>", "reader@example.org"
_BUDGET = {"openai_input_price": 0.25, "openai_output_price": 2.0, "openai_monthly_dollars": 5.0}


def at(text: str) -> datetime:
    """Parse a time such as "11-24 08:15" of the recorded year, in UTC."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


@dataclass
class StillClock:
    """Clock that moves only by hand. Sleepers continue soon: the recording doesn't need the bot's own pauses."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0.02 if seconds < 5 else seconds)


@dataclass
class RecordedWorld:
    """The services; `speakers` are the available messengers: one that is removed is a platform without a token."""

    app: Any
    clock: StillClock
    arxiv: ArxivServer
    face: HuggingFaceServer
    mail: SmtpServer
    speakers: dict[str, Any]
    slack: SlackDriver
    discord: DiscordDriver
    terminal: TerminalDriver

    @property
    def chats(self) -> dict[str, Any]:
        """Return the chats by platform."""
        return {chat.platform: chat for chat in (self.slack, self.discord, self.terminal)}

    def announce(self, day: date) -> None:
        """Set arXiv's announcement of a day, and the votes of Hugging Face's readers."""
        papers = papers_of(day)
        self.arxiv.announce(day, papers)
        if day == DAYS[-2]:
            self.arxiv.announce(day, [withdrawn()], "replace")
        self.face.lists[day.isoformat()] = [
            entry(paper.id, 7 + 11 * number, title=paper.title) for number, paper in enumerate(papers[::3])
        ]
        week = f"{day:%G-W%V}"
        self.face.lists[week] = [*self.face.lists.get(week, []), *self.face.lists[day.isoformat()]]

    async def rounds(self, when: datetime) -> None:
        """Do all that is due at an instant, as `paperlark once` does."""
        self.clock.instant = when
        await self.app.rounds.prepare()
        await self.app.rounds.deliver()
        if hasattr(self.app.rounds, "finish"):  # versions before it fetched everything first
            await self.app.rounds.finish()


@asynccontextmanager
async def recorded_world(
    home: Path, now: datetime, thinks: bool = True, stored: Mapping[str, Stored] | None = None
) -> AsyncIterator[RecordedWorld]:
    """Yield the world at an instant, with nothing announced yet. `thinks`: with an embedding and a language model;
    `stored` is the content of the store when the bot opens it."""
    clock = StillClock(now)
    async with AsyncExitStack() as stack:
        arxiv = await stack.enter_async_context(ArxivServer())
        face = await stack.enter_async_context(HuggingFaceServer())
        mail = await stack.enter_async_context(smtp_server())
        arxiv.papers = [unannounced()]
        settings = Settings.model_construct(
            paperlark_home=home,
            **await _sources(stack, arxiv, face),
            **_mailing(mail.port),
            **(await _model(stack) if thinks else {"paperlark_model": home / "no-model"}),
        )
        speakers: dict[str, Any] = dict(await messengers(settings, stack, only=("email",)))
        async with Redis.from_url(await stack.enter_async_context(embedded_valkey(home))) as client:
            await load(client, stored or {})
        app = await stack.enter_async_context(opened(settings, clock, speakers))
        drivers = (SlackDriver(app.core), DiscordDriver(app.core), TerminalDriver(app.core))
        for driver in drivers:
            await stack.enter_async_context(driver)
            speakers[driver.platform] = driver.messenger
        drivers[1].server.quiet_seconds = 0.02
        yield RecordedWorld(app, clock, arxiv, face, mail, speakers, *drivers)


async def _sources(stack: AsyncExitStack, arxiv: ArxivServer, face: HuggingFaceServer) -> dict[str, Any]:
    openalex = await stack.enter_async_context(OpenAlexServer())
    second = await stack.enter_async_context(SemanticScholarServer())
    datacite = await stack.enter_async_context(DataciteServer())
    fill_openalex(openalex)
    openalex.allowance, second.authors = 10.0, scholars()
    datacite.papers = [unannounced()]
    own = [paper for paper in all_papers() if LISTED_NAME in paper.authors]
    arxiv.authors[LISTED] = Claimed(LISTED_NAME, own[:-2], orcid="0000-0001-5109-3700")
    return {
        "arxiv_api_url": arxiv.api_url,
        "arxiv_rss_url": arxiv.rss_url,
        "arxiv_oai_url": arxiv.oai_url,
        "arxiv_author_url": arxiv.author_url,
        "arxiv_min_interval_seconds": 0.0,
        "datacite_url": datacite.url,
        "huggingface_url": face.url,
        "openalex_url": openalex.url,
        "semantic_scholar_url": second.url,
    }


def _mailing(port: int) -> dict[str, Any]:
    secret = SecretStr("a secret of many letters")
    own = {"email_host": "127.0.0.1", "email_port": port, "email_from": SENDER, "email_tls": "none"}
    return own | {"email_secret": secret, "paperlark_url": "https://lark.example.org"}


async def _model(stack: AsyncExitStack) -> dict[str, Any]:
    server = await stack.enter_async_context(ModelServer())
    return {"openai_base_url": server.base_url, "openai_model": server.model, "openai_daily_tokens": 500_000} | _BUDGET
