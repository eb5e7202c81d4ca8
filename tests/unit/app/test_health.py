"""When a process is well, and when whoever watches it should start it again."""

import asyncio

from bot.app.health import STUCK_SECONDS, Health
from bot.domain.errors import StoreDown


class Seconds:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def answers() -> None:
    """A store that is there."""


async def test_all_is_well_where_redis_answers_and_every_loop_turns() -> None:
    seconds = Seconds()
    health = Health(answers, seconds)
    health.turned("scheduler")
    seconds.now += 12.34
    health.turned("worker")
    health.platform("slack", True)

    report = await health.report()

    assert report.ok
    assert report.parts == {
        "redis": "answers",
        "platforms": {"slack": "connected"},
        "loops": {"scheduler": 12.3, "worker": 0.0},
    }


async def test_a_loop_that_has_not_turned_for_five_minutes_hangs() -> None:
    seconds = Seconds()
    health = Health(answers, seconds)
    health.turned("scheduler")
    seconds.now += STUCK_SECONDS - 0.1
    assert (await health.report()).ok
    seconds.now += 0.1
    assert not (await health.report()).ok
    health.turned("scheduler")
    assert (await health.report()).ok


async def test_a_loop_that_ended_is_not_waited_for() -> None:
    seconds = Seconds()
    health = Health(answers, seconds)
    health.turned("scheduler")
    health.ended("scheduler")
    seconds.now += 10 * STUCK_SECONDS
    assert (await health.report()).ok


async def test_a_platform_out_of_reach_is_said_and_is_no_reason_to_start_again() -> None:
    health = Health(answers)
    health.platform("slack", False)
    report = await health.report()
    assert report.ok
    assert report.parts["platforms"] == {"slack": "not connected"}


async def test_a_redis_that_is_down_or_silent_is_not_well() -> None:
    async def down() -> None:
        raise StoreDown

    for store in (down, asyncio.Event().wait):
        report = await Health(store).report()
        assert not report.ok
        assert report.parts["redis"] == "does not answer"
