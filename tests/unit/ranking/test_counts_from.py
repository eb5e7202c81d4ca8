"""A follow counts from the newest announcement before it, whatever the weekday, and brings nothing older."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.channel import Follow, Kind
from bot.domain.paper import Paper
from bot.domain.schedule import CATCH_UP, SETTLED, announces_on
from bot.papers.candidate import Candidate
from bot.ranking.match import announced_since, counts_from, filter_papers

NEW_YORK = ZoneInfo("America/New_York")


def new_york(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(UTC)


@pytest.mark.parametrize(
    ("followed", "announced"),
    [
        ("2026-05-11 12:00", "2026-05-10 20:00"),  # Monday: Sunday evening's
        ("2026-05-12 12:00", "2026-05-11 20:00"),
        ("2026-05-13 12:00", "2026-05-12 20:00"),
        ("2026-05-14 12:00", "2026-05-13 20:00"),
        ("2026-05-15 12:00", "2026-05-14 20:00"),  # Friday: Thursday evening's, which Friday's digest brought
        ("2026-05-16 12:00", "2026-05-14 20:00"),  # Saturday
        ("2026-05-17 12:00", "2026-05-14 20:00"),  # Sunday, before that evening's
        ("2026-05-17 20:30", "2026-05-17 20:00"),  # Sunday, after it
    ],
)
def test_each_weekday_has_its_newest_announcement(followed: str, announced: str) -> None:
    assert counts_from(new_york(followed)) == new_york(announced)


@pytest.mark.parametrize(
    ("followed", "announced"),
    [
        ("2026-11-27 12:00", "2026-11-25 20:00"),  # the day after Thanksgiving
        ("2026-11-28 12:00", "2026-11-25 20:00"),
        ("2026-11-29 12:00", "2026-11-25 20:00"),
        ("2026-12-26 12:00", "2026-12-24 20:00"),  # Christmas is a Friday
        ("2026-12-30 12:00", "2026-12-28 20:00"),
        ("2027-01-01 12:00", "2026-12-30 20:00"),
        ("2026-03-08 12:00", "2026-03-05 20:00"),  # the clocks went forward that night
        ("2026-11-01 12:00", "2026-10-29 20:00"),  # and back
    ],
)
def test_holidays_are_passed_over(followed: str, announced: str) -> None:
    assert counts_from(new_york(followed)) == new_york(announced)


@pytest.mark.parametrize("minutes", [0, 5, 19])
def test_while_an_announcement_can_not_be_read_yet_the_one_before_counts(minutes: int) -> None:
    followed = new_york("2026-05-12 20:00") + timedelta(minutes=minutes)
    assert counts_from(followed) == new_york("2026-05-11 20:00")
    assert counts_from(new_york("2026-05-12 20:00") + SETTLED) == new_york("2026-05-12 20:00")


FIRST = datetime(2026, 1, 1)  # noqa: DTZ001 Hypothesis takes naive bounds


@given(st.datetimes(FIRST, FIRST.replace(year=2031), timezones=st.just(UTC)))
def test_it_is_always_a_scheduled_announcement_within_reach_of_a_digest(followed: datetime) -> None:
    begins = counts_from(followed)

    assert announces_on(begins.astimezone(NEW_YORK).date())
    assert begins <= followed - SETTLED
    assert followed - begins < CATCH_UP


@pytest.mark.parametrize("year", [1, 1990, 1991, 9999])
def test_a_damaged_record_of_any_year_has_an_answer(year: int) -> None:
    since = datetime(year, 1, 1, tzinfo=UTC)
    assert counts_from(since) <= since


def test_what_was_announced_with_it_is_met_and_what_came_before_is_not() -> None:
    saturday, thursday = new_york("2026-05-16 12:00"), new_york("2026-05-14 20:00")
    follow = Follow(Kind.CATEGORY, "cs.LG", saturday)
    when = {"of thursday": thursday, "held": thursday + timedelta(hours=30), "of sunday": new_york("2026-05-17 20:00")}
    when["of wednesday"] = thursday - timedelta(seconds=1)
    papers = [Candidate(Paper(paper_id, "A title", "An abstract.", ("Ada",), ("cs.LG",))) for paper_id in when]

    found = filter_papers(papers, [follow], [], when=when)

    assert [match.paper.id for match in found.matches] == ["of thursday", "held", "of sunday"]
    assert announced_since([follow], None) == [follow]
