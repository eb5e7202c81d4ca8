"""Offset of our clock, and the frequency of warnings."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app.doctor.examine import about_clock
from bot.app.doctor.findings import State
from bot.domain.errors import StoreDown
from bot.infra.clock_check import MAX_OFFSET, ClockWatch, Offset, offset, response_time

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def test_the_way_there_and_back_counts_half() -> None:
    found = offset("Redis", asked=NOON, server_time=NOON + seconds(5), answered=NOON + seconds(10))
    assert found.ahead == seconds(0)


@pytest.mark.parametrize(
    ("ahead", "is_far", "said"),
    [
        (0, False, "0 seconds behind Redis"),
        (60, False, "60 seconds ahead of Redis"),
        (61, True, "61 seconds ahead of Redis"),
        (-61, True, "61 seconds behind Redis"),
        (300, True, "5 minutes ahead of Redis"),
        (-7200, True, "2 hours behind Redis"),
        (86400 * 400, True, "400 days ahead of Redis"),
    ],
)
def test_over_a_minute_is_far(ahead: int, is_far: bool, said: str) -> None:
    found = Offset("Redis", seconds(ahead))
    assert found.is_far is is_far
    assert str(found) == said


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"date": "Tue, 01 Sep 2026 12:00:00 GMT"}, NOON),
        ({"Date": "Tuesday, 01-Sep-26 12:00:00 GMT"}, NOON),
        ({"Date": "Tue, 01 Sep 2026 11:00:00 GMT", "Age": "3600"}, NOON),
        ({"Date": "Tue, 01 Sep 2026 12:00:00 GMT", "Age": "-5"}, NOON),
        ({"Date": "Tue, 01 Sep 2026 12:00:00 GMT", "Age": "soon"}, NOON),
        ({"Date": "Tue, 01 Sep 2026 12:00:00 -0000"}, NOON),
        ({"Date": "noon"}, None),
        ({"Date": "Tue, 99 Sep 2026 12:00:00 GMT"}, None),
        ({}, None),
    ],
)
def test_an_answer_tells_the_time_and_how_long_a_cache_kept_it(headers: dict[str, str], told: datetime | None) -> None:
    assert response_time(httpx.Headers(headers)) == told


@given(st.text(max_size=60), st.text(max_size=40))
def test_whatever_a_server_says_is_a_time_or_none(date: str, age: str) -> None:
    found = response_time({"Date": date, "Age": age})
    assert found is None or found.utcoffset() == timedelta()


def test_the_doctor_says_by_how_much_against_whom_and_how_to_mend_it() -> None:
    found = about_clock([Offset("Redis", seconds(3)), Offset("arXiv", seconds(-600)), Offset("arXiv", seconds(-601))])
    assert found.state is State.WRONG
    assert found.note.startswith("It is 10 minutes behind arXiv. ")
    assert "timedatectl" in found.note


def test_the_doctor_says_who_agrees() -> None:
    found = about_clock([Offset("Redis", seconds(3)), Offset("arXiv", seconds(-1)), Offset("arXiv", seconds(0))])
    assert (found.state, found.note) == (State.WORKS, "within a minute of Redis and arXiv")


def test_where_nobody_tells_the_time_the_doctor_says_so() -> None:
    assert about_clock([]).state is State.UNKNOWN


class TwoClocks:
    """Ours, which a test moves, and that of a Redis which is `ahead` of it; a second Redis is right."""

    def __init__(self, ahead: timedelta) -> None:
        self.ahead = ahead
        self.instant = NOON
        self.down = False

    def now(self) -> datetime:
        return self.instant

    async def sleep(self, seconds: float) -> None:
        self.instant += timedelta(seconds=seconds)

    async def theirs(self) -> list[datetime]:
        if self.down:
            raise StoreDown
        return [self.instant + self.ahead, self.instant]


async def test_a_clock_far_off_is_logged_at_once_and_then_once_an_hour(caplog: pytest.LogCaptureFixture) -> None:
    clocks = TwoClocks(ahead=timedelta(minutes=5))
    watch = ClockWatch(clocks.theirs, clocks)
    for _ in range(7):
        await watch.look()
        await clocks.sleep(20 * 60)
    assert caplog.messages == ["This machine's clock is far off: ahead_seconds=-300 against=Redis"] * 3


async def test_a_clock_that_goes_wrong_again_is_said_at_once(caplog: pytest.LogCaptureFixture) -> None:
    clocks = TwoClocks(ahead=2 * MAX_OFFSET)
    watch = ClockWatch(clocks.theirs, clocks)
    for ahead in (2 * MAX_OFFSET, seconds(0), 2 * MAX_OFFSET):
        clocks.ahead = ahead
        await watch.look()
    assert len(caplog.messages) == 2


async def test_what_a_clock_ahead_left_is_ended_at_the_start_and_whenever_the_clock_goes_back() -> None:
    clocks, ended = TwoClocks(ahead=seconds(0)), []

    async def end() -> None:
        ended.append(clocks.instant)

    watch = ClockWatch(clocks.theirs, clocks, went_back=end)
    for step in (60, 60, -30 * 86400, 60):
        await watch.look()
        await clocks.sleep(step)
    await watch.look()
    assert len(ended) == 2


async def test_a_redis_that_is_down_is_left_to_others_to_say(caplog: pytest.LogCaptureFixture) -> None:
    clocks = TwoClocks(ahead=2 * MAX_OFFSET)
    clocks.down = True
    assert await ClockWatch(clocks.theirs, clocks).look() is None
    assert not caplog.messages
