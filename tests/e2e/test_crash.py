"""Killed at any instant and started again, or run side by side: nothing is lost and nothing is said twice."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psutil
import pytest
import redis

from bot.paper import Paper
from bot_process import killed, paperlark, running
from conftest import WaitUntil
from servers.model_server import ModelServer
from whole_world import Room, World, a_world, at, paper

TUESDAY, NINE = date(2026, 9, 1), at("2026-09-01 09:00")
GOES_ON_WITHIN_SECONDS = 60.0
PAPERS = 60
LONG_TITLE = (
    "On the Unreasonable Length of the Titles That Are Given to Papers Whose Authors Could Not Agree on One, " * 4
)


def many_papers() -> list[Paper]:
    """Enough for several messages on each platform, all by an author who is followed: every one is named."""
    return [paper(f"2609.{10000 + n}", TUESDAY, title=f"{LONG_TITLE}Part {n}") for n in range(PAPERS)]


@dataclass(frozen=True)
class Blow:
    """The instant of a kill: so many of a kind have happened, and a moment later."""

    kind: str
    count: int
    later_seconds: float

    async def falls(self, world: World, model: ModelServer) -> None:
        """Returns when it is time."""
        before = happened(world, model)[self.kind]
        while happened(world, model)[self.kind] < before + self.count:
            await asyncio.sleep(0.002)
        await asyncio.sleep(self.later_seconds)


def happened(world: World, model: ModelServer) -> dict[str, int]:
    """What the world has seen of the bot."""
    posts = len(world.slack.calls_of("chat.postMessage")) + world.discord.requests["post"]
    return {"start": 1, "fetch": len(world.arxiv.requests), "summary": len(model.requests), "post": posts}


def blow(kind: str, chance: random.Random) -> Blow:
    """One of its kind, at any of its instants."""
    least, most, later_seconds = {
        "start": (0, 0, 1.5),
        "fetch": (1, 40, 0.02),
        "summary": (1, PAPERS, 0.3),
        "post": (1, 5, 0.03),
    }[kind]
    return Blow(kind, chance.randint(least, most), chance.uniform(0, later_seconds))


@dataclass(frozen=True)
class Recovery:
    """How one home came out of its kills."""

    blows: Sequence[Blow]
    kills: int
    lost: int
    doubled: int
    code: int
    seconds: float
    err: str


async def survived(home: Path, blows: Sequence[Blow]) -> Recovery:
    """Kills `once` at each of these instants, one after the other, and lets the last one finish."""
    async with a_world(home) as world, ModelServer(levers=("slow:0.1",)) as model:
        rooms = [world.room("slack"), world.room("discord")]
        world.announces(TUESDAY, many_papers())
        for room in rooms:
            await room.says("/digest on 09:00 UTC top=50", at("2026-08-31 12:00"))
            await room.says("/follow Ada Lovelace", at("2026-08-31 12:00"))
        settings = world.settings
        if any(blow.kind == "summary" for blow in blows):
            settings = settings | {"OPENAI_BASE_URL": model.base_url, "OPENAI_MODEL": model.model}
        command = ("once", "--at", NINE.isoformat())
        kills = 0
        for blow in blows:
            kills += await killed(*command, settings=settings, when=blow.falls(world, model))
        begun = time.monotonic()
        ended = await paperlark(*command, settings=settings)
        told = [paper_id for room in rooms for paper_id in room.papers]
        lost = PAPERS * len(rooms) - sum(len(set(room.papers)) for room in rooms)
        doubled = len(told) - sum(len(set(room.papers)) for room in rooms)
        return Recovery(blows, kills, lost, doubled, ended.code, time.monotonic() - begun, ended.err)


async def all_survived(folder: Path, plans: Sequence[Sequence[Blow]], at_once: int) -> list[Recovery]:
    gate = asyncio.Semaphore(at_once)

    async def one(number: int, plan: Sequence[Blow]) -> Recovery:
        async with gate:
            return await survived(folder / str(number), plan)

    return await asyncio.gather(*(one(number, plan) for number, plan in enumerate(plans)))


def check(recoveries: Sequence[Recovery]) -> None:
    for recovery in recoveries:
        assert (recovery.lost, recovery.doubled, recovery.code) == (0, 0, 0), recovery
        assert recovery.seconds < GOES_ON_WITHIN_SECONDS, recovery
        assert "Traceback" not in recovery.err


@pytest.mark.slow
async def test_once_killed_at_any_instant_goes_on_and_loses_and_doubles_nothing(tmp_path: Path) -> None:
    chance = random.Random(1)
    plans = [[blow(kind, chance)] for kind in ("start", "fetch", "summary", "post", "post", "post")]
    recoveries = await all_survived(tmp_path, plans, at_once=6)
    check(recoveries)
    assert sum(recovery.kills for recovery in recoveries) >= 5


@pytest.mark.slow
@pytest.mark.timeout(3600)
async def test_once_killed_a_hundred_times_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """Twice in each of fifty homes: before anything is posted, and while it is."""
    chance, early = random.Random(2), ("start", "fetch", "summary", "fetch", "summary")
    plans = [[blow(early[n % 5], chance), blow("post", chance)] for n in range(50)]
    recoveries = await all_survived(tmp_path, plans, at_once=3)
    kills, lost, doubled = (sum(getattr(r, what) for r in recoveries) for what in ("kills", "lost", "doubled"))
    slowest = max(recovery.seconds for recovery in recoveries)
    print(f"\n{kills} kills, {lost} lost, {doubled} doubled; the slowest came to its end within {slowest:.0f} s")
    check(recoveries)
    assert kills >= 85


async def test_every_acknowledged_follow_survives_kills_and_no_process_is_left_behind(
    tmp_path: Path, wait_until: WaitUntil
) -> None:
    chance, told = random.Random(3), 0
    async with a_world(tmp_path, kept_open=False) as world:
        room = world.room("slack")
        for _ in range(3):
            async with running(settings=world.settings) as bot:
                listed = (await room.chat.says("/following")).text
                assert all(f"“topic number {n}”" in listed for n in range(told))
                until = time.monotonic() + chance.uniform(0.2, 1.0)
                while time.monotonic() < until:
                    answer = await room.chat.says(f'/follow "topic number {told}"')
                    assert "now follows" in answer.text
                    told += 1
                await bot.kill()
        await wait_until(lambda: not living_in(tmp_path), "every process of the home has ended", 15)
        assert told > 5


def living_in(home: Path) -> list[str]:
    """The command lines of all processes that name this home."""
    lines = [" ".join(process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"])]
    return [line for line in lines if str(home) in line]


@dataclass
class DueNow:
    """A world with a digest due at this very moment on each platform."""

    world: World
    rooms: list[Room]

    @property
    def delivered(self) -> bool:
        return all(room.papers for room in self.rooms)

    def assert_once(self) -> None:
        assert [sorted(room.papers) for room in self.rooms] == [["2609.00001", "2609.00002"]] * len(self.rooms)


@pytest.fixture(params=["one home", "redis-server"])
def shared_store(request: pytest.FixtureRequest) -> str:
    """What processes have in common: the embedded store of a home (""), or the address of a Redis."""
    if request.param == "one home":
        return ""
    url: str = request.getfixturevalue("_redis_server_url")
    with redis.Redis.from_url(url) as client:
        client.flushall()
    return url


@pytest.fixture
async def due_now(tmp_path: Path, shared_store: str) -> AsyncIterator[DueNow]:
    async with a_world(tmp_path, shared_store) as world:
        rooms = [world.room("slack"), world.room("discord")]
        now = datetime.now(UTC)
        due = now - timedelta(minutes=2)
        for room in rooms:
            await room.says(f"/digest on {due:%H:%M} UTC cs.LG days=mon-sun", now - timedelta(hours=23))
        fresh = [paper(paper_id, TUESDAY, published=now) for paper_id in ("2609.00001", "2609.00002")]
        world.announces(now.date(), fresh, "new")
        yield DueNow(world, rooms)


async def test_run_and_once_side_by_side_deliver_once(due_now: DueNow, wait_until: WaitUntil) -> None:
    async with running(settings=due_now.world.settings) as bot:
        ended = await paperlark("once", settings=due_now.world.settings)
        assert ended.code == 0, ended.err
        await wait_until(lambda: due_now.delivered, "both digests", 20)
        assert await bot.end() == 0
    due_now.assert_once()


async def test_scheduler_and_worker_as_two_processes_deliver_once(due_now: DueNow, wait_until: WaitUntil) -> None:
    settings = due_now.world.settings
    async with (
        running("--only", "scheduler", settings=settings) as scheduler,
        running("--only", "worker", settings=settings) as worker,
    ):
        await wait_until(lambda: due_now.delivered, "both digests", 20)
        assert [await scheduler.end(), await worker.end()] == [0, 0]
    due_now.assert_once()
