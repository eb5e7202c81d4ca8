"""The search index on disk, kept in sync with Redis.

Every process follows the change log by itself, on a query or on request. Of processes that share a folder, one writes
at a time, and the others see its commits. An index that is lost, broken, of another Redis or of another model is
rebuilt in the background, while its present content answers queries.
"""

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from bot.domain.errors import StoreDown
from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery
from bot.infra.aio.cancel import cancelled
from bot.infra.aio.in_thread import in_thread
from bot.infra.asker import for_nobody
from bot.infra.clock_port import Clock
from bot.papers.index_port import IndexState, LogPage, Near
from bot.papers.store.change_log import PaperChangeLog
from bot.papers.store.embeddings import EmbeddingStore
from bot.papers.store.papers import PaperStore
from bot.search.index.access import IndexAccess

if TYPE_CHECKING:  # loading takes 0.1 s, which startup avoids
    import numpy as np
    from numpy.typing import NDArray

    from bot.search.index.engine import EngineWriter, State

log = logging.getLogger(__name__)

T = TypeVar("T")

SEARCH_TIMEOUT = 0.3
"""Timeout of a search for papers that have just arrived: some 300 of them."""
_BUILD_TIMEOUT = 3.0
"""Timeout for an index under construction: a process that answers one query and exits then finds something."""
_WRITE_TIMEOUT = 10.0
_COMMIT_EVERY_SECONDS = 1.0
_CHUNK = 250
_BUSY = "The search index is busy: a lot is being added to it."


class DiskSearchIndex:
    """The index under `home` of stored papers. `model` is the name of the embedding model; empty if there is none."""

    def __init__(
        self,
        home: Path,
        changes: PaperChangeLog,
        papers: PaperStore,
        vectors: EmbeddingStore,
        clock: Clock,
        model: str,
        timeout_seconds: float = SEARCH_TIMEOUT,
    ) -> None:
        self._timeout_seconds = timeout_seconds
        self._access = IndexAccess(home)
        self._changes = changes
        self._papers = papers
        self._vectors = vectors
        self._clock = clock
        self._model = model
        self._lock = asyncio.Lock()
        self._catching_up: asyncio.Task[None] | None = None

    async def find(
        self, query: SearchQuery, vector: "NDArray[np.float32] | None", limit: int, offset: int = 0
    ) -> Sequence[str]:
        await self._refresh()
        return await self._access.query(lambda snapshot: snapshot.find(query, vector, limit, offset))

    async def begun(self, text: str, limit: int) -> Sequence[str]:
        return await self._access.query(lambda snapshot: snapshot.begun(text, limit))

    async def count(self, query: SearchQuery) -> int:
        await self._refresh()
        return await self._access.query(lambda snapshot: snapshot.words.count(query))

    async def near(
        self,
        vector: "NDArray[np.float32]",
        limit: int,
        before: date | None = None,
        but: Collection[str] = (),
    ) -> Sequence[Near]:
        await self._refresh()
        return await self._access.query(lambda snapshot: snapshot.near(vector, limit, before, but))

    async def lacking(self, most: int) -> Sequence[str]:
        return await self._access.query(lambda snapshot: snapshot.lacking(most))

    async def state(self) -> IndexState:
        papers, meant = await self._access.query(lambda snapshot: (snapshot.words.papers, snapshot.rows.with_vector()))
        return IndexState(papers, meant, (await self._access.state()).whole)

    async def add(self, papers: Sequence[Paper], vectors: "Mapping[str, NDArray[np.float32]]") -> None:
        if not papers:
            return
        try:
            async with asyncio.timeout(_WRITE_TIMEOUT):
                await self._lock.acquire()
        except TimeoutError:
            raise StoreDown(_BUSY) from None
        try:
            async with self._access.writer(_WRITE_TIMEOUT) as writer:
                if writer is None:
                    raise StoreDown(_BUSY)
                await self._put(writer, papers, vectors)
                await asyncio.to_thread(writer.commit, writer.state)
        finally:
            self._lock.release()

    async def catch_up(self) -> None:
        async with self._lock:
            await self._follow()

    async def aclose(self) -> None:
        """Cancel background work; commits stay."""
        if self._catching_up:
            await cancelled(self._catching_up)

    async def _refresh(self) -> None:
        """Wait briefly for new papers, which continue to arrive in the background."""
        if self._catching_up is None or self._catching_up.done():
            self._catching_up = asyncio.create_task(self._catch_up_quietly(), context=for_nobody())
        done, _ = await asyncio.wait({self._catching_up}, timeout=self._timeout_seconds)
        if not done and not ((state := self._access.last_state) and state.whole):
            await asyncio.wait({self._catching_up}, timeout=_BUILD_TIMEOUT)

    async def _catch_up_quietly(self) -> None:
        try:
            await self.catch_up()
        except StoreDown as down:
            log.warning("The search index waits: why=%s", down)

    async def _follow(self) -> None:
        if (last := self._access.last_state) and await self._is_current(last):
            return
        origin = await self._changes.origin()
        state = await self._access.state()
        page = await self._changes.after(state.position) if state.origin else LogPage((), "")
        if page is None or self._belongs_elsewhere(state, origin):
            log.info("The search index is begun anew: it was of another Redis or model, or too far behind")
            await self._access.rebuild()
        elif await self._is_current(state):
            return
        async with self._access.writer() as writer:
            if writer is not None:
                await self._bring_up_to_date(writer, origin)

    async def _is_current(self, state: "State") -> bool:
        """Return True if nothing is new since that state: one Redis command, before most searches the only one.

        Another Redis wouldn't know the position.
        """
        if not (state.whole and state.compared == self._today()):
            return False
        page = await self._changes.after(state.position)
        return page is not None and page.position == state.position

    def _belongs_elsewhere(self, state: "State", origin: str) -> bool:
        other_model = state.model and self._model and state.model != self._model
        return bool(state.origin and (state.origin != origin or other_model))

    async def _bring_up_to_date(self, writer: "EngineWriter", origin: str) -> None:
        state = writer.state
        if not state.origin:  # a position before reading all papers, to miss none in between
            state = replace(state, position=await self._changes.end())
        state = replace(state, origin=origin, model=state.model or self._model)
        while (page := await self._changes.after(state.position)) and page.ids:
            await self._add_stored(writer, page.ids)
            state = replace(state, position=page.position)
            await asyncio.to_thread(writer.commit, state)
        if not state.whole or state.compared != self._today():
            await self._compare_all(writer, state)

    async def _compare_all(self, writer: "EngineWriter", state: "State") -> None:
        """Add stored papers that aren't indexed, and remove indexed papers that aren't stored."""
        indexed, seen, committed_at = writer.papers(), set[str](), monotonic()
        async for ids in self._changes.every():
            new = [id for id in ids if id not in seen and id not in indexed]
            seen.update(ids)
            for start in range(0, len(new), _CHUNK):
                await self._add_stored(writer, new[start : start + _CHUNK])
                if monotonic() - committed_at > _COMMIT_EVERY_SECONDS:
                    await asyncio.to_thread(writer.commit, state)
                    committed_at = monotonic()
        gone = [id for id in indexed if id not in seen]
        for start in range(0, len(gone), _CHUNK):
            chunk = gone[start : start + _CHUNK]
            stored = await self._papers.get(chunk)  # a moving cluster slot may have been scanned on neither node
            await asyncio.to_thread(writer.remove, [id for id in chunk if id not in stored])
        await asyncio.to_thread(writer.commit, replace(state, whole=True, compared=self._today()))

    async def _add_stored(self, writer: "EngineWriter", ids: Sequence[str]) -> None:
        papers = list((await self._papers.get(ids)).values())
        vectors = await self._vectors.get(self._model, papers) if self._model else {}
        await self._put(writer, papers, vectors)

    async def _put(
        self, writer: "EngineWriter", papers: Sequence[Paper], vectors: "Mapping[str, NDArray[np.float32]]"
    ) -> None:
        announced = await self._papers.announced_at([paper.id for paper in papers if paper.published is None])
        when: dict[str, datetime] = announced | {paper.id: paper.published for paper in papers if paper.published}
        days = {id: instant.date() for id, instant in when.items()}
        await in_thread(writer.put, papers, days, vectors)

    def _today(self) -> str:
        return self._clock.now().date().isoformat()
