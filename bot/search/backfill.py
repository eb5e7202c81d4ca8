"""Background job that completes the search index: computes missing embeddings of all papers."""

import logging
from time import monotonic

from bot.papers.embeddings import Vectors
from bot.papers.index_port import SearchIndex
from bot.papers.store.papers import PaperStore

log = logging.getLogger(__name__)

RUN_TIMEOUT = 600.0
"""Seconds a run may take, enough for some 14,000 papers on a small machine; the next run continues."""

_BATCH_SIZE = 500


class SearchBackfill:
    """Updates the search index and adds missing vectors, newest papers first."""

    def __init__(self, index: SearchIndex, papers: PaperStore, vectors: Vectors) -> None:
        self._index = index
        self._papers = papers
        self._vectors = vectors

    async def run(self, budget_seconds: float = RUN_TIMEOUT) -> int:
        """Run until complete or out of time; return the number of vectors added. Raises StoreDown."""
        deadline, total = monotonic() + budget_seconds, 0
        await self._index.catch_up()
        while self._vectors.model and (left := deadline - monotonic()) > 0:
            added, missing = await self._add_batch(left)
            total += added
            if added < missing or not missing:
                break
        if total:
            log.info("Papers can be found by their meaning: papers=%d", total)
        return total

    async def _add_batch(self, budget_seconds: float) -> tuple[int, int]:
        """Return the numbers of vectors added and of vectors that were missing."""
        missing = await self._index.lacking(_BATCH_SIZE)
        known = await self._papers.get(missing)
        newest = [known[id] for id in missing if id in known]
        vectors = await self._vectors.of(newest, budget_seconds)
        await self._index.catch_up()
        # The change log has new vectors, but not those that were stored long ago.
        remaining = set(await self._index.lacking(_BATCH_SIZE)) & vectors.keys()
        await self._index.add([known[id] for id in remaining], {id: vectors[id] for id in remaining})
        return len(vectors), len(missing)
