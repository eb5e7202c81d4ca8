"""Papers are found by words, meaning and both, whatever is typed, on every server."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from redis.asyncio import Redis

from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery
from support.builders.search_index import MODEL, Shelf, unit

GRAPHS = Paper(
    "2605.05971", "Geometric deep learning on graphs", "Graph networks respect symmetries of molecules.",
    ("Michael M. Bronstein", "António Corrêa"), ("cs.LG", "stat.ML"), datetime(2026, 5, 7, tzinfo=UTC),
    code_url="https://github.com/a/b",
)  # fmt: skip
SPACES = Paper(
    "2606.00012", "State-space models for speech", "A recurrent model of long audio.",
    ("Yam Eitan",), ("cs.CL",), datetime(2026, 6, 2, 23, 59, tzinfo=UTC),
)  # fmt: skip
PROTEINS = Paper(
    "2607.00100", "Folding proteins", "Learning on molecules of life with state and space kept apart.",
    ("Ada Müller", "M. Bronstein"), ("q-bio.BM",), datetime(2026, 7, 1, tzinfo=UTC),
)  # fmt: skip
OLD = Paper("hep-th/9901001", "Strings and branes", "A review.", ("Juan Maldacena",), ("hep-th",))
ALL = (GRAPHS, SPACES, PROTEINS, OLD)


VECTORS = {GRAPHS.id: unit(0, 1), SPACES.id: unit(5), PROTEINS.id: unit(1, 2)}


@pytest.fixture
async def shelf(redis_client: Redis, tmp_path: Path) -> AsyncIterator[Shelf]:
    shelf = Shelf(redis_client, tmp_path)
    await shelf.papers.keep(ALL)
    await shelf.papers.announce({OLD.id: datetime(2026, 6, 1, tzinfo=UTC)})
    await shelf.vectors.keep(MODEL, ALL, VECTORS)
    await shelf.index.catch_up()
    yield shelf
    await shelf.index.aclose()


class TestWords:
    async def test_title_abstract_author_and_identifier_are_words(self, shelf: Shelf) -> None:
        assert await shelf.found(text="geometric") == [GRAPHS.id]
        assert await shelf.found(text="audio") == [SPACES.id]
        assert await shelf.found(text="correa") == [GRAPHS.id]
        assert await shelf.found(text="2606.00012") == [SPACES.id]
        assert await shelf.found(text="hep-th/9901001") == [OLD.id]

    async def test_accents_case_and_plurals_make_no_difference(self, shelf: Shelf) -> None:
        assert await shelf.found(text="CORRÊAS") == [GRAPHS.id]
        assert await shelf.found(text="protein") == [PROTEINS.id]

    async def test_inflections_and_spellings_make_no_difference(self, shelf: Shelf) -> None:
        assert await shelf.found(text="folded") == [PROTEINS.id]
        assert await shelf.found(text="respecting symmetry") == [GRAPHS.id]
        assert await shelf.index.count(SearchQuery("modelling recurrent")) == 1
        assert await shelf.index.count(SearchQuery("learn")) == 2
        assert await shelf.index.count(SearchQuery("learn nonsense")) == 0

    async def test_the_form_that_was_typed_comes_before_another(self, shelf: Shelf) -> None:
        said, inflected = (
            replace(OLD, id=f"2607.0020{n}", title=f"On {word}") for n, word in enumerate(("scale", "scaled"))
        )
        await shelf.papers.keep([said, inflected])
        await shelf.index.catch_up()
        assert await shelf.found(text="scale") == [said.id, inflected.id]
        assert await shelf.found(text="scaled") == [inflected.id, said.id]
        assert set(await shelf.found(text="scaling")) == {said.id, inflected.id}

    async def test_a_title_that_says_all_comes_first(self, shelf: Shelf) -> None:
        often = replace(OLD, id="2607.00202", title="Strings", abstract="Branes, branes, branes and strings.")
        await shelf.papers.keep([often])
        await shelf.index.catch_up()
        assert await shelf.found(text="strings branes") == [OLD.id, often.id]
        assert (await shelf.found(text="strings branes", vector=unit(7)))[:2] == [OLD.id, often.id]
        assert await shelf.found(text="strings branes nobodysays") == [OLD.id, often.id]

    async def test_the_title_counts_more_than_the_abstract(self, shelf: Shelf) -> None:
        assert await shelf.found(text="learning molecules model state") != []
        assert (await shelf.found(text="model space"))[0] == SPACES.id

    async def test_pages_follow_each_other(self, shelf: Shelf) -> None:
        whole = await shelf.found(text="molecules learning model review")
        assert sorted(whole) == sorted(paper.id for paper in ALL)
        assert [(await shelf.found(1, n, text="molecules learning model review"))[0] for n in range(4)] == whole
        assert await shelf.found(10, 4, text="molecules learning model review") == []

    async def test_those_with_all_words_are_counted(self, shelf: Shelf) -> None:
        assert await shelf.index.count(SearchQuery("learning molecules")) == 2
        assert await shelf.index.count(SearchQuery("learning molecules", authors=("Müller",))) == 1
        assert await shelf.index.count(SearchQuery("learning nonsense")) == 0
        assert await shelf.index.count(SearchQuery()) == len(ALL)


class TestBegun:
    @pytest.mark.parametrize(
        ("typed", "found"),
        [
            ("geom", [GRAPHS]),
            ("Deep learning on gr", [GRAPHS]),
            ("graphs geometric", [GRAPHS]),
            ("fol", [PROTEINS]),
            ("s", [SPACES, OLD]),
            ("state models speech", [SPACES]),
            ("recurr", []),
            ("stat model", []),
            ("2606", [SPACES]),
            ("hep-th/99", [OLD]),
            ("HEP-TH/9901001", [OLD]),
            ("", []),
            ("…?", []),
        ],
    )
    async def test_titles_with_all_words_or_ids_that_begin_so_newest_first(
        self, shelf: Shelf, typed: str, found: list[Paper]
    ) -> None:
        assert list(await shelf.index.begun(typed, 9)) == [paper.id for paper in found]

    async def test_no_more_than_asked_for_and_what_was_withdrawn_last(self, shelf: Shelf) -> None:
        await shelf.papers.keep([replace(PROTEINS, title="Spin", version=2, comment="This paper has been withdrawn.")])
        await shelf.index.catch_up()
        assert list(await shelf.index.begun("s", 2)) == [SPACES.id, OLD.id]
        assert list(await shelf.index.begun("s", 3)) == [SPACES.id, OLD.id, PROTEINS.id]


class TestConditions:
    async def test_a_phrase_is_said_word_after_word_and_over_no_border(self, shelf: Shelf) -> None:
        assert await shelf.found(phrases=("state space",)) == [SPACES.id]
        assert await shelf.found(phrases=("speech a recurrent",)) == []
        assert await shelf.found(text="molecules", phrases=("state and space",)) == [PROTEINS.id]

    async def test_a_phrase_and_what_is_left_out_are_meant_as_typed(self, shelf: Shelf) -> None:
        assert await shelf.found(phrases=("geometric deep learning",)) == [GRAPHS.id]
        assert await shelf.found(phrases=("geometric deep learned",)) == []
        assert await shelf.found(phrases=("learned",)) == []
        assert set(await shelf.found(text="molecules", without=("learned",))) == {GRAPHS.id, PROTEINS.id}
        assert await shelf.index.count(SearchQuery("molecules", without=("learned",))) == 2

    async def test_minus_leaves_out(self, shelf: Shelf) -> None:
        assert await shelf.found(text="molecules", without=("proteins",)) == [GRAPHS.id]
        assert await shelf.found(text="molecules", without=("respect symmetries",)) == [PROTEINS.id]

    @pytest.mark.parametrize(
        ("name", "whose"),
        [
            ("Michael Bronstein", {GRAPHS.id}),
            ("michael m bronstein", {GRAPHS.id}),
            ("Michael K. Bronstein", set()),
            ("M. Bronstein", {GRAPHS.id, PROTEINS.id}),
            ("Bronstein", {GRAPHS.id, PROTEINS.id}),
            ("Brons", set()),
            ("Antonio Correa", {GRAPHS.id}),
            ("Ada Mueller", {PROTEINS.id}),
            ("Ada Muller", {PROTEINS.id}),
            ("Nobody", set()),
        ],
    )
    async def test_authors_are_who_a_follow_would_mean(self, shelf: Shelf, name: str, whose: set[str]) -> None:
        assert set(await shelf.found(authors=(name,))) == whose

    async def test_each_of_several_authors_wrote_it(self, shelf: Shelf) -> None:
        assert await shelf.found(authors=("Bronstein", "Ada Müller")) == [PROTEINS.id]

    async def test_an_archive_counts_for_its_categories(self, shelf: Shelf) -> None:
        assert set(await shelf.found(categories=("cs",))) == {GRAPHS.id, SPACES.id}
        assert set(await shelf.found(categories=("CS.cl", "hep-th"))) == {SPACES.id, OLD.id}
        assert await shelf.found(categories=("stat.ML",)) == [GRAPHS.id]

    async def test_days_count_from_the_first_to_the_last_by_submission_else_announcement(self, shelf: Shelf) -> None:
        assert await shelf.found(first=date(2026, 6, 2), last=date(2026, 6, 2)) == [SPACES.id]
        assert await shelf.found(last=date(2026, 6, 1)) == [OLD.id, GRAPHS.id]
        assert await shelf.found(first=date(2026, 6, 3)) == [PROTEINS.id]

    async def test_code(self, shelf: Shelf) -> None:
        assert await shelf.found(code=True) == [GRAPHS.id]

    async def test_conditions_alone_bring_the_newest_first(self, shelf: Shelf) -> None:
        assert await shelf.found() == [PROTEINS.id, SPACES.id, OLD.id, GRAPHS.id]

    async def test_what_was_withdrawn_comes_last(self, shelf: Shelf) -> None:
        gone = replace(GRAPHS, version=2, comment="This paper has been withdrawn by the authors")
        assert (await shelf.found(text="geometric molecules"))[0] == GRAPHS.id
        await shelf.papers.keep([gone, replace(PROTEINS, version=2, comment="This paper has been withdrawn")])
        await shelf.papers.keep([replace(PROTEINS, version=3, comment="Back again")])
        await shelf.index.catch_up()
        assert await shelf.found(text="geometric molecules") == [PROTEINS.id, GRAPHS.id]
        assert (await shelf.found())[-1] == GRAPHS.id


class TestMeaning:
    async def test_what_means_the_same_is_found_without_a_common_word(self, shelf: Shelf) -> None:
        assert (await shelf.found(text="utterances", vector=unit(5)))[0] == SPACES.id

    async def test_words_and_meaning_count_together(self, shelf: Shelf) -> None:
        assert (await shelf.found(text="molecules", vector=unit(2)))[0] == PROTEINS.id
        assert (await shelf.found(text="molecules", vector=unit(0)))[0] == GRAPHS.id

    async def test_conditions_hold_for_what_is_found_by_meaning(self, shelf: Shelf) -> None:
        assert await shelf.found(text="utterances", vector=unit(5), categories=("q-bio",)) == [PROTEINS.id]
        assert await shelf.found(text="utterances", vector=unit(5), authors=("Nobody",)) == []

    async def test_papers_near_to_one(self, shelf: Shelf) -> None:
        near = await shelf.index.near(VECTORS[GRAPHS.id], 5, but=[GRAPHS.id])
        assert [one.paper_id for one in near] == [PROTEINS.id, SPACES.id]
        assert near[0].cosine == pytest.approx(0.5, abs=0.002)
        earlier = await shelf.index.near(VECTORS[PROTEINS.id], 5, before=date(2026, 6, 3), but=[PROTEINS.id])
        assert [one.paper_id for one in earlier] == [GRAPHS.id, SPACES.id]
        assert await shelf.index.near(VECTORS[PROTEINS.id], 5, before=date(2026, 5, 7)) == []

    async def test_papers_without_a_vector_are_named_the_newest_first(self, shelf: Shelf) -> None:
        assert await shelf.index.lacking(10) == [OLD.id]
        await shelf.papers.keep([replace(SPACES, version=2)])
        await shelf.index.catch_up()
        assert await shelf.index.lacking(10) == [SPACES.id, OLD.id]
        await shelf.index.add([replace(SPACES, version=2)], {SPACES.id: unit(9)})
        assert await shelf.index.lacking(10) == [OLD.id]
        assert (await shelf.index.near(unit(9), 1))[0].paper_id == SPACES.id

    async def test_what_is_no_vector_is_left_out(self, shelf: Shelf) -> None:
        bad = {GRAPHS.id: np.full(384, np.nan, np.float32), SPACES.id: np.ones(7, np.float32)}
        await shelf.index.add([GRAPHS, SPACES], bad)
        assert (await shelf.index.near(VECTORS[GRAPHS.id], 1))[0].paper_id == GRAPHS.id


@pytest.mark.parametrize("width", [32, 768, 1536])
async def test_vectors_may_have_any_length(redis_client: Redis, tmp_path: Path, width: int) -> None:
    papers, rows = [GRAPHS, SPACES, PROTEINS], np.random.default_rng(3).normal(size=(3, width)).astype(np.float32)
    rows[2] = rows[0] + 0.5 * rows[2]
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    shelf = Shelf(redis_client, tmp_path)
    await shelf.papers.keep(papers)
    await shelf.index.catch_up()
    await shelf.index.add(papers, {paper.id: row for paper, row in zip(papers, rows, strict=True)})
    found = await shelf.index.near(rows[0], 3)
    assert [one.paper_id for one in found[:2]] == [GRAPHS.id, PROTEINS.id]
    assert [one.cosine for one in found[:2]] == pytest.approx([1.0, float(rows[0] @ rows[2])], abs=0.005)
    assert await shelf.index.near(unit(1), 3) == [], "a vector of another model"
    assert (await shelf.found(text=GRAPHS.title, vector=unit(1)))[0] == GRAPHS.id
    await shelf.index.aclose()


async def test_nothing_is_found_in_an_empty_index(redis_client: Redis, tmp_path: Path) -> None:
    shelf = Shelf(redis_client, tmp_path)
    assert await shelf.found(text="anything", vector=unit(1)) == []
    assert await shelf.found() == []
    assert await shelf.index.near(unit(1), 5) == []
    assert await shelf.index.count(SearchQuery("anything")) == 0
    await asyncio.wait_for(shelf.index.aclose(), 5)
