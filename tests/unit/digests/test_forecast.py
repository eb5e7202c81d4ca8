"""What a follow would bring is counted by days of announcement, and narrower ones are found in the papers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digests.follow_text import read_follow
from bot.digests.forecast import MIN_BROAD_PER_DAY, forecast_follow
from bot.digests.narrower_topics import narrower_categories, narrower_topics
from bot.domain.channel import Follow, Kind
from bot.domain.paper import Paper
from bot.papers.candidate import Candidate

MONDAY = datetime(2026, 5, 11, 0, 30, tzinfo=UTC)
ONE = Paper("2605.00001", "A title", "An abstract.", ("Ada Lovelace",), ("cs.LG",))
CS = Follow(Kind.CATEGORY, "cs", MONDAY)


def papers(*titles: str, categories: tuple[str, ...] = ("cs.LG",)) -> list[Paper]:
    return [replace(ONE, id=f"2605.{n:05}", title=title, categories=categories) for n, title in enumerate(titles)]


def test_papers_a_day_are_those_of_days_that_announced_not_of_what_moderation_let_through() -> None:
    listed = papers(*(["A title"] * 250))
    when = {p.id: MONDAY + timedelta(days=n % 2) for n, p in enumerate(listed)}
    when[listed[-1].id] = MONDAY + timedelta(days=3, hours=5)  # on its own
    brings = forecast_follow(CS, [Candidate(p) for p in listed], when)
    assert (brings.days, len(brings.papers)) == (2, 250)
    assert brings.per_day == pytest.approx(124.5)
    assert brings.broad
    assert brings.papers[0] == listed[-1]


def test_nothing_stored_is_nothing_foretold() -> None:
    assert (forecast_follow(CS, [], {}).per_day, forecast_follow(CS, [], {}).broad) == (0, False)


def test_longer_phrases_are_proposed_whole_as_they_are_spelt_and_not_one_within_another() -> None:
    said = papers(
        *["Multi-Agent Reinforcement Learning for trams"] * 4,
        *["Offline reinforcement learning, once more"] * 3,
        *["On reinforcement learning"] * 9,
    )
    assert narrower_topics("reinforcement learning", said, MIN_BROAD_PER_DAY) == [
        ("multi agent reinforcement learning", 4),
        ("offline reinforcement learning", 3),
    ]


def test_what_is_as_broad_or_said_once_or_in_no_title_is_not_proposed() -> None:
    said = papers(*["Deep learning"] * 6, *["Quick learning"] * 2, *["Other things"] * 6)
    said += [
        replace(p, id=f"2606.{n}", title="Nothing", abstract="We do slow learning.") for n, p in enumerate(said[:5])
    ]
    assert narrower_topics("learning", said, 100) == [("deep learning", 6)]
    assert narrower_topics("learning", said, 5) == []


def test_the_categories_that_fit_the_channel_come_first() -> None:
    robots = papers("Robots", categories=("cs.RO", "cs", "math.OC"))
    many = [*papers("a", "b", "c"), *papers("d", "e", categories=("cs.CV", "cs.AI")), *robots]
    assert narrower_categories("cs", many, robots) == [("cs.RO", 1), ("cs.LG", 3), ("cs.AI", 2)]


@pytest.mark.parametrize(
    ("typed", "said", "meant"),
    [
        ('"diffusion" anyway', "", (Kind.TOPIC, "diffusion", True)),
        ("topic:diffusion ANYWAY", "", (Kind.TOPIC, "diffusion", True)),
        ('diffusion" anyway', "topic", (Kind.TOPIC, "diffusion", True)),
        ("cs anyway", "", (Kind.CATEGORY, "cs", True)),
        ('"diffusion anyway"', "", (Kind.TOPIC, "diffusion anyway", False)),
        ("Yam Anyway", "", (Kind.AUTHOR, "Yam Anyway", False)),
        ("cs", "", (Kind.CATEGORY, "cs", False)),
    ],
)
def test_anyway_insists_on_a_topic_or_category_and_is_a_name_otherwise(typed: str, said: str, meant: object) -> None:
    assert read_follow(typed, said) == meant


@given(st.text(max_size=30), st.lists(st.text(max_size=60), max_size=6))
def test_whatever_papers_say_the_proposals_hold_the_topic_and_are_narrower(topic: str, titles: list[str]) -> None:
    said = papers(*(f"{title} {topic} {title}" for title in titles))
    for phrase, number in narrower_topics(topic or "x", said, 100):
        assert 3 <= number <= len(said) / 2
        assert phrase
