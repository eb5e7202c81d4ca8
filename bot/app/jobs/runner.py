"""Execution of one job: a step of the pipeline, with its follow-up tasks and a record of its failures."""

import logging
from collections.abc import Awaitable, Callable
from datetime import date

from bot.app.pipeline import Pipeline
from bot.delivery.store.failures import FailureStore
from bot.domain.channel import Place
from bot.domain.errors import BotError, StoreDown
from bot.domain.issue_key import ClubDay, Week
from bot.domain.task import MAX_TRIES, Job, Task
from bot.infra.logs import about
from bot.infra.meter import NO_METER, Meter
from bot.infra.metrics import JOBS

log = logging.getLogger(__name__)

_OF_A_DIGEST = frozenset({Job.BUILD, Job.RECAP, Job.COPY, Job.CLUB, Job.DELIVER})


class Jobs:
    """A runner of tasks.

    A failure affects only its own task, which is retried later and given up in the end. A job for all channels is
    never given up, only retried after longer waits.
    """

    def __init__(self, pipeline: Pipeline, failures: FailureStore, meter: Meter = NO_METER) -> None:
        self._pipeline = pipeline
        self._failures = failures
        self._meter = meter

    async def do(self, task: Task) -> tuple[Task, ...]:
        """Run the task and return its follow-up tasks. Raises StoreDown if a failure can't even be recorded."""
        with about(**({"digest": task.digest} if task.day else {})):
            following, outcome = await self._outcome(task)
        self._meter.count(JOBS, job=task.job.value, outcome=outcome)
        return following

    async def _outcome(self, task: Task) -> tuple[tuple[Task, ...], str]:
        try:
            following = await self._step(task)
        except StoreDown:
            raise
        except BotError as error:
            log.warning("A job failed: task=%s why=%s", task.key, error)
            return (), await self._failed(task, error.sentence)
        except Exception as error:
            log.exception("A job failed: task=%s", task.key)
            return (), await self._failed(task, f"{type(error).__name__} on our side.")
        await self._failures.clear(task)
        return following, "done"

    async def _step(self, task: Task) -> tuple[Task, ...]:
        match task.job:
            case Job.FETCH | Job.ENRICH | Job.EMBED | Job.UPVOTES:
                return await self._of_papers(task.job)
            case Job.SUMMARISE:
                await self._of_digest(task, self._pipeline.summarise)
            case Job.BUILD:
                if await self._of_digest(task, self._pipeline.build):
                    return (Task(Job.DELIVER, task.place),)
            case Job.RECAP | Job.COPY | Job.CLUB:
                if await self._made_of_digests(task):
                    return (Task(Job.DELIVER, task.place),)
            case Job.PUSH | Job.DELIVER:
                await self._sent(task)
        return ()

    async def _sent(self, task: Task) -> None:
        if task.place and task.job is Job.PUSH:
            await self._pipeline.push(task.place)
        elif task.place:
            await self._pipeline.deliver(task.place)

    async def _of_papers(self, job: Job) -> tuple[Task, ...]:
        """Run a job for all channels; each step follows the one before it."""
        match job:
            case Job.FETCH:
                new = await self._pipeline.fetch()
                if new:
                    await self._pipeline.enrich_first()
                new += await self._pipeline.fetch_rest()
                return (Task(Job.ENRICH),) if new else ()
            case Job.ENRICH:
                await self._pipeline.enrich()
                return (Task(Job.EMBED),)
            case Job.UPVOTES:
                await self._pipeline.read_upvotes()
                return ()
        await self._pipeline.embed()
        return ()

    async def _made_of_digests(self, task: Task) -> bool:
        if task.place and task.job is Job.COPY:
            return await self._pipeline.copy(task.place)
        if task.place and isinstance(task.day, ClubDay):
            return await self._pipeline.gather(task.place, task.day)
        return bool(task.place and isinstance(task.day, Week) and await self._pipeline.recap(task.place, task.day))

    async def _of_digest(self, task: Task, step: Callable[[Place, date], Awaitable[bool]]) -> bool:
        return bool(task.place and isinstance(task.day, date) and await step(task.place, task.day))

    async def _failed(self, task: Task, why: str) -> str:
        """Record the failure; return "again" if the task will be retried, else "dead"."""
        failure = await self._failures.note(task, why, MAX_TRIES if task.job in _OF_A_DIGEST else None)
        if failure.dead:
            log.error("A job is given up: task=%s tries=%d why=%s", task.key, failure.tries, why)
        return "dead" if failure.dead else "again"
