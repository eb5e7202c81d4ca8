"""Whatever is typed, and whatever a paper says, a search neither fails nor takes long."""

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from time import monotonic

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery
from bot.search.index.engine import Engine
from bot.search.index.snapshot import Snapshot
from support.builders.search_index import unit
from support.fast import examples

SECONDS = 2.0
"""Some milliseconds are usual; a machine that does much else takes longer."""
OPERATORS = [
    '"', "'", "(", ")", "[a TO z]", "{", "^9", "~", "*", "?", "+", "-", "!", "AND", "OR", "NOT", "title:",
    "row:[0 TO 9]", "/.*/", "\\", "<", "IN [", "\0", "\ud800", "e\u0301", "ﬁ", "ß", "愛", "x" * 300, "𝒩", "|",
    "state", "space", "model",
]  # fmt: skip
typed = st.one_of(
    st.text(max_size=600),
    st.text(st.characters(codec=None), max_size=80),
    st.lists(st.sampled_from(OPERATORS), max_size=80).map(" ".join),
)
asked = st.builds(
    SearchQuery,
    text=typed,
    phrases=st.lists(typed, max_size=3).map(tuple),
    without=st.lists(typed, max_size=3).map(tuple),
    authors=st.lists(typed, max_size=3).map(tuple),
    categories=st.lists(typed, max_size=3).map(tuple),
    first=st.none() | st.dates(),
    last=st.none() | st.dates(),
    code=st.booleans(),
)
hostile = settings(max_examples=examples(300), suppress_health_check=[HealthCheck.function_scoped_fixture])


def paper(n: int) -> Paper:
    words = " ".join(f"word{(n * k) % 211}" for k in range(1, 60))
    day = datetime(2026, 1 + n % 12, 1 + n % 28, tzinfo=UTC)
    return Paper(
        f"26{1 + n % 12:02}.{n:05}", f"State space model {n}", words, ("Ada Müller", f"A{n} Wu"), ("cs.LG",), day
    )


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    papers = [paper(n) for n in range(2000)]
    rows = np.random.default_rng(0).normal(size=(len(papers), 384)).astype(np.float32)
    engine = Engine(tmp_path_factory.mktemp("search"))
    writing = engine.write()
    days = {one.id: one.published.date() for one in papers if one.published}
    writing.put(papers, days, {one.id: row for one, row in zip(papers, rows, strict=True)})
    writing.commit(writing.state)
    writing.close()
    return engine.refresh()


@hostile
@given(query=asked, meant=st.booleans(), limit=st.integers(-1, 60), offset=st.integers(-1, 5000))
def test_any_question_is_answered(view: Snapshot, query: SearchQuery, meant: bool, limit: int, offset: int) -> None:
    began = monotonic()
    found = view.find(query, unit(3) if meant else None, limit, offset)
    count = view.words.count(query)
    assert monotonic() - began < SECONDS
    assert len(found) == len(set(found)) <= max(limit, 0)
    assert count <= view.words.papers


@hostile
@given(begun=typed, limit=st.integers(-1, 30))
def test_whatever_is_begun_is_looked_up(view: Snapshot, begun: str, limit: int) -> None:
    began = monotonic()
    found = view.begun(begun, limit)
    assert monotonic() - began < SECONDS
    assert len(found) == len(set(found)) <= max(limit, 0)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ('state AND "model" -space*', "state and model space"),
        ("+title:(state^9 model~2)", "title state 9 model 2"),
        ("text:/.*/ row:[0 TO 9] state", "text row 0 to 9 state"),
    ],
)
def test_operators_are_words(view: Snapshot, typed: str, meant: str) -> None:
    assert view.find(SearchQuery(typed), None, 50) == view.find(SearchQuery(meant), None, 50) != []


@pytest.mark.parametrize(
    "query",
    [
        SearchQuery(" ".join(f"word{n}" for n in range(5000))),
        SearchQuery("state " * 5000),
        SearchQuery("x" * 100_000),
        SearchQuery("é" * 20_000),
        SearchQuery(phrases=("word1 " * 5000,) * 200),
        SearchQuery(without=tuple(f"word{n}" for n in range(5000))),
        SearchQuery(authors=("A",) * 500 + ("Wu", "A Wu")),
        SearchQuery(categories=(*(f"cs.{n}" for n in range(5000)), "cs")),
        SearchQuery("state", first=date.max, last=date.min),
        SearchQuery("state", first=date.min, last=date.max),
    ],
    ids=lambda query: repr(query)[:40],
)
def test_thousands_of_terms_take_no_longer(view: Snapshot, query: SearchQuery) -> None:
    began = monotonic()
    view.find(query, unit(3), 20)
    view.words.count(query)
    assert monotonic() - began < SECONDS


@settings(max_examples=examples(60))
@given(
    texts=st.lists(st.text(st.characters(codec=None), max_size=400), min_size=6, max_size=6),
    names=st.lists(st.text(st.characters(codec=None), max_size=300), max_size=5),
    version=st.integers(1, 10**9),
)
def test_any_paper_is_taken_in(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], names: list[str], version: int
) -> None:
    id, title, abstract, category, comment, code = texts
    engine = Engine(tmp_path_factory.mktemp("search"))
    writing = engine.write()
    odd = Paper(id, title, abstract, tuple(names), (category,), None, None, version, comment, code_url=code)
    writing.put([odd, paper(1)], {}, {paper(1).id: unit(1)})
    writing.commit(writing.state)
    writing.close()
    assert paper(1).id in engine.refresh().find(SearchQuery("state space"), unit(1), 5)


_ADDS_AND_SEARCHES = """
import sys
from datetime import date
from pathlib import Path
from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery
from bot.search.index.engine import Engine
engine = Engine(Path(sys.argv[1]))
writing = engine.write()
whales = Paper("2606.00001", "Whales", "They sing.", ("Ada Müller",), ("cs.LG",))
writing.put([whales], {whales.id: date(2026, 6, 1)}, {})
writing.commit(writing.state)
writing.close()
query = SearchQuery(text="whales", categories=("cs.LG",), first=date(2026, 5, 1))
assert engine.refresh().find(query, None, 9) == ["2606.00001"]
assert "numpy" not in sys.modules
"""


def test_without_a_model_numpy_is_never_loaded(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", _ADDS_AND_SEARCHES, str(tmp_path)], check=True, timeout=60)
