"""What novelty and scores are: the formulas of `bot/authors/novelty.py`."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.authors.novelty import (
    Measure,
    NoveltyScale,
    author_novelty,
    distance,
    measure,
    neighbor_count,
    percentile,
    sample,
    submitted_on,
)
from support.builders.sample_cards import PAPER

COSINES = st.floats(-1, 1)


def test_the_distance_is_from_the_nearest_alone() -> None:
    assert distance([0.5] * 10, 10) == pytest.approx(0.5)
    assert distance([*[0.5] * 10, *[-1.0] * 90], 10) == pytest.approx(0.5)
    assert distance([1.0, *[0.5] * 9], 10) == pytest.approx(0.45)
    assert distance([0.5] * 9, 10) is None
    assert distance([], 0) is None


@pytest.mark.parametrize(
    ("earlier", "nearest"), [(77_000, 10), (38_500, 5), (15_400, 2), (15_399, 0), (0, 0), (80_000, 10)]
)
def test_the_fewer_came_before_the_fewer_are_compared_with(earlier: int, nearest: int) -> None:
    assert neighbor_count(earlier, 77_000) == nearest
    assert neighbor_count(9, 9) == 0


def test_a_percentile_counts_those_that_are_smaller_and_half_of_the_equal_ones() -> None:
    sorted_ones = [0.1, 0.2, 0.2, 0.3]
    assert [percentile(value, sorted_ones) for value in (0.0, 0.1, 0.2, 0.25, 0.3, 0.4)] == [0, 12, 50, 75, 88, 100]


@given(st.lists(COSINES, min_size=1), COSINES, COSINES)
def test_what_is_farther_is_never_less_novel(others: list[float], one: float, other: float) -> None:
    near, far = sorted((one, other))
    assert 0 <= percentile(near, sorted(others)) <= percentile(far, sorted(others)) <= 100


@pytest.mark.parametrize(
    ("novelty", "upvotes", "code", "score"),
    [
        (0, 0, False, 0),
        (50, 0, False, 43),
        (100, 0, False, 67),
        (90, 0, True, 64),
        (90, 100, True, 72),
        (90, -1, False, 63),
    ],
)
def test_the_score_is_that_of_a_digest_with_novelty_for_what_a_channel_says(
    novelty: int, upvotes: int, code: bool, score: int
) -> None:
    assert measure(novelty, upvotes, code) == Measure(novelty, score)


def test_a_person_stands_where_her_papers_do_on_average() -> None:
    assert author_novelty([Measure(90, 63), Measure(40, 36), Measure(41, 37)]) == NoveltyScale(57, 45, 3)
    assert author_novelty([]) is None


@given(st.lists(st.text()), st.randoms())
def test_the_sample_depends_on_the_ids_alone(ids: list[str], order) -> None:
    shuffled = [*ids, *ids]
    order.shuffle(shuffled)
    assert sample(shuffled, 5) == sample(ids, 5)
    assert len(sample(ids, 5)) == min(len(set(ids)), 5)


def test_a_paper_without_a_date_counts_as_of_the_first_of_its_ids_month() -> None:
    assert submitted_on(PAPER) == date(2026, 5, 7)
    assert submitted_on(replace(PAPER, published=None)) == date(2026, 5, 1)
    assert submitted_on(replace(PAPER, published=None, id="hep-th/9901001")) == date(1999, 1, 1)
    assert submitted_on(replace(PAPER, published=datetime(2026, 5, 6, 23, tzinfo=UTC))) == date(2026, 5, 6)
