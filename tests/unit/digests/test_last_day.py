"""What the newest announcement would have brought: which day that is called, and what is counted."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from bot.digests.last_day import LastDay, _digest_day, _last_day
from bot.domain.channel import Channel, Follow, Kind, Mute, Place, Timetable
from bot.papers.candidate import Candidate
from bot.ranking.news import News
from support.builders.sample_cards import PAPER

BERLIN, NEW_YORK = Timetable(zone="Europe/Berlin"), Timetable(zone="America/New_York")
MONDAY_EVENING = datetime(2026, 5, 12, 0, tzinfo=UTC)
"""Of 11 May in New York: arXiv announces at 20:00 there."""
TUESDAY, WEDNESDAY, SATURDAY = date(2026, 5, 12), date(2026, 5, 13), date(2026, 5, 16)
LATER = datetime(2026, 5, 12, 15, tzinfo=UTC)


@pytest.mark.parametrize("table", [BERLIN, NEW_YORK])
def test_an_evenings_papers_are_those_of_the_next_mornings_digest(table: Timetable) -> None:
    assert _digest_day(MONDAY_EVENING, table) == TUESDAY


def test_a_digest_late_in_the_evening_brings_them_the_same_day() -> None:
    assert _digest_day(MONDAY_EVENING, replace(NEW_YORK, at=time(22))) == date(2026, 5, 11)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (LATER, "today"),
        (datetime(2026, 5, 13, 9, tzinfo=UTC), "yesterday"),
        (datetime(2026, 5, 14, 9, tzinfo=UTC), "Tuesday"),
    ],
)
def test_the_day_has_the_name_that_people_use(now: datetime, said: str) -> None:
    words = LastDay(TUESDAY, 31).in_words(BERLIN, now)
    assert words == f"With this, {said} would have brought 31 papers; you would have seen the best 10."


def test_what_fits_is_seen_whole_and_nothing_is_said_to_be_nothing() -> None:
    assert LastDay(TUESDAY, 1).in_words(BERLIN, LATER) == "With this, today would have brought 1 paper."
    assert LastDay(TUESDAY, 0).in_words(BERLIN, LATER) == "With this, today would have brought no papers."


def test_only_the_newest_announcement_counts_and_mutes_count_out() -> None:
    papers = [replace(PAPER, id=f"2605.{10_000 + n}", title="On robots" if n else "On surveys") for n in range(6)]
    when = {paper.id: MONDAY_EVENING.replace(day=11 if n > 3 else 12, hour=1) for n, paper in enumerate(papers)}
    news = News(tuple(map(Candidate, papers)), when)
    follows = (Follow(Kind.CATEGORY, PAPER.primary, LATER),)
    channel = Channel(Place("slack", "T1", "C1"), follows=follows, mutes=(Mute("surveys", LATER),))

    assert _last_day(news, channel, BERLIN) == LastDay(TUESDAY, 3)
    assert _last_day(News((), {}), channel, BERLIN) is None
