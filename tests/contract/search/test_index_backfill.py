"""What all papers mean is made in the background, the newest first, and comes to the search index."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from redis.asyncio import Redis

from bot.app.jobs.once import indexer
from bot.domain.paper import Paper
from bot.papers.embeddings import Vectors
from bot.search.backfill import SearchBackfill
from conftest import WaitUntil
from support.builders.search_index import MODEL, Shelf, unit

pytestmark = pytest.mark.one_store

FIRST = Paper("2605.00001", "Whales", "They sing.", ("Ada Byron",), ("cs.SD",), datetime(2026, 5, 1, tzinfo=UTC))
MANY = [
    replace(FIRST, id=f"2605.{n:05}", title=f"Whales {n}", published=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(n))
    for n in range(1, 101)
]


class Numbered:
    """Embeds "Whales 7. …" as the axis 7; stuck once it has embedded `most` texts."""

    name = MODEL

    def __init__(self, most: int = 10_000) -> None:
        self.most = most
        self.texts: list[str] = []

    async def embed(self, texts: Sequence[str]) -> np.ndarray:
        if len(self.texts) >= self.most:
            await asyncio.Event().wait()
        self.texts += texts
        return np.stack([unit(int(text.split()[1].rstrip("."))) for text in texts])


@pytest.fixture
async def shelf(redis_client: Redis, tmp_path: Path) -> AsyncIterator[Shelf]:
    shelf = Shelf(redis_client, tmp_path)
    await shelf.papers.keep(MANY)
    yield shelf
    await shelf.index.aclose()


def indexing(shelf: Shelf, model: Numbered | None) -> SearchBackfill:
    return SearchBackfill(shelf.index, shelf.papers, Vectors(model, shelf.vectors))


async def test_every_paper_gets_a_vector_and_is_found_by_it(shelf: Shelf) -> None:
    model = Numbered()
    assert await indexing(shelf, model).run() == len(MANY)
    assert [one.paper_id for one in await shelf.index.near(unit(42), 1)] == ["2605.00042"]
    assert await shelf.index.lacking(10) == []
    assert await indexing(shelf, model).run() == 0
    assert len(model.texts) == len(MANY)


async def test_the_newest_come_first_and_the_rest_when_there_is_time_again(shelf: Shelf) -> None:
    assert await indexing(shelf, Numbered(most=64)).run(1.0) == 64
    lacking = await shelf.index.lacking(100)
    assert list(lacking) == [paper.id for paper in reversed(MANY)][64:]
    assert await indexing(shelf, Numbered()).run() == 36


async def test_vectors_that_others_made_are_taken_as_they_are(
    shelf: Shelf, redis_client: Redis, tmp_path: Path
) -> None:
    await indexing(shelf, Numbered()).run()
    without = Shelf(redis_client, tmp_path / "elsewhere", model="")
    await without.index.catch_up()
    assert (await without.index.state()).meant == 0
    model = Numbered(most=0)
    assert await indexing(without, model).run() == len(MANY)
    assert (await without.index.state()).meant == len(MANY)
    await without.index.aclose()


async def test_without_a_model_papers_are_found_by_words(shelf: Shelf) -> None:
    assert await indexing(shelf, None).run() == 0
    state = await shelf.index.state()
    assert (state.papers, state.meant, state.whole) == (len(MANY), 0, True)


async def test_a_process_that_runs_follows_by_itself_and_ends_when_told(shelf: Shelf, wait_until: WaitUntil) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(indexer(shelf.index, stop))

    async def there() -> bool:
        return (await shelf.index.state()).whole

    await wait_until(there, "the index is made", 20)
    stop.set()
    await asyncio.wait_for(running, 5)
