"""Computes novelty and score of papers from embeddings and earlier papers; `novelty.py` has the formulas."""

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.authors.novelty import (
    MIN_SAMPLE,
    SAMPLE_DAYS,
    Measure,
    distance,
    measure,
    neighbor_count,
    percentile,
    sample,
    submitted_on,
)
from bot.domain.errors import StoreDown
from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery
from bot.infra.clock_port import Clock
from bot.papers.embeddings import Vectors
from bot.papers.index_port import SearchIndex
from bot.papers.store.papers import PaperStore
from bot.papers.store.upvotes import UpvoteStore

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

BACKGROUND_EMBEDDING_TIMEOUT = 5.0
"""Timeout for the sample's embeddings, once a day; those computed are stored for the next request."""
EMBEDDING_TIMEOUT = 3.0
MAX_MEASURED = 50
"""Maximum of papers measured in a call."""


class PaperMetrics:
    """Novelty and score of papers; without an index or an embedding model there are no results."""

    def __init__(
        self,
        index: SearchIndex | None,
        vectors: Vectors,
        papers: PaperStore,
        clock: Clock,
        upvotes: UpvoteStore | None = None,
    ) -> None:
        self._index = index
        self._vectors = vectors
        self._papers = papers
        self._clock = clock
        self._upvotes = upvotes
        self._background: tuple[date, tuple[float, ...]] | None = None

    async def of(self, papers: Sequence[Paper]) -> dict[str, Measure]:
        """Return the results by id for the first 50 papers, as far as available; never raises StoreDown."""
        if self._index is None or not self._vectors.model:
            return {}
        try:
            return await self._of(self._index, papers[:MAX_MEASURED])
        except StoreDown as down:
            log.info("Papers go without a measure: papers=%d why=%s", len(papers), down)
            return {}

    async def _of(self, index: SearchIndex, papers: Sequence[Paper]) -> dict[str, Measure]:
        distances = await self._distances(index, papers, EMBEDDING_TIMEOUT)
        background = await self._background_of_today(index) if distances else ()
        if not background:
            return {}
        upvotes: Mapping[str, int] = await self._upvotes.upvotes(list(distances)) if self._upvotes else {}
        return {
            paper.id: measure(
                percentile(distances[paper.id], background), upvotes.get(paper.id, 0), bool(paper.code_url)
            )
            for paper in papers
            if paper.id in distances
        }

    async def _background_of_today(self, index: SearchIndex) -> tuple[float, ...]:
        """Return the sample's distances, sorted; empty if the sample is too small or not fully embedded yet."""
        today = datetime.combine(self._clock.now().astimezone(UTC).date(), time(), UTC)
        if self._background and self._background[0] == today.date():
            return self._background[1]
        ids = sample(await self._papers.announced(today - timedelta(days=SAMPLE_DAYS), today))
        papers = list((await self._papers.get(ids)).values())
        vectors = await self._vectors.of(papers, BACKGROUND_EMBEDDING_TIMEOUT) if len(papers) >= MIN_SAMPLE else {}
        if len(vectors) < max(len(papers), MIN_SAMPLE):
            return ()  # a part of the sample would give different numbers
        known = await self._near_all(index, papers, vectors)
        distances = tuple(sorted(known.values())) if len(known) >= MIN_SAMPLE else ()
        if distances:
            self._background = today.date(), distances
        return distances

    async def _distances(self, index: SearchIndex, papers: Sequence[Paper], seconds: float) -> dict[str, float]:
        return await self._near_all(index, papers, await self._vectors.of(papers, seconds))

    async def _near_all(
        self, index: SearchIndex, papers: Sequence[Paper], vectors: "Mapping[str, NDArray[np.float32]]"
    ) -> dict[str, float]:
        known = await index.count(SearchQuery())
        earlier: dict[date, int] = {}
        found: dict[str, float] = {}
        for paper in papers:
            day = submitted_on(paper)
            if day is None or paper.id not in vectors:
                continue
            if day not in earlier:
                earlier[day] = await index.count(SearchQuery(last=day - timedelta(days=1)))
            if not (nearest := neighbor_count(earlier[day], known)):
                continue
            near = await index.near(vectors[paper.id], nearest, before=day, but=(paper.id,))
            mean_distance = distance([neighbor.cosine for neighbor in near], nearest)
            if mean_distance is not None:
                found[paper.id] = mean_distance
        return found
