"""The first digest after a follow holds the newest announcement before it, on whichever weekday, and nothing twice."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.digests.build import Window, select
from bot.digests.cards.follows import expected_in_words
from bot.digests.forecast import Forecast
from bot.domain.channel import Channel, Follow, Kind, Timetable
from bot.domain.paper import Paper
from bot.domain.schedule import last_announcement, slot_on
from bot.papers.candidate import Candidate
from bot.ranking.news import News
from support.builders.sample_cards import PAPER, PLACE

EVERY_DAY = Timetable(days=frozenset(range(7)))
MONDAY = datetime(2026, 5, 11, 12, tzinfo=UTC)


def announced_until(now: datetime) -> News:
    """One paper of each announcement of the last two weeks, stored as of the instant of the announcement."""
    evenings = sorted({last_announcement(now - timedelta(hours=hours)) for hours in range(14 * 24)})
    papers = [Paper(f"2605.{n:05}", "A title", "Text.", ("Ada",), ("cs.LG",)) for n, _ in enumerate(evenings)]
    return News(tuple(map(Candidate, papers)), {p.id: when for p, when in zip(papers, evenings, strict=True)})


def brought(channel: Channel, table: Timetable, now: datetime, delivered: set[str]) -> set[str]:
    chosen = select(channel, table, Window.of_delivery(channel, now, now), announced_until(now), delivered)
    return {match.paper.id for match in chosen.matches}


@pytest.mark.parametrize("day", range(7))
def test_a_digest_two_minutes_after_the_follow_has_the_last_announcement(day: int) -> None:
    now = MONDAY + timedelta(days=day)
    channel = Channel(PLACE, EVERY_DAY, now, follows=(Follow(Kind.CATEGORY, "cs.LG", now),))

    found = brought(channel, EVERY_DAY, now + timedelta(minutes=2), set())

    when = announced_until(now).when
    assert {when[paper_id] for paper_id in found} == {last_announcement(now)}


@pytest.mark.parametrize("day", range(7))
def test_the_digests_of_the_following_week_bring_each_announcement_from_then_on_once(day: int) -> None:
    followed = MONDAY + timedelta(days=day)
    channel = Channel(PLACE, Timetable(), followed, follows=(Follow(Kind.CATEGORY, "cs.LG", followed),))
    days = [followed.date() + timedelta(days=number) for number in range(1, 9)]
    slots = [slot_on(Timetable(), day) for day in days if day.weekday() < 5]
    world, told = announced_until(slots[-1]), list[datetime]()
    delivered: set[str] = set()

    for slot in slots:
        chosen = select(channel, Timetable(), Window.of_delivery(channel, slot, slot), world, delivered)
        delivered |= {match.paper.id for match in chosen.matches}
        told += [world.when[match.paper.id] for match in chosen.matches]

    assert sorted(told) == sorted(when for when in world.when.values() if when >= last_announcement(followed))


@pytest.mark.parametrize(
    ("forecast", "said"),
    [
        (Forecast(), "I haven't read arXiv's papers yet. They come with the next announcement."),
        (Forecast(announced=9), "None of the papers I've read from the last 7 days match."),
        (Forecast((PAPER,), 1, 1.0, announced=9), "The last 7 days would have brought 1 paper:"),
        (Forecast((PAPER,) * 9, 4, 2.2, announced=9), "The last 7 days would have brought 9 papers, about 2 a day:"),
        (Forecast((PAPER,) * 426, 4, 106.4, announced=999),
         "That's a lot: about 106 papers a day. I'll show the best 10."),
    ],
)  # fmt: skip
def test_what_a_follow_would_have_brought_is_said_and_is_true(forecast: Forecast, said: str) -> None:
    assert expected_in_words(forecast) == said
