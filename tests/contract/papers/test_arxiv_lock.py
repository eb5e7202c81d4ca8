"""One request to arXiv at a time, with the pause it asks for, over all processes on one Redis."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import pairwise
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.domain.errors import StoreDown
from bot.infra.redis import keys
from bot.infra.redis.connection import open_redis
from bot.papers.store.arxiv_lock import RedisArxivLock

ROOT = Path(__file__).parents[3]
INTERVAL_SECONDS = 0.15

# Takes some turns and prints the beginning and end of each, on the machine's monotonic clock.
ASKER = """
import asyncio, random, sys, time
from bot.infra.redis.connection import open_redis
from bot.papers.store.arxiv_lock import RedisArxivLock

async def main(url, interval, turns):
    client = open_redis(url)
    lock = RedisArxivLock(client, float(interval))
    for _ in range(int(turns)):
        async with lock.taken():
            begun = time.monotonic()
            await asyncio.sleep(random.uniform(0.0, 0.03))
            print(begun, time.monotonic(), flush=True)
    await client.aclose()

asyncio.run(main(*sys.argv[1:]))
"""

Asker = Callable[[str, float, int], Awaitable[asyncio.subprocess.Process]]


@pytest.fixture
async def asker() -> AsyncIterator[Asker]:
    begun: list[asyncio.subprocess.Process] = []

    async def start(url: str, interval_seconds: float, turns: int) -> asyncio.subprocess.Process:
        command = (sys.executable, "-c", ASKER, url, str(interval_seconds), str(turns))
        begun.append(await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE))
        return begun[-1]

    yield start
    for process in begun:
        if process.returncode is None:
            process.kill()
            await process.communicate()


@pytest.mark.parametrize("interval_seconds", [0, INTERVAL_SECONDS])
async def test_never_two_processes_at_once_and_never_under_the_interval(redis_url, asker, interval_seconds) -> None:
    processes = [await asker(redis_url, interval_seconds, 5) for _ in range(4)]
    printed = [(await process.communicate())[0].decode() for process in processes]
    spans = sorted(tuple(map(float, line.split())) for text in printed for line in text.splitlines())
    assert len(spans) == 20
    pauses = [begun - ended for (_, ended), (begun, _) in pairwise(spans)]
    assert min(pauses) >= interval_seconds


async def test_a_killed_holder_blocks_nobody_for_longer_than_its_lease(redis_url, redis_client, asker) -> None:
    """Shorten its lease, so that nobody waits for 20 s."""
    stuck = await asker(redis_url, 0, 10_000)
    assert stuck.stdout
    await stuck.stdout.readline()
    stuck.kill()
    await stuck.communicate()
    await redis_client.set(f"{keys.ARXIV}:turn", "of the dead", px=200, xx=True)
    async with asyncio.timeout(3), RedisArxivLock(redis_client, 0).taken():
        assert 0 < await redis_client.pttl(f"{keys.ARXIV}:turn") <= 40_000


async def test_the_turn_of_another_is_never_given_back(redis_client) -> None:
    async with RedisArxivLock(redis_client, 0).taken():
        await redis_client.set(f"{keys.ARXIV}:turn", "of another", px=5000)
    assert await redis_client.get(f"{keys.ARXIV}:turn") == "of another"


async def test_the_pause_is_kept_after_a_request_that_failed(redis_client) -> None:
    lock = RedisArxivLock(redis_client, INTERVAL_SECONDS)
    with pytest.raises(ZeroDivisionError):
        async with lock.taken():
            _ = 1 / 0
    ended = time.monotonic()
    async with lock.taken():
        assert time.monotonic() - ended >= INTERVAL_SECONDS * 0.9


async def test_who_stops_waiting_leaves_the_turn_to_others(redis_client: Redis) -> None:
    lock = RedisArxivLock(redis_client, 0)
    for microseconds in range(0, 3000, 100):
        waiting = asyncio.create_task(_take(lock))
        await asyncio.sleep(microseconds / 1e6)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    async with asyncio.timeout(2), lock.taken():
        pass


async def test_a_person_who_waits_goes_first(redis_client, wait_until) -> None:
    order: list[str] = []
    crawl, person = (RedisArxivLock(redis_client, INTERVAL_SECONDS, urgent=urgent) for urgent in (False, True))
    async with crawl.taken():
        crowd = [asyncio.create_task(_take(crawl, order, "crawl")) for _ in range(4)]
        await asyncio.sleep(0)
        crowd.append(asyncio.create_task(_take(person, order, "person")))
        await wait_until(lambda: redis_client.exists(f"{keys.ARXIV}:urgent"), "the person waits")
    await asyncio.gather(*crowd)
    assert order == ["person", "crawl", "crawl", "crawl", "crawl"]


@pytest.mark.slow
async def test_persons_who_come_without_end_starve_nobody(redis_client) -> None:
    await redis_client.set(f"{keys.ARXIV}:urgent", "1")
    async with asyncio.timeout(7), RedisArxivLock(redis_client, 0).taken():
        pass
    await redis_client.delete(f"{keys.ARXIV}:urgent")


async def test_no_turn_is_given_without_redis(gone_url) -> None:
    client = open_redis(gone_url)
    with pytest.raises(StoreDown):
        async with RedisArxivLock(client, 0).taken():
            pytest.fail("nobody may ask without a turn")
    await client.aclose()


async def _take(lock: RedisArxivLock, order: list[str] | None = None, name: str = "") -> None:
    async with lock.taken():
        if order is not None:
            order.append(name)
