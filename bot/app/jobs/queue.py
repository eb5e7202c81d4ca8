"""Job queues in Redis, by pydocket: one docket for the core's jobs, and one per platform for its deliveries.

A platform that hangs therefore delays no other platform's messages, and a process takes no delivery if it lacks the
platform's token. A worker leases the task it runs; if the worker is killed, another takes the task up
(https://docket.lol). A queue may lose or repeat tasks: the planner finds missing work again, and every job may run
twice.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

from bot.app.jobs.docket_package import Docket, Worker
from bot.app.jobs.runner import Jobs
from bot.domain.channel import Place
from bot.domain.errors import StoreDown
from bot.domain.issue_key import read_issue_key
from bot.domain.task import Job, Task
from bot.infra.aio.cancel import cancelled
from bot.infra.redis import keys
from bot.infra.redis.chunks import in_chunks
from bot.infra.redis.connection import redis_faults

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=15)
"""Time after which another worker takes up the task of a killed worker."""
RECONNECT = timedelta(seconds=1)
TURN_SECONDS = 5.0
LOOK = timedelta(milliseconds=250)

_ADDED_AT_ONCE = 20
"""Tasks; pydocket takes 0.4 ms to write each, and commands must be acknowledged meanwhile."""

JOBS_AT_ONCE = 20
DELIVERIES_AT_ONCE = 50
"""Places of one platform served concurrently by one process; the rate limiter is elsewhere."""


class JobQueue:
    """A job queue over pydocket, and its workers. Every docket is opened on first use.

    Its `stack` closes it.
    """

    def __init__(self, url: str, stack: AsyncExitStack) -> None:
        self._url = url
        self._stack = stack
        self._opening = asyncio.Lock()
        self._dockets: dict[str, Docket] = {}
        self._jobs: Jobs | None = None
        self._stop = asyncio.Event()

    async def add(self, tasks: Sequence[Task]) -> None:
        """Add the tasks whose keys aren't waiting or running already."""
        by_docket: dict[str, list[Task]] = {}
        for task in tasks:
            by_docket.setdefault(_docket_of(task), []).append(task)
        with redis_faults():
            for name, theirs in by_docket.items():
                docket = await self._docket(name)
                for some in in_chunks(theirs, _ADDED_AT_ONCE):
                    await docket.add_many([docket.call(t.job.value, key=t.key)(*_written(t)) for t in some])

    async def work(
        self, jobs: Jobs, platforms: Iterable[str], stop: asyncio.Event, turned: Callable[[], None] = lambda: None
    ) -> None:
        """Run waiting jobs, and deliver messages on `platforms`, until `stop`.

        Then a running delivery is finished; all other jobs are canceled and remain due. `turned` is called every few
        seconds while all workers are healthy.
        """
        self._jobs, self._stop = jobs, stop
        async with AsyncExitStack() as stack:
            names = (keys.JOBS, *map(keys.deliveries, platforms))
            workers = [await stack.enter_async_context(_worker(name, await self._docket(name))) for name in names]
            working = [asyncio.create_task(worker.run_forever()) for worker in workers]
            ended = asyncio.create_task(stop.wait())
            try:
                while not any(task.done() for task in (*working, ended)):
                    turned()
                    await asyncio.wait({*working, ended}, timeout=TURN_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                for task in working:
                    task.cancel()  # a docket's worker then finishes its current task
                for result in await asyncio.gather(*working, return_exceptions=True):
                    if isinstance(result, Exception):
                        raise result
            finally:
                await cancelled(ended, *working)

    async def _docket(self, name: str) -> Docket:
        async with self._opening:
            if name not in self._dockets:
                docket = Docket(name=name, url=self._url, execution_ttl=timedelta(0))
                docket.register(self._worked, names=[job.value for job in Job])
                self._dockets[name] = await self._stack.enter_async_context(docket)
            return self._dockets[name]

    async def _worked(self, job: str, platform: str, team: str, channel: str, day: str) -> None:
        """Run a task for pydocket; one that can't be parsed is from another version, and is logged."""
        try:
            task = _read(job, platform, team, channel, day)
        except ValueError:
            log.warning("A task can't be read and is left out: job=%.20r day=%.20r", job, day)
            return
        if self._jobs is None or (self._stop.is_set() and task.job is not Job.DELIVER):
            return
        doing = asyncio.create_task(self._done(self._jobs, task))
        ended = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({doing, ended}, return_when=asyncio.FIRST_COMPLETED)
            if task.job is Job.DELIVER:
                await asyncio.wait({doing})
        finally:
            await cancelled(doing, ended)

    async def _done(self, jobs: Jobs, task: Task) -> None:
        try:
            await self.add(await jobs.do(task))
        except StoreDown as down:
            log.warning("A job waits: task=%s why=%s", task.key, down)


@asynccontextmanager
async def open_job_queue(url: str) -> AsyncIterator[JobQueue]:
    """Yield the queues on the Redis at `url`, which was checked before."""
    async with AsyncExitStack() as stack:
        yield JobQueue(url, stack)


def _worker(name: str, docket: Docket) -> Worker:
    return Worker(
        docket,
        concurrency=JOBS_AT_ONCE if name == keys.JOBS else DELIVERIES_AT_ONCE,
        redelivery_timeout=LEASE,
        reconnection_delay=RECONNECT,
        minimum_check_interval=LOOK,
        schedule_automatic_tasks=False,
    )


def _docket_of(task: Task) -> str:
    return keys.deliveries(task.place.platform) if task.job is Job.DELIVER and task.place else keys.JOBS


def _written(task: Task) -> tuple[str, str, str, str, str]:
    place = task.place or Place("", "", "")
    return (task.job.value, place.platform, place.team, place.channel, task.day.isoformat() if task.day else "")


def _read(job: str, platform: str, team: str, channel: str, day: str) -> Task:
    """Parse what `_written` wrote; raises ValueError for anything else."""
    place = Place(platform, team, channel) if platform else None
    return Task(Job(job), place, read_issue_key(day) if day else None)
