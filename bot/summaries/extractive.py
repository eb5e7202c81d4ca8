"""Summaries without a model: the abstract's own sentences, sorted by their roles."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from bot.domain.errors import EmbeddingsDown, StoreDown
from bot.domain.paper import Paper
from bot.domain.summary import EXTRACTED, Summary
from bot.papers.embedding_port import Embedder
from bot.papers.embeddings import Vectors
from bot.summaries.gist.extract import extracted_gist
from bot.summaries.injection_filter import reported
from bot.summaries.key_points import key_points
from bot.summaries.role_cues import Role
from bot.summaries.roles import Part, parts
from bot.summaries.topics import NAMES, topics_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MOST_KEPT = 4096
_TIMEOUT_SECONDS, _REST_SECONDS = 2.0, 30.0


class ExtractiveSummarizer:
    """Summarizer that quotes the abstract and adds nothing. It keeps the abstract's language, and never fails.

    With an embedder, it chooses topics by meaning too, with a timeout of two seconds. If the embedder is busy or can't
    be used, it uses words alone for the next half minute. What is `stored` isn't computed: then the embedder needn't
    even be loaded.
    """

    name = EXTRACTED

    def __init__(
        self,
        embedder: Embedder | None = None,
        timeout_seconds: float = _TIMEOUT_SECONDS,
        stored: Vectors | None = None,
    ) -> None:
        self._embedder = embedder
        self._stored = stored
        self._timeout_seconds = timeout_seconds
        self._topics: asyncio.Task[Sequence[NDArray[np.float32]]] | None = None
        self._words_until = 0.0
        self._made: dict[Paper, Summary] = {}

    async def summarize(self, paper: Paper, lang: str) -> Summary:  # noqa: ARG002 quotations aren't translated
        if paper in self._made:
            return self._made[paper]
        near = await self._near(paper)
        made = extract(paper, near)
        if near or self._embedder is None:
            self._made[paper] = made
            if len(self._made) > _MOST_KEPT:
                del self._made[next(iter(self._made))]
        return made

    async def _near(self, paper: Paper) -> Sequence[float]:
        """Return the paper's similarity to each topic's name; empty if it is unknown or takes too long."""
        now = asyncio.get_running_loop().time()
        if self._embedder is None or now < self._words_until:
            return ()
        try:
            async with asyncio.timeout(self._timeout_seconds):
                return await self._cosines(self._embedder, paper)
        except TimeoutError:
            self._words_until = now + _REST_SECONDS
        except EmbeddingsDown:
            self._words_until, self._topics = now + _REST_SECONDS, None
        return ()

    async def _cosines(self, embedder: Embedder, paper: Paper) -> Sequence[float]:
        if self._topics is None:
            self._topics = asyncio.create_task(self._of_topics(embedder))
        topics = await asyncio.shield(self._topics)  # after a timeout, the next caller still needs the result
        about = await self._of_paper(embedder, paper)
        return [float(about @ topic) for topic in topics]

    async def _of_topics(self, embedder: Embedder) -> "Sequence[NDArray[np.float32]]":
        if self._stored:
            with suppress(StoreDown):
                return await self._stored.of_constants(NAMES)
        return list(await embedder.embed(NAMES))

    async def _of_paper(self, embedder: Embedder, paper: Paper) -> "NDArray[np.float32]":
        """Return the paper's vector, stored unless the paper has sentences that its vector mustn't know."""
        store = self._stored.store if self._stored and reported(paper) == paper else None
        with suppress(StoreDown):
            if store and paper.id in (found := await store.get(embedder.name, [paper])):
                return found[paper.id]
        about: NDArray[np.float32] = (await embedder.embed([_told(paper)]))[0]
        with suppress(StoreDown):
            if store:
                await store.keep(embedder.name, [paper], {paper.id: about})
        return about


def _told(paper: Paper) -> str:
    told = reported(paper)
    return f"{told.title}. {told.abstract}"


def extract(paper: Paper, near: Sequence[float] = ()) -> Summary:
    """Return the summary of `paper` in its abstract's words, in some milliseconds. Pure. See `topics_of` for `near`."""
    paper = reported(paper)
    said = parts(paper.abstract)
    return Summary(
        made_by=EXTRACTED,
        topics=topics_of(paper.title, paper.abstract, paper.categories, near=near),
        key_points=key_points(said),
        summary=_spoken(said, Role.BACKGROUND, Role.CONTRIBUTION),
        methodology=_spoken(said, Role.METHODOLOGY),
        results=_spoken(said, Role.RESULTS),
        implications=_spoken(said, Role.IMPLICATIONS),
        gist=extracted_gist(paper, said),
    )


def _spoken(said: list[Part], *roles: Role) -> str:
    return " ".join(part.sentence for part in said if part.role in roles)
