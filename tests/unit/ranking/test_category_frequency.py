"""Frequency of a paper's categories among liked papers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.paper import Paper
from bot.ranking.learning.categories import category_odds


def of(*categories: str) -> Paper:
    return Paper("2601.00001", "A study", "", (), categories)


WEEK = [of("cs.LG")] * 60 + [of("cs.CV", "cs.LG")] * 30 + [of("hep-th")] * 10


def test_the_field_of_what_was_liked_leads_and_the_rarer_one_by_more() -> None:
    common, rare = (
        category_odds([of("cs.LG"), of("hep-th"), of("cs.CV")], [(of(liked), 1.0)] * 4, WEEK)
        for liked in ("cs.LG", "hep-th")
    )

    assert common.argmax() == 0
    assert rare.argmax() == 1
    assert rare[1] > common[0] > 0 > rare[0]


def test_a_paper_without_a_category_is_like_any_other() -> None:
    assert category_odds([of()], [(of("cs.LG"), 1.0)], WEEK) == pytest.approx(0)


def test_what_weighs_more_says_more() -> None:
    heavy, light = (category_odds([of("hep-th")], [(of("hep-th"), weight)], WEEK)[0] for weight in (1.0, 0.3))

    assert heavy > light > 0


NAMES = st.lists(st.text(max_size=8), max_size=5).map(lambda names: of(*names))


@given(
    st.lists(NAMES, max_size=5), st.lists(st.tuples(NAMES, st.floats(0, 1)), max_size=5), st.lists(NAMES, max_size=5)
)
def test_whatever_categories_are_called_the_odds_are_numbers(
    papers: list[Paper], liked: list[tuple[Paper, float]], usual: list[Paper]
) -> None:
    found = category_odds(papers, liked, usual)

    assert len(found) == len(papers)
    assert all(abs(one) < 100 for one in found)
