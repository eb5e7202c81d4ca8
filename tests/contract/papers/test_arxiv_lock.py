"""One request to arXiv at a time, with the pause it asks for, over all processes on one Redis."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from itertools import pairwise
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.domain.errors import HeldBack, StoreDown
from bot.infra.asker import Question, asked_by, for_due_digests
from bot.infra.redis import keys
from bot.infra.redis.connection import open_redis
from bot.papers.store.arxiv_lock import MOST_OF_A_PERSON, RedisArxivLock

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


class Queue:
    """Those who wait for arXiv's turn, and the order in which they had it: people, "due" digests, and a "crawl"."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._lock = RedisArxivLock(client, 0.02)
        self._order: list[str] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def take(self, who: str = "") -> None:
        async with self._lock.taken() if not who else self._taken(who):
            self._order.append(who)

    @asynccontextmanager
    async def held(self, who: str = "crawl") -> AsyncIterator[None]:
        """Hold the turn, so that whoever comes has to wait."""
        async with self._taken(who):
            yield

    async def joins(self, *names: str) -> None:
        """Let them queue, in this order."""
        for who in names:
            before = await self.waiting()
            self._tasks.append(asyncio.create_task(self.take(who)))
            async with asyncio.timeout(5):
                while await self.waiting() == before and not self._tasks[-1].done():
                    await asyncio.sleep(0.001)

    async def waiting(self) -> int:
        return sum([await self._client.zcard(f"{keys.ARXIV}:{name}") for name in ("lanes", "due")])

    async def order(self) -> list[str]:
        """Wait until all had their turn."""
        await asyncio.gather(*self._tasks)
        return self._order

    @asynccontextmanager
    async def _taken(self, who: str) -> AsyncIterator[None]:
        scheduled = {"due": for_due_digests(), "crawl": nullcontext()}
        with scheduled.get(who) or asked_by(Question("slack:T1", who)):
            async with self._lock.taken():
                yield


@pytest.fixture
def queue(redis_client: Redis) -> Queue:
    return Queue(redis_client)


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


async def test_a_person_who_waits_goes_before_a_crawl_that_came_first(queue) -> None:
    async with queue.held():
        await queue.joins(*4 * ["crawl"], "ann")
    assert await queue.order() == ["ann", *4 * ["crawl"]]


async def test_people_take_turns_however_many_requests_each_has(queue) -> None:
    async with queue.held():
        await queue.joins(*4 * ["ann"], *2 * ["bob"], "eve")
    assert await queue.order() == ["ann", "bob", "eve", "ann", "bob", "ann", "ann"]


async def test_another_persons_question_has_its_turn_within_three_while_a_digest_is_due(queue) -> None:
    """Before, whoever polled at the right moment was next: a digest waited for over 60 turns behind 100 requests."""
    async with queue.held("ann"):
        await queue.joins(*5 * ["ann"], *6 * ["due"], "bob")
    order = await queue.order()
    assert order == ["due", "due", "bob", "due", "due", "ann", "due", "due", *4 * ["ann"]]


async def test_of_one_person_few_requests_wait_and_the_next_is_answered_at_once(queue) -> None:
    async with queue.held():
        await queue.joins(*MOST_OF_A_PERSON * ["ann"], "bob")
        with pytest.raises(HeldBack, match=f"{MOST_OF_A_PERSON} questions of yours are already waiting") as caught:
            await queue.take("ann")
    assert caught.value.hint == "Try again in 5 seconds."
    await queue.order()
    assert await queue.take("ann") is None


async def test_one_command_has_one_request_in_the_queue(queue, wait_until) -> None:
    async with queue.held():
        with asked_by(Question("slack:T1", "ann")):
            asking = [asyncio.create_task(queue.take()) for _ in range(2 * MOST_OF_A_PERSON)]
        await wait_until(queue.waiting, "the first waits")
        assert await queue.waiting() == 1
    await asyncio.gather(*asking)


async def test_whoever_died_while_waiting_blocks_nobody(queue, asker, redis_url, redis_client, wait_until) -> None:
    """Shorten the time after which its place is abandoned, so that nobody waits for 5 s."""
    async with queue.held():
        dead = await asker(redis_url, 0, 1)
        await wait_until(queue.waiting, "it waits")
        dead.kill()
        await dead.communicate()
        await queue.joins("crawl")
        assert await queue.waiting() == 2
        (first, _) = await redis_client.zrange(f"{keys.ARXIV}:lanes", 0, -1)
        await redis_client.zadd(f"{keys.ARXIV}:alive", {first: 1})
    async with asyncio.timeout(3):
        assert await queue.order() == ["crawl"]


async def test_the_queue_leaves_nothing_behind(queue, redis_client) -> None:
    await queue.joins(*3 * ["ann"], "due", "crawl")
    await queue.order()
    left = set(await redis_client.keys(f"{keys.ARXIV}:*"))
    assert left <= {f"{keys.ARXIV}:gap"}


async def test_no_turn_is_given_without_redis(gone_url) -> None:
    client = open_redis(gone_url)
    with pytest.raises(StoreDown):
        async with RedisArxivLock(client, 0).taken():
            pytest.fail("nobody may ask without a turn")
    await client.aclose()


async def _take(lock: RedisArxivLock) -> None:
    async with lock.taken():
        pass
