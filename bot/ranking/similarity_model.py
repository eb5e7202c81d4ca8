"""What makes papers alike, learned once a week from the installation's own papers, and at hand for every digest."""

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

if TYPE_CHECKING:  # loads numpy, which a start does without
    from bot.ranking.learning.similarity import SimilarityModel

log = logging.getLogger(__name__)

TAUGHT_BY = timedelta(days=400)
"""As long as announcements are kept; of these papers the latest."""
MOST_READ = 50_000
FEWEST_ANNOUNCED = 3000
"""Fewer teach nothing (`bot.ranking.learning.similarity`), and needn't be read to know it."""
ROOM_BYTES = 1_000_000_000
"""Learning takes 700 MB at its peak, and others shall have some left."""
_REMEMBERED = timedelta(hours=1)


class SimilarityTrainer:
    """Learns, and remembers what was learned for an hour: it is 30 MB. Raises StoreDown.

    `find_vectors` reads the embeddings that are kept, and makes none: learning waits for nobody's.
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
        """What is known now; None on a new installation."""
        now = self._clock.now()
        if self._read is None or not timedelta(0) <= now - self._read[0] <= _REMEMBERED:
            written = await self._store.get()
            self._read = (now, await asyncio.to_thread(_read, written) if written else None)
        return self._read[1]

    def _has_room(self) -> bool:
        """A machine without room for it does without: to be ended for it would cost more than it brings."""
        spare = self._spare_bytes()
        if spare is not None and spare < ROOM_BYTES:
            log.info("What makes papers alike isn't learned: why=memory spare=%d needed=%d", spare, ROOM_BYTES)
            return False
        return True

    async def learn(self) -> bool:
        """Learns it anew where a week has passed; True where it did. Takes some minutes of one core, in a thread.

        A fault in learning is logged and costs nothing but what would have been learned.
        """
        now = self._clock.now()
        when = await self._papers.announced(now - TAUGHT_BY, now)
        if len(when) < FEWEST_ANNOUNCED or not self._has_room() or not await self._store.claim():
            return False
        known = list((await self._papers.get(sorted(when, key=lambda id: (when[id], id))[-MOST_READ:])).values())
        vectors = await self._find_vectors(known)
        try:
            written = await asyncio.to_thread(_learned, known, vectors)
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


def _learned(papers: Sequence[Paper], vectors: Mapping[str, Any]) -> bytes | None:
    from bot.ranking.learning.train import learned  # noqa: PLC0415 - loads numpy

    kinship = learned(papers, vectors)
    return kinship.written() if kinship else None


def _read(written: bytes) -> "SimilarityModel | None":
    from bot.ranking.learning.similarity import read_similarity_model  # noqa: PLC0415 - loads numpy

    try:
        return read_similarity_model(written)
    except ValueError as error:
        log.warning("What makes papers alike can't be read and is learned anew: cause=%s", error)
        return None
