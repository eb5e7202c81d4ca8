"""The world around `once` for one run, with a slow model, noting when each part of it was spoken to."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from aiohttp import web

from bot.domain.channel import Place
from support.servers.arxiv_server import ArxivServer
from support.servers.discord_rest import Handler
from support.servers.discord_server import DiscordServer
from support.servers.huggingface_server import HuggingFaceServer
from support.servers.model_server import ModelServer
from support.servers.slack_server import SlackServer
from support.servers.slack_workspace import TEAM, Json

EACH = 10
"""Channels on each platform."""


@dataclass
class NotedModel(ModelServer):
    """Notes when each call came and went."""

    moments: list[float] = field(default_factory=list)

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        self.moments.append(monotonic())
        try:
            return await super()._complete(request)
        finally:
            self.moments.append(monotonic())


class NotedSlack(SlackServer):
    """Notes when each message came."""

    def __init__(self) -> None:
        super().__init__()
        self.moments: list[float] = []

    def perform(self, method: str, body: Json, token: str) -> Json:
        if method == "chat.postMessage":
            self.moments.append(monotonic())
        return super().perform(method, body, token)


class NotedDiscord(DiscordServer):
    """As NotedSlack, for ten messages."""

    def __init__(self) -> None:
        super().__init__()
        self.moments: list[float] = []
        self.levers["post"] = [self._noted] * EACH

    async def _noted(self, request: web.Request, handler: Handler) -> web.Response:
        self.moments.append(monotonic())
        return await handler(request)


@dataclass
class Around:
    """All that `once` talks to; fresh for every run."""

    arxiv: ArxivServer = field(default_factory=ArxivServer)
    model: NotedModel = field(default_factory=NotedModel)
    slack: NotedSlack = field(default_factory=NotedSlack)
    discord: NotedDiscord = field(default_factory=NotedDiscord)
    huggingface: HuggingFaceServer = field(default_factory=HuggingFaceServer)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Run all of it."""
        async with self.arxiv, self.model, self.slack, self.discord, self.huggingface:
            yield

    @property
    def settings(self) -> dict[str, Any]:
        return {
            "ARXIV_API_URL": self.arxiv.api_url, "ARXIV_RSS_URL": self.arxiv.rss_url, "ARXIV_MIN_INTERVAL_SECONDS": 0,
            "ARXIV_OAI_URL": self.arxiv.oai_url, "DATACITE_URL": "http://127.0.0.1:1",
            "HUGGINGFACE_URL": self.huggingface.url, "OPENAI_API_KEY": "none",
            "OPENAI_BASE_URL": self.model.base_url, "OPENAI_MODEL": self.model.model,
            "SLACK_BOT_TOKEN": self.slack.bot_token, "SLACK_API_URL": self.slack.api_url,
            "DISCORD_TOKEN": self.discord.token, "DISCORD_API_URL": self.discord.url,
        }  # fmt: skip

    @property
    def delivered(self) -> list[int]:
        """How many messages stand in each of the 20 channels."""
        here = [len(self.slack.channel(f"C{n}")) for n in range(EACH)]
        return here + [len(self.discord.channel(str(2000 + n)).messages) for n in range(EACH)]

    def places(self) -> Iterator[Place]:
        """The 20 channels."""
        for n in range(EACH):
            yield Place("slack", TEAM, f"C{n}")
        for n in range(EACH):
            yield Place("discord", self.discord.home, self.discord.channel(str(2000 + n)).id)
