"""With a local model the extract's topics are told by meaning too; a model that is slow or broken costs no summary."""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from redis.asyncio import Redis

from bot.papers.clients.minilm import MiniLm
from bot.papers.embeddings import Vectors
from bot.papers.store.embeddings import EmbeddingStore
from bot.summaries.extractive import ExtractiveSummarizer, extract
from support.builders.sample_abstracts import FEDERATED, paper
from support.embedding_models import NO_MODEL, folders

UNSAID = paper("A machine with two legs walks over rubble and climbs stairs.", "Walking with arms and legs")


class Stuck:
    """An embedder that never answers."""

    name = "stuck"

    def __init__(self) -> None:
        self.asked = 0

    async def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.asked += 1
        await asyncio.Event().wait()
        raise AssertionError("it never happens")


@pytest.mark.skipif(not folders(), reason=NO_MODEL)
async def test_a_topic_that_no_word_names_is_told_by_meaning() -> None:
    assert extract(UNSAID).topics == ()
    assert (
        "Robotics"
        in (await ExtractiveSummarizer(MiniLm(folders()[0]), timeout_seconds=60.0).summarize(UNSAID, "en")).topics
    )


class Counting(MiniLm):
    """Counts the texts that it was asked for."""

    texts = 0

    async def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.texts += len(texts)
        return await super().embed(texts)


@pytest.mark.one_store
@pytest.mark.skipif(not folders(), reason=NO_MODEL)
async def test_what_another_process_stored_is_told_without_the_model(redis_client: Redis) -> None:
    embedders = [Counting(folders()[0]) for _ in range(2)]
    told = []
    for embedder in embedders:
        stored = Vectors(embedder, EmbeddingStore(redis_client))
        summarizer = ExtractiveSummarizer(embedder, timeout_seconds=60.0, stored=stored)
        told.append((await summarizer.summarize(UNSAID, "en")).topics)
    assert told[0] == told[1]
    assert "Robotics" in told[0]
    assert (embedders[0].texts > 1, embedders[1].texts) == (True, 0)


async def test_nobody_waits_for_a_model_that_is_stuck_and_the_next_is_not_even_asked_to() -> None:
    stuck = Stuck()
    summarizer = ExtractiveSummarizer(stuck, timeout_seconds=0.05)
    async with asyncio.timeout(5):
        made = [await summarizer.summarize(one, "en") for one in (FEDERATED, UNSAID)]
    assert made == [extract(FEDERATED), extract(UNSAID)]
    assert stuck.asked == 1


async def test_a_model_that_cannot_be_read_is_said_once_and_left_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    summarizer = ExtractiveSummarizer(MiniLm(tmp_path))
    with caplog.at_level(logging.WARNING):
        made = [await summarizer.summarize(one, "en") for one in (FEDERATED, UNSAID)]
    assert made == [extract(FEDERATED), extract(UNSAID)]
    assert len(caplog.records) == 1
