"""The reading club's choices and times: pure."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.digests.club import on_ballot, winner
from bot.domain.channel import Timetable
from bot.domain.feedback import Feedback, FeedbackKind
from bot.domain.issue_key import ClubDay, Week, order, read_issue_key
from bot.domain.paper import Paper
from bot.domain.schedule import club_due, slot_on

A, B, C, D = (Paper(f"2605.0000{n}", f"Paper {n}", "", (), ()) for n in (1, 2, 3, 4))
MONDAY = datetime(2026, 5, 11, 12, tzinfo=UTC)
CLUB = Timetable(time(9, 0), "Asia/Tokyo", days=frozenset({1}), club=True)
TUESDAYS, FRIDAYS, MONDAYS = (slot_on(CLUB, date(2026, 5, day)) for day in (12, 15, 18))


def _saved(*papers: Paper) -> list[Feedback]:
    return [Feedback(one.id, FeedbackKind.SAVED, MONDAY + timedelta(hours=n)) for n, one in enumerate(papers)]


def test_the_ballot_has_the_best_by_score_and_of_equals_the_first_saved() -> None:
    known = {paper.id: paper for paper in (A, B, C, D)}

    assert on_ballot(_saved(A, B, C, D), known, {D.id: 80, B.id: 60, C.id: 60}) == [D, B, C]
    assert on_ballot(_saved(C, B, A), known, {}) == [C, B, A]


def test_what_is_unknown_or_withdrawn_is_on_no_ballot() -> None:
    gone = replace(B, comment="This paper has been withdrawn", without_files=True)

    assert on_ballot(_saved(A, B, C), {A.id: A, B.id: gone}, {}) == [A]


@pytest.mark.parametrize(
    ("votes", "won", "number"),
    [([], A, 0), ([B.id], B, 1), ([A.id, B.id], A, 1), ([C.id, B.id, C.id], C, 2), (["2605.99999"], A, 0)],
)
def test_the_most_votes_win_and_of_equals_the_first_on_the_ballot(votes: list[str], won: Paper, number: int) -> None:
    assert winner((A, B, C), votes) == (won, number)


def test_the_club_meets_on_fridays_and_mondays_of_the_channels_zone_once_each() -> None:
    since, second = MONDAY - timedelta(days=30), timedelta(seconds=1)

    assert club_due(CLUB, since, TUESDAYS, MONDAYS - timedelta(days=7), FRIDAYS - second) is None
    assert club_due(CLUB, since, TUESDAYS, MONDAYS - timedelta(days=7), FRIDAYS) == FRIDAYS
    assert club_due(CLUB, since, TUESDAYS, FRIDAYS, FRIDAYS + timedelta(hours=1)) is None
    assert club_due(CLUB, since, TUESDAYS, FRIDAYS, MONDAYS) == MONDAYS
    assert club_due(CLUB, since, TUESDAYS, MONDAYS, MONDAYS + second) is None


def test_it_comes_late_within_three_days_and_not_where_it_is_off_or_began_later() -> None:
    since, before = MONDAY - timedelta(days=30), MONDAYS - timedelta(days=7)

    assert club_due(CLUB, since, TUESDAYS, before, FRIDAYS + timedelta(days=2)) == FRIDAYS
    assert club_due(CLUB, since, TUESDAYS, FRIDAYS, MONDAYS + timedelta(days=3, hours=1)) is None
    assert club_due(replace(CLUB, club=False), since, TUESDAYS, before, FRIDAYS) is None
    assert club_due(CLUB, FRIDAYS, TUESDAYS, before, FRIDAYS) is None


def test_it_waits_for_the_days_digest() -> None:
    daily, since = replace(CLUB, days=frozenset(range(7))), MONDAY - timedelta(days=30)

    assert club_due(daily, since, FRIDAYS - timedelta(days=1), None, FRIDAYS) is None
    assert club_due(daily, since, FRIDAYS, None, FRIDAYS) == FRIDAYS


def test_a_clubs_day_has_a_key_of_its_own_after_the_days_digest() -> None:
    day = date(2026, 5, 15)

    assert read_issue_key(ClubDay(day).isoformat()) == ClubDay(day)
    assert sorted([ClubDay(day), Week.of(day), day], key=order) == [day, ClubDay(day), Week.of(day)]
    with pytest.raises(ValueError, match="isoformat"):
        read_issue_key("x-club")
