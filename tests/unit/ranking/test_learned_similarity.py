"""Similarity of papers, learned from shared authors."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bot.domain.feedback import Example
from bot.domain.paper import Paper
from bot.ranking.learning import preference_scores
from bot.ranking.learning.preference_score import Weights
from bot.ranking.learning.similarity import SimilarityModel, read_similarity_model
from bot.ranking.learning.train import MIN_PAPERS, train
from support.builders.coauthor_papers import FIELDS, jargon, kin_paper, written_by_kin
from support.fast import examples

ONLY_VERDICTS = Weights(words=0, meaning=0, nearest=0, similarity=0, categories=0, feedback=1, authors=0)


@cache
def taught() -> SimilarityModel:
    model = train([written_by_kin(number) for number in range(MIN_PAPERS)])
    assert model is not None
    return model


@cache
def taught_with_meaning() -> SimilarityModel:
    papers = [written_by_kin(number) for number in range(MIN_PAPERS)]
    model = train(papers, meanings(papers))
    assert model is not None
    return model


def meanings(papers: Sequence[Paper]) -> dict[str, NDArray[np.float32]]:
    """Return embeddings that separate the papers' fields, whatever their words."""
    return {paper.id: np.eye(FIELDS, dtype=np.float32)[int(paper.id[5:]) % FIELDS] for paper in papers}


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


def test_what_means_the_same_is_near_though_its_words_are_known_to_nobody() -> None:
    kin, *others = (kin_paper(n, f"unheardof{n}") for n in range(20))
    same = kin_paper(FIELDS, "neverseen")
    papers = [kin, same, *others]

    hers, like, *rest = taught_with_meaning().rows(papers, meanings(papers))

    assert hers @ like > 0.9
    assert max(hers @ other for other in rest) < 0.5


def test_without_embeddings_words_place_a_paper_as_if_there_had_never_been_any() -> None:
    papers = [written_by_kin(n) for n in range(20)]
    alone = taught().rows(papers)

    assert np.allclose(taught_with_meaning().rows(papers), alone)
    assert np.allclose(taught_with_meaning().rows(papers, meanings(papers[:9])), alone), "fewer than half"


def test_embeddings_of_another_model_are_left_aside() -> None:
    papers = [written_by_kin(n) for n in range(20)]
    others = {paper.id: np.ones(7, np.float32) for paper in papers}

    assert np.allclose(taught_with_meaning().rows(papers, others), taught().rows(papers))


def test_a_verdict_moves_what_is_kin_to_it_though_no_word_is_shared() -> None:
    kin, week = kin_paper(1, jargon(3, "new")), [kin_paper(100 + n, jargon(n % FIELDS, "new")) for n in range(60)]
    saved = [Example(kin_paper(200 + n, jargon(8, "old")), True) for n in range(4)]

    def points(*said: Example) -> float:
        return preference_scores([kin], week, [*saved, *said], {}, taught(), ONLY_VERDICTS)[kin.id].points

    more, less = (Example(kin_paper(300, jargon(3, "old")), flag, weight=0.3, passing=True) for flag in (True, False))
    assert points() == 0
    assert points(more) > 0.5
    assert points(less) < -0.5


def test_names_play_no_part_once_it_is_learned() -> None:
    signed, unsigned = taught().rows([kin_paper(1, jargon(3, "old"), "Person1 Of5"), kin_paper(1, jargon(3, "old"))])

    assert np.array_equal(signed, unsigned)


def test_a_few_papers_teach_nothing() -> None:
    assert train([written_by_kin(number) for number in range(MIN_PAPERS - 1)]) is None
    assert train([]) is None


def test_papers_of_strangers_teach_nothing() -> None:
    assert train([kin_paper(n, jargon(n % FIELDS, "old"), f"Only{n} Once") for n in range(MIN_PAPERS)]) is None


def test_the_same_papers_teach_the_same() -> None:
    again = train([written_by_kin(number) for number in range(MIN_PAPERS)])

    assert again is not None
    assert np.array_equal(again.places.table, taught().places.table)


@settings(max_examples=examples(40))
@given(st.lists(st.text(max_size=60), max_size=6))
def test_whatever_a_paper_says_its_row_is_finite(said: list[str]) -> None:
    rows = taught().rows([kin_paper(n, text) for n, text in enumerate(said)])

    assert rows.shape[0] == len(said)
    assert np.isfinite(rows).all()
    assert (np.linalg.norm(rows, axis=1) < 1.001).all()


def test_what_is_written_is_read() -> None:
    papers = [written_by_kin(n) for n in range(20)]

    for one in (taught(), taught_with_meaning()):
        again = read_similarity_model(one.to_bytes())
        assert np.allclose(again.rows(papers, meanings(papers)), one.rows(papers, meanings(papers)), atol=1e-4)


@settings(max_examples=examples(60))
@given(st.binary(max_size=300) | st.integers(0, 5000).map(lambda n: taught().to_bytes()[:n]))
def test_whatever_else_is_read_is_refused(written: bytes) -> None:
    with pytest.raises(ValueError, match="not what was written"):
        read_similarity_model(written)
