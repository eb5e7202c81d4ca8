"""A whole day's announcement to 20 channels by `paperlark once`, as its own process, beside what the model alone takes.

Where the time went is read off the servers around it: when the first and last request of each kind came.
"""

import math
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import Any

from aiohttp import web
from bot_process import paperlark
from servers.arxiv_server import ArxivServer
from servers.discord_server import DiscordServer
from servers.model_server import ModelServer
from servers.slack_server import SlackServer
from servers.slack_workspace import TEAM

from benchmarks.papers import THE_DAY, Papers
from benchmarks.table import Figures, Row
from bot.bootstrap import opened_redis
from bot.paper import Paper
from bot.settings import Settings
from bot.stores.channels import RedisChannels
from bot.subscription import Channel, Follow, Kind, Place, Timetable

RUNS = 3
EACH = 10
MODEL_SECONDS = 1.0
CONCURRENCY = 8
"""Of `bot.summarizing.Summaries`."""

NOW = datetime.combine(THE_DAY, time(9), UTC)
LONG_AGO = datetime(2026, 5, 29, 9, tzinfo=UTC)


class TimedModel(ModelServer):
    """Notes when each call came and went."""

    moments: list[float]

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        self.moments.append(monotonic())
        try:
            return await super()._complete(request)
        finally:
            self.moments.append(monotonic())


@dataclass
class Around:
    """All that `once` talks to; fresh for every run."""

    arxiv: ArxivServer = field(default_factory=ArxivServer)
    model: TimedModel = field(default_factory=TimedModel)
    slack: SlackServer = field(default_factory=SlackServer)
    discord: DiscordServer = field(default_factory=DiscordServer)

    @property
    def settings(self) -> dict[str, Any]:
        return {
            "ARXIV_API_URL": self.arxiv.api_url, "ARXIV_RSS_URL": self.arxiv.rss_url, "ARXIV_MIN_INTERVAL_SECONDS": 0,
            "OPENAI_API_KEY": "none", "OPENAI_BASE_URL": self.model.base_url, "OPENAI_MODEL": self.model.model,
            "SLACK_BOT_TOKEN": self.slack.bot_token, "SLACK_API_URL": self.slack.api_url,
            "DISCORD_TOKEN": self.discord.token, "DISCORD_API_URL": self.discord.url,
        }  # fmt: skip

    @property
    def delivered(self) -> list[int]:
        """How many messages stand in each of the 20 channels."""
        here = [len(self.slack.channel(f"C{n}")) for n in range(EACH)]
        return here + [len(self.discord.channel(str(2000 + n)).messages) for n in range(EACH)]


@dataclass(frozen=True)
class Told:
    """One run: seconds of the whole, of its parts in order, and the papers that the model was asked about."""

    seconds: float
    parts: dict[str, float]
    summarised: int


async def measure(home: Path, day: Papers) -> list[Row]:
    told = [await _once(home / f"day{run}", day) for run in range(RUNS)]
    summarised = told[0].summarised
    ideal = math.ceil(summarised / CONCURRENCY) * MODEL_SECONDS
    about = f"once: {day.what} to {2 * EACH} channels, {summarised} summaries by a model of {MODEL_SECONDS:g} s a call"
    whole = Figures.s(one.seconds for one in told)
    rows = [Row(f"{about}, arXiv's pause set aside", whole, Figures.s([ideal]), f"⌈{summarised}/{CONCURRENCY}⌉ calls")]
    return rows + [Row(f"… of it {part}", Figures.s(one.parts[part] for one in told)) for part in told[0].parts]


async def _once(home: Path, day: Papers) -> Told:
    async with AsyncExitStack() as stack:
        around = Around()
        for server in (around.arxiv, around.model, around.slack, around.discord):
            await stack.enter_async_context(server)
        around.arxiv.announce(THE_DAY, day.papers)
        around.model.moments = []
        around.model.behave(f"slow:{MODEL_SECONDS}")
        await _subscribe(home, around, day.papers)
        posts = _posts(around)
        began = monotonic()
        ended = await paperlark("once", "--at", NOW.isoformat(), settings={"PAPERLARK_HOME": home, **around.settings})
        over = monotonic()
        if ended.code or around.delivered != [1] * 2 * EACH:
            raise RuntimeError(f"code {ended.code}, messages {around.delivered}: {ended.err[-2000:]}")
        asked = [request.at for request in around.arxiv.requests]
        marks = [began, asked[0], asked[-1], *_ends(around.model.moments), posts[-1], over]
        parts = dict(zip(PARTS, (later - earlier for earlier, later in pairwise(marks)), strict=True))
        return Told(over - began, parts, len(around.model.calls))


PARTS = (
    "starting: to the first request to arXiv",
    "fetching: to the last request to arXiv, papers read and stored",
    "matching: to the first call of the model",
    "summarising: to the model's last answer",
    "delivering: to the last message",
    "ending: to the end of the process",
)


def _ends(moments: list[float]) -> tuple[float, float]:
    return min(moments), max(moments)


def _posts(around: Around) -> list[float]:
    """Fills with the moment of each message posted."""
    moments: list[float] = []

    async def noted(request: web.Request, handler: Any) -> web.Response:
        response = await handler(request)
        moments.append(monotonic())
        return response

    around.discord.levers["post"].extend([noted] * EACH)
    perform = around.slack.perform

    def performed(method: str, body: dict[str, Any], token: str) -> dict[str, Any]:
        if method == "chat.postMessage":
            moments.append(monotonic())
        return perform(method, body, token)

    around.slack.perform = performed
    return moments


async def _subscribe(home: Path, around: Around, papers: tuple[Paper, ...]) -> None:
    """Ten channels on each platform; neighbours share one of their two categories, and two platforms both."""
    common = [category for category, _ in Counter(paper.primary for paper in papers).most_common(EACH)]
    async with opened_redis(Settings.model_construct(paperlark_home=home)) as redis:
        channels = RedisChannels(redis)
        for n, place in enumerate(_places(around)):
            await channels.set(Channel(place, Timetable(), since=LONG_AGO))
            for at in (n, n + 1):
                await channels.follow(place, Follow(Kind.CATEGORY, common[at % len(common)], LONG_AGO))


def _places(around: Around) -> Iterator[Place]:
    for n in range(EACH):
        yield Place("slack", TEAM, f"C{n}")
    for n in range(EACH):
        yield Place("discord", around.discord.home, around.discord.channel(str(2000 + n)).id)
