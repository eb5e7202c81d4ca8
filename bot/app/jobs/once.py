"""The drivers of the pipeline: rounds of `paperlark once`, and the endless planning of `paperlark run`."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from bot.app.agenda import NEAR, Due
from bot.app.jobs.planner import Planner
from bot.app.jobs.runner import Jobs
from bot.app.pipeline import Pipeline, nothing
from bot.delivery.outbox import Outcome
from bot.delivery.store.failures import FailureStore
from bot.domain.channel import Place
from bot.domain.errors import BotError
from bot.domain.frozen import frozen
from bot.domain.task import Job, Task
from bot.infra.aio.cancel import cancelled
from bot.papers.index_port import SearchIndex

if TYPE_CHECKING:  # its library takes 0.1 s to load
    from bot.app.jobs.queue import JobQueue

log = logging.getLogger(__name__)

OpenPlatforms = Callable[[], Coroutine[None, None, None]]
"""Open the messengers of all platforms; loading their libraries takes half a second."""

PLAN_SECONDS = 2.0
INDEX_SECONDS = 30.0
OPENING_SECONDS = 0.2
"""Time in which a few digests are matched; loading the platforms meanwhile would hold up the calls of the model."""
AT_ONCE = 20
"""Digests built concurrently in a round."""


@frozen
class Left:
    """Work left after a round, as counts of digests, and a sentence for each source that was down.

    `waiting`: for a source to answer; `undelivered`: by us and worth another try soon; `postponed`: beyond this run;
    `elsewhere`: for a process that has the platform's token. Tasks that were given up don't count: only a person can
    restore them.
    """

    waiting: int = 0
    failed: int = 0
    undelivered: int = 0
    postponed: int = 0
    elsewhere: int = 0
    sources: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """Return sentences about the work left; empty if everything due is done."""
        counted = (
            (self.waiting, "waiting for a source, for an hour at most"),
            (self.failed, "that could not be built"),
            (self.undelivered, "not yet taken by the platform"),
            (self.postponed, "that the platform doesn't take now"),
            (self.elsewhere, "for a platform whose token is not set here"),
        )
        said = (f"{number} digest{'s' * (number > 1)} {why}" for number, why in counted if number)
        return (*said, *self.sources)


class OnceRunner:
    """A runner that does everything due in this process, one step after the other, and then may end."""

    def __init__(self, pipeline: Pipeline, jobs: Jobs, failures: FailureStore) -> None:
        self._pipeline = pipeline
        self._jobs = jobs
        self._failures = failures

    async def prepare(
        self,
        say: Callable[[str], None] = lambda _: None,
        open_platforms: OpenPlatforms = nothing,
    ) -> Left:
        """Fetch, match, summarize, and write every due digest to the ledger.

        `open_platforms` runs while the model is asked, and before anything that asks a platform.
        """
        async with self._reading_upvotes(say):
            await self._pipeline.fetch(say)
            await self._pipeline.enrich_first()
            due = await self._pipeline.due()
            # Read before fetching: what another process writes about its own fetch meanwhile has a different time.
            owed = await self._pipeline.owed_to(due)
        ready = [one for one in due if not self._pipeline.waits(one, owed)]
        if ready:
            say(f"Summarising for {len(ready)} digests")
        written = asyncio.Event()
        opening = asyncio.create_task(_opened(open_platforms, written))
        try:
            failed = await self._written(ready)
            written.set()
            await opening
        finally:
            await cancelled(opening)
        await self._push(say)
        copies = (await self._pipeline.agenda()).copies
        failed += await self._done([Task(Job.COPY, one.mailbox.place, one.day) for one in copies])
        return Left(waiting=len(due) - len(ready), failed=failed, sources=owed.missing)

    async def prepare_preview(self, place: Place, say: Callable[[str], None] = lambda _: None) -> None:
        """Fetch what a preview of the place's digest needs; if digests are due soon, `prepare` them instead."""
        if await self._pipeline.due(ahead=NEAR):
            await self.prepare(say)
            return
        async with self._reading_upvotes(say):
            await self._pipeline.fetch_for(await self._pipeline.channels.get(place), say)

    async def _written(self, ready: Sequence[Due]) -> int:
        """Write the digests, then what follows from them; return the number of failures."""
        failed = await self._done([Task(Job.BUILD, one.channel.place, one.day) for one in ready])
        agenda = await self._pipeline.agenda()
        failed += await self._done([Task(Job.RECAP, one.channel.place, one.week) for one in agenda.recaps])
        return failed + await self._done([Task(Job.CLUB, one.channel.place, one.key) for one in agenda.clubs])

    async def finish(self, say: Callable[[str], None] = lambda _: None) -> Left:
        """Fetch what no digest waited for."""
        await self._pipeline.fetch_rest(say)
        await self._jobs.do(Task(Job.ENRICH))
        return Left(sources=(await self._pipeline.pending()).missing)

    async def deliver(self) -> Left:
        """Send what the ledger holds."""
        outcomes: Counter[Outcome] = await self._pipeline.deliver_all()
        left, postponed = outcomes[Outcome.LEFT], outcomes[Outcome.POSTPONED]
        return Left(undelivered=left, postponed=postponed, elsewhere=outcomes[Outcome.ELSEWHERE])

    @asynccontextmanager
    async def _reading_upvotes(self, say: Callable[[str], None]) -> AsyncIterator[None]:
        """Read the upvotes beside what is done meanwhile, and wait for both."""
        reading = asyncio.create_task(self._read_upvotes(say))
        try:
            yield
            await reading
        finally:
            await cancelled(reading)

    async def _read_upvotes(self, say: Callable[[str], None]) -> None:
        """Read the upvotes. A failure is reported and stops no digest: digests then use the upvotes read before."""
        task = Task(Job.UPVOTES)
        await self._jobs.do(task)
        for failure in await self._failures.all():
            if failure.task.key == task.key:
                log.warning("Upvotes are those that were read last: why=%s", failure.why)
                say(f"{failure.why} Upvotes are those that were read last")

    async def _push(self, say: Callable[[str], None]) -> None:
        """Add saved papers to Zotero. A failure is reported and stops no digest."""
        tasks = {task.key: task for task in (Task(Job.PUSH, place) for place in await self._pipeline.must_push())}
        for task in tasks.values():
            await self._jobs.do(task)
        for failure in await self._failures.all() if tasks else ():
            if failure.task.key in tasks:
                log.warning("Saved papers wait for Zotero: place=%s why=%s", failure.task.place, failure.why)
                say(f"{failure.why} Saved papers wait for Zotero")

    async def _done(self, tasks: list[Task]) -> int:
        """Run the tasks that weren't given up, concurrently; return the number of failures."""
        dead = {failure.task.key for failure in await self._failures.all() if failure.dead}
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(task: Task) -> None:
            async with gate:
                await self._jobs.do(task)

        wanted = {task.key: task for task in tasks if task.key not in dead}
        async with asyncio.TaskGroup() as group:
            for task in wanted.values():
                group.create_task(one(task))
        return sum(not f.dead and f.task.key in wanted for f in await self._failures.all()) if wanted else 0


async def _opened(open_platforms: OpenPlatforms, written: asyncio.Event) -> None:
    """Open the platforms once the digests are written or, more likely, the model is being waited for."""
    with suppress(TimeoutError):
        async with asyncio.timeout(OPENING_SECONDS):
            await written.wait()
    await open_platforms()


async def scheduler(planner: Planner, queue: "JobQueue", stop: asyncio.Event, turned: Callable[[], None]) -> None:
    """Add due tasks to the queue until `stop`, whatever fails. Call `turned` with every round."""
    planner.look_everywhere()
    ended = asyncio.create_task(stop.wait())
    try:
        while not stop.is_set():
            turned()
            planning = asyncio.create_task(_planned(planner, queue))
            await asyncio.wait({planning, ended}, return_when=asyncio.FIRST_COMPLETED)
            await cancelled(planning)
            await asyncio.wait({ended}, timeout=PLAN_SECONDS)
    finally:
        await cancelled(ended)


async def indexer(index: SearchIndex, stop: asyncio.Event) -> None:
    """Keep the search index up to date from the start until `stop`, to make searches wait less.

    No error ends the loop.
    """
    ended = asyncio.create_task(stop.wait())
    try:
        while not stop.is_set():
            catching_up = asyncio.create_task(_caught_up(index))
            await asyncio.wait({catching_up, ended}, return_when=asyncio.FIRST_COMPLETED)
            await cancelled(catching_up)
            await asyncio.wait({ended}, timeout=INDEX_SECONDS)
    finally:
        await cancelled(ended)


async def _caught_up(index: SearchIndex) -> None:
    try:
        await index.catch_up()
    except BotError as error:
        log.warning("The search index waits: why=%s", error)
    except Exception:
        log.exception("The search index can't be brought up to date")


async def _planned(planner: Planner, queue: "JobQueue") -> None:
    try:
        await queue.add(await planner.tasks())
    except BotError as error:
        log.warning("Nothing can be planned now: why=%s", error)
    except Exception:
        log.exception("Planning failed")
