"""Twenty-four hours of a busy installation in a few minutes: does its memory grow?

PYTHONPATH=.:tests python -m benchmarks.scale.long_day [--channels 200]

The bot runs in a process of its own, with the real messengers, stores, search index and sentence model. Its clock moves
a minute at a time; each minute it plans, does every job and answers commands, as `paperlark run` does in real time.
Channels are spread over all hours. arXiv announces a day's papers at the start and again at midnight. What real time
removes, such as keys that expire, stays longer here.
"""

import argparse
import asyncio
import gc
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from itertools import cycle, islice
from pathlib import Path
from statistics import median

import psutil

from adapters.platforms import messengers
from benchmarks.report import Figures, Row, drawn, machine
from bot.app.bootstrap import Application, opened
from bot.app.parse import parse
from bot.app.settings import Settings
from bot.delivery.store.channels import ChannelStore
from bot.domain.channel import Channel, Follow, Kind, Place, Timetable
from bot.domain.command import Caller
from bot.domain.paper import Paper
from bot.domain.task import Task
from bot.infra.redis.connection import open_redis
from bot.infra.redis.embedded import embedded_valkey
from bot.infra.spare_memory import share_arenas
from support.bot_process import REPOSITORY, environment
from support.loopback_world import World, a_world
from support.recorded_corpus import CORPUS_MISSING, corpus_days
from support.recorded_papers import all_papers
from support.servers.slack_workspace import TEAM

BEGIN = datetime(2026, 6, 2, 0, 30, tzinfo=UTC)
HOURS = 24
CHANNELS = 200
MOST_GROWTH_MB = 10.0
"""From the hours 7 to 12 to the last six: less than allocators vary."""
COMMANDS = (
    "/paper {id}", "/search graph neural networks", "/digest", "/follow {author}", "/unfollow {author}", "/trending",
    "/paper {title}", "/mute blockchain", "/unmute blockchain", "/follow language models for code", "/saved",
    "/author {author}", "/unfollow language models for code", "papers on diffusion from this week", "/following",
)  # fmt: skip


@dataclass
class MovedClock:
    """A clock that moves by hand; sleepers go on soon."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.02))


@dataclass(frozen=True)
class Hour:
    """State at the end of a simulated hour: memory of the process in MB, of Redis in MB, and numbers of things."""

    memory: float
    redis: float
    keys: int
    objects: int
    files: int
    tasks: int
    answers: int


async def live(settings: Settings, begin: datetime, papers: Sequence[Paper]) -> None:
    """The bot's side: live the hours, and print a line of JSON after each."""
    share_arenas()
    clock = MovedClock(begin)
    async with AsyncExitStack() as stack:
        speakers = await messengers(settings, stack)
        app = await stack.enter_async_context(opened(settings, clock, speakers))
        store = open_redis(app.redis_url)
        answered, asked = 0, cycle(islice(cycle(papers), 0, 400))
        for minute in range(HOURS * 60):
            clock.instant = begin + timedelta(minutes=minute)
            await work(app)
            await app.index.catch_up()
            for text in islice(cycle(COMMANDS), minute % len(COMMANDS), minute % len(COMMANDS) + 3):
                await ask(app, text, next(asked), minute)
                answered += 1
            if minute % 60 == 59:
                print(json.dumps(vars(await state(store, answered))), flush=True)
        await store.aclose()


async def work(app: Application) -> None:
    """Do every task that is due, and what follows from it."""
    waiting: list[Task] = await app.planner.tasks()
    while waiting:
        followed = await asyncio.gather(*(app.jobs.do(task) for task in {task.key: task for task in waiting}.values()))
        waiting = [task for tasks in followed for task in tasks]


async def ask(app: Application, text: str, paper: Paper, minute: int) -> None:
    """Type a command in one of the channels."""
    said = text.format(id=paper.id, title=paper.title[:100], author=paper.authors[0])
    place = Place("slack", TEAM, f"C{minute % 50}")
    await app.core.answer(parse(said), Caller(place, user=f"U{minute % 20}", zone="UTC"))


async def state(store: object, answered: int) -> Hour:
    gc.collect()
    own = psutil.Process()
    info = await store.info("memory")  # type: ignore[attr-defined]
    keys = await store.dbsize()  # type: ignore[attr-defined]
    return Hour(
        own.memory_info().rss / 1e6,
        info["used_memory"] / 1e6,
        keys,
        len(gc.get_objects()),
        own.num_fds(),
        len(asyncio.all_tasks()),
        answered,
    )


async def hours(channels: int) -> list[Hour]:
    """The world's side: start the bot in it and read its lines."""
    found: list[Hour] = []
    with tempfile.TemporaryDirectory(prefix="paperlark-day-", ignore_cleanup_errors=True) as folder:
        async with a_world(Path(folder)) as world:
            for day, papers in _announced().items():
                world.announces(day, papers)
            await subscribe(world, channels)
            async with _bot(world.settings) as lines:
                async for line in lines:
                    found.append(Hour(**json.loads(line)))
                    print(f"hour {len(found)}: {found[-1]}", file=sys.stderr, flush=True)
    return found


def _announced() -> dict[object, Sequence[Paper]]:
    days = (BEGIN.date(), BEGIN.date() + timedelta(days=1))
    if not CORPUS_MISSING:
        return {day: corpus_days()[day] for day in days}
    samples = all_papers()
    return {
        day: [replace(one, id=f"2606.{n + 1000 * k:05}") for n, one in enumerate(samples)] for k, day in enumerate(days)
    }


async def subscribe(world: World, channels: int) -> None:
    """Channels of both platforms with some follows each, due over all of the day."""
    papers = next(iter(_announced().values()))
    since = BEGIN - timedelta(days=3)
    async with embedded_valkey(world.home) as url:
        client = open_redis(url)
        store = ChannelStore(client)
        for n in range(channels):
            room = world.room("slack" if n % 2 else "discord", f"C{n}")
            table = Timetable(at=time(n % 24, n * 7 % 60), days=frozenset(range(7)))
            await store.set(Channel(room.place, table, since=since))
            paper = papers[n % len(papers)]
            for kind, what in ((Kind.CATEGORY, paper.primary), (Kind.AUTHOR, paper.authors[0])):
                await store.follow(room.place, Follow(kind, what, since))
            await store.follow(room.place, Follow(Kind.TOPIC, " ".join(paper.title.split()[:3]), since))
        await client.aclose()


@asynccontextmanager
async def _bot(settings: Mapping[str, object]) -> AsyncIterator[AsyncIterator[bytes]]:
    paths = f"{REPOSITORY}:{REPOSITORY / 'tests'}"
    with open(os.environ.get("DAY_LOG", os.devnull), "ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "benchmarks.scale.long_day", "--live"),
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            cwd=REPOSITORY,
            env=environment({"PYTHONPATH": paths, **settings}),
        )
    assert process.stdout
    yield process.stdout
    if await process.wait():
        raise RuntimeError(f"The bot ended with {process.returncode}")


def rows(found: Sequence[Hour], channels: int) -> list[Row]:
    """The figures, with what grew from the second quarter of the day to the last."""

    def grown(name: str) -> float:
        of = [float(getattr(hour, name)) for hour in found]
        return median(of[18:]) - median(of[6:12])

    last, about = found[-1], f"{HOURS} simulated hours, {channels} channels, {found[-1].answers:,} commands"
    return [
        Row(f"{about}: memory at the end", Figures((last.memory,), "MB")),
        Row("… growth from hours 7–12 to hours 19–24", Figures((grown("memory"),), "MB"), goal=MOST_GROWTH_MB),
        Row("… growth of Python's objects", Figures((grown("objects"),), "objects")),
        Row("… of open files", Figures((grown("files"),), "files"), goal=0),
        Row("… of asyncio's tasks", Figures((grown("tasks"),), "tasks"), goal=0),
        Row("… Redis at the end", Figures((last.redis,), "MB")),
        Row("… growth of Redis", Figures((grown("redis"),), "MB")),
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channels", type=int, default=CHANNELS)
    parser.add_argument("--live", action="store_true")
    asked = parser.parse_args()
    if asked.live:
        asyncio.run(live(Settings(), BEGIN, next(iter(_announced().values()))))
    else:
        lived = asyncio.run(hours(asked.channels))
        print(f"{machine()}\n\n{drawn(rows(lived, asked.channels))}")
