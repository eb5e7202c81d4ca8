"""A search in arXiv's own query language, by its documented fields alone."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import BadInput
from bot.domain.search_query import SearchQuery
from bot.papers.clients.arxiv.search import questions
from bot.search.parser import read_search
from support.fast import examples
from support.hostile.inputs import FRAGMENTS
from support.servers.arxiv_query import compiled


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        (SearchQuery("attention"), ["all:attention"]),
        (SearchQuery("the art of AI"), ["all:art AND all:ai", "(all:art OR all:ai)"]),
        (SearchQuery("Poincaré maps", phrases=("Poincaré maps",)), ['all:"Poincare maps"']),
        (SearchQuery(authors=("António Araújo",)), ['au:"Antonio Araujo"']),
        (SearchQuery("grids", categories=("cs.LG",)), ["all:grids AND cat:cs.LG"]),
        (SearchQuery(categories=("cs", "hep-th")), ["(cat:cs.* OR cat:hep-th)"]),
        (
            SearchQuery("grids", first=date(2026, 7, 1), last=date(2026, 7, 2)),
            ["all:grids AND submittedDate:[202607010000 TO 202607022359]"],
        ),
        (SearchQuery("grids", first=date(2026, 7, 1)), ["all:grids AND submittedDate:[202607010000 TO 209912312359]"]),
        (SearchQuery("grids", without=("survey", "a review")), ['all:grids ANDNOT all:"survey" ANDNOT all:"a review"']),
        (SearchQuery(without=("survey",)), []),
        (SearchQuery("grids", code=True), ["all:grids"]),
        (SearchQuery("of the"), []),
    ],
)
def test_a_search_is_asked_so(query: SearchQuery, asked: list[str]) -> None:
    assert questions(query) == asked


@settings(max_examples=examples(150))
@given(st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=20), max_size=6).map(" ".join))
def test_whatever_is_typed_is_a_question_that_arxiv_can_read(text: str) -> None:
    with suppress(BadInput):
        for question in questions(read_search(text, date(2026, 7, 31)).query):
            assert question.isascii()
            compiled(question)
