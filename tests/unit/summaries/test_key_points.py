"""Key points cover the abstract, say what is new, and can be read without what stood before them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.summaries.key_points import key_points
from bot.summaries.role_cues import Role
from bot.summaries.roles import Part, parts


def _points(*sentences: str, role: Role = Role.RESULTS) -> tuple[str, ...]:
    return key_points([Part(sentence, role, 1.0) for sentence in sentences])


@pytest.mark.parametrize(
    ("sentence", "point"),
    [
        ("However, our bound is tight.", "Our bound is tight."),
        ("In addition, nGPT needs no warm-up.", "nGPT needs no warm-up."),
        ("Results: Sleep grew by 20 minutes.", "Sleep grew by 20 minutes."),
        ("Based on this observation, we add noise.", "We add noise."),
        ("First, we add noise.", "We add noise."),
        ("In this paper, we add noise.", "We add noise."),
        ("To address these serious limitations, we add noise.", "We add noise."),
        ("Based on this routing signal, we add noise.", "We add noise."),
        ("To address noise, we add noise.", "To address noise, we add noise."),
        ("Together, tests and proofs agree.", "Tests and proofs agree."),
        ("Finally we add noise.", "Finally we add noise."),
        ("Second-order methods win.", "Second-order methods win."),
        ("However, ", "However, "),
    ],
)
def test_a_point_begins_with_what_it_says(sentence: str, point: str) -> None:
    assert _points(sentence) == (point,)


def test_what_says_the_same_again_is_left_out() -> None:
    points = _points(
        "Sparse graphs admit fast sampling of spanning trees.",
        "Sampling of spanning trees in sparse graphs is fast.",
        "Dense networks need a spectral argument.",
        "Weighted matroids behave differently under contraction.",
        "Experiments cover road maps and proteins.",
    )
    assert sum("spanning trees" in point for point in points) == 1


def test_what_is_proposed_is_always_told() -> None:
    filler = [f"Sentence number {n} says much about tea, coffee, cocoa and milk of kind {n}." for n in range(8)]
    assert "We propose Zork." in _points(*filler, "We propose Zork.")


@pytest.mark.parametrize("empty", ["Adaptation is required.", "Our contributions are threefold.", "It works well."])
def test_what_says_nothing_is_no_point_while_there_is_something_else(empty: str) -> None:
    said = [f"Lamp {n} helps sleepers with kind {n}." for n in range(4)]
    assert _points(empty, *said) == tuple(said)
    assert _points(empty) == (empty,)


def test_what_is_known_already_is_no_point_while_there_is_something_else() -> None:
    said = [Part("Sleep matters much.", Role.BACKGROUND, 3.0), Part("Does light help?", Role.BACKGROUND, 1.0)]
    news = [Part(f"Lamp {n} helps in way {n}.", Role.RESULTS, 1.0) for n in range(4)]
    assert key_points(said + news) == tuple(part.sentence for part in news)
    assert key_points(said) == ("Sleep matters much.", "Does light help?")


def test_a_sentence_that_points_back_comes_with_the_one_before() -> None:
    points = _points(
        "We study tides.",
        "Harbours silt up slowly under shear.",
        "This needs dredging, dredging, barges and pumps.",
        "Salt marshes buffer storms.",
        "Storms break marshes of salt.",
        "Satellites map the coast weekly.",
    )
    assert ("This needs" in " ".join(points)) <= ("Harbours" in " ".join(points))


def test_points_keep_the_abstracts_order() -> None:
    sentences = [f"Word{n} thing{n} matter{n}." for n in range(9)]
    points = _points(*sentences)
    assert list(points) == sorted(points, key=sentences.index)


@given(st.lists(st.sampled_from(["We propose a. ", "However, ", "this. ", "(2020) ", "e.g. B ", "e.\n", "? ", "é! "])))
def test_any_abstract_gives_at_most_four_of_its_own_sentences(pieces: list[str]) -> None:
    abstract = " ".join("".join(pieces).split())
    points = key_points(parts(abstract))
    assert len(points) <= 4
    assert all(point[1:] in abstract for point in points)


@pytest.mark.parametrize("piece", ["Aa bb. ", "We propose x. ", "It is. ", "This, this: ", "A" * 50 + ". "])
def test_a_hostile_abstract_takes_bounded_time(piece: str) -> None:
    said = parts((piece * 6000)[:6000])
    began = time.process_time()
    key_points(said)
    assert time.process_time() - began < 1
