"""The papers that the measurements are about: recorded ones, or made from the samples where those are absent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle, islice
from pathlib import Path

import numpy as np

from bot.app.demo import sample_papers
from bot.app.settings import Settings
from bot.app.stores import opened_redis
from bot.domain.categories import ARCHIVES
from bot.domain.paper import Paper
from bot.infra.clock import SystemClock
from bot.papers.clients.minilm import MiniLm
from bot.papers.store.embeddings import EmbeddingStore
from bot.papers.store.fetch_log import FetchLog
from bot.papers.store.papers import PaperStore
from support.recorded_corpus import CORPUS_MISSING, corpus_days, corpus_papers

THE_DAY = date(2026, 6, 2)
"""The fullest Tuesday of June: what the weekend brought, announced at once."""

MANY, FEW = 10_000, 1_000


@dataclass(frozen=True)
class Papers:
    """`what` says where they are from."""

    papers: tuple[Paper, ...]
    what: str


def the_day() -> Papers:
    """All papers of one announcement; made ones, submitted on the evening before, where the corpus is absent."""
    if CORPUS_MISSING:
        submitted = datetime(2026, 6, 1, 12, tzinfo=UTC)
        return Papers(_made(FEW // 4, submitted), f"{FEW // 4} made papers, as {CORPUS_MISSING}")
    papers = tuple(corpus_days()[THE_DAY])
    return Papers(papers, f"{len(papers):,} papers listed on {THE_DAY}")


def fortnight() -> dict[date, tuple[Paper, ...]]:
    """Return two weeks of announcements; a paper whose date isn't recorded was submitted on the noon before."""
    if CORPUS_MISSING:
        return {THE_DAY: the_day().papers}
    days = [day for day in sorted(corpus_days()) if day <= THE_DAY][-14:]
    return {day: tuple(_dated(paper, day) for paper in corpus_days()[day]) for day in days}


def _dated(paper: Paper, listed: date) -> Paper:
    submitted = datetime.combine(listed - timedelta(days=1), time(12), UTC)
    return paper if paper.published else replace(paper, published=submitted, updated=submitted)


def many() -> Papers:
    """As many as a busy week brings."""
    if CORPUS_MISSING:
        return Papers(_made(FEW, datetime.now(UTC)), f"{FEW:,} made papers, as {CORPUS_MISSING}")
    papers = corpus_papers()[:MANY]
    return Papers(papers, f"{len(papers):,} papers")


async def stock(home: Path, papers: Sequence[Paper], fetched: bool = True) -> None:
    """Fills the store of `home` with them as announced within the last 6 days; `fetched`: arXiv was asked just now."""
    now = datetime.now(UTC)
    async with opened_redis(Settings.model_construct(paperlark_home=home)) as redis:
        store, fetches = PaperStore(redis, SystemClock()), FetchLog(redis)
        await store.keep(papers)
        await store.announce({paper.id: now - timedelta(days=1 + n % 5) for n, paper in enumerate(papers)})
        for source in ("feed", "api") if fetched else ():
            for archive in ARCHIVES:
                await fetches.done(source, archive, now)


async def compare(home: Path, papers: Sequence[Paper]) -> None:
    """Store some vector of each paper, as if the sentence model had made it."""
    rows = np.random.default_rng(0).normal(size=(len(papers), 384)).astype(np.float32)
    vectors = {paper.id: row / np.linalg.norm(row) for paper, row in zip(papers, rows, strict=True)}
    async with opened_redis(Settings.model_construct(paperlark_home=home)) as redis:
        await EmbeddingStore(redis).keep(MiniLm(home).name, papers, vectors)


def _made(number: int, submitted: datetime) -> tuple[Paper, ...]:
    samples = sample_papers()
    endless = (
        replace(sample, id=f"2606.{n:05}", title=f"{sample.title}, {n}", published=submitted, updated=submitted)
        for n, sample in enumerate(cycle(samples), start=1)
    )
    return tuple(islice(endless, number))
