"""What makes papers alike, learned from who wrote what."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.learning import appeals
from bot.learning.appeals import Weights
from bot.learning.kinship import FEWEST_PAPERS, Kinship, learned, read_kinship
from bot.taste import Example
from kin import FIELDS, jargon, kin_paper, written_by_kin

ONLY_VERDICTS = Weights(words=0, meaning=0, near=0, kin=0, verdicts=1, people=0)


@cache
def taught() -> Kinship:
    kinship = learned([written_by_kin(number) for number in range(FEWEST_PAPERS)])
    assert kinship is not None
    return kinship


def test_words_of_one_field_are_near_though_no_paper_says_both() -> None:
    old, new, *others = taught().rows(
        [
            kin_paper(1, jargon(3, "old")),
            kin_paper(2, jargon(3, "new")),
            *(kin_paper(n, jargon(n, "new")) for n in range(4, 20)),
        ]
    )

    assert old @ new > 1.5 * max(old @ other for other in others)
    assert old @ new > 0.15


def test_a_verdict_moves_what_is_kin_to_it_though_no_word_is_shared() -> None:
    kin, week = kin_paper(1, jargon(3, "new")), [kin_paper(100 + n, jargon(n % FIELDS, "new")) for n in range(60)]
    saved = [Example(kin_paper(200 + n, jargon(8, "old")), True) for n in range(4)]

    def points(*said: Example) -> float:
        return appeals([kin], week, [*saved, *said], {}, taught(), ONLY_VERDICTS)[kin.id].points

    more, less = (Example(kin_paper(300, jargon(3, "old")), flag, weight=0.3, passing=True) for flag in (True, False))
    assert points() == 0
    assert points(more) > 0.5
    assert points(less) < -0.5


def test_names_play_no_part_once_it_is_learned() -> None:
    signed, unsigned = taught().rows([kin_paper(1, jargon(3, "old"), "Person1 Of5"), kin_paper(1, jargon(3, "old"))])

    assert np.array_equal(signed, unsigned)


def test_a_few_papers_teach_nothing() -> None:
    assert learned([written_by_kin(number) for number in range(FEWEST_PAPERS - 1)]) is None
    assert learned([]) is None


def test_papers_of_strangers_teach_nothing() -> None:
    assert learned([kin_paper(n, jargon(n % FIELDS, "old"), f"Only{n} Once") for n in range(FEWEST_PAPERS)]) is None


def test_the_same_papers_teach_the_same() -> None:
    again = learned([written_by_kin(number) for number in range(FEWEST_PAPERS)])

    assert again is not None
    assert np.allclose(again.table, taught().table, atol=1e-4)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=6))
def test_whatever_a_paper_says_its_row_is_finite(said: list[str]) -> None:
    rows = taught().rows([kin_paper(n, text) for n, text in enumerate(said)])

    assert rows.shape[0] == len(said)
    assert np.isfinite(rows).all()
    assert (np.linalg.norm(rows, axis=1) < 1.001).all()


def test_what_is_written_is_read() -> None:
    again = read_kinship(taught().written())

    papers = [written_by_kin(n) for n in range(20)]
    assert np.allclose(again.rows(papers), taught().rows(papers), atol=0.01)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300) | st.integers(0, 5000).map(lambda n: taught().written()[:n]))
def test_whatever_else_is_read_is_refused(written: bytes) -> None:
    with pytest.raises(ValueError, match="not what was written"):
        read_kinship(written)
