"""Failed tasks and dead letters on every kind of store: counted, retried with growing pauses, given up."""

from datetime import UTC, date, datetime, timedelta

import pytest
from redis.asyncio import Redis

from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.failures import MAX_PAUSE_SECONDS, FailureStore, pause_after
from bot.domain.channel import Channel, Place, Timetable
from bot.domain.task import Job, Task
from bot.infra.redis import keys
from support.builders.sample_cards import NOW, PLACE
from support.stored_keys import stored

TASK = Task(Job.BUILD, PLACE, date(2026, 5, 12))
FETCH = Task(Job.FETCH)


@pytest.fixture
async def failures(redis_client: Redis) -> FailureStore:
    await ChannelStore(redis_client).set(Channel(PLACE, Timetable(), NOW))
    return FailureStore(redis_client)


async def test_a_failure_comes_out_as_it_went_in_and_is_due_again_later(failures: FailureStore) -> None:
    noted = await failures.note(TASK, "It broke.")
    assert await failures.all() == [noted]
    assert (noted.task, noted.why, noted.tries, noted.dead) == (TASK, "It broke.", 1, False)
    assert noted.again_at is not None
    assert noted.again_at > noted.last
    assert abs((datetime.now(UTC) - noted.last).total_seconds()) < 60


async def test_with_the_last_try_it_is_a_dead_letter(failures: FailureStore) -> None:
    tries = [await failures.note(TASK, "It broke.", max_tries=3) for _ in range(3)]
    assert [one.dead for one in tries] == [False, False, True]


async def test_without_a_number_nothing_is_ever_given_up(failures: FailureStore) -> None:
    for _ in range(12):
        noted = await failures.note(FETCH, "It broke.")
    assert not noted.dead
    assert noted.tries == 12


async def test_what_was_done_is_forgotten(failures: FailureStore) -> None:
    await failures.note(TASK, "It broke.")
    await failures.clear(TASK)
    await failures.clear(FETCH)
    assert await failures.all() == []
    assert (await failures.note(TASK, "Again.")).tries == 1


async def test_a_dead_letter_begins_anew_when_a_person_wants_it(failures: FailureStore) -> None:
    other = Task(Job.BUILD, PLACE, date(2026, 5, 13))
    for task in (TASK, other):
        await failures.note(task, "It broke.", max_tries=1)
    await failures.note(FETCH, "It broke.")
    assert await failures.retry(PLACE, date(2026, 5, 12)) == [TASK]
    assert [one.task for one in await failures.of(PLACE)] == [other]
    assert await failures.retry() == [other]
    assert [one.task for one in await failures.all()] == [FETCH]


async def test_what_failed_lately_and_what_was_given_up_rests(failures: FailureStore) -> None:
    other = Task(Job.BUILD, PLACE, date(2026, 5, 13))
    await failures.note(TASK, "It broke.", max_tries=1)
    await failures.note(other, "It broke.")
    assert await failures.resting() == await failures.resting(PLACE) == {TASK.key, other.key}


async def test_another_channels_failures_are_not_mine(failures: FailureStore) -> None:
    await failures.note(TASK, "It broke.")
    assert await failures.of(Place(PLACE.platform, PLACE.team, "elsewhere")) == []


async def test_a_record_that_cannot_be_read_is_named_and_left_out(
    failures: FailureStore, redis_client: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    noted = await failures.note(TASK, "It broke.")
    await redis_client.hset(keys.FAILURES, mapping={"fetch": "{", "enrich": '{"task": {"job": "dance"}}'})
    assert await failures.all() == [noted]
    assert "lark:failures" in caplog.text


async def test_a_team_that_leaves_takes_its_failures_along(failures: FailureStore, redis_client: Redis) -> None:
    await failures.note(TASK, "It broke.")
    await ChannelStore(redis_client).forget_team(PLACE.platform, PLACE.team)
    assert not [key for key in await stored(redis_client) if "failures" in key]


def test_the_pause_doubles_is_never_quite_the_same_and_ends_at_ten_minutes() -> None:
    pauses = [pause_after(tries) for tries in (1, 2, 3, 4)]
    for tries, pause in enumerate(pauses, start=1):
        assert timedelta(seconds=2.5 * 2 ** (tries - 1)) <= pause <= timedelta(seconds=5 * 2 ** (tries - 1))
    assert max(pause_after(1000) for _ in range(50)) <= timedelta(seconds=MAX_PAUSE_SECONDS)
    assert len({pause_after(5) for _ in range(5)}) > 1
