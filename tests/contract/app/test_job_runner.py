"""One job, whatever goes wrong with it: kept to it, noted, tried again later, given up in the end. On real stores."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from redis.asyncio import Redis

from bot.app.agenda import NEAR, Agenda, Due, RecapDue
from bot.app.jobs.once import Left, OnceRunner
from bot.app.jobs.planner import Planner
from bot.app.jobs.runner import Jobs
from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.failures import FailureStore
from bot.delivery.store.ledger import Ledger
from bot.domain.channel import Channel, Place, Timetable
from bot.domain.errors import BotError, ModelDown, SourceDown, StoreDown
from bot.domain.issue_key import Week
from bot.domain.task import MAX_TRIES, Job, Task
from bot.infra.clock import FixedClock
from bot.papers.fetch_status import FetchStatus
from support.builders.sample_cards import NOW, PLACE, digest

pytestmark = pytest.mark.one_store

DAY = date(2026, 5, 12)
BUILD, DELIVER = Task(Job.BUILD, PLACE, DAY), Task(Job.DELIVER, PLACE)
OTHER = Place("discord", "9", "C2")


@dataclass
class Steps:
    """The pipeline's steps with levers: what is due, what is owed, and which step fails with what."""

    slots: dict[Place, timedelta] = field(default_factory=dict)
    owed: FetchStatus = field(default_factory=FetchStatus)
    faults: dict[Job, Exception] = field(default_factory=dict)
    broken: set[Place] = field(default_factory=set)
    recaps: set[Place] = field(default_factory=set)
    new: int = 0
    unread: bool = False
    asked: list[str] = field(default_factory=list)

    async def must_push(self) -> list[Place]:
        return []

    async def fetch(self, say: object = None) -> int:
        self._step(Job.FETCH)
        return self.new

    async def fetch_rest(self, say: object = None) -> int:
        return 0

    async def enrich(self) -> None:
        self._step(Job.ENRICH)

    async def enrich_first(self) -> None:
        return None

    async def due(self, ahead: timedelta = timedelta(0)) -> list[Due]:
        slots = {place: NOW + later for place, later in self.slots.items() if later <= ahead}
        return [Due(Channel(place, Timetable()), Timetable(), slot) for place, slot in slots.items()]

    async def agenda(self, ahead: timedelta = timedelta(0)) -> Agenda:
        recaps = [RecapDue(Channel(place, Timetable(recap=1)), Timetable(recap=1), NOW) for place in self.recaps]
        return Agenda(await self.due(ahead), recaps)

    async def recap(self, place: Place, week: Week) -> bool:
        self._step(Job.RECAP, place)
        return True

    async def must_read_upvotes(self) -> bool:
        return self.unread

    async def read_upvotes(self) -> None:
        self._step(Job.UPVOTES)

    async def pending(self) -> FetchStatus:
        return self.owed

    async def owed_to(self, due: list[Due]) -> FetchStatus:
        return self.owed

    def waits(self, one: Due, owed: FetchStatus) -> bool:
        return not owed.complete

    async def summarise(self, place: Place, day: date) -> bool:
        self._step(Job.SUMMARISE)
        return True

    async def build(self, place: Place, day: date) -> bool:
        self._step(Job.BUILD, place)
        return True

    async def deliver(self, place: Place) -> Counter[object]:
        self._step(Job.DELIVER, place)
        return Counter()

    async def deliver_all(self) -> Counter[object]:
        return Counter()

    def _step(self, job: Job, place: Place | None = None) -> None:
        self.asked.append(f"{job}:{place}" if place else job)
        if place in self.broken:
            raise ValueError("what nobody thought of")
        if job in self.faults:
            raise self.faults[job]


@pytest.fixture
async def failures(redis_client: Redis) -> FailureStore:
    for place in (PLACE, OTHER):
        await ChannelStore(redis_client).set(Channel(place, Timetable(), NOW))
    return FailureStore(redis_client)


@pytest.fixture
def steps() -> Steps:
    return Steps()


@pytest.fixture
def jobs(steps: Steps, failures: FailureStore) -> Jobs:
    return Jobs(steps, failures)  # type: ignore[arg-type]


def planner(steps: Steps, failures: FailureStore, redis_client: Redis) -> Planner:
    return Planner(steps, Ledger(redis_client), failures, FixedClock(NOW))  # type: ignore[arg-type]


async def test_a_digest_that_was_built_is_delivered_next_and_news_is_enriched(jobs: Jobs, steps: Steps) -> None:
    steps.new = 3
    assert await jobs.do(BUILD) == (DELIVER,)
    assert await jobs.do(Task(Job.FETCH)) == (Task(Job.ENRICH),)
    assert await jobs.do(DELIVER) == ()


async def test_upvotes_are_read_when_they_are_due(
    jobs: Jobs, steps: Steps, failures: FailureStore, redis_client: Redis
) -> None:
    assert await planner(steps, failures, redis_client).tasks() == []
    steps.unread = True
    assert await planner(steps, failures, redis_client).tasks() == [Task(Job.UPVOTES)]
    assert await jobs.do(Task(Job.UPVOTES)) == ()
    assert steps.asked == ["upvotes"]


async def test_upvotes_that_can_not_be_read_are_said_and_hold_up_no_digest(
    jobs: Jobs, steps: Steps, failures: FailureStore, redis_client: Redis
) -> None:
    steps.slots, steps.unread = {PLACE: timedelta(0)}, True
    steps.faults = {Job.UPVOTES: SourceDown("Hugging Face")}
    said: list[str] = []
    left = await OnceRunner(steps, jobs, failures).prepare(said.append)  # type: ignore[arg-type]

    assert left == Left()
    assert f"build:{PLACE}" in steps.asked
    assert "Hugging Face isn't responding. Upvotes are those that were read last" in said
    assert await planner(steps, failures, redis_client).tasks() == [BUILD]


async def test_a_recap_that_is_due_is_planned_made_and_delivered_next(
    jobs: Jobs, steps: Steps, failures: FailureStore, redis_client: Redis
) -> None:
    steps.recaps = {PLACE}
    (task,) = await planner(steps, failures, redis_client).tasks()
    assert task == Task(Job.RECAP, PLACE, Week.of(DAY))
    assert await jobs.do(task) == (DELIVER,)
    assert steps.asked == [f"recap:{PLACE}"]


async def test_a_recap_that_fails_leaves_a_failure_of_its_own(jobs: Jobs, steps: Steps, failures: FailureStore) -> None:
    steps.broken = {PLACE}
    task = Task(Job.RECAP, PLACE, Week.of(DAY))
    for _ in range(MAX_TRIES):
        await jobs.do(task)
    (failure,) = await failures.all()
    assert (failure.task, failure.dead) == (task, True)
    assert task.key in await failures.resting()


async def test_a_fault_of_ours_is_noted_without_its_words_and_logged_once(
    jobs: Jobs, steps: Steps, failures: FailureStore, caplog: pytest.LogCaptureFixture
) -> None:
    steps.broken = {PLACE}
    assert await jobs.do(BUILD) == ()
    (failure,) = await failures.all()
    assert (failure.task, failure.why, failure.dead) == (BUILD, "ValueError on our side.", False)
    assert len([record for record in caplog.records if record.exc_info]) == 1


async def test_an_expected_failure_leaves_its_sentence_and_no_traceback(
    jobs: Jobs, steps: Steps, failures: FailureStore, caplog: pytest.LogCaptureFixture
) -> None:
    steps.faults[Job.SUMMARISE] = ModelDown("The model is on holiday.")
    await jobs.do(Task(Job.SUMMARISE, PLACE, DAY))
    assert [failure.why for failure in await failures.all()] == ["The model is on holiday."]
    assert not [record for record in caplog.records if record.exc_info]


async def test_a_store_that_is_down_is_nobodys_failure(jobs: Jobs, steps: Steps, failures: FailureStore) -> None:
    steps.faults[Job.BUILD] = StoreDown()
    with pytest.raises(StoreDown):
        await jobs.do(BUILD)
    assert await failures.all() == []


async def test_a_digest_is_given_up_and_a_fetch_never(jobs: Jobs, steps: Steps, failures: FailureStore) -> None:
    steps.broken, steps.faults = {PLACE}, {Job.FETCH: RuntimeError()}
    for _ in range(MAX_TRIES):
        await jobs.do(BUILD)
        await jobs.do(Task(Job.FETCH))
    assert {failure.task.job: failure.dead for failure in await failures.all()} == {Job.BUILD: True, Job.FETCH: False}


async def test_what_succeeds_in_the_end_leaves_no_failure(jobs: Jobs, steps: Steps, failures: FailureStore) -> None:
    steps.broken = {PLACE}
    await jobs.do(BUILD)
    steps.broken = set()
    await jobs.do(BUILD)
    assert await failures.all() == []


async def test_what_is_due_is_planned_and_what_comes_soon_is_summarised_once(
    steps: Steps, failures: FailureStore, redis_client: Redis
) -> None:
    steps.slots = {PLACE: timedelta(0), OTHER: NEAR}
    plan = planner(steps, failures, redis_client)
    assert set(await plan.tasks()) == {BUILD, Task(Job.SUMMARISE, OTHER, DAY)}
    assert await plan.tasks() == [BUILD]


async def test_a_digest_waits_for_a_source_while_that_is_asked(
    steps: Steps, failures: FailureStore, redis_client: Redis
) -> None:
    steps.slots, steps.owed = {PLACE: timedelta(0)}, FetchStatus(failed={"feed": ["cs"], "api": []})
    assert await planner(steps, failures, redis_client).tasks() == [Task(Job.FETCH)]


async def test_a_digest_of_run_waits_for_the_end_of_a_fetch_and_one_of_once_doesnt(
    steps: Steps, failures: FailureStore, redis_client: Redis, jobs: Jobs
) -> None:
    """Who fetches may have been killed: run looks again in two seconds, but once would have ended with nothing said."""
    steps.slots, steps.owed = {PLACE: timedelta(0)}, FetchStatus(under_way=True)
    assert await planner(steps, failures, redis_client).tasks() == []
    assert await OnceRunner(steps, jobs, failures).prepare() == Left()  # type: ignore[arg-type]
    assert f"build:{PLACE}" in steps.asked


async def test_what_waits_in_the_ledger_is_delivered_one_task_a_place(
    steps: Steps, failures: FailureStore, redis_client: Redis
) -> None:
    ledger = Ledger(redis_client)
    await ledger.open(digest(), None)
    assert await planner(steps, failures, redis_client).tasks() == [DELIVER]


async def test_what_failed_lately_is_left_alone_and_the_others_are_not(
    steps: Steps, failures: FailureStore, redis_client: Redis
) -> None:
    steps.slots = {PLACE: timedelta(0), OTHER: timedelta(0)}
    await failures.note(BUILD, "It broke.", max_tries=1)
    assert await planner(steps, failures, redis_client).tasks() == [Task(Job.BUILD, OTHER, DAY)]


async def test_in_a_round_one_channels_fault_holds_up_no_other(
    jobs: Jobs, steps: Steps, failures: FailureStore
) -> None:
    steps.slots, steps.broken = {PLACE: timedelta(0), OTHER: timedelta(0)}, {PLACE}
    rounds = OnceRunner(steps, jobs, failures)  # type: ignore[arg-type]
    assert await rounds.prepare() == Left(failed=1)
    assert f"build:{OTHER}" in steps.asked


async def test_a_round_reads_upvotes_while_arxiv_is_asked(jobs: Jobs, steps: Steps, failures: FailureStore) -> None:
    """Hugging Face and arXiv don't know of each other, and a digest waits for both."""
    asked_both = asyncio.Barrier(2)

    async def wait_for_the_other(*_: object) -> None:
        await asyncio.wait_for(asked_both.wait(), 5)

    steps.fetch = steps.read_upvotes = wait_for_the_other  # type: ignore[assignment,method-assign]
    assert await OnceRunner(steps, jobs, failures).prepare() == Left()  # type: ignore[arg-type]


async def test_a_round_opens_the_platforms_while_it_writes_digests(
    jobs: Jobs, steps: Steps, failures: FailureStore
) -> None:
    steps.slots = {PLACE: timedelta(0)}
    both_at_it = asyncio.Barrier(2)

    async def wait_for_the_other(*_: object) -> bool:
        await asyncio.wait_for(both_at_it.wait(), 5)
        return True

    async def open_platforms() -> None:
        await wait_for_the_other()

    steps.build = wait_for_the_other  # type: ignore[method-assign]
    rounds = OnceRunner(steps, jobs, failures)  # type: ignore[arg-type]
    assert await rounds.prepare(open_platforms=open_platforms) == Left()


async def test_a_platform_that_cant_be_opened_ends_the_round_after_its_digests_are_written(
    jobs: Jobs, steps: Steps, failures: FailureStore
) -> None:
    async def open_platforms() -> None:
        raise BotError("Slack refuses the token.")

    steps.slots = {PLACE: timedelta(0)}
    rounds = OnceRunner(steps, jobs, failures)  # type: ignore[arg-type]
    with pytest.raises(BotError, match="refuses the token"):
        await rounds.prepare(open_platforms=open_platforms)
    assert f"build:{PLACE}" in steps.asked


async def test_a_round_leaves_alone_what_was_given_up_until_somebody_wants_it(
    jobs: Jobs, steps: Steps, failures: FailureStore
) -> None:
    steps.slots, steps.broken = {PLACE: timedelta(0)}, {PLACE}
    rounds = OnceRunner(steps, jobs, failures)  # type: ignore[arg-type]
    lefts = [await rounds.prepare() for _ in range(MAX_TRIES + 2)]
    assert [left.failed for left in lefts] == [1] * (MAX_TRIES - 1) + [0] * 3
    steps.broken = set()
    assert await failures.retry() == [BUILD]
    assert await rounds.prepare() == Left()
    assert await failures.all() == []
