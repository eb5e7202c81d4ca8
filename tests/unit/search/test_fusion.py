"""Fusion of words, titles and meaning, in which none overrides a certain result."""

import pytest

from bot.search.index.fusion import DECISIVE_LEAD, fuse, score_words

AHEAD, BEHIND, ELSE = 1, 2, 3


def test_the_best_by_words_is_the_first_and_its_score_is_one() -> None:
    assert list(score_words({BEHIND: 3.0, AHEAD: 6.0}, {}).items()) == [(AHEAD, 1.0), (BEHIND, 0.5)]


def test_a_title_that_says_all_passes_more_words_elsewhere_but_not_many_more() -> None:
    assert list(score_words({BEHIND: 6.0, AHEAD: 5.0}, {AHEAD: 5.0})) == [AHEAD, BEHIND]
    assert list(score_words({AHEAD: 6.0, BEHIND: 1.0}, {BEHIND: 1.0})) == [AHEAD, BEHIND]


def test_a_title_counts_that_was_not_among_the_best_by_words() -> None:
    assert set(score_words({AHEAD: 6.0}, {BEHIND: 1.0})) == {AHEAD, BEHIND}


@pytest.mark.parametrize(
    ("other", "first"),
    [(1.0, BEHIND), (1 - DECISIVE_LEAD / 4, BEHIND), (1 - DECISIVE_LEAD, AHEAD), (1 - 2 * DECISIVE_LEAD, AHEAD)],
)
def test_meaning_decides_between_those_alike_and_overrides_no_certainty(other: float, first: int) -> None:
    assert fuse([AHEAD, BEHIND], {AHEAD: 1.0, BEHIND: other}, [0.0, 0.9])[0] == first


def test_where_no_word_is_known_meaning_alone_orders() -> None:
    assert fuse([AHEAD, BEHIND, ELSE], {}, [0.1, -0.2, 0.8]) == [ELSE, AHEAD, BEHIND]


def test_nothing_makes_nothing() -> None:
    assert score_words({}, {}) == {}
    assert fuse([], {}, []) == []
