"""What is due when, in each channel's zone and by arXiv's calendar."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.channel import Timetable
from bot.domain.schedule import (
    API_EVERY,
    FEED_EVERY,
    announcement_of,
    announcement_shown,
    announces_on,
    caught_up_from,
    due,
    fetch_due,
    first_submission,
    holidays,
    last_announcement,
    last_slot,
    local_day,
    missed_announcements,
    next_delivery,
    next_slot,
    recap_due,
    slot_on,
    why_quiet,
)

BERLIN = Timetable(at=time(9, 0), zone="Europe/Berlin")
DAILY = frozenset(range(7))
ZONES = ("Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def test_a_digest_comes_at_the_local_time_on_both_sides_of_a_clock_change() -> None:
    assert slot_on(BERLIN, date(2026, 10, 23)) == utc(2026, 10, 23, 7)
    assert slot_on(BERLIN, date(2026, 10, 26)) == utc(2026, 10, 26, 8)


def test_in_the_hour_that_summer_time_skips_the_digest_still_comes_once() -> None:
    table = Timetable(at=time(2, 30), zone="Europe/Berlin", days=DAILY)
    assert slot_on(table, date(2026, 3, 29)) == utc(2026, 3, 29, 1, 30)
    assert next_slot(table, slot_on(table, date(2026, 3, 29))) == utc(2026, 3, 30, 0, 30)


def test_nothing_is_due_before_the_first_slot_after_switching_on() -> None:
    monday = utc(2026, 11, 23, 8)
    assert due(BERLIN, since=monday, served=None, now=monday) is None
    assert due(BERLIN, since=monday, served=None, now=utc(2026, 11, 24, 7, 59)) is None
    assert due(BERLIN, since=monday, served=None, now=utc(2026, 11, 24, 8)) == utc(2026, 11, 24, 8)


def test_a_slot_served_is_not_due_again_also_when_the_clock_goes_back() -> None:
    served = utc(2026, 11, 24, 8)
    assert due(BERLIN, since=utc(2026, 11, 20), served=served, now=utc(2026, 11, 24, 20)) is None
    assert due(BERLIN, since=utc(2026, 11, 20), served=served, now=utc(2026, 11, 23, 20)) is None


def test_moving_the_time_within_a_day_brings_no_second_digest_that_day() -> None:
    later = Timetable(at=time(15, 0), zone="Europe/Berlin")
    assert due(later, since=utc(2026, 11, 1), served=utc(2026, 11, 24, 8), now=utc(2026, 11, 24, 20)) is None


def test_the_next_delivery_that_is_promised_is_the_next_that_will_be_due() -> None:
    later, served = Timetable(at=time(15, 0), zone="Europe/Berlin"), utc(2026, 11, 24, 8)
    assert next_delivery(later, None, utc(2026, 11, 24, 10)) == utc(2026, 11, 24, 14)
    assert next_delivery(later, served, utc(2026, 11, 24, 10)) == utc(2026, 11, 25, 14)
    assert due(later, since=utc(2026, 11, 24, 10), served=served, now=utc(2026, 11, 25, 14)) == utc(2026, 11, 25, 14)


def test_of_several_slots_missed_only_the_last_is_served() -> None:
    assert due(BERLIN, since=utc(2026, 11, 1), served=utc(2026, 11, 10, 8), now=utc(2026, 11, 20, 12)) == utc(
        2026, 11, 20, 8
    )


def test_a_weekend_has_no_slot_for_a_channel_of_weekdays() -> None:
    saturday = utc(2026, 11, 21, 12)
    assert last_slot(BERLIN, saturday) == utc(2026, 11, 20, 8)
    assert next_slot(BERLIN, saturday) == utc(2026, 11, 23, 8)


@given(
    zone=st.sampled_from(ZONES),
    minute=st.integers(0, 24 * 60 - 1),
    start=st.integers(0, 365 * 24 * 60).map(lambda minutes: utc(2026, 1, 1) + timedelta(minutes=minutes)),
)
def test_in_every_zone_a_channel_gets_one_digest_a_day_of_its_own(zone: str, minute: int, start: datetime) -> None:
    table = Timetable(at=time(minute // 60, minute % 60), zone=zone, days=DAILY)
    slots = [next_slot(table, start)]
    for _ in range(9):
        slots.append(next_slot(table, slots[-1]))
    days = [local_day(table, slot) for slot in slots]
    assert days == [days[0] + timedelta(days=n) for n in range(10)]


@pytest.mark.parametrize(
    ("submitted", "announced"),
    [
        (utc(2026, 5, 12, 12), utc(2026, 5, 13)),  # Tuesday morning in New York: the same evening
        (utc(2026, 5, 12, 19), utc(2026, 5, 14)),  # Tuesday after the deadline: on Wednesday evening
        (utc(2026, 5, 14, 20), utc(2026, 5, 18)),  # Thursday afternoon: on Sunday evening
        (utc(2026, 5, 15, 12), utc(2026, 5, 18)),  # Friday morning: on Sunday evening
        (utc(2026, 5, 15, 20), utc(2026, 5, 19)),  # Friday afternoon: on Monday evening
        (utc(2026, 5, 17, 12), utc(2026, 5, 19)),  # Sunday: on Monday evening
        (utc(2026, 11, 26, 12), utc(2026, 11, 30, 1)),  # Thanksgiving has no mailing, nor has the Friday
    ],
)
def test_a_submission_is_announced_by_arxivs_timetable(submitted: datetime, announced: datetime) -> None:
    assert announcement_of(submitted) == announced


def test_the_last_announcement_before_a_saturday_was_on_thursday_evening() -> None:
    assert last_announcement(utc(2026, 11, 21, 12)) == utc(2026, 11, 20, 1)


@given(st.integers(0, 4 * 365 * 24))
def test_an_announcement_brings_what_was_submitted_since_the_deadline_before(hours: int) -> None:
    announcement = last_announcement(datetime(2026, 1, 5, tzinfo=UTC) + timedelta(hours=hours))
    first = first_submission(announcement)
    assert announcement_of(first) == announcement
    assert announcement_of(first - timedelta(seconds=1)) < announcement


def test_a_quiet_day_says_why() -> None:
    assert "Friday and Saturday" in why_quiet(utc(2026, 11, 21, 8), utc(2026, 11, 22, 8))
    assert "holiday" in why_quiet(utc(2026, 11, 26, 8), utc(2026, 11, 27, 8))
    assert why_quiet(utc(2026, 11, 23, 8), utc(2026, 11, 24, 8)) == ""


def test_the_holidays_of_2026_are_arxivs_own_list() -> None:
    days = ((1, 1), (1, 19), (6, 19), (7, 3), (9, 7), (11, 26), (12, 25), (12, 29), (12, 31))
    assert holidays(2026) == {date(2026, month, day) for month, day in days}


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2027, ((1, 1), (1, 18), (6, 19), (7, 5), (9, 6), (11, 25), (12, 25), (12, 29), (12, 31))),
        (2028, ((1, 1), (1, 17), (6, 19), (7, 4), (9, 4), (11, 23), (12, 25), (12, 29), (12, 31))),
    ],
)
def test_the_holidays_of_other_years_follow_the_same_rule(year: int, days: tuple[tuple[int, int], ...]) -> None:
    assert holidays(year) == {date(year, month, day) for month, day in days}
    assert not announces_on(date(year, 11, days[5][1]))


def test_a_feed_shows_an_announcement_from_the_midnight_after_it_for_a_day() -> None:
    wednesday = utc(2026, 5, 13)  # Tuesday evening in New York
    assert announcement_shown(utc(2026, 5, 13, 3)) == utc(2026, 5, 12)
    assert announcement_shown(utc(2026, 5, 13, 4, 10)) is None
    assert announcement_shown(utc(2026, 5, 13, 4, 30)) == wednesday
    assert announcement_shown(utc(2026, 5, 14, 3, 50)) == wednesday
    assert announcement_shown(utc(2026, 5, 16, 12)) is None  # Saturday
    assert announcement_shown(utc(2026, 11, 27, 12)) is None  # the Friday after Thanksgiving


@pytest.mark.parametrize(
    ("read", "now", "missed"),
    [
        (utc(2026, 5, 12, 9), utc(2026, 5, 13, 9), []),
        (utc(2026, 5, 12, 9), utc(2026, 5, 14, 3, 59), []),
        (utc(2026, 5, 12, 9), utc(2026, 5, 14, 4), [utc(2026, 5, 13)]),
        (utc(2026, 5, 15, 9), utc(2026, 5, 18, 9), []),  # Friday to Monday
        (utc(2026, 5, 15, 9), utc(2026, 5, 19, 9), [utc(2026, 5, 18)]),
        (utc(2026, 11, 26, 9), utc(2026, 11, 29, 9), []),  # Thanksgiving has no mailing
        (utc(2026, 5, 14, 9), utc(2026, 5, 12, 9), []),  # a clock that went back
        (utc(2026, 1, 1), utc(2026, 5, 20, 9), [utc(2026, 5, 12 + n) for n in (1, 2, 3, 6, 7)]),
    ],
)
def test_an_announcement_is_missed_when_nobody_read_while_it_was_shown(
    read: datetime, now: datetime, missed: list[datetime]
) -> None:
    assert missed_announcements(read, now) == missed


@given(
    now=st.integers(0, 500 * 24).map(lambda hours: utc(2026, 1, 1) + timedelta(hours=hours)),
    back=st.integers(0, 20 * 24),
)
def test_who_reads_after_every_midnight_misses_nothing_and_who_never_does_misses_what_passed(
    now: datetime, back: int
) -> None:
    assert missed_announcements(now - timedelta(hours=23), now) == []
    missed = missed_announcements(now - timedelta(hours=back), now)
    assert missed == sorted(set(missed))
    assert all(last_announcement(one) == one and one < now for one in missed)


def test_arxiv_is_asked_after_an_announcement_and_before_a_digest_but_not_again_and_again() -> None:
    evening, hour = utc(2026, 11, 24, 1), timedelta(hours=1)
    assert fetch_due(None, evening, FEED_EVERY, digest_near=False)
    assert fetch_due(evening - hour / 2, evening + hour / 2, FEED_EVERY, digest_near=False)
    assert not fetch_due(evening + 5 * hour, evening + 6 * hour, FEED_EVERY, digest_near=False)
    assert not fetch_due(evening + 6 * hour, evening + 7 * hour, FEED_EVERY, digest_near=True)
    assert fetch_due(evening + 6 * hour, evening + 9 * hour, FEED_EVERY, digest_near=True)
    assert fetch_due(evening + 5 * hour, evening + 13 * hour, FEED_EVERY, digest_near=False)
    assert not fetch_due(evening + 5 * hour, evening + 13 * hour, API_EVERY, digest_near=False)
    assert fetch_due(evening, evening - 48 * hour, FEED_EVERY, digest_near=False)


def test_after_a_week_without_a_digest_the_next_one_reaches_back_beyond_the_last() -> None:
    slot = datetime(2026, 5, 20, 9, tzinfo=UTC)
    week_ago, day = slot - timedelta(days=7), timedelta(days=1)
    assert caught_up_from(slot - 8 * day, slot, slot) == slot - 9 * day
    assert caught_up_from(slot - 7 * day, slot, slot) == slot - 8 * day
    assert caught_up_from(slot - day, slot, slot) == week_ago
    assert caught_up_from(slot - 9 * day, slot, slot) == week_ago
    assert caught_up_from(None, slot, slot) == week_ago


FRIDAYS = Timetable(at=time(9, 0), zone="Europe/Berlin", recap=4)
FRIDAY = utc(2026, 9, 4, 7)  # 09:00 in Berlin
LONG_AGO = utc(2026, 8, 1)


def test_nobody_gets_a_recap_who_did_not_ask_for_one() -> None:
    assert recap_due(BERLIN, LONG_AGO, FRIDAY, None, FRIDAY) is None


def test_a_recap_is_due_at_the_digests_time_on_its_weekday_and_after_that_days_digest() -> None:
    thursday = FRIDAY - timedelta(days=1)
    assert recap_due(FRIDAYS, LONG_AGO, thursday, None, FRIDAY - timedelta(minutes=1)) is None
    assert recap_due(FRIDAYS, LONG_AGO, thursday, None, FRIDAY) is None
    assert recap_due(FRIDAYS, LONG_AGO, FRIDAY, None, FRIDAY) == FRIDAY


def test_on_a_day_without_a_digest_it_comes_all_the_same() -> None:
    sundays = replace(FRIDAYS, recap=6)
    assert recap_due(sundays, LONG_AGO, FRIDAY, None, FRIDAY + timedelta(days=2)) == FRIDAY + timedelta(days=2)


def test_a_week_has_one_recap_whatever_is_set_meanwhile() -> None:
    saturdays = replace(FRIDAYS, recap=5)
    saturday, next_saturday = FRIDAY + timedelta(days=1), FRIDAY + timedelta(days=8)
    assert recap_due(FRIDAYS, LONG_AGO, FRIDAY, FRIDAY, FRIDAY + timedelta(hours=1)) is None
    assert recap_due(saturdays, LONG_AGO, FRIDAY, FRIDAY, saturday) is None
    assert recap_due(saturdays, LONG_AGO, FRIDAY + timedelta(days=7), FRIDAY, next_saturday) == next_saturday


def test_a_recap_that_is_days_late_is_left_out_and_one_before_the_switching_on_never_was() -> None:
    assert recap_due(FRIDAYS, LONG_AGO, FRIDAY, None, FRIDAY + timedelta(days=2)) == FRIDAY
    assert recap_due(FRIDAYS, LONG_AGO, FRIDAY, None, FRIDAY + timedelta(days=4)) is None
    assert recap_due(FRIDAYS, FRIDAY, FRIDAY, None, FRIDAY + timedelta(hours=1)) is None
