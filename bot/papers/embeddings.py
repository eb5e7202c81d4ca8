"""What papers and texts mean, as vectors: read where they are kept, else made, and made ahead of who needs them."""

import asyncio
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.domain.errors import EmbeddingsDown
from bot.domain.paper import Paper
from bot.papers.embedding_port import Embedder
from bot.papers.store.embeddings import EmbeddingStore

if TYPE_CHECKING:  # numpy takes a tenth of a second, which a bot without a model does without
    import numpy as np
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

BUDGET_SECONDS = 20.0
"""What a digest may wait for vectors that nobody made ahead: some 1,000 papers on a small machine."""
PATIENCE_SECONDS = 5.0
"""What a person may wait for vectors, and anybody for those of a few short texts."""

_AT_A_TIME = 32
"""Papers between two looks at the clock; what is made is kept, so that a time that is up costs half a second's work."""
_TEXTS_REMEMBERED = 1024
"""Texts are few (topics and questions), short and asked for again and again: 1.5 kB each."""


class Vectors:
    """Vectors of unit length, all of one model, by a paper's id or by the text itself.

    Whoever has no model, or one that is broken or too slow, gets fewer of them or none, and goes by words. Raises
    StoreDown where the store can't be read or written, and nothing else. Callers take turns, a few papers each: who
    comes second finds what the first has made.
    """

    def __init__(self, embedder: Embedder | None, store: EmbeddingStore) -> None:
        self._embedder = embedder
        self.store = store
        self._making = asyncio.Lock()
        self._texts: dict[str, NDArray[np.float32]] = {}

    @property
    def model(self) -> str:
        """The name of the model, for people; empty where there is none and nothing is ever embedded."""
        return self._embedder.name if self._embedder else ""

    async def of(
        self, papers: Sequence[Paper], budget_seconds: float = BUDGET_SECONDS
    ) -> "dict[str, NDArray[np.float32]]":
        """The vectors of "title. abstract" by id, the first papers first.

        Takes `budget_seconds` at most for those that aren't kept yet; what isn't ready then is left out, and made the
        next time. With 0 nothing is made.
        """
        if self._embedder is None or not papers:
            return {}
        found = await self.store.get(self._embedder.name, papers)
        if budget_seconds > 0 and len(found) < len({paper.id for paper in papers}):
            found |= await self._within(budget_seconds, self._embedder, _lacking(papers, found))
        return found

    async def of_texts(
        self, texts: Sequence[str], budget_seconds: float = PATIENCE_SECONDS
    ) -> "dict[str, NDArray[np.float32]]":
        """The vectors of texts, by the text. Remembered by this process, not stored."""
        if self._embedder is None:
            return {}
        new = [text for text in dict.fromkeys(texts) if text not in self._texts]
        made: dict[str, NDArray[np.float32]] = {}
        try:
            async with asyncio.timeout(budget_seconds):
                if new:
                    made = dict(zip(new, await self._embedder.embed(new), strict=True))
        except (EmbeddingsDown, TimeoutError) as error:
            log.info("Texts go without a vector: texts=%d cause=%s", len(new), type(error).__name__)
        found = made | {text: self._texts[text] for text in texts if text in self._texts}
        self._remember(made)
        return found

    async def _within(
        self, seconds: float, embedder: Embedder, papers: Sequence[Paper]
    ) -> "dict[str, NDArray[np.float32]]":
        made: dict[str, NDArray[np.float32]] = {}
        try:
            async with asyncio.timeout(seconds) as budget:
                for start in range(0, len(papers), _AT_A_TIME):
                    if budget.expired():  # redis-py may swallow the cancellation that says so
                        raise TimeoutError
                    made |= await self._made(embedder, papers[start : start + _AT_A_TIME])
        except TimeoutError:
            left = len(papers) - len(made)
            log.info("Papers go without a vector for now: papers=%d of=%d why=time is up", left, len(papers))
        except EmbeddingsDown:
            log.info("Papers go without a vector: papers=%d why=the model can't be used", len(papers) - len(made))
        return made

    async def _made(self, embedder: Embedder, papers: Sequence[Paper]) -> "dict[str, NDArray[np.float32]]":
        async with self._making:
            made = await self.store.get(embedder.name, papers)
            lacking = _lacking(papers, made)
            rows = await embedder.embed([f"{paper.title}. {paper.abstract}" for paper in lacking]) if lacking else ()
            new = {paper.id: row for paper, row in zip(lacking, rows, strict=True)}
            await self.store.keep(embedder.name, lacking, new)
        return made | new

    def _remember(self, made: "dict[str, NDArray[np.float32]]") -> None:
        self._texts |= made
        for text in list(self._texts)[: max(len(self._texts) - _TEXTS_REMEMBERED, 0)]:
            del self._texts[text]


def _lacking(papers: Sequence[Paper], found: "dict[str, NDArray[np.float32]]") -> list[Paper]:
    return [paper for paper in {paper.id: paper for paper in papers}.values() if paper.id not in found]
