"""The log of papers that changed, a stream in Redis: fulfils `PaperChangeLog`."""

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
_MOST_ENTRIES = 20_000
"""An entry names up to 250 papers: years of them. Who is behind by more compares all papers instead."""
_ENTRIES = 8
_SCANNED = 1_000
_POSITION = re.compile(r"(\d{1,20})-(\d{1,20})")
_BEGINNING = "0-0"


async def note_changed(client: Redis, ids: Sequence[str]) -> None:
    """Notes that something about these papers was kept; after it was, so that who reads it finds it."""
    if not ids:
        return
    pipe = client.pipeline(transaction=False)
    pipe.xadd(keys.PAPER_LOG, {_IDS: " ".join(ids)}, maxlen=_MOST_ENTRIES, approximate=True)
    pipe.expire(keys.PAPER_LOG, keys.PAPER_SECONDS)
    with redis_faults():
        await pipe.execute()


class PaperChangeLog:
    """Read in pages of some two thousand papers at most."""

    def __init__(self, client: Redis) -> None:
        self._client = client

    async def origin(self) -> str:
        """A name drawn once for all that is stored; another one where the store was emptied or exchanged."""
        with redis_faults():
            if known := await twice(partial(self._client.get, keys.PAPER_ORIGIN)):
                return str(known)
            await twice(partial(self._client.set, keys.PAPER_ORIGIN, secrets.token_hex(8), nx=True))
            return str(await twice(partial(self._client.get, keys.PAPER_ORIGIN)))

    async def end(self) -> str:
        """The position behind all that is noted now."""
        with redis_faults():
            last = await twice(partial(self._client.xrevrange, keys.PAPER_LOG, count=1))
        return str(last[0][0]) if last else _BEGINNING

    async def after(self, position: str) -> LogPage | None:
        """Some of what was noted behind a position, nothing at the end; None where it isn't known any more."""
        if not _POSITION.fullmatch(position):
            return None
        with redis_faults():
            read = partial(self._client.xrange, keys.PAPER_LOG, min=position, count=_ENTRIES + 1)
            entries = [(str(at), fields or {}) for at, fields in await twice(read) or []]
        if position != _BEGINNING and (not entries or entries[0][0] != position):
            return None  # trimmed away, expired, or never of this log
        new = entries if position == _BEGINNING else entries[1:]
        ids = dict.fromkeys(id for _, fields in new for id in str(fields.get(_IDS, "")).split())
        return LogPage(tuple(ids), new[-1][0] if new else position)

    async def every(self) -> AsyncIterator[list[str]]:
        """The ids of all papers that are kept, some at a time."""
        prefix = keys.paper("")
        with redis_faults():
            for node in await nodes(self._client):
                cursor = 0
                while True:
                    cursor, found = await twice(partial(node.scan, cursor, match=f"{prefix}*", count=_SCANNED))
                    yield [unquote(str(name).removeprefix(prefix)) for name in found]
                    if not cursor:
                        break
