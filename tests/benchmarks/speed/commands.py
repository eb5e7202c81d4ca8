"""`/paper` beside an empty handler of the same library: one person asks both by turns, through the same servers."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from aiohttp import web

from benchmarks.report import Figures, Row
from benchmarks.speed.processes import BARE, PAPERLARK, at_rest, started
from support.servers.discord_rest import Handler
from support.servers.discord_server import DiscordServer
from support.servers.slack_server import SlackServer
from support.servers.slack_workspace import Exchange

TIMES = 100
AT_ONCE, BURSTS = 50, 7
Json = dict[str, Any]


@dataclass(frozen=True)
class Taken:
    """Seconds from the person's command until the platform had the acknowledgement, and the answer."""

    ack: float
    answer: float


class TimedSlack(SlackServer):
    """Notes when an answer comes."""

    answered_at = 0.0

    def respond(self, exchange: Exchange, body: Json) -> tuple[int, str]:
        self.answered_at = monotonic()
        return super().respond(exchange, body)

    @property
    def settings(self) -> Json:
        return {"SLACK_BOT_TOKEN": self.bot_token, "SLACK_APP_TOKEN": self.app_token, "SLACK_API_URL": self.api_url}

    async def times(self, text: str, channel: str = "C1") -> Taken:
        asked = await self.says(text, channel)
        assert asked.ack_seconds is not None, "no acknowledgement within 3 s"
        return Taken(asked.ack_seconds, self.answered_at - asked.pressed_at)

    async def burst(self, text: str) -> float:
        """Seconds until the last of many people who ask at once has an answer."""
        began = monotonic()
        await asyncio.gather(*(self.says(text, user=f"U{n}") for n in range(AT_ONCE)))
        return self.answered_at - began

    async def answer_to(self, text: str) -> Json:
        return (await self.says(text)).answers[0]["sent"]


class TimedDiscord(DiscordServer):
    """The same for Discord."""

    @property
    def settings(self) -> Json:
        return {"DISCORD_TOKEN": self.token, "DISCORD_API_URL": self.url}

    async def times(self, text: str) -> Taken:
        moments: dict[str, float] = {}
        for route in ("callback", "edit"):
            self.levers[route].append(_noting(moments, route))
        began = monotonic()
        await self.answer_to(text)
        return Taken(moments["callback"] - began, moments["edit"] - began)

    async def burst(self, text: str) -> float:
        """Seconds until the last of many people who ask at once has an answer."""
        moments: dict[str, float] = {}
        self.levers["edit"] += [_noting(moments, "edit") for _ in range(AT_ONCE)]
        command, _, query = text.partition(" ")
        began = monotonic()
        await asyncio.gather(*(self.says(command, {"query": query}, user=f"{n + 100}") for n in range(AT_ONCE)))
        return moments["edit"] - began

    async def answer_to(self, text: str) -> Json:
        command, _, query = text.partition(" ")
        answer = await self.says(command, {"query": query})
        return {"components": answer.messages[0]["components"]}


def _noting(moments: dict[str, float], route: str) -> Any:
    async def lever(request: web.Request, handler: Handler) -> web.Response:
        response = await handler(request)
        moments[route] = monotonic()
        return response

    return lever


@dataclass(frozen=True)
class Chats:
    """One bot's two platforms."""

    slack: TimedSlack
    discord: TimedDiscord

    @property
    def settings(self) -> Json:
        return {**self.slack.settings, **self.discord.settings}

    async def connected(self) -> None:
        """Waits until a bot is there on both."""
        await self.slack.connected()
        await self.slack.until(lambda: self.discord.gateway.connected, "a connection to the gateway")

    def bare_arguments(self, slack_answer: Json | None = None, components: list[Json] | None = None) -> tuple[str, ...]:
        """What `bare.py` is told."""
        slack = {"bot_token": self.slack.bot_token, "app_token": self.slack.app_token, "api_url": self.slack.api_url}
        discord = {"token": self.discord.token, "url": self.discord.url, "components": components or []}
        return *BARE, json.dumps({"slack": slack | {"answer": slack_answer or {}}, "discord": discord})


@asynccontextmanager
async def chats() -> AsyncIterator[Chats]:
    async with TimedSlack() as slack, TimedDiscord() as discord:
        yield Chats(slack, discord)


async def measure(home: Path, sources: Mapping[str, object], paper_id: str) -> list[Row]:
    """The paper and its summary are stored by the first question, which isn't counted."""
    text, rows = f"/paper {paper_id}", []
    async with AsyncExitStack() as stack:
        ours, bare = await stack.enter_async_context(chats()), await stack.enter_async_context(chats())
        settings = {"PAPERLARK_HOME": home, **sources, **ours.settings}
        process, _ = await stack.enter_async_context(started((*PAPERLARK, "run"), settings, "Paperlark is ready"))
        said, shown = await ours.slack.answer_to(text), await ours.discord.answer_to(text)
        arguments = bare.bare_arguments(said, shown["components"])
        await stack.enter_async_context(started(arguments, {}, "Bare is ready"))
        await at_rest(process.pid)
        sizes = {"Slack": len(json.dumps(said)), "Discord": len(json.dumps(shown))}
        for name, one, other in (("Slack", ours.slack, bare.slack), ("Discord", ours.discord, bare.discord)):
            pairs = await _by_turns(one, other, text)
            about = f"/paper warm on {name}, answer of {sizes[name]:,} bytes"
            ack = [Figures.ms(pair[side].ack for pair in pairs) for side in (0, 1)]
            answer = [Figures.ms(pair[side].answer for pair in pairs) for side in (0, 1)]
            rows.append(Row(f"{about}: acknowledged", ack[0], ack[1], "empty handler", goal=3000))
            rows.append(Row(f"{about}: answered", answer[0], answer[1], "empty handler"))
            over = Figures(tuple(sorted(1000 * (mine.answer - bare.answer) for mine, bare in pairs)), "ms")
            rows.append(Row("… so much later than an empty handler's", over, goal=3))
            bursts = [(await one.burst(text), await other.burst(text)) for _ in range(BURSTS)]
            all_of_them = [Figures.ms(burst[side] for burst in bursts) for side in (0, 1)]
            about = f"… {AT_ONCE} people at once on {name}, all answered"
            goal = 1.5 * all_of_them[1].median
            rows.append(Row(about, all_of_them[0], all_of_them[1], "empty handler", goal=round(goal)))
    return rows


async def _by_turns(one: Any, other: Any, text: str) -> list[tuple[Taken, Taken]]:
    for chat in (one, other) * 3:
        await chat.times(text)
    return [(await one.times(text), await other.times(text)) for _ in range(TIMES)]
