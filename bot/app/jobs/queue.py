"""The jobs' queues in Redis: pydocket, one docket for the core's jobs and one for the deliveries of each platform.

A platform that hangs so holds up nobody else's messages, and a process takes no delivery whose token it lacks. A task
is leased while it is worked on: that of a worker that was killed is taken up by another (https://docket.lol).
Whatever a queue forgets or says twice is harmless: the planner finds again what has to be done, and every job may be
done twice.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

from docket import Docket, Worker

from bot.app.jobs.runner import Jobs
from bot.domain.channel import Place
from bot.domain.errors import StoreDown
from bot.domain.issue_key import read_issue_key
from bot.domain.task import Job, Task
from bot.infra.aio.cancel import cancelled
from bot.infra.redis import keys
from bot.infra.redis.connection import redis_faults

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=15)
"""The task of a worker that was killed is taken up after this."""
RECONNECT = timedelta(seconds=1)
TURN_SECONDS = 5.0
LOOK = timedelta(milliseconds=250)

JOBS_AT_ONCE = 20
DELIVERIES_AT_ONCE = 50
"""Places of one platform served side by side by one process; its pace is kept elsewhere."""


class JobQueue:
    """Fulfils `ports.JobQueue`, and works on what waits. Every docket is opened when it is first needed.

    Close it with the `stack` it was given.
    """

    def __init__(self, url: str, stack: AsyncExitStack) -> None:
        self._url = url
        self._stack = stack
        self._opening = asyncio.Lock()
        self._dockets: dict[str, Docket] = {}
        self._jobs: Jobs | None = None
        self._stop = asyncio.Event()

    async def add(self, tasks: Sequence[Task]) -> None:
        """Adds those whose keys aren't waiting or being worked on already."""
        by_docket: dict[str, list[Task]] = {}
        for task in tasks:
            by_docket.setdefault(_docket_of(task), []).append(task)
        with redis_faults():
            for name, theirs in by_docket.items():
                docket = await self._docket(name)
                await docket.add_many([docket.call(t.job.value, key=t.key)(*_written(t)) for t in theirs])

    async def work(
        self, jobs: Jobs, platforms: Iterable[str], stop: asyncio.Event, turned: Callable[[], None] = lambda: None
    ) -> None:
        """Does what waits, and says what is to be said on `platforms`, until `stop`.

        Then a delivery is finished; everything else is broken off and stays to be done. `turned` is called every few
        seconds while all of it is well.
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
                    task.cancel()  # a docket's worker then finishes what it is at
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
        """What pydocket calls; a task that can't be understood is another version's, and named in the log."""
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
    """The queues on the Redis at `url`, which was checked before."""
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
    """What `_written` wrote; raises ValueError where it is anything else."""
    place = Place(platform, team, channel) if platform else None
    return Task(Job(job), place, read_issue_key(day) if day else None)
