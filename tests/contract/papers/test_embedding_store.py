"""Embeddings are stored as long as useful, on every server, and computed within a time limit."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from redis.asyncio import Redis

from bot.domain.paper import Paper
from bot.infra.redis import keys
from bot.papers.clients.minilm import MiniLm
from bot.papers.embeddings import Vectors
from bot.papers.store.embeddings import EmbeddingStore
from support.embedding_models import NO_MODEL, folders

MODEL = "a model"
PAPER = Paper(
    "2605.05971", "Attention, again", "We look twice.", ("Yam Eitan",), ("cs.CL",), datetime(2026, 5, 7, tzinfo=UTC)
)
MANY = [replace(PAPER, id=f"2605.{n:05}") for n in range(600)]


class Counting:
    """An embedder with a different vector for each text; it hangs after `most` texts."""

    name = MODEL

    def __init__(self, most: int = 10_000) -> None:
        self.most = most
        self.asked: list[str] = []

    async def embed(self, texts: Sequence[str]) -> np.ndarray:
        if len(self.asked) >= self.most:
            await asyncio.Event().wait()
        await asyncio.sleep(0)
        self.asked += texts
        return unit(np.stack([np.random.default_rng(len(text)).normal(size=384) for text in texts]))


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype(np.float32)


@pytest.fixture
def store(redis_client: Redis) -> EmbeddingStore:
    return EmbeddingStore(redis_client)


class TestStore:
    async def test_vectors_come_back_by_id_at_unit_length_and_hardly_rounded(self, store: EmbeddingStore) -> None:
        rows = unit(np.random.default_rng(0).normal(size=(len(MANY), 384)))
        await store.keep(MODEL, MANY, {paper.id: row for paper, row in zip(MANY, rows, strict=True)})
        found = await store.get(MODEL, [*MANY, replace(PAPER, id="2606.00001")])
        assert list(found) == [paper.id for paper in MANY]
        read = np.stack(list(found.values()))
        assert read.dtype == np.float32
        assert np.allclose(np.linalg.norm(read, axis=1), 1, atol=1e-6)
        assert ((read * rows).sum(axis=1) > 0.99999).all()

    async def test_a_vector_belongs_to_one_model_and_version(self, store: EmbeddingStore) -> None:
        await store.keep(MODEL, [PAPER], {PAPER.id: unit(np.ones(384))})
        assert list(await store.get(MODEL, [PAPER])) == [PAPER.id]
        assert await store.get(MODEL, [replace(PAPER, version=2)]) == {}
        assert await store.get("another: model", [PAPER]) == {}

    async def test_no_paper_has_no_vector(self, store: EmbeddingStore) -> None:
        await store.keep(MODEL, [], {})
        assert await store.get(MODEL, []) == {}

    @pytest.mark.parametrize("record", [b"", b"x", b"ab", b"\x00" * 768, b"\x00\x7e" * 384, b"\x00\x7c" * 384])
    async def test_a_damaged_vector_counts_as_absent(
        self, store: EmbeddingStore, redis_client: Redis, record: bytes
    ) -> None:
        await store.keep(MODEL, MANY[:3], {paper.id: unit(np.ones(384)) for paper in MANY[:3]})
        await redis_client.set(keys.vector(MODEL, MANY[1].id, 1), record)
        assert list(await store.get(MODEL, MANY[:3])) == [MANY[0].id, MANY[2].id]


async def test_a_paper_is_embedded_once_for_all_processes(store: EmbeddingStore) -> None:
    first, second = Counting(), Counting()
    made = await Vectors(first, store).of(MANY[:40])
    found = await Vectors(second, store).of(MANY[:40])
    assert first.asked == ["Attention, again. We look twice."] * 40
    assert second.asked == []
    assert list(made) == list(found)
    assert all(np.allclose(made[id], found[id], atol=1e-3) for id in made)


async def test_of_many_who_ask_at_once_one_embeds(store: EmbeddingStore) -> None:
    embedder = Counting()
    vectors = Vectors(embedder, store)
    answers = await asyncio.gather(*(vectors.of(MANY[:100]) for _ in range(5)))
    assert len(embedder.asked) == 100
    assert all(len(answer) == 100 for answer in answers)


async def test_what_is_not_ready_in_time_is_left_out_said_in_the_log_and_made_the_next_time(
    store: EmbeddingStore, caplog: pytest.LogCaptureFixture
) -> None:
    slow = Counting(most=64)
    vectors = Vectors(slow, store)
    with caplog.at_level("INFO"):
        async with asyncio.timeout(5):
            assert list(await vectors.of(MANY[:100], budget_seconds=0.2)) == [paper.id for paper in MANY[:64]]
    assert "papers=36 of=100" in caplog.text
    slow.most = 10_000
    assert len(await vectors.of(MANY[:100])) == 100
    assert len(slow.asked) == 100


async def test_a_text_is_embedded_once(store: EmbeddingStore) -> None:
    embedder = Counting()
    vectors = Vectors(embedder, store)
    await vectors.of_texts(["graphs", "grids", "graphs"])
    assert list(await vectors.of_texts(["grids", "trees"])) == ["trees", "grids"]
    assert embedder.asked == ["graphs", "grids", "trees"]


async def test_without_a_model_nothing_has_a_vector(store: EmbeddingStore) -> None:
    vectors = Vectors(None, store)
    assert vectors.model == ""
    assert await vectors.of([PAPER]) == {}
    assert await vectors.of_texts(["graphs"]) == {}


async def test_a_model_that_is_broken_is_no_error(store: EmbeddingStore, tmp_path: Path) -> None:
    vectors = Vectors(MiniLm(tmp_path), store)
    assert await vectors.of([PAPER]) == {}
    assert await vectors.of_texts(["graphs"]) == {}


@pytest.mark.skipif(not folders(), reason=NO_MODEL)
async def test_with_the_real_model_a_paper_lies_near_to_what_it_is_about(store: EmbeddingStore) -> None:
    vectors = Vectors(MiniLm(folders()[0]), store)
    about = await vectors.of_texts(["attention in transformers", "dark matter haloes"])
    (paper,) = (await vectors.of([PAPER])).values()
    assert paper @ about["attention in transformers"] > paper @ about["dark matter haloes"] + 0.1
