"""Papers and their announcements in Redis."""

import hashlib
import logging
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from redis.asyncio import Redis

from bot.domain.errors import StoreDown
from bot.domain.paper import Paper
from bot.domain.schedule import CLOCK_TOLERANCE, announcement_of, is_ahead
from bot.infra.aio.in_thread import in_thread_unless_few
from bot.infra.clock_port import Clock
from bot.infra.redis import keys
from bot.infra.redis.connection import redis_faults, twice
from bot.infra.redis.servers import times
from bot.infra.redis.together import together
from bot.papers.store.author_names import AuthorNames
from bot.papers.store.change_log import note_changed
from bot.papers.store.paper_records import merge, read_paper, write_paper

log = logging.getLogger(__name__)

# The fastest size measured: `get` of 10,000 papers takes 0.4 s.
_CHUNK = 250
_FEW = 10
"""Papers that are read in one request with what others ask: more would hold those up."""
_MAX_TRIES = 8
# Set the record only if it is still the one that was merged. If two processes store one paper at once, the slower one
# reads again: an older version never replaces a newer one.
_SWAP = """
local now = redis.call('GET', KEYS[1])
if (now and redis.sha1hex(now) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1
"""
# In one string: the client takes 5 us for each of thousands of members, and nobody else is answered meanwhile.
_ANNOUNCED = "return table.concat(redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], ARGV[2], 'WITHSCORES'), '\\n')"


class PaperStore:
    """All papers fetched and their announcement times.

    An unreadable record is logged and counts as absent; the next `keep` of that paper replaces it. `clock` gives the
    month in which an author was seen.
    """

    def __init__(self, client: Redis, clock: Clock) -> None:
        self._client = client
        self._together = together(client)
        self._names = AuthorNames(client, clock)

    async def keep(self, papers: Sequence[Paper]) -> None:
        """Store or refresh papers; an older version never replaces a newer one."""
        found: dict[str, Paper] = {}
        for paper in papers:
            found[paper.id] = merge(found[paper.id], paper) if paper.id in found else paper
        latest = list(found.values())
        for start in range(0, len(latest), _CHUNK):
            with redis_faults():
                await self._store_chunk(latest[start : start + _CHUNK])

    async def get(self, ids: Sequence[str]) -> dict[str, Paper]:
        """Return the known papers by id."""
        known: dict[str, Paper] = {}
        with redis_faults():
            for start in range(0, len(ids), _CHUNK):
                chunk = ids[start : start + _CHUNK]
                read = await in_thread_unless_few(len(chunk), _read_all, chunk, await self._records(chunk))
                known |= {id: paper for id, paper in zip(chunk, read, strict=True) if paper is not None}
        return known

    async def announce(self, when: Mapping[str, datetime]) -> None:
        """Record the announcement of each id; an id announced before keeps its first time."""
        if not when:
            return
        scores = {id: instant.timestamp() for id, instant in when.items()}
        latest = min(max(scores.values()), max(await times(self._client)).timestamp())
        oldest = latest - keys.ANNOUNCED_SECONDS
        pipe = self._client.pipeline(transaction=False)
        pipe.zadd(keys.ANNOUNCED, scores, nx=True)
        pipe.zremrangebyscore(keys.ANNOUNCED, "-inf", f"({oldest!r}")
        pipe.expire(keys.ANNOUNCED, keys.ANNOUNCED_SECONDS)
        with redis_faults():
            await pipe.execute()

    async def announced(self, after: datetime, until: datetime) -> dict[str, datetime]:
        """Return the ids announced in (after, until], with their times."""
        first, last = f"({after.timestamp()!r}", repr(until.timestamp())
        with redis_faults():
            written = str(await twice(partial(self._client.eval, _ANNOUNCED, 1, keys.ANNOUNCED, first, last)))
        rows = written.split("\n") if written else []
        return await in_thread_unless_few(len(rows), _instants, rows)

    async def announced_at(self, ids: Sequence[str]) -> dict[str, datetime]:
        """Return the announcement times of those of `ids` that were announced."""
        times: dict[str, datetime] = {}
        with redis_faults():
            for start in range(0, len(ids), _CHUNK):
                chunk = list(ids[start : start + _CHUNK])
                scores = await twice(partial(self._client.zmscore, keys.ANNOUNCED, chunk))
                times |= {id: _instant(score) for id, score in zip(chunk, scores, strict=True) if score is not None}
        return times

    async def correct_ahead(self, now: datetime) -> None:
        """Move announcements later than `now` and the servers' clocks: a clock was wrong, or `once --at` ran ahead.

        A paper is then announced by arXiv's timetable, or now if that is unknown or still to come.
        """
        ahead = await self.announced(now + CLOCK_TOLERANCE, datetime.max.replace(tzinfo=UTC))
        if not ahead:
            return
        latest = max(now, *await times(self._client))
        wrong = [id for id, when in ahead.items() if is_ahead(when, latest)]
        known = await self.get(wrong)
        submitted = {id: paper.published for id, paper in known.items() if paper.published}
        right = {id: min(announcement_of(submitted[id]), latest) if id in submitted else latest for id in wrong}
        if right:
            with redis_faults():
                await self._client.zadd(keys.ANNOUNCED, {id: when.timestamp() for id, when in right.items()}, xx=True)
            log.warning("Announcements from the future are corrected, a clock was wrong: papers=%d", len(right))

    async def names_like(self, name: str, limit: int) -> list[str]:
        """Return known author names similar to `name`, nearest first, as the authors write them."""
        return await self._names.like(name, limit)

    async def names_from(self, prefix: str, limit: int) -> list[str]:
        """Return known author names with a word that starts with `prefix`, for completion."""
        return await self._names.starting(prefix, limit)

    async def _store_chunk(self, papers: list[Paper]) -> None:
        pending = papers
        for _ in range(_MAX_TRIES):
            done = await self._swap_all(pending)
            pending = [paper for paper, stored in zip(pending, done, strict=True) if not stored]
            if not pending:
                return
        raise StoreDown("Redis is too busy: other processes keep changing the same papers.")

    async def _swap_all(self, papers: list[Paper]) -> list[object]:
        """Store each paper; the result is falsy for a paper that another process changed meanwhile."""
        ids = [paper.id for paper in papers]
        records = await self._records(ids)
        known = await in_thread_unless_few(len(papers), _read_all, ids, records)
        # Several answers of a day bring the same papers; names of an unchanged author list were noted before.
        pairs = zip(papers, known, strict=True)
        await self._names.note([new.authors for new, old in pairs if old is None or old.authors != new.authors])
        pipe, swapped = self._client.pipeline(transaction=False), {}
        for number, merged in enumerate(await in_thread_unless_few(len(papers), _merged, papers, known, records)):
            if merged is None:
                pipe.expire(keys.paper(ids[number]), keys.PAPER_SECONDS)
                continue
            pipe.eval(_SWAP, 1, keys.paper(ids[number]), *merged, keys.PAPER_SECONDS)
            swapped[number] = ids[number]
        done = list(await pipe.execute())
        await note_changed(self._client, [id for number, id in swapped.items() if done[number]])
        return done

    async def _records(self, ids: Sequence[str]) -> list[bytes | None]:
        names = [keys.paper(id) for id in ids]
        if len(names) <= _FEW:
            return list(await self._together.run("MGET", *names, NEVER_DECODE=True))
        return list(await twice(partial(self._client.execute_command, "MGET", *names, NEVER_DECODE=True)))


def _read_all(ids: Sequence[str], records: Sequence[bytes | None]) -> list[Paper | None]:
    """Return the paper of each record; None for one that is missing or can't be read."""
    return [_read_or_none(id, record) for id, record in zip(ids, records, strict=True)]


def _merged(
    papers: Sequence[Paper], known: Sequence[Paper | None], records: Sequence[bytes | None]
) -> list[tuple[str, bytes] | None]:
    """Return for each paper the hash of its record and the one to replace it by; None if that would be the same."""
    found: list[tuple[str, bytes] | None] = []
    for paper, old, record in zip(papers, known, records, strict=True):
        merged = merge(old, paper) if old else paper
        if merged == old:
            found.append(None)
            continue
        before = hashlib.sha1(record, usedforsecurity=False).hexdigest() if record is not None else ""
        found.append((before, write_paper(merged)))
    return found


def _read_or_none(id: str, record: bytes | None) -> Paper | None:
    if record is None:
        return None
    try:
        paper = read_paper(record)
    except (ValueError, zlib.error) as error:
        log.warning("A record can't be read and is set aside: key=%s cause=%s", keys.paper(id), type(error).__name__)
        return None
    return paper


def _instants(rows: Sequence[str]) -> dict[str, datetime]:
    """Return the instants of ids, each of which stands before its score."""
    return {id: _instant(float(score)) for id, score in zip(rows[::2], rows[1::2], strict=True)}


def _instant(score: float) -> datetime:
    return datetime.fromtimestamp(score, UTC)
