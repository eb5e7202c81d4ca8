"""Digests due in many teams at once, by one worker process and by four, on a platform that takes 50 ms a call.

PYTHONPATH=.:tests python -m benchmarks.scale.workers [--teams 600]

Four workers would share two processors of this machine, hence each may use a share of one alone: cgroups enforce it,
for which this must run as root. What more workers then bring is what they would bring on machines of their own: it
shows what they share, which is Redis and its locks. One more round kills a worker and adds another meanwhile.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

from slack_sdk.oauth.installation_store import Installation

from adapters.slack.installations import write_installation
from benchmarks.report import Figures, Row, drawn, machine
from bot.app.settings import Settings
from bot.app.stores import opened_installations
from bot.delivery.store.channels import ChannelStore
from bot.domain.channel import Channel, Follow, Kind, Place, Timetable
from bot.infra.redis.connection import open_redis
from bot.infra.redis.embedded import embedded_valkey
from support.bot_process import Running, running
from support.drivers.slack_installer import oauth_settings
from support.loopback_world import World, a_world, paper
from support.servers.slack_oauth import Team

TEAMS, MANY_WORKERS = 600, 4
CALL_SECONDS = 0.05
SHARE = 0.2
"""Of a processor, for each worker; four of them leave the rest to Redis, the scheduler and the platform."""
PERIOD_MICROSECONDS = 20_000
GROUPS = Path("/sys/fs/cgroup/cpu")
LEAST_RATIO = 3.2
MOST_SECONDS = 600.0


@dataclass(frozen=True)
class Round:
    """One round of digests: seconds from the first message to the last, and channels by their number of messages."""

    seconds: float
    messages: Counter[int]


async def one_round(workers: int, teams: int, exchange: bool = False) -> Round:
    """Deliver a digest in each team. `exchange`: kill a worker after a quarter of them and add another."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        async with a_world(Path(folder)) as world, AsyncExitStack() as stack:
            settings = world.settings | {"SLACK_BOT_TOKEN": "", "SLACK_APP_TOKEN": "", "DISCORD_TOKEN": ""}
            settings |= oauth_settings(world.slack)
            world.slack.delay_seconds = defaultdict(lambda: CALL_SECONDS)
            await fill(world, settings, teams)
            limit = stack.enter_context(limited())
            bots = [
                await stack.enter_async_context(running("--only", "worker", settings=settings)) for _ in range(workers)
            ]
            for bot in bots:
                limit(bot)
            await stack.enter_async_context(running("--only", "scheduler", settings=settings))
            await _posted(world, teams, 1)
            began = monotonic()
            if exchange:
                await _posted(world, teams, teams // 4)
                await bots[0].kill()
                await _worker(settings, stack, limit)
            await _posted(world, teams, teams)
            seconds = monotonic() - began
            await asyncio.sleep(2 if exchange else 0)  # for what a second worker would say again
            return Round(seconds, Counter(len(world.slack.channel(f"C{n}")) for n in range(teams)))


async def _worker(settings: Mapping[str, object], stack: AsyncExitStack, limit: "Limit") -> Running:
    bot = await stack.enter_async_context(running("--only", "worker", settings=settings))
    limit(bot)
    return bot


async def fill(world: World, settings: Mapping[str, object], teams: int) -> None:
    """Store a channel in each team whose digest is due now, and let Slack and arXiv know what they must."""
    now = datetime.now(UTC)
    due = now - timedelta(minutes=2)
    table = Timetable(at=due.time().replace(second=0, microsecond=0), days=frozenset(range(7)))
    papers = [paper(f"2611.{n:05}", now.date(), published=now, updated=now) for n in range(10, 20)]
    world.announces(now.date(), papers, "new")
    of_home = Settings.model_construct(paperlark_home=world.home)
    async with embedded_valkey(world.home) as url, opened_installations(of_home, "slack") as installations:
        client = open_redis(url)
        channels = ChannelStore(client)
        for n in range(teams):
            team, token = f"T{n}", f"xoxb-{n}"
            world.slack.oauth.teams[team] = Team(team, tokens={token})
            world.slack.owners[f"C{n}"] = team
            found = Installation(team_id=team, bot_token=token, bot_id="B1", bot_user_id="UBOT", user_id="U1")
            await installations.save(team, write_installation(found))
            place = Place("slack", team, f"C{n}")
            await channels.set(Channel(place, timetable=table, since=now - timedelta(days=2)))
            await channels.follow(place, Follow(Kind.CATEGORY, papers[0].primary, now - timedelta(days=2)))
        await client.aclose()


async def _posted(world: World, teams: int, number: int) -> None:
    async with asyncio.timeout(MOST_SECONDS):
        while sum(bool(world.slack.channel(f"C{n}")) for n in range(teams)) < number:
            await asyncio.sleep(0.02)


@contextmanager
def limited() -> Iterator["Limit"]:
    """Yield what limits a process to its share; it limits nothing where that isn't allowed."""
    limit = Limit()
    try:
        yield limit
    finally:
        limit.end()


class Limit:
    """Groups of one process each."""

    def __init__(self) -> None:
        self._groups: list[Path] = []

    def __call__(self, bot: Running) -> None:
        if not os.access(GROUPS, os.W_OK):
            print("No cgroups here: workers share the processors.", file=sys.stderr)
            return
        group = GROUPS / f"paperlark-{bot.process.pid}"
        group.mkdir()
        self._groups.append(group)
        (group / "cpu.cfs_period_us").write_text(str(PERIOD_MICROSECONDS))
        (group / "cpu.cfs_quota_us").write_text(str(int(SHARE * PERIOD_MICROSECONDS)))
        (group / "cgroup.procs").write_text(str(bot.process.pid))

    def end(self) -> None:
        for group in self._groups:
            for process in (group / "cgroup.procs").read_text().split():
                (GROUPS / "cgroup.procs").write_text(process)
            group.rmdir()


async def measure(teams: int) -> list[Row]:
    one, many = await one_round(1, teams), await one_round(MANY_WORKERS, teams)
    exchanged = await one_round(MANY_WORKERS, teams, exchange=True)
    ratio = one.seconds / many.seconds
    about = f"{teams} digests due at once in as many teams, {CALL_SECONDS * 1000:g} ms a call, {SHARE:g} CPU a worker"
    wrong = [sum(n for m, n in each.messages.items() if m != 1) for each in (one, many, exchanged)]
    return [
        Row(f"{about}: one worker", Figures.s([one.seconds])),
        Row(
            f"… {MANY_WORKERS} workers: {ratio:.2f} times as fast",
            Figures.s([many.seconds]),
            goal=one.seconds / LEAST_RATIO,
        ),
        Row("… a worker killed and one added meanwhile", Figures.s([exchanged.seconds])),
        Row("… channels without exactly one message, all rounds", Figures((float(sum(wrong)),), ""), goal=0),
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--teams", type=int, default=TEAMS)
    print(f"{machine()}\n\n{drawn(asyncio.run(measure(parser.parse_args().teams)))}")
