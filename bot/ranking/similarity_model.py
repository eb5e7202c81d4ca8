"""Similarity model of papers, trained weekly on the installation's own papers and used for every digest."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.domain.paper import Paper
from bot.infra.clock_port import Clock
from bot.papers.embedding_port import FindVectors
from bot.papers.store.papers import PaperStore
from bot.ranking.store.similarity import SimilarityStore

if TYPE_CHECKING:  # loads numpy, which startup avoids
    from bot.ranking.learning.similarity import SimilarityModel

log = logging.getLogger(__name__)

TRAINING_WINDOW = timedelta(days=400)
"""The retention of announcements; training takes the latest of these papers."""
MAX_PAPERS_READ = 50_000
MIN_ANNOUNCED = 3000
"""Fewer papers can't train a model (`bot.ranking.learning.similarity`), and aren't read."""
MIN_FREE_BYTES = 1_000_000_000
"""Free memory required to train: training peaks at 700 MB, and the rest is left to other processes."""
_CACHE_TIME = timedelta(hours=1)


class SimilarityTrainer:
    """Trains the model and caches it (30 MB) for an hour. Methods raise StoreDown.

    `find_vectors` reads stored embeddings and computes none: training waits for no embedding.
    """

    def __init__(
        self,
        papers: PaperStore,
        store: SimilarityStore,
        clock: Clock,
        find_vectors: FindVectors,
        spare_bytes: Callable[[], int | None] = lambda: None,
    ) -> None:
        self._spare_bytes = spare_bytes
        self._papers = papers
        self._store = store
        self._clock = clock
        self._find_vectors = find_vectors
        self._read: tuple[datetime, SimilarityModel | None] | None = None

    async def current(self) -> "SimilarityModel | None":
        """Return the current model; None on a new installation."""
        now = self._clock.now()
        if self._read is None or not timedelta(0) <= now - self._read[0] <= _CACHE_TIME:
            written = await self._store.get()
            self._read = (now, await asyncio.to_thread(_read, written) if written else None)
        return self._read[1]

    def _has_memory(self) -> bool:
        """Return False if memory is short: being killed would cost more than the model brings."""
        spare = self._spare_bytes()
        if spare is not None and spare < MIN_FREE_BYTES:
            log.info("What makes papers alike isn't learned: why=memory spare=%d needed=%d", spare, MIN_FREE_BYTES)
            return False
        return True

    async def learn(self) -> bool:
        """Train a new model if a week has passed; return True if one was stored. Takes minutes of one core in a thread.

        An error in training is logged, and the current model stays.
        """
        now = self._clock.now()
        when = await self._papers.announced(now - TRAINING_WINDOW, now)
        if len(when) < MIN_ANNOUNCED or not self._has_memory() or not await self._store.claim():
            return False
        known = list((await self._papers.get(sorted(when, key=lambda id: (when[id], id))[-MAX_PAPERS_READ:])).values())
        vectors = await self._find_vectors(known)
        try:
            written = await asyncio.to_thread(_train, known, vectors)
        except Exception:
            log.exception("What makes papers alike can't be learned: papers=%d", len(known))
            return False
        if written:
            await self._store.keep(written)
            self._read = None
            log.info(
                "What makes papers alike is learned: papers=%d vectors=%d bytes=%d",
                *(len(known), len(vectors), len(written)),
            )
        return bool(written)


def _train(papers: Sequence[Paper], vectors: Mapping[str, Any]) -> bytes | None:
    from bot.ranking.learning.train import train  # noqa: PLC0415 - loads numpy

    model = train(papers, vectors)
    return model.to_bytes() if model else None


def _read(written: bytes) -> "SimilarityModel | None":
    from bot.ranking.learning.similarity import read_similarity_model  # noqa: PLC0415 - loads numpy

    try:
        return read_similarity_model(written)
    except ValueError as error:
        log.warning("What makes papers alike can't be read and is learned anew: cause=%s", error)
        return None
