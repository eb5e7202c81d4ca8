"""What Redis needs: bytes a paper with summary and vector, and bytes a follow."""

from datetime import UTC, datetime
from itertools import islice

import numpy as np
from redis.asyncio import Redis

from benchmarks.report import Figures, Row
from bot.delivery.store.channel_records import write_follow
from bot.domain.channel import Place
from bot.infra.clock import FixedClock
from bot.infra.redis import keys
from bot.papers.store.embeddings import EmbeddingStore
from bot.papers.store.papers import PaperStore
from bot.summaries.extractive import extract
from bot.summaries.store.summaries import RedisSummaryStore
from support.corpus_follows import follows_of_papers
from support.recorded_corpus import corpus_papers

NOW = datetime(2026, 6, 2, 9, tzinfo=UTC)
PAPERS, CHANNELS, FOLLOWS = 8_000, 1_000, 20
"""A week of all of arXiv: authors share names and papers share authors, as stored per month."""
DIMENSIONS = 384


async def stored_rows(client: Redis) -> list[Row]:
    """Store papers of the corpus and follows of channels, and return what each takes of Redis' memory."""
    papers = corpus_papers()[:PAPERS]
    empty = await _bytes(client)
    await PaperStore(client, FixedClock(NOW)).keep(papers)
    await PaperStore(client, FixedClock(NOW)).announce({paper.id: NOW for paper in papers})
    summaries, vectors = RedisSummaryStore(client), np.random.default_rng(1).normal(size=(PAPERS, DIMENSIONS))
    for paper in papers:
        await summaries.keep(paper, extract(paper))
    named = {paper.id: vector.astype(np.float32) for paper, vector in zip(papers, vectors, strict=True)}
    await EmbeddingStore(client).keep("model", papers, named)
    with_papers = await _bytes(client)
    endless = follows_of_papers(papers)
    for number in range(CHANNELS):
        place, follows = Place("slack", f"T{number // 10}", f"C{number}"), islice(endless, FOLLOWS)
        written = {follow.key: write_follow(follow) for follow in follows}
        await client.hset(keys.follows(place), mapping=written)
    with_follows = await _bytes(client)
    a_paper, a_follow = (with_papers - empty) / PAPERS, (with_follows - with_papers) / (CHANNELS * FOLLOWS)
    return [
        Row(
            f"Redis: a paper of {PAPERS:,}, with its authors' names, summary and vector",
            Figures((a_paper / 1000,), "kB"),
            goal=6,
        ),
        Row(f"Redis: a follow, {FOLLOWS} a channel", Figures((a_follow,), "B"), goal=250),
    ]


async def _bytes(client: Redis) -> int:
    return int((await client.info("memory"))["used_memory"])
