"""Why a paper was found, in words that can be checked against it."""

import pytest
from hypothesis import given, settings

from bot.search.explain import key_terms, shared_words, why_alike, why_found
from support.builders.sample_cards import CODED, PAPER
from support.fast import examples
from support.hostile.inputs import papers
from support.servers.arxiv_clients import a_paper


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("transformer", ""),
        ("KV cache", ""),
        ("training of transformers for the cache", ""),
        ("transformers in long contexts", ""),
        ("cache by Eitan", ""),
        ("cache zyzzyva", "Without “zyzzyva”"),
        ("cache zyzzyva xyzzy", "Matches “cache”"),
        ("zyzzyva", "Close in meaning"),
        ("", ""),
    ],
)
def test_which_words_a_paper_lacks_is_told(text: str, why: str) -> None:
    assert why_found(PAPER, text) == why


def test_what_two_papers_share_is_named_authors_first() -> None:
    other = a_paper(
        "2607.00001",
        title="Compressing the Key-Value Cache",
        abstract="Key-value cache compression for long contexts.",
        authors=("Michael M. Bronstein", "Ada Lovelace"),
    )

    why = why_alike(PAPER, other, ["Efficient ML"])

    assert why == "Also by Michael M. Bronstein · same topic: Efficient ML · shares: key value, long contexts, cache"
    assert shared_words(PAPER, CODED) == []
    assert why_alike(PAPER, CODED, []) == ""


def test_key_terms_are_said_in_the_abstract_and_not_in_the_title() -> None:
    paper = a_paper(title="On Graphs", abstract="Laplacians of graphs. Laplacians have spectra; spectra of Laplacians.")
    assert key_terms(paper, 2) == ["laplacian", "spectra"]


@settings(max_examples=examples(30))
@given(papers(), papers())
def test_whatever_papers_say_something_can_be_said_of_them(one, other) -> None:
    assert len(why_alike(one, other, [])) < 2000
    why_found(one, other.title)
