"""The search index on disk, kept in sync with Redis.

Every process follows the change log by itself, on a query or on request. Of processes that share a folder, one writes
at a time, and the others see its commits. An index that is lost, broken, of another Redis or of another model is
rebuilt in the background, while its present content answers queries.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from bot.domain.errors import BotError, StoreDown
from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery
from bot.infra.aio.cancel import cancelled
from bot.infra.clock_port import Clock
from bot.papers.index_port import IndexState, LogPage, Near
from bot.papers.store.change_log import PaperChangeLog
from bot.papers.store.embeddings import EmbeddingStore
from bot.papers.store.papers import PaperStore

if TYPE_CHECKING:  # loading takes 0.1 s, which startup avoids
    import numpy as np
    from numpy.typing import NDArray

    from bot.search.index.engine import Engine, State, Writing
    from bot.search.index.snapshot import View

log = logging.getLogger(__name__)

T = TypeVar("T")

PATIENCE_SECONDS = 0.3
"""Timeout of a search for papers that have just arrived: some 300 of them."""
_FIRST_PATIENCE_SECONDS = 3.0
"""Timeout for an index under construction: a process that answers one query and exits then finds something."""
_WRITING_SECONDS = 10.0
_TRY_AGAIN_SECONDS = 0.05
_SHOWN_EVERY_SECONDS = 1.0
_CHUNK = 250
_TOO_MANY_FAILURES = 2
_BUSY = "The search index is busy: a lot is being added to it."
_BROKEN = "The search index can't be read or written: see the log, and the disk of PAPERLARK_HOME."


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
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._patience_seconds = patience_seconds
        self._home = home
        self._changes = changes
        self._papers = papers
        self._vectors = vectors
        self._clock = clock
        self._model = model
        self._failures = 0
        self._engine: Engine | None = None
        self._opening = asyncio.Lock()
        self._turn = asyncio.Lock()
        self._catching_up: asyncio.Task[None] | None = None

    async def find(
        self, query: SearchQuery, vector: "NDArray[np.float32] | None", limit: int, offset: int = 0
    ) -> Sequence[str]:
        await self._freshened()
        return await self._asked(lambda view: view.find(query, vector, limit, offset))

    async def begun(self, text: str, limit: int) -> Sequence[str]:
        return await self._asked(lambda view: view.begun(text, limit))

    async def count(self, query: SearchQuery) -> int:
        await self._freshened()
        return await self._asked(lambda view: view.words.count(query))

    async def near(
        self,
        vector: "NDArray[np.float32]",
        limit: int,
        before: date | None = None,
        but: Collection[str] = (),
    ) -> Sequence[Near]:
        await self._freshened()
        return await self._asked(lambda view: view.near(vector, limit, before, but))

    async def lacking(self, most: int) -> Sequence[str]:
        return await self._asked(lambda view: view.rows.lacking(most))

    async def state(self) -> IndexState:
        papers, meant = await self._asked(lambda view: (view.words.papers, int(view.rows.meant.sum())))
        return IndexState(papers, meant, (await self._known()).whole)

    async def add(self, papers: Sequence[Paper], vectors: "Mapping[str, NDArray[np.float32]]") -> None:
        if not papers:
            return
        try:
            async with asyncio.timeout(_WRITING_SECONDS):
                await self._turn.acquire()
        except TimeoutError:
            raise StoreDown(_BUSY) from None
        try:
            async with self._alone(_WRITING_SECONDS) as writing:
                if writing is None:
                    raise StoreDown(_BUSY)
                await self._put(writing, papers, vectors)
                await asyncio.to_thread(writing.commit, writing.state)
        finally:
            self._turn.release()

    async def catch_up(self) -> None:
        async with self._turn:
            await self._follow()

    async def aclose(self) -> None:
        """Cancel background work; commits stay."""
        if self._catching_up:
            await cancelled(self._catching_up)

    async def _freshened(self) -> None:
        """Wait briefly for new papers, which continue to arrive in the background."""
        if self._catching_up is None or self._catching_up.done():
            self._catching_up = asyncio.create_task(self._caught_up())
        done, _ = await asyncio.wait({self._catching_up}, timeout=self._patience_seconds)
        if not done and not (self._engine and self._engine.state.whole):
            await asyncio.wait({self._catching_up}, timeout=_FIRST_PATIENCE_SECONDS)

    async def _caught_up(self) -> None:
        try:
            await self.catch_up()
        except StoreDown as down:
            log.warning("The search index waits: why=%s", down)

    async def _follow(self) -> None:
        if self._engine and await self._is_current(self._engine.state):
            return
        origin = await self._changes.origin()
        known = await self._known()
        page = await self._changes.after(known.position) if known.origin else LogPage((), "")
        if page is None or self._is_of_another(known, origin):
            log.info("The search index is begun anew: it was of another Redis or model, or too far behind")
            await self._renewed()
        elif await self._is_current(known):
            return
        async with self._alone() as writing:
            if writing is not None:
                await self._brought_up(writing, origin)

    async def _is_current(self, known: "State") -> bool:
        """Return True if nothing is new since that state: one Redis command, before most searches the only one.

        Another Redis wouldn't know the position.
        """
        if not (known.whole and known.compared == self._today()):
            return False
        page = await self._changes.after(known.position)
        return page is not None and page.position == known.position

    def _is_of_another(self, known: "State", origin: str) -> bool:
        other_model = known.model and self._model and known.model != self._model
        return bool(known.origin and (known.origin != origin or other_model))

    async def _brought_up(self, writing: "Writing", origin: str) -> None:
        known = writing.state
        if not known.origin:  # a position before reading all papers, to miss none in between
            known = replace(known, position=await self._changes.end())
        known = replace(known, origin=origin, model=known.model or self._model)
        while (page := await self._changes.after(known.position)) and page.ids:
            await self._took_in(writing, page.ids)
            known = replace(known, position=page.position)
            await asyncio.to_thread(writing.commit, known)
        if not known.whole or known.compared != self._today():
            await self._compared(writing, known)

    async def _compared(self, writing: "Writing", known: "State") -> None:
        """Add stored papers that aren't indexed, and remove indexed papers that aren't stored."""
        there, seen, shown = writing.papers(), set[str](), monotonic()
        async for ids in self._changes.every():
            new = [id for id in ids if id not in seen and id not in there]
            seen.update(ids)
            for start in range(0, len(new), _CHUNK):
                await self._took_in(writing, new[start : start + _CHUNK])
                if monotonic() - shown > _SHOWN_EVERY_SECONDS:
                    await asyncio.to_thread(writing.commit, known)
                    shown = monotonic()
        gone = [id for id in there if id not in seen]
        for start in range(0, len(gone), _CHUNK):
            some = gone[start : start + _CHUNK]
            kept = await self._papers.get(some)  # a moving cluster slot may have been scanned on neither node
            await asyncio.to_thread(writing.remove, [id for id in some if id not in kept])
        await asyncio.to_thread(writing.commit, replace(known, whole=True, compared=self._today()))

    async def _took_in(self, writing: "Writing", ids: Sequence[str]) -> None:
        papers = list((await self._papers.get(ids)).values())
        vectors = await self._vectors.get(self._model, papers) if self._model else {}
        await self._put(writing, papers, vectors)

    async def _put(
        self, writing: "Writing", papers: Sequence[Paper], vectors: "Mapping[str, NDArray[np.float32]]"
    ) -> None:
        announced = await self._papers.announced_at([paper.id for paper in papers if paper.published is None])
        when: dict[str, datetime] = announced | {paper.id: paper.published for paper in papers if paper.published}
        days = {id: instant.date() for id, instant in when.items()}
        await asyncio.to_thread(writing.put, papers, days, vectors)

    @asynccontextmanager
    async def _alone(self, patience_seconds: float = 0.0) -> "AsyncIterator[Writing | None]":
        """Yield the only writer over all processes; None if another process keeps it for longer than the timeout."""
        writing = None
        try:
            writing = await self._place(patience_seconds)
            yield writing
            self._failures = 0
        except BotError:
            raise
        except Exception as error:
            await self._noted(error)
            raise StoreDown(_BROKEN) from error
        finally:
            if writing:
                await asyncio.shield(asyncio.to_thread(writing.close))

    async def _place(self, patience_seconds: float) -> "Writing | None":
        from bot.search.index.text_index import Busy  # noqa: PLC0415 - numpy and tantivy: see above

        until = monotonic() + patience_seconds
        while True:
            try:
                return await asyncio.to_thread(_contained, (await self._ready()).write)
            except Busy:
                if monotonic() >= until:
                    return None
                await asyncio.sleep(_TRY_AGAIN_SECONDS)

    async def _noted(self, error: Exception) -> None:
        """Handle a write error: a full disk may recover; after a second error of another kind the index is rebuilt."""
        log.warning("The search index can't be written: cause=%r", error)
        self._failures += not isinstance(error, OSError)
        if self._failures >= _TOO_MANY_FAILURES:
            self._failures = 0
            await self._renewed()

    async def _known(self) -> "State":
        await self._asked(lambda _: None)
        return (await self._ready()).state

    async def _asked(self, question: "Callable[[View], T]") -> T:
        for _ in range(2):
            engine = await self._ready()
            try:
                return await asyncio.to_thread(_contained, partial(_answered, engine, question))
            except Exception as error:
                log.warning("The search index can't be asked: cause=%r", error)
                if await asyncio.to_thread(engine.sound):
                    break  # the query was at fault
                await self._renewed()
        raise StoreDown(_BROKEN)

    async def _ready(self) -> "Engine":
        async with self._opening:
            if self._engine is None:
                self._engine = await asyncio.to_thread(_engine, self._home)
            return self._engine

    async def _renewed(self) -> None:
        try:
            await asyncio.to_thread((await self._ready()).renew)
        except OSError as error:
            log.warning("The search index can't be begun: cause=%s", type(error).__name__)
            raise StoreDown(_BROKEN) from error

    def _today(self) -> str:
        return self._clock.now().date().isoformat()


def _engine(home: Path) -> "Engine":
    from bot.search.index.engine import Engine  # noqa: PLC0415 - numpy and tantivy: see above

    return Engine(home / "search")


def _answered(engine: "Engine", question: "Callable[[View], T]") -> T:
    return question(engine.refresh())


def _contained(call: "Callable[[], T]") -> T:
    """Return the result of `call`, with a panic of tantivy, which is no Exception, raised as RuntimeError."""
    try:
        return call()
    except (Exception, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as panic:
        raise RuntimeError("tantivy panicked") from panic
