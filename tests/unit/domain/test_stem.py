"""Words that differ by grammar or spelling alone have one stem, and others haven't."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text.normalize import words
from bot.domain.text.stem import stem, stems


@pytest.mark.parametrize(
    "alike",
    [
        "learn learns learned learning",
        "scale scales scaled scaling",
        "plan plans planned planning",
        "study studies studied studying",
        "process processes processed processing",
        "carry carries carried carrying",
        "logit logits",
        "eigenspectrum eigenspectra",
        "matrix matrices",
        "hypothesis hypotheses",
        "analysis analyses analyse analyzed analysing",
        "embed embeds embedded embedding embeddings",
        "model models modeling modelling modelled",
        "behavior behaviours",
        "optimize optimise optimised optimizing",
        "optimization optimisations",
        "bias biases biased",
    ],
)
def test_inflections_and_spellings_of_a_word_meet(alike: str) -> None:
    assert len(set(stems(alike))) == 1


@pytest.mark.parametrize(
    "apart",
    [
        "general generate generic generation generative",
        "universe university universal",
        "organ organization",
        "string str",
        "need nee",
        "logit logic",
        "spectrum spectral",
        "policy police",
        "GPT-4 GPT-5",
    ],
)
def test_other_words_stay_apart(apart: str) -> None:
    met = [(one, other) for one, other in combinations(apart.split(), 2) if stems(one) == stems(other)]
    assert met == []


@pytest.mark.parametrize("name", ["2606.00012", "x1", "llm", "l1ed", "q8ing"])
def test_what_is_no_english_word_stays_as_it_is(name: str) -> None:
    assert stems(name) == words(name)


@given(st.text(st.characters(codec=None), max_size=300))
def test_every_word_has_a_stem_whatever_is_typed(text: str) -> None:
    assert len(stems(text)) == len(words(text))
    assert all(stems(text))
    assert stem(text) is not None
