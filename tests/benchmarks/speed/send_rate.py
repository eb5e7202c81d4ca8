"""`python -m benchmarks.speed.send_rate`: do several processes together send at the allowed rate, without a 429?

    PYTHONPATH=.:tests python -m benchmarks.speed.send_rate [--messages 2000] [--channels 200] [--processes 2]

So many messages to so many channels on each platform, by outboxes and messengers as `paperlark run` has them, in
processes of their own on one Valkey; the platforms keep their limits as strictly as their documentation has them.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from time import monotonic

import psutil
from aiohttp import web

from adapters.discord.app import DiscordAccess
from adapters.discord.app import messenger as discord_messenger
from adapters.slack.app import SlackAccess
from adapters.slack.app import messenger as slack_messenger
from benchmarks.report import machine
from benchmarks.speed.processes import megabytes, started
from bot.delivery.outbox import Outbox, Outcome
from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.failures import FailureStore
from bot.delivery.store.ledger import Ledger
from bot.delivery.store.rate_limits import RateLimitStore
from bot.digests.cards.issue import issue_card
from bot.domain.channel import Channel, Place, Timetable
from bot.infra.clock import SystemClock
from bot.infra.redis.connection import open_redis
from bot.infra.redis.embedded import embedded_valkey
from support.builders.sample_cards import NOW, digest
from support.servers.discord_limits import Limits
from support.servers.discord_server import DiscordServer
from support.servers.slack_server import SlackServer
from support.servers.slack_workspace import TEAM, Json

SLACK_A_MINUTE, SLACK_CHANNEL_SECONDS = 300, 1.0
DISCORD_A_SECOND = 50
SAMPLE_SECONDS = 0.5
HEADINGS = ("platform", "messages", "seconds", "a second", "allowed", "share", "429s")


class NotedSlack(SlackServer):
    """Strict, and notes when each message was taken."""

    def __init__(self) -> None:
        super().__init__()
        self.posts_a_minute, self.seconds_between_posts = SLACK_A_MINUTE, SLACK_CHANNEL_SECONDS
        self.moments: list[float] = []

    def _chat_postMessage(self, body: Json) -> Json:
        answer = super()._chat_postMessage(body)
        if answer["ok"]:
            self.moments.append(monotonic())
        return answer


class NotedDiscord(DiscordServer):
    """As NotedSlack."""

    def __init__(self) -> None:
        super().__init__()
        self.limits = Limits()
        self.moments: list[float] = []

    async def _post(self, request: web.Request) -> web.Response:
        response = await super()._post(request)
        if response.status == 200:
            self.moments.append(monotonic())
        return response


@dataclass
class World:
    """Both platforms, and the Valkey that all processes share."""

    url: str
    slack: NotedSlack = field(default_factory=NotedSlack)
    discord: NotedDiscord = field(default_factory=NotedDiscord)

    @property
    def arguments(self) -> tuple[str, ...]:
        return ("-m", "benchmarks.speed.send_rate", "--deliver", self.url, self.slack.api_url, self.discord.url)

    def places(self, platform: str, channels: int) -> list[Place]:
        """That many channels, which exist from now on."""
        if platform == "slack":
            return [Place("slack", TEAM, f"C{number}") for number in range(channels)]
        rooms = [self.discord.channel(str(1000 + number)) for number in range(channels)]
        return [Place("discord", self.discord.home, room.id) for room in rooms]


@dataclass(frozen=True)
class Measured:
    """What was seen of one platform and of the processes."""

    rows: list[tuple[str, ...]]
    memory: list[list[float]]
    lost: int
    limited: list[object]


async def measure(messages: int, channels: int, processes: int, platforms: Sequence[str]) -> Measured:
    """Everything from full ledger to empty one."""
    async with _world() as world:
        for platform in platforms:
            await _fill(world.url, world.places(platform, channels), messages // channels)
        wanted = messages // channels * channels * len(platforms)
        memory: list[list[float]] = [[] for _ in range(processes)]
        async with AsyncExitStack() as stack:
            bots = [await stack.enter_async_context(_delivering(world)) for _ in range(processes)]
            while any(bot.is_running() and bot.status() != psutil.STATUS_ZOMBIE for bot in bots):
                for bot, used in zip(bots, memory, strict=True):
                    if bot.is_running() and bot.status() != psutil.STATUS_ZOMBIE:
                        used.append(megabytes(bot))
                await asyncio.sleep(SAMPLE_SECONDS)
        rows = []
        if "slack" in platforms:
            rows.append(_row("slack", world.slack.moments, SLACK_A_MINUTE / 60, len(world.slack.limited)))
        if "discord" in platforms:
            rows.append(_row("discord", world.discord.moments, DISCORD_A_SECOND, len(world.discord.limited)))
        lost = wanted - len(world.slack.moments) - len(world.discord.moments)
        return Measured(rows, memory, lost, [*world.slack.limited, *world.discord.limited])


def _row(platform: str, moments: list[float], allowed: float, limited: int) -> tuple[str, ...]:
    seconds = moments[-1] - moments[0]
    rate = (len(moments) - 1) / seconds
    told = (str(len(moments)), f"{seconds:.1f}", f"{rate:.2f}", f"{allowed:g}", f"{100 * rate / allowed:.1f} %")
    return (platform, *told, str(limited))


@asynccontextmanager
async def _world() -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        home = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="paperlark-rate-", ignore_cleanup_errors=True))
        )
        world = World(await stack.enter_async_context(embedded_valkey(home)))
        await stack.enter_async_context(world.slack)
        await stack.enter_async_context(world.discord)
        yield world


async def _fill(url: str, places: Sequence[Place], days: int) -> None:
    """A digest a day for every place, each of one message."""
    redis = open_redis(url)
    channels, ledger = ChannelStore(redis), Ledger(redis)
    for place in places:
        await channels.set(Channel(place, timetable=Timetable(), since=NOW - timedelta(days=2)))
        served = None
        for day in range(days):
            one = digest(2, place=place)
            one = replace(one, day=one.day + timedelta(days=day), slot=one.slot + timedelta(days=day))
            assert await ledger.open(one, served)
            served = one.slot
    await redis.aclose()


@asynccontextmanager
async def _delivering(world: World) -> AsyncIterator[psutil.Process]:
    async with started(world.arguments, {}, "delivering") as (process, _):
        yield psutil.Process(process.pid)
        await process.wait()


async def _deliver(url: str, slack_url: str, discord_url: str) -> None:
    """One process: delivers until nothing is left to try soon."""
    redis = open_redis(url)
    async with discord_messenger(DiscordAccess("bot-token", discord_url)) as discord:
        speakers = {"slack": slack_messenger(SlackAccess(bot_token="xoxb-test", api_url=slack_url)), "discord": discord}
        outbox = Outbox(Ledger(redis), speakers, SystemClock(), RateLimitStore(redis), FailureStore(redis), issue_card)
        print("delivering", flush=True)
        while set(await outbox.deliver_all()) - {Outcome.DONE}:
            await asyncio.sleep(1.0)
    await redis.aclose()


def main() -> None:
    """Prints the table."""
    asked = _asked()
    if asked.deliver:
        return asyncio.run(_deliver(*asked.deliver))
    header = machine()
    found = asyncio.run(measure(asked.messages, asked.channels, asked.processes, asked.platforms))
    lines = [HEADINGS, *found.rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    written = ["| " + " | ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)) + " |" for line in lines]
    print(f"{header}\n\n{written[0]}\n|{'|'.join('-' * (width + 2) for width in widths)}|", *written[1:], sep="\n")
    for number, used in enumerate(found.memory, 1):
        early = used[len(used) // 10]
        told = f"after a tenth {early:.1f} MB, at the end {used[-1]:.1f} MB, at most {max(used):.1f} MB"
        print(f"Process {number} of {asked.processes}, resident: {told}.")
    print(f"Refused with 429: {found.limited}.") if found.limited else None
    print(f"Messages lost: {found.lost}. Allowed: a second; Slack also 1 a second a channel, Discord 5 in 5 s.")
    return None


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--channels", type=int, default=200)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--platforms", nargs="+", default=["slack", "discord"])
    parser.add_argument("--deliver", nargs=3, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
