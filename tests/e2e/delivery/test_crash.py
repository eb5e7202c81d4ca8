"""Acknowledged data survives kill -9, and concurrent processes send nothing twice."""

import random
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psutil
import pytest
import redis

from conftest import WaitUntil
from support.bot_process import paperlark, running
from support.loopback_world import Room, World, a_world, paper

TUESDAY = date(2026, 9, 1)


async def test_every_acknowledged_follow_survives_kills_and_no_process_is_left_behind(
    tmp_path: Path, wait_until: WaitUntil
) -> None:
    chance, told = random.Random(3), 0
    async with a_world(tmp_path, kept_open=False) as world:
        room = world.room("slack")
        for kill in range(3):
            async with running(settings=world.settings) as bot:
                listed = (await room.chat.says("/following")).text
                assert all(f"“topic number {n}”" in listed for n in range(told))
                until = time.monotonic() + chance.uniform(0.5, 2.0)
                while time.monotonic() < until or told < 2 * (kill + 1):
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


@pytest.fixture(params=[pytest.param("one home", marks=pytest.mark.slow), "redis-server"])
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
