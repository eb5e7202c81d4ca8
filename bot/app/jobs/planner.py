"""A planner that finds due tasks in stored data alone, independent of a queue's memory."""

from collections.abc import Iterable

from bot.app.agenda import NEAR, Due
from bot.app.pipeline import Pipeline
from bot.delivery.store.failures import FailureStore
from bot.delivery.store.ledger import Ledger
from bot.domain.channel import Place
from bot.domain.schedule import SOURCE_TIMEOUT
from bot.domain.task import Job, Task
from bot.infra.clock_port import Clock
from bot.papers.fetch_status import FetchStatus


class Planner:
    """A planner of tasks. Any number may plan at once: tasks with the same key are one task."""

    def __init__(self, pipeline: Pipeline, ledger: Ledger, failures: FailureStore, clock: Clock) -> None:
        self._pipeline = pipeline
        self._ledger = ledger
        self._failures = failures
        self._clock = clock
        self._made_ahead: set[str] = set()

    def look_everywhere(self) -> None:
        """Look at every channel the next time: another version may have written to the store before this process."""
        self._pipeline.agenda_reader.distrust()

    async def tasks(self) -> list[Task]:
        """Return all tasks that can run now, except those that failed recently or were given up."""
        agenda = await self._pipeline.agenda(ahead=NEAR)
        due = agenda.digests
        owed = await self._pipeline.owed_to(due)
        now = self._clock.now()
        fetched = owed.settled and (await self._pipeline.pending()).settled
        found = [] if fetched else [Task(Job.FETCH)]
        found += [Task(Job.UPVOTES)] if await self._pipeline.must_read_upvotes() else []
        ready = [one for one in due if one.slot <= now and not self._waits(one, owed)]
        found += [Task(Job.BUILD, one.channel.place, one.day) for one in ready]
        found += self._ahead(one for one in due if one.slot > now and owed.complete)
        found += [Task(Job.RECAP, one.channel.place, one.week) for one in agenda.recaps]
        found += [Task(Job.CLUB, one.channel.place, one.key) for one in agenda.clubs]
        found += [Task(Job.COPY, one.mailbox.place, one.day) for one in agenda.copies]
        found += [Task(Job.PUSH, place) for place in await self._pipeline.must_push()]
        found += [Task(Job.DELIVER, place) for place in await self._waiting()]
        resting = await self._failures.resting()
        return [task for task in found if task.key not in resting]

    def _waits(self, one: Due, owed: FetchStatus) -> bool:
        """Return True if a digest waits.

        It also waits for a running fetch, which may bring papers missed on earlier days.
        """
        fetching = owed.under_way and self._clock.now() - one.slot < SOURCE_TIMEOUT
        return fetching or self._pipeline.waits(one, owed)

    async def _waiting(self) -> Iterable[Place]:
        return dict.fromkeys(place for place, _ in await self._ledger.waiting())

    def _ahead(self, near: Iterable[Due]) -> list[Task]:
        """Return summary tasks of digests due soon; each planner requests them once."""
        tasks = [Task(Job.SUMMARISE, one.channel.place, one.day) for one in near]
        fresh = [task for task in tasks if task.key not in self._made_ahead]
        self._made_ahead = {task.key for task in tasks}
        return fresh
