"""The jobs' queues on every kind of store: each task is done, once where it is asked for often, by whoever lives."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date

import pytest
from docket import Docket
from redis.asyncio import Redis

from bot.app.jobs.queue import JobQueue, open_job_queue
from bot.domain.channel import Place
from bot.domain.issue_key import Week
from bot.domain.task import Job, Task
from bot.infra.redis import keys
from conftest import WaitUntil
from support.stored_keys import stored

HERE, THERE = Place("slack", "T1", "C1"), Place("discord", "9", "C2")
BUILD, DELIVER = Task(Job.BUILD, HERE, date(2026, 5, 12)), Task(Job.DELIVER, HERE)


@dataclass
class Recorded:
    """Jobs that only note what they were asked to do; `step` is what each takes, and gives the tasks that follow."""

    step: Callable[[Task], Awaitable[tuple[Task, ...]]]
    begun: list[Task] = field(default_factory=list)
    done: list[Task] = field(default_factory=list)

    async def do(self, task: Task) -> tuple[Task, ...]:
        self.begun.append(task)
        following = await self.step(task)
        self.done.append(task)
        return following


async def at_once(_: Task) -> tuple[Task, ...]:
    return ()


async def for_ever(_: Task) -> tuple[Task, ...]:
    await asyncio.Event().wait()
    return ()


@pytest.fixture
async def queues(redis_url: str) -> AsyncIterator[JobQueue]:
    async with open_job_queue(redis_url) as opened:
        yield opened


@asynccontextmanager
async def working(url: str, jobs: Recorded, platforms: tuple[str, ...] = ("slack",)) -> AsyncIterator[asyncio.Event]:
    """Another process that works until its event is set."""
    stop = asyncio.Event()
    async with open_job_queue(url) as its_own:
        work = asyncio.create_task(its_own.work(jobs, platforms, stop))  # type: ignore[arg-type]
        yield stop
        stop.set()
        await asyncio.wait_for(work, 10)


async def test_a_task_is_done_as_it_was_asked_for(queues: JobQueue, redis_url: str, wait_until: WaitUntil) -> None:
    jobs = Recorded(at_once)
    asked = [Task(Job.FETCH), BUILD, Task(Job.RECAP, HERE, Week.of(date(2026, 5, 12))), DELIVER]
    await queues.add(asked)
    async with working(redis_url, jobs):
        await wait_until(lambda: len(jobs.done) == 4, "all of them are done")
    assert sorted(task.key for task in jobs.done) == sorted(task.key for task in asked)
    assert set(jobs.done) == set(asked)


async def test_a_task_that_waits_is_not_added_again_and_one_that_was_done_is(
    queues: JobQueue, redis_url: str, wait_until: WaitUntil
) -> None:
    jobs = Recorded(at_once)
    for _ in range(3):
        await queues.add([BUILD])
    async with working(redis_url, jobs):
        await wait_until(lambda: jobs.done, "it is done")
        assert jobs.begun == [BUILD]

        async def done_again() -> bool:
            """Asked for as a planner does, again and again: it may still be on its way out."""
            await queues.add([BUILD])
            return len(jobs.done) > 1

        await wait_until(done_again, "it is done again")


async def test_two_workers_share_and_do_nothing_twice(queues: JobQueue, redis_url: str, wait_until: WaitUntil) -> None:
    jobs = Recorded(at_once)
    tasks = [Task(Job.BUILD, Place("slack", "T1", f"C{n}"), BUILD.day) for n in range(40)]
    async with working(redis_url, jobs), working(redis_url, jobs):
        await queues.add(tasks)
        await wait_until(lambda: len(jobs.done) == 40, "all are done")
    assert len(jobs.begun) == 40


async def test_what_follows_from_a_task_is_done_next(queues: JobQueue, redis_url: str, wait_until: WaitUntil) -> None:
    async def built(task: Task) -> tuple[Task, ...]:
        return (DELIVER,) if task == BUILD else ()

    jobs = Recorded(built)
    async with working(redis_url, jobs):
        await queues.add([BUILD])
        await wait_until(lambda: DELIVER in jobs.done, "it is delivered")


async def test_a_worker_takes_no_delivery_of_a_platform_that_is_not_at_hand(
    queues: JobQueue, redis_url: str, wait_until: WaitUntil
) -> None:
    jobs, elsewhere = Recorded(at_once), Task(Job.DELIVER, THERE)
    async with working(redis_url, jobs, ("slack",)):
        await queues.add([elsewhere, DELIVER])
        await wait_until(lambda: DELIVER in jobs.done, "the one at hand is done")
    assert elsewhere not in jobs.begun
    async with working(redis_url, jobs, ("discord",)):
        await wait_until(lambda: elsewhere in jobs.done, "the other has it")


async def test_a_platform_that_hangs_holds_up_no_other(queues: JobQueue, redis_url: str, wait_until: WaitUntil) -> None:
    hung = [Task(Job.DELIVER, Place("slack", "T1", f"C{n}")) for n in range(60)]
    over = asyncio.Event()

    async def hangs(task: Task) -> tuple[Task, ...]:
        if task in hung:
            await over.wait()
        return ()

    jobs, other = Recorded(hangs), Task(Job.DELIVER, THERE)
    async with working(redis_url, jobs, ("slack", "discord")):
        await queues.add(hung)
        await wait_until(lambda: len(jobs.begun) >= 50, "its places are all taken")
        await queues.add([other])
        await wait_until(lambda: other in jobs.done, "the other platform is served")
        over.set()


async def test_at_the_end_a_delivery_is_finished_and_the_rest_broken_off(
    queues: JobQueue, redis_url: str, wait_until: WaitUntil
) -> None:
    may_end = asyncio.Event()

    async def slow(task: Task) -> tuple[Task, ...]:
        return await (for_ever(task) if task == BUILD else _until(may_end))

    jobs = Recorded(slow)
    async with working(redis_url, jobs) as stop:
        await queues.add([BUILD, DELIVER])
        await wait_until(lambda: len(jobs.begun) == 2, "both are begun")
        stop.set()
        may_end.set()
    assert jobs.done == [DELIVER]


async def test_what_a_stopped_worker_broke_off_can_be_asked_for_again_at_once(
    queues: JobQueue, redis_url: str, wait_until: WaitUntil
) -> None:
    stuck, jobs = Recorded(for_ever), Recorded(at_once)
    await queues.add([BUILD])
    async with working(redis_url, stuck):
        await wait_until(lambda: stuck.begun, "it is begun")
    await queues.add([BUILD])
    async with working(redis_url, jobs):
        await wait_until(lambda: jobs.done == [BUILD], "it is done")


async def test_a_task_of_another_version_is_named_and_left_out(
    queues: JobQueue, redis_url: str, wait_until: WaitUntil, caplog: pytest.LogCaptureFixture
) -> None:
    jobs = Recorded(at_once)

    async def build(*_: str) -> None: ...

    async with Docket(name=keys.JOBS, url=redis_url) as newer:
        await newer.add(build, key="x")("dance", "slack", "T1", "C1", "someday")
    async with working(redis_url, jobs):
        await queues.add([BUILD])
        await wait_until(lambda: jobs.done == [BUILD], "the rest goes on")
        await wait_until(lambda: "A task can't be read" in caplog.text, "it is named")


async def test_a_queue_leaves_nothing_behind_that_grows(
    queues: JobQueue, redis_url: str, redis_client: Redis, wait_until: WaitUntil
) -> None:
    jobs = Recorded(at_once)
    async with working(redis_url, jobs):
        await queues.add([Task(Job.BUILD, Place("slack", "T1", f"C{n}"), BUILD.day) for n in range(20)])
        await wait_until(lambda: len(jobs.done) == 20, "all are done")
    names = await stored(redis_client)
    assert all("lark:jobs" in name or "lark:deliver" in name for name in names)
    assert len(names) < 10


async def _until(event: asyncio.Event) -> tuple[Task, ...]:
    await event.wait()
    return ()
