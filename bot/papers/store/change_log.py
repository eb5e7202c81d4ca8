"""Change log of papers, a stream in Redis."""

import re
import secrets
from collections.abc import AsyncIterator, Sequence
from functools import partial
from urllib.parse import unquote

from redis.asyncio import Redis

from bot.infra.redis import keys
from bot.infra.redis.connection import redis_faults, twice
from bot.infra.redis.servers import nodes
from bot.papers.index_port import LogPage

_IDS = "ids"
_MAX_ENTRIES = 20_000
"""An entry names up to 250 papers: this covers years. A reader further behind compares all papers instead."""
_ENTRIES_PER_PAGE = 8
_SCAN_COUNT = 250
"""Keys; reading a thousand names holds up commands for 40 ms."""
_POSITION = re.compile(r"(\d{1,20})-(\d{1,20})")
_BEGINNING = "0-0"


async def note_changed(client: Redis, ids: Sequence[str]) -> None:
    """Record a change of these papers; call it after storing them, so that readers find the change."""
    if not ids:
        return
    pipe = client.pipeline(transaction=False)
    pipe.xadd(keys.PAPER_LOG, {_IDS: " ".join(ids)}, maxlen=_MAX_ENTRIES, approximate=True)
    pipe.expire(keys.PAPER_LOG, keys.PAPER_SECONDS)
    with redis_faults():
        await pipe.execute()


class PaperChangeLog:
    """The change log, read in pages of at most about two thousand papers."""

    def __init__(self, client: Redis) -> None:
        self._client = client

    async def origin(self) -> str:
        """Return the random name of this store; it changes if the store is emptied or replaced."""
        with redis_faults():
            if known := await twice(partial(self._client.get, keys.PAPER_ORIGIN)):
                return str(known)
            await twice(partial(self._client.set, keys.PAPER_ORIGIN, secrets.token_hex(8), nx=True))
            return str(await twice(partial(self._client.get, keys.PAPER_ORIGIN)))

    async def end(self) -> str:
        """Return the position after the last entry."""
        with redis_faults():
            last = await twice(partial(self._client.xrevrange, keys.PAPER_LOG, count=1))
        return str(last[0][0]) if last else _BEGINNING

    async def after(self, position: str) -> LogPage | None:
        """Return the next entries after a position, none at the end; None if the position is no longer known."""
        if not _POSITION.fullmatch(position):
            return None
        with redis_faults():
            read = partial(self._client.xrange, keys.PAPER_LOG, min=position, count=_ENTRIES_PER_PAGE + 1)
            entries = [(str(at), fields or {}) for at, fields in await twice(read) or []]
        if position != _BEGINNING and (not entries or entries[0][0] != position):
            return None  # trimmed away, expired, or never of this log
        new = entries if position == _BEGINNING else entries[1:]
        ids = dict.fromkeys(id for _, fields in new for id in str(fields.get(_IDS, "")).split())
        return LogPage(tuple(ids), new[-1][0] if new else position)

    async def every(self) -> AsyncIterator[list[str]]:
        """Yield the ids of all stored papers, in batches."""
        prefix = keys.paper("")
        with redis_faults():
            for node in await nodes(self._client):
                cursor = 0
                while True:
                    cursor, found = await twice(partial(node.scan, cursor, match=f"{prefix}*", count=_SCAN_COUNT))
                    yield [unquote(str(name).removeprefix(prefix)) for name in found]
                    if not cursor:
                        break
