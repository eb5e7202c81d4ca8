"""Names and words in one form, and finding them in papers without folding every paper."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.channel import Mute
from bot.domain.text.author_name import read_author_names, same_name
from bot.domain.text.normalize import fold, words
from bot.papers.candidate import Candidate, wrote
from bot.ranking.match import is_muted
from support.builders.announcement_days import tomorrow_at
from support.builders.sample_cards import PAPER

LETTERS = st.text(st.sampled_from("abcsuiKÅåéßøﬁ½-' \u0301\u212aЖ本"), max_size=12)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Corrêa, A. B.", "correa a b"),
        ("State-Space\u00a0Models", "state space models"),
        ("e\u0301tude", "etude"),
        ("Straße ﬁn ½", "strasse fin 1 2"),
        ("本", "ben"),
        ("\u2014!?", ""),
    ],
)
def test_one_form_for_whatever_way_it_was_typed(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_a_plural_is_its_singular_but_class_status_and_analysis_stay() -> None:
    assert words("Models gas class status analysis GPUs") == ("model", "gas", "class", "status", "analysis", "gpus")


@given(LETTERS)
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(LETTERS, st.lists(LETTERS, max_size=4))
def test_an_author_is_found_exactly_where_the_folded_names_agree(wanted: str, authors: list[str]) -> None:
    candidate = Candidate(replace(PAPER, authors=tuple(authors)))
    agree = any(same_name(one, name) for one in read_author_names(wanted) for name in candidate.names)
    assert wrote(wanted, candidate) == agree


@given(LETTERS, LETTERS, LETTERS)
def test_words_are_found_exactly_where_the_folded_text_holds_them(phrase: str, title: str, abstract: str) -> None:
    candidate = Candidate(replace(PAPER, title=title, abstract=abstract, authors=(), categories=()))
    folded = " ".join(words(phrase))
    held = bool(folded) and f" {folded} " in candidate.text
    assert is_muted(candidate, Mute(phrase, tomorrow_at(9))) == (held or phrase == "")
