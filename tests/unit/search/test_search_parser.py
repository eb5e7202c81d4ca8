"""What people type to search for is read as they mean it, or they are told what to type instead."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.errors import BadInput
from bot.domain.search_query import SearchQuery
from bot.search.dates import read_days
from bot.search.parser import MAX_QUERY_LENGTH, read_search
from support.fast import examples
from support.hostile.inputs import FRAGMENTS, LONG

TODAY = date(2026, 7, 29)
"""A Wednesday."""


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("state space models", SearchQuery("state space models")),
        ("What is in-context learning?", SearchQuery("What is in-context learning?")),
        ('"state space" models', SearchQuery("state space models", phrases=("state space",))),
        ("“state space” „long context“", SearchQuery("state space long context", ("state space", "long context"))),
        ("agents -survey -“a review of”", SearchQuery("agents", without=("survey", "a review of"))),
        ("agents −survey –review", SearchQuery("agents", without=("survey", "review"))),
        ("well-posed problems - a survey", SearchQuery("well-posed problems a survey")),
        ('author:"Yann LeCun" world models', SearchQuery("world models", authors=("Yann LeCun",))),
        ("author:Yann_LeCun world", SearchQuery("world", authors=("Yann LeCun",))),
        ("author:Yann LeCun world", SearchQuery("world", authors=("Yann LeCun",))),
        ("author:Oriol van der Berg world", SearchQuery("world", authors=("Oriol van der Berg",))),
        ("author:LeCun JEPA", SearchQuery("JEPA", authors=("LeCun",))),
        ("author:lecun world", SearchQuery("world", authors=("lecun",))),
        ("Author: “Yann LeCun” au:Bengio", SearchQuery(authors=("Yann LeCun", "Bengio"))),
        ("cat:CS.lg grids", SearchQuery("grids", categories=("cs.LG",))),
        ("cat:cs cat:hep-th", SearchQuery(categories=("cs", "hep-th"))),
        ("category:cs.LG,stat.ML", SearchQuery(categories=("cs.LG", "stat.ML"))),
        ("Schrödinger's cat: a review", SearchQuery("Schrödinger's cat a review")),
        ("cat: cs.LG grids", SearchQuery("grids", categories=("cs.LG",))),
        ("from:2026-07-01 to:2026-07-15", SearchQuery(first=date(2026, 7, 1), last=date(2026, 7, 15))),
        ("from:2026-07 to:2026-07", SearchQuery(first=date(2026, 7, 1), last=date(2026, 7, 31))),
        ("since:2025 to:2025", SearchQuery(first=date(2025, 1, 1), last=date(2025, 12, 31))),
        ('from:"last week"', SearchQuery(first=date(2026, 7, 20))),
        ("from:7d", SearchQuery(first=date(2026, 7, 22))),
        ("to:yesterday", SearchQuery(last=date(2026, 7, 28))),
        ("from:20260701", SearchQuery(first=date(2026, 7, 1))),
        ("from:2025 from:2026", SearchQuery(first=date(2026, 1, 1))),
        ("agents has:code", SearchQuery("agents", code=True)),
        ("has:github", SearchQuery(code=True)),
        ("speech AND vision", SearchQuery("speech vision")),
        ("https://evil.example/x", SearchQuery("https://evil.example/x")),
        ("OpenG2G: A Simulation Platform", SearchQuery("OpenG2G: A Simulation Platform")),
    ],
)
def test_words_and_filters_are_told_apart(text: str, query: SearchQuery) -> None:
    assert read_search(text, TODAY).query == query


@pytest.mark.parametrize(
    ("text", "query", "note"),
    [
        (
            '"state space models',
            SearchQuery("state space models", ("state space models",)),
            "quotation mark is missing",
        ),
        ('author:"Yann LeCun cat:cs.LG', SearchQuery(authors=("Yann LeCun",), categories=("cs.LG",)), "is missing"),
        (
            "from:2026-07 to:2026-06-15",
            SearchQuery(first=date(2026, 6, 15), last=date(2026, 7, 1)),
            "swapped the dates",
        ),
        ("author:Yann LeCun", SearchQuery(authors=("Yann LeCun",)), 'I read author:"Yann LeCun" as one name.'),
        ("speech OR vision", SearchQuery("speech vision"), "I don't know OR"),
    ],
)
def test_what_was_understood_otherwise_than_typed_is_said(text: str, query: SearchQuery, note: str) -> None:
    read = read_search(text, TODAY)
    assert read.query == query
    assert any(note in said for said in read.notes)


@pytest.mark.parametrize(
    ("text", "said", "hint", "nearest"),
    [
        ("", "What should I search for?", "/papers state space models", ()),
        ('- ??? ""', "What should I search for?", "/papers state space models", ()),
        ("lang:en agents", "I don't know the filter “lang:”.", "has:code", ("/papers en agents",)),
        (
            "auther:LeCun agents",
            "I don't know the filter “auther:”.",
            'author:"Yann LeCun"',
            ("/papers author:LeCun agents", "/papers LeCun agents"),
        ),
        ("agents has:pdf", "“has:pdf”", "Try has:code.", ("/papers agents has:code",)),
        (
            "a from:2026-02-30 b",
            "I couldn't read “2026-02-30” as a date.",
            "from:2026-02-28",
            ("/papers a from:2026-02-28 b",),
        ),
        ("to:2026-13", "I couldn't read “2026-13” as a date.", "to:2026-12", ("/papers to:2026-12",)),
        ("from:0001", "I couldn't read “0001” as a date.", "from:1991", ("/papers from:1991",)),
        ("from:soon", "I couldn't read “soon” as a date.", "from:2026-07-01", ()),
        ("cat:cs.NLP x", "no category “cs.NLP”", "Did you mean", ("/papers cat:cs.CL x",)),
        ("cat:cs.LG,cs.NLP", "no category “cs.NLP”", "Did you mean", ("/papers cat:cs.LG,cs.CL",)),
        ("agents -cat:cs.CV", "I can't exclude by filter", "-survey", ("/papers agents cat:cs.CV",)),
        ("author:... x", "Which author?", "author:", ()),
        ("agents author:", "“author:” needs a value.", "cat:cs.LG", ()),
    ],
)
def test_what_cannot_be_had_is_said_with_what_can(text: str, said: str, hint: str, nearest: tuple[str, ...]) -> None:
    with pytest.raises(BadInput) as refused:
        read_search(text, TODAY)
    assert said in refused.value.sentence
    assert hint in refused.value.hint
    assert refused.value.nearest[: len(nearest)] == nearest
    assert bool(refused.value.nearest) == bool(nearest)


def test_each_term_can_be_left_out() -> None:
    wording = read_search('agents "tool use" cat:cs.LG from:2026', TODAY)
    left = [wording.less([term]).typed for term in wording.terms]
    assert left == [
        '"tool use" cat:cs.LG from:2026-01-01',
        "agents cat:cs.LG from:2026-01-01",
        'agents "tool use" from:2026-01-01',
        'agents "tool use" cat:cs.LG',
    ]
    assert wording.less([wording.terms[1]]).query.text == "agents"


QUICKLY = settings(max_examples=examples(150))

_values = ('"Yann LeCun"', '"Yann', "cs", "2026-07", "99999", "2026-02-31", "٣", "last week", "9999d", "code", "...")
_filters = st.builds(
    "{}{}:{}".format,
    st.sampled_from(["", "-", "−"]),
    st.sampled_from(["author", "cat", "from", "to", "since", "has", "AUTHOR", "lang"]),
    st.sampled_from(_values) | st.sampled_from(FRAGMENTS),
)
searched = st.lists(_filters | st.sampled_from(FRAGMENTS) | st.text(max_size=20), max_size=6).map(" ".join)
"""Anything at all, filters above all."""


@QUICKLY
@given(searched)
@example("author:\n ``` A")
def test_nothing_that_can_be_typed_raises_anything_else_and_what_was_read_is_read_again(text: str) -> None:
    with suppress(BadInput):
        read = read_search(text, TODAY)
        assert not read.query.empty
        if len(read.typed) <= MAX_QUERY_LENGTH:
            assert read_search(read.typed, TODAY).query == read.query


@pytest.mark.parametrize("text", LONG)
def test_however_much_is_typed_it_is_bounded(text: str) -> None:
    with suppress(BadInput):
        assert len(read_search(text, TODAY).query.text) <= MAX_QUERY_LENGTH


@QUICKLY
@given(searched)
def test_what_is_offered_instead_is_a_command(text: str) -> None:
    offers: tuple[str, ...] = ()
    try:
        read_search(text, TODAY)
    except BadInput as refused:
        offers = refused.nearest
    assert [offer for offer in offers if not offer.startswith("/papers ")] == []


@QUICKLY
@given(st.text(max_size=60) | st.from_regex(r"[0-9]{1,8}([-/.][0-9]{1,3}){0,3}", fullmatch=True), st.dates())
def test_days_are_read_or_they_are_not(text: str, today: date) -> None:
    days = read_days(text, today)
    assert days is None or days.first <= days.last
