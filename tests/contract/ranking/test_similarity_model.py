"""The similarity model is trained once a week on the installation's papers, by one process for all."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import numpy as np
import pytest
from redis.asyncio import Redis

import bot.ranking.similarity_model
from bot.domain.paper import Paper
from bot.infra.clock import FixedClock
from bot.infra.redis import keys
from bot.papers.store.embeddings import EmbeddingStore
from bot.papers.store.papers import PaperStore
from bot.ranking.learning import train as teaching
from bot.ranking.similarity_model import MIN_ANNOUNCED, MIN_FREE_BYTES, SimilarityTrainer
from bot.ranking.store.similarity import SimilarityStore
from support.builders.coauthor_papers import written_by_kin

pytestmark = pytest.mark.one_store

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


async def no_vectors(papers: Sequence[Paper]) -> Mapping[str, Any]:
    return {}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
async def trainer(redis_client: Redis, clock: FixedClock) -> SimilarityTrainer:
    return SimilarityTrainer(PaperStore(redis_client, clock), SimilarityStore(redis_client), clock, no_vectors)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """Papers that are enough to learn from: as many as really are take seconds."""
    monkeypatch.setattr(bot.ranking.similarity_model, "MIN_ANNOUNCED", 600)
    monkeypatch.setattr(teaching, "MIN_PAPERS", 600)
    monkeypatch.setattr(teaching, "MIN_PAIRS", 400)
    return 600


async def announced(redis_client: Redis, clock: FixedClock, number: int) -> Sequence[Paper]:
    papers, store = [written_by_kin(n) for n in range(number)], PaperStore(redis_client, clock)
    await store.keep(papers)
    await store.announce({paper.id: clock.now() - timedelta(days=1, seconds=n) for n, paper in enumerate(papers)})
    return papers


async def test_a_new_installation_knows_nothing_and_learns_nothing(
    trainer: SimilarityTrainer, redis_client: Redis
) -> None:
    assert await trainer.current() is None
    assert not await trainer.learn()
    assert not await redis_client.exists(keys.SIMILARITY_CLAIM)


async def test_what_one_process_learned_another_reads_for_a_week(
    trainer: SimilarityTrainer, redis_client: Redis, clock: FixedClock
) -> None:
    papers = await announced(redis_client, clock, MIN_ANNOUNCED)

    assert await trainer.learn()
    assert not await trainer.learn()
    other = await SimilarityTrainer(
        PaperStore(redis_client, clock), SimilarityStore(redis_client), clock, no_vectors
    ).current()

    assert other is not None
    assert other.rows(papers[:2]).shape[0] == 2
    assert 0 < await redis_client.ttl(keys.SIMILARITY_MODEL) <= keys.SIMILARITY_SECONDS
    assert (
        keys.SIMILARITY_CLAIM_SECONDS < await redis_client.ttl(keys.SIMILARITY_CLAIM) <= keys.SIMILARITY_FRESH_SECONDS
    )


async def test_the_embeddings_that_are_kept_are_learned_from_too(
    redis_client: Redis, clock: FixedClock, few: int
) -> None:
    papers = await announced(redis_client, clock, few)
    store = EmbeddingStore(redis_client)
    await store.keep(
        "a model", papers, {paper.id: np.eye(8, dtype=np.float32)[n % 8] for n, paper in enumerate(papers)}
    )
    trainer = SimilarityTrainer(
        PaperStore(redis_client, clock), SimilarityStore(redis_client), clock, partial(store.get, "a model")
    )

    assert await trainer.learn()
    train = await trainer.current()

    assert train is not None
    assert train.usual.shape == (8,)


async def test_what_was_written_in_an_older_form_keeps_nobody_from_learning(
    trainer: SimilarityTrainer, redis_client: Redis, clock: FixedClock, few: int
) -> None:
    await redis_client.set("lark:kinship", b"of another form")
    await redis_client.set("lark:kinship:claim", "1")
    await announced(redis_client, clock, few)

    assert await trainer.learn()
    assert await trainer.current()


async def test_who_was_killed_while_learning_is_followed_by_another_after_an_hour(redis_client: Redis) -> None:
    store = SimilarityStore(redis_client)

    assert await store.claim()
    assert not await store.claim()
    assert 0 < await redis_client.ttl(keys.SIMILARITY_CLAIM) <= keys.SIMILARITY_CLAIM_SECONDS


async def test_what_is_broken_counts_as_nothing(trainer: SimilarityTrainer, redis_client: Redis) -> None:
    await redis_client.set(keys.SIMILARITY_MODEL, b"\x00broken")

    assert await trainer.current() is None


async def test_a_fault_in_learning_is_kept_to_it(
    trainer: SimilarityTrainer, redis_client: Redis, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await announced(redis_client, clock, 3)
    monkeypatch.setattr(bot.ranking.similarity_model, "MIN_ANNOUNCED", 3)
    monkeypatch.setattr(teaching, "train", lambda papers, vectors: 1 / 0)

    assert not await trainer.learn()
    assert await trainer.current() is None


async def test_a_machine_without_room_for_it_does_without(redis_client: Redis) -> None:
    clock = FixedClock(NOON)
    store = PaperStore(redis_client, clock)
    await store.announce({f"2601.{n:05}": NOON - timedelta(days=1) for n in range(MIN_ANNOUNCED)})
    asked: list[int] = []

    def spare() -> int:
        asked.append(1)
        return MIN_FREE_BYTES - 1

    assert not await SimilarityTrainer(store, SimilarityStore(redis_client), clock, no_vectors, spare).learn()
    assert asked
    assert await SimilarityStore(redis_client).claim(), "left to one who has the room"
