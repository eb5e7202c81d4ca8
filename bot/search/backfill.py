"""What all papers mean, made in the background for whoever searches: nobody waits for it."""

import logging
from time import monotonic

from bot.papers.embeddings import Vectors
from bot.papers.index_port import SearchIndex
from bot.papers.store.papers import PaperStore

log = logging.getLogger(__name__)

DIGEST_EMBEDDING_TIMEOUT = 600.0
"""What one run may take: on a small machine some 14,000 papers. What is left comes with the next."""

_AT_A_TIME = 500


class Indexing:
    """Brings the search index up to date, and gives it the vectors that it lacks, those of the newest papers first."""

    def __init__(self, index: SearchIndex, papers: PaperStore, vectors: Vectors) -> None:
        self._index = index
        self._papers = papers
        self._vectors = vectors

    async def run(self, budget_seconds: float = DIGEST_EMBEDDING_TIMEOUT) -> int:
        """Returns how many vectors came to the index. Raises StoreDown."""
        until, came = monotonic() + budget_seconds, 0
        await self._index.catch_up()
        while self._vectors.model and (left := until - monotonic()) > 0:
            added, lacked = await self._some(left)
            came += added
            if added < lacked or not lacked:
                break
        if came:
            log.info("Papers can be found by their meaning: papers=%d", came)
        return came

    async def _some(self, budget_seconds: float) -> tuple[int, int]:
        """How many vectors came, and how many were missing."""
        lacking = await self._index.lacking(_AT_A_TIME)
        known = await self._papers.get(lacking)
        newest = [known[id] for id in lacking if id in known]
        vectors = await self._vectors.of(newest, budget_seconds)
        await self._index.catch_up()
        # What was made was noted in the log; what somebody else had made long ago wasn't just now.
        still = set(await self._index.lacking(_AT_A_TIME)) & vectors.keys()
        await self._index.add([known[id] for id in still], {id: vectors[id] for id in still})
        return len(vectors), len(lacking)
