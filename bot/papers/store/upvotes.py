"""Upvotes of papers in Redis. Lost data is fetched again."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial

from redis.asyncio import Redis

from bot.domain.trend import Listing, Period, Span, period_of
from bot.infra.redis import keys
from bot.infra.redis.connection import redis_faults, twice
from bot.infra.redis.instants import instant_or_none, write_instant
from bot.infra.redis.json_records import read_compressed, write_compressed
from bot.infra.redis.record_type import RecordType

MAX_STORED = 200
"""Papers stored of a list, some 1 kB each. A day has 30 to 50."""

_CHUNK = 250
_LISTING: RecordType[Listing] = RecordType(Listing)


class UpvoteStore:
    """Upvote lists. An unreadable record is logged and counts as absent."""

    def __init__(self, client: Redis) -> None:
        self._client = client

    async def keep(self, listing: Listing) -> None:
        """Store the list's best papers, and the upvotes of all its papers."""
        best = replace(listing, papers=listing.papers[:MAX_STORED])
        counted = [(one.paper.id, one.upvotes) for one in listing.papers if one.upvotes is not None]
        with redis_faults():
            for start in range(0, len(counted), _CHUNK):
                pipe = self._client.pipeline(transaction=False)
                for paper_id, upvotes in counted[start : start + _CHUNK]:
                    pipe.set(keys.upvotes_of(paper_id), upvotes, ex=keys.UPVOTES_SECONDS)
                await pipe.execute()
        await write_compressed(self._client, keys.upvoted(listing.period.name), _LISTING, best, keys.UPVOTED_SECONDS)
        asked = keys.upvotes_asked(listing.period.name)
        with redis_faults():
            await twice(lambda: self._client.set(asked, write_instant(listing.asked), ex=keys.UPVOTED_SECONDS))

    async def listing(self, period: Period) -> Listing | None:
        """Return the stored list of that period; None if there is none."""
        return await read_compressed(self._client, keys.upvoted(period.name), _LISTING)

    async def asked(self, days: Iterable[date]) -> Mapping[date, datetime]:
        """Return the time when each day's list was last fetched, if it was."""
        wanted = list(days)
        written = await self._values([keys.upvotes_asked(period_of(Span.DAY, day).name) for day in wanted])
        return {
            day: when for day, text in zip(wanted, written, strict=True) if text and (when := instant_or_none(text))
        }

    async def upvotes(self, ids: Sequence[str]) -> Mapping[str, int]:
        """Return the upvotes of recently listed papers, by id."""
        found: dict[str, int] = {}
        for start in range(0, len(ids), _CHUNK):
            chunk = ids[start : start + _CHUNK]
            written = await self._values([keys.upvotes_of(paper_id) for paper_id in chunk])
            found |= {
                paper_id: int(text)
                for paper_id, text in zip(chunk, written, strict=True)
                if text and text.isascii() and text.isdigit()
            }
        return found

    async def rest(self, seconds: float) -> None:
        """Pause requests of all processes to the source for so long."""
        bounded = min(max(math.ceil(seconds), 1), keys.UPVOTES_REST_SECONDS)
        with redis_faults():
            await twice(lambda: self._client.set(keys.UPVOTES_REST, "1", ex=bounded))

    async def resting(self) -> bool:
        """Return True while requests to the source are paused."""
        with redis_faults():
            return bool(await twice(lambda: self._client.exists(keys.UPVOTES_REST)))

    async def _values(self, names: Sequence[str]) -> list[str | None]:
        if not names:
            return []
        with redis_faults():
            found = await twice(partial(self._client.mget, names))
        return [None if value is None else str(value) for value in found]
