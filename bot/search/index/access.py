"""Access of one process to the index: open it, query it, write to it, and rebuild it if it is broken."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from bot.domain.errors import BotError, StoreDown

if TYPE_CHECKING:  # tantivy loads in 0.1 s, which startup avoids
    from bot.search.index.engine import Engine, EngineWriter, State
    from bot.search.index.snapshot import Snapshot

log = logging.getLogger(__name__)

T = TypeVar("T")

_RETRY_SECONDS = 0.05
_MAX_FAILURES = 2
_BROKEN = "The search index can't be read or written: see the log, and the disk of PAPERLARK_HOME."


class IndexAccess:
    """The index under `home`, opened on first use in a thread, since it loads tantivy."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._failures = 0
        self._engine: Engine | None = None
        self._opening = asyncio.Lock()

    @property
    def last_state(self) -> "State | None":
        """The state that this process read last; None before the first use."""
        return self._engine.state if self._engine else None

    @asynccontextmanager
    async def writer(self, timeout_seconds: float = 0.0) -> "AsyncIterator[EngineWriter | None]":
        """Yield the only writer over all processes; None if another process keeps it for longer than the timeout."""
        writer = None
        try:
            writer = await self._acquire_writer(timeout_seconds)
            yield writer
            self._failures = 0
        except BotError:
            raise
        except Exception as error:
            await self._handle_failure(error)
            raise StoreDown(_BROKEN) from error
        finally:
            if writer:
                await asyncio.shield(asyncio.to_thread(self._close, writer))

    def _close(self, writer: "EngineWriter") -> None:
        """Close it, and let go of the commit before it, whose deleted files would stay in memory until a search."""
        writer.close()
        with suppress(Exception):  # the next search says what is wrong, and repairs it
            if self._engine:
                _catch_panic(self._engine.refresh)

    async def _acquire_writer(self, timeout_seconds: float) -> "EngineWriter | None":
        from bot.search.index.text_index import IndexBusy  # noqa: PLC0415 - tantivy: see above

        until = monotonic() + timeout_seconds
        while True:
            try:
                return await asyncio.to_thread(_catch_panic, (await self._opened()).write)
            except IndexBusy:
                if monotonic() >= until:
                    return None
                await asyncio.sleep(_RETRY_SECONDS)

    async def _handle_failure(self, error: Exception) -> None:
        """Handle a write error: a full disk may recover; after a second error of another kind the index is rebuilt."""
        log.warning("The search index can't be written: cause=%r", error)
        self._failures += not isinstance(error, OSError)
        if self._failures >= _MAX_FAILURES:
            self._failures = 0
            await self.rebuild()

    async def state(self) -> "State":
        """Return the committed state."""
        await self.query(lambda _: None)
        return (await self._opened()).state

    async def query(self, query: "Callable[[Snapshot], T]") -> T:
        """Run a query on the latest commit; rebuild a broken index and retry once. Raises StoreDown."""
        for _ in range(2):
            engine = await self._opened()
            try:
                return await asyncio.to_thread(_catch_panic, partial(_run_query, engine, query))
            except Exception as error:
                log.warning("The search index can't be asked: cause=%r", error)
                if await asyncio.to_thread(engine.is_readable):
                    break  # the query was at fault
                await self.rebuild()
        raise StoreDown(_BROKEN)

    async def _opened(self) -> "Engine":
        async with self._opening:
            if self._engine is None:
                self._engine = await asyncio.to_thread(_engine, self._home)
            return self._engine

    async def rebuild(self) -> None:
        """Start a new generation. Raises StoreDown."""
        try:
            await asyncio.to_thread((await self._opened()).rebuild)
        except OSError as error:
            log.warning("The search index can't be begun: cause=%s", type(error).__name__)
            raise StoreDown(_BROKEN) from error


def _engine(home: Path) -> "Engine":
    from bot.search.index.engine import Engine  # noqa: PLC0415 - tantivy: see above

    return Engine(home / "search")


def _run_query(engine: "Engine", query: "Callable[[Snapshot], T]") -> T:
    return query(engine.refresh())


def _catch_panic(call: "Callable[[], T]") -> T:
    """Return the result of `call`, with a panic of tantivy, which is no Exception, raised as RuntimeError."""
    try:
        return call()
    except (Exception, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as panic:
        raise RuntimeError("tantivy panicked") from panic
