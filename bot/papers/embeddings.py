"""Embeddings of papers and texts: read from the store, else computed, and computed ahead of demand."""

import asyncio
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.domain.errors import EmbeddingsDown, HeldBack
from bot.domain.paper import Paper
from bot.infra import asker
from bot.infra.shares import Charge, free
from bot.papers.embedding_port import Embedder
from bot.papers.store.embeddings import EmbeddingStore

if TYPE_CHECKING:  # numpy loads in 0.1 s; a bot without a model avoids it
    import numpy as np
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

DIGEST_EMBEDDING_TIMEOUT = 20.0
"""Timeout of a digest for embeddings not computed ahead: enough for some 1,000 papers on a small machine."""
EMBEDDING_TIMEOUT = 5.0
"""Timeout for embeddings while a user waits, and for those of a few short texts."""

_BATCH_SIZE = 32
"""Papers a batch between two checks of the timeout; each batch is stored, so a timeout costs 0.5 s of work."""
_FEW = 8
_STAYS_LOADED = 45.0
"""Seconds after its last use in which a model certainly needs no loading."""
_MAX_CACHED_TEXTS = 1024
"""Texts are few (topics and queries), short and repeated: 1.5 kB each."""


class Vectors:
    """Unit-length vectors of one model, by a paper's id or by the text itself.

    Without a model, or with a broken or slow one, callers get fewer vectors or none and fall back to words. Methods
    raise StoreDown if the store can't be read or written, and nothing else. Callers alternate, one batch each: the
    second finds what the first has computed. A person whose share is used up gets what is stored; they are told.
    """

    def __init__(self, embedder: Embedder | None, store: EmbeddingStore, charge: Charge = free) -> None:
        self._embedder = embedder
        self.store = store
        self._charge = charge
        self._lock = asyncio.Lock()
        self._texts: dict[str, NDArray[np.float32]] = {}
        self._used_at = float("-inf")

    @property
    def model(self) -> str:
        """Return the model's display name; empty if there is none and nothing is ever embedded."""
        return self._embedder.name if self._embedder else ""

    @property
    def warm(self) -> bool:
        """Return True if a text can be embedded at once; loading the model first takes a second of all CPU."""
        return asyncio.get_running_loop().time() - self._used_at < _STAYS_LOADED

    async def of(
        self, papers: Sequence[Paper], budget_seconds: float = DIGEST_EMBEDDING_TIMEOUT
    ) -> "dict[str, NDArray[np.float32]]":
        """Return the vectors of "title. abstract" by id, first papers first.

        Spends at most `budget_seconds` on vectors not stored yet; the rest is left out until the next call. With 0
        nothing is computed.
        """
        if self._embedder is None or not papers:
            return {}
        found = await self.store.get(self._embedder.name, papers)
        if budget_seconds > 0 and len(found) < len({paper.id for paper in papers}) and await self._may_compute():
            found |= await self._embed_within(budget_seconds, self._embedder, _missing(papers, found))
        return found

    async def of_texts(
        self, texts: Sequence[str], budget_seconds: float = EMBEDDING_TIMEOUT
    ) -> "dict[str, NDArray[np.float32]]":
        """Return the vectors of texts, by the text. This process caches them; they aren't stored.

        With 0 seconds nothing is computed.
        """
        if self._embedder is None:
            return {}
        new = [text for text in dict.fromkeys(texts) if text not in self._texts]
        if new and budget_seconds > 0 and not await self._may_compute():
            budget_seconds = 0.0
        made: dict[str, NDArray[np.float32]] = {}
        try:
            async with asyncio.timeout(budget_seconds):
                if new and budget_seconds > 0:
                    made = dict(zip(new, await self._embedder.embed(new), strict=True))
                    self._used_at = asyncio.get_running_loop().time()
        except (EmbeddingsDown, TimeoutError) as error:
            log.info("Texts go without a vector: texts=%d cause=%s", len(new), type(error).__name__)
        found = made | {text: self._texts[text] for text in texts if text in self._texts}
        self._remember(made)
        return found

    async def of_constants(self, texts: Sequence[str]) -> "list[NDArray[np.float32]]":
        """Return the vectors of texts that never change, in order; computed once for all processes and then stored.

        Raises EmbeddingsDown, also without a model.
        """
        if self._embedder is None:
            raise EmbeddingsDown
        found = await self.store.texts(self._embedder.name, texts)
        missing = [text for text in texts if text not in found]
        for start in range(0, len(missing), _FEW):  # stored soon: a process that answers one question ends early
            few = missing[start : start + _FEW]
            made = dict(zip(few, await self._embedder.embed(few), strict=True))
            await self.store.keep_texts(self._embedder.name, made)
            found |= made
        return [found[text] for text in texts]

    async def _may_compute(self) -> bool:
        try:
            await self._charge()
        except HeldBack as held:
            if question := asker.question():
                question.note(f"{held.sentence} I compared by words alone. {held.hint}")
            return False
        return True

    async def _embed_within(
        self, seconds: float, embedder: Embedder, papers: Sequence[Paper]
    ) -> "dict[str, NDArray[np.float32]]":
        made: dict[str, NDArray[np.float32]] = {}
        try:
            async with asyncio.timeout(seconds) as budget:
                for start in range(0, len(papers), _BATCH_SIZE):
                    if budget.expired():  # redis-py may swallow the timeout's cancellation
                        raise TimeoutError
                    made |= await self._embed_batch(embedder, papers[start : start + _BATCH_SIZE])
        except TimeoutError:
            left = len(papers) - len(made)
            log.info("Papers go without a vector for now: papers=%d of=%d why=time is up", left, len(papers))
        except EmbeddingsDown:
            log.info("Papers go without a vector: papers=%d why=the model can't be used", len(papers) - len(made))
        return made

    async def _embed_batch(self, embedder: Embedder, papers: Sequence[Paper]) -> "dict[str, NDArray[np.float32]]":
        async with self._lock:
            made = await self.store.get(embedder.name, papers)
            missing = _missing(papers, made)
            rows = await embedder.embed([f"{paper.title}. {paper.abstract}" for paper in missing]) if missing else ()
            new = {paper.id: row for paper, row in zip(missing, rows, strict=True)}
            self._used_at = asyncio.get_running_loop().time()
            await self.store.keep(embedder.name, missing, new)
        return made | new

    def _remember(self, made: "dict[str, NDArray[np.float32]]") -> None:
        self._texts |= made
        for text in list(self._texts)[: max(len(self._texts) - _MAX_CACHED_TEXTS, 0)]:
            del self._texts[text]


def _missing(papers: Sequence[Paper], found: "dict[str, NDArray[np.float32]]") -> list[Paper]:
    return [paper for paper in {paper.id: paper for paper in papers}.values() if paper.id not in found]
