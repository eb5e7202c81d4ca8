"""An abstract is divided where a reader would, and nowhere else."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.summaries.sentences import sentences


def test_sentences_end_at_full_stops_questions_and_exclamations() -> None:
    assert sentences("We ask why. Is it so? It is! We prove it.") == (
        "We ask why.",
        "Is it so?",
        "It is!",
        "We prove it.",
    )


@pytest.mark.parametrize(
    "text",
    [
        "We extend the work of Vaswani et al. (2017) to graphs.",
        "Some inputs, e.g. Images, are hard, i.e. Slow.",
        "We compare Adam vs. SGD on this task.",
        "As Fig. 3 shows, it works.",
        "In Sec. II and Eq. (4) we derive it.",
        "The rate of 3.5 is reached in (2020) already.",
        "Following J. A. Smith and A. B. Corrêa we go on.",
        "Symphony No. 3 was played.",
        "We study U.S. Census data.",
        "Inputs (e.g. long documents. They matter) are cut.",
        "Ranked first at CheckThat! 2026 among all.",
        "We thank Dr. Meyer of the Vera C. Rubin Observatory.",
    ],
)
def test_a_dot_inside_a_sentence_divides_nothing(text: str) -> None:
    assert sentences(text) == (text,)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("It gains 3.8 pp. We also test it.", "It gains 3.8 pp."),
        ("It takes 15 ms. Ablations follow.", "It takes 15 ms."),
        ("This is of type B. We show more.", "This is of type B."),
        ("It was done in 2020. Since then nothing.", "It was done in 2020."),
        ("It works (see below). However, it is slow.", "It works (see below)."),
        ('It says "yes." Then it stops.', 'It says "yes."'),
        ("All models fail. nGPT does not.", "All models fail."),
        ("We follow Vaswani et al. However, we differ.", "We follow Vaswani et al."),
        ("It opens (but never closes. " + "And words go on. " * 40, None),
        ("これは論文です。次の文です。", "これは論文です。"),
    ],
)
def test_a_sentence_ends_where_the_next_begins(text: str, first: str | None) -> None:
    found = sentences(text)
    assert len(found) > 1
    assert first is None or found[0] == first


def test_numbered_claims_keep_their_numbers() -> None:
    assert sentences("1. We define it. 2. We prove it.") == ("1. We define it.", "2. We prove it.")


@pytest.mark.parametrize("text", ["", "   ", "\t"])
def test_nothing_has_no_sentences(text: str) -> None:
    assert sentences(text) == ()


@given(st.text(alphabet=st.sampled_from("aAbB .!?…()[]\"'。e.g3 "), max_size=200))
def test_no_word_is_lost_or_added(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@pytest.mark.parametrize("piece", ["a. ", "(A. ", ".", "A.) ", ".'"])
def test_a_hostile_text_takes_linear_time(piece: str) -> None:
    began = time.perf_counter()
    sentences(piece * 20_000)
    assert time.perf_counter() - began < 2
