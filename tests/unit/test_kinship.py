"""What makes papers alike, learned from who wrote what."""

from functools import cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.learning.kinship import FEWEST_PAPERS, Kinship, learned
from bot.paper import Paper

FIELDS, SPEAK_OF_IT = 50, 4
"""Each field has two jargons that share no word; its people write in both."""


def jargon(field: int, which: str) -> str:
    return " ".join(f"{which}{field}word{n}" for n in range(SPEAK_OF_IT))


def paper(number: int, about: str, *authors: str) -> Paper:
    return Paper(f"2601.{number:05}", about, about, authors, ())


def written(number: int) -> Paper:
    field = number % FIELDS
    which = "old" if number // FIELDS % 2 else "new"
    person = f"Person{number // (FIELDS * 4)} Of{field}"
    return paper(number, f"{jargon(field, which)} remark{number % 7}", person)


@cache
def taught() -> Kinship:
    kinship = learned([written(number) for number in range(FEWEST_PAPERS)])
    assert kinship is not None
    return kinship


def test_words_of_one_field_are_near_though_no_paper_says_both() -> None:
    old, new, *others = taught().rows(
        [paper(1, jargon(3, "old")), paper(2, jargon(3, "new")), *(paper(n, jargon(n, "new")) for n in range(4, 20))]
    )

    assert old @ new > 0.15
    assert all(abs(old @ other) < 0.1 for other in others)


def test_names_play_no_part_once_it_is_learned() -> None:
    signed, unsigned = taught().rows([paper(1, jargon(3, "old"), "Person1 Of5"), paper(1, jargon(3, "old"))])

    assert np.array_equal(signed, unsigned)


def test_a_few_papers_teach_nothing() -> None:
    assert learned([written(number) for number in range(FEWEST_PAPERS - 1)]) is None
    assert learned([]) is None


def test_papers_of_strangers_teach_nothing() -> None:
    assert learned([paper(n, jargon(n % FIELDS, "old"), f"Only{n} Once") for n in range(FEWEST_PAPERS)]) is None


def test_the_same_papers_teach_the_same() -> None:
    again = learned([written(number) for number in range(FEWEST_PAPERS)])

    assert again is not None
    assert np.allclose(again.table, taught().table, atol=1e-4)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=6))
def test_whatever_a_paper_says_its_row_is_finite(said: list[str]) -> None:
    rows = taught().rows([paper(n, text) for n, text in enumerate(said)])

    assert rows.shape[0] == len(said)
    assert np.isfinite(rows).all()
    assert (np.linalg.norm(rows, axis=1) < 1.001).all()
