"""What others vote for, in Redis: fulfils `UpvoteStore`. All of it is read again when it is lost."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial

from pydantic import TypeAdapter
from redis.asyncio import Redis

from bot.domain.trend import Listing, Period, Span, period_of
from bot.infra.redis import keys
from bot.infra.redis.connection import redis_faults, twice
from bot.infra.redis.instants import instant_or_none, write_instant
from bot.infra.redis.json_records import keep_compressed, read_compressed

BEST_KEPT = 200
"""Of a list: whole papers, some 1 kB each. A day has 30 to 50."""

_CHUNK = 250
_LISTING = TypeAdapter(Listing)


class UpvoteStore:
    """A record that can't be read is named in the log and counts as absent."""

    def __init__(self, client: Redis) -> None:
        self._client = client

    async def keep(self, listing: Listing) -> None:
        """Stores the list's best, and the upvotes of all its papers."""
        best = replace(listing, papers=listing.papers[:BEST_KEPT])
        counted = [(one.paper.id, one.upvotes) for one in listing.papers if one.upvotes is not None]
        with redis_faults():
            for start in range(0, len(counted), _CHUNK):
                pipe = self._client.pipeline(transaction=False)
                for paper_id, upvotes in counted[start : start + _CHUNK]:
                    pipe.set(keys.upvotes_of(paper_id), upvotes, ex=keys.UPVOTES_SECONDS)
                await pipe.execute()
        await keep_compressed(self._client, keys.upvoted(listing.period.name), _LISTING, best, keys.UPVOTED_SECONDS)
        asked = keys.upvotes_asked(listing.period.name)
        with redis_faults():
            await twice(lambda: self._client.set(asked, write_instant(listing.asked), ex=keys.UPVOTED_SECONDS))

    async def listing(self, period: Period) -> Listing | None:
        """What was kept of that period, if it was."""
        return await read_compressed(self._client, keys.upvoted(period.name), _LISTING)

    async def asked(self, days: Iterable[date]) -> Mapping[date, datetime]:
        """When the list of each of these days was last read, where it was."""
        wanted = list(days)
        written = await self._values([keys.upvotes_asked(period_of(Span.DAY, day).name) for day in wanted])
        return {
            day: when for day, text in zip(wanted, written, strict=True) if text and (when := instant_or_none(text))
        }

    async def upvotes(self, ids: Sequence[str]) -> Mapping[str, int]:
        """Those of the papers that were ever listed lately, by id."""
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
        """Notes that the source is to be left alone for so long, by all processes."""
        bounded = min(max(math.ceil(seconds), 1), keys.UPVOTES_REST_SECONDS)
        with redis_faults():
            await twice(lambda: self._client.set(keys.UPVOTES_REST, "1", ex=bounded))

    async def resting(self) -> bool:
        """Whether it is, as it failed or asked for it."""
        with redis_faults():
            return bool(await twice(lambda: self._client.exists(keys.UPVOTES_REST)))

    async def _values(self, names: Sequence[str]) -> list[str | None]:
        if not names:
            return []
        with redis_faults():
            found = await twice(partial(self._client.mget, names))
        return [None if value is None else str(value) for value in found]
