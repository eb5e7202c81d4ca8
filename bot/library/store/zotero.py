"""Connections with Zotero in Redis: people's keys, the lists linked to libraries, and what is there already.

What to send isn't stored: it is what a list holds and the record of sent papers lacks. So a save is enough, and nothing
is lost if a process ends right after it; `ZOTERO` only says when to look.
"""

import logging
from datetime import datetime

from pydantic import ValidationError
from redis.asyncio import Redis

from bot.domain.channel import Place
from bot.domain.zotero import Connection, Library, Link
from bot.infra.redis import keys
from bot.infra.redis.connection import redis_faults, twice
from bot.infra.redis.erasure import mark_deleted
from bot.infra.redis.instants import read_instant, write_instant
from bot.infra.redis.json_records import write_json
from bot.infra.redis.record_type import RecordType

log = logging.getLogger(__name__)

MOST_DUE = 200
"""Lists looked at in one round; the others come in the next."""

_LINK: RecordType[Link] = RecordType(Link)
_LIBRARY: RecordType[Library] = RecordType(Library)
_KEY, _TO, _REST, _PAUSED = "key", "library", "rest_until", "paused:"

# Write a field of a record that still has the same key; return 1 if the field is new.
_NOTE = """
if redis.call('HGET', KEYS[1], 'key') ~= ARGV[1] then return 0 end
return redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
"""

# Postpone a list unless it was woken or unlinked since it was last postponed.
_SETTLE = """
if tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or '-1') ~= tonumber(ARGV[2]) then return 0 end
return redis.call('ZADD', KEYS[1], 'XX', 'CH', ARGV[3], ARGV[1])
"""


class ZoteroStore:
    """Keys (encrypted before they come here), links and sent papers. Methods raise StoreDown."""

    def __init__(self, client: Redis) -> None:
        self._redis = client

    async def connection(self, tag: str, user: str) -> Connection | None:
        """Return the person's connection; `tag` is the `Place.tag` of their direct messages."""
        name = keys.zotero_connection(tag, user)
        with redis_faults():
            stored = {str(k): str(v) for k, v in (await twice(lambda: self._redis.hgetall(name))).items()}
        if not stored:
            return None
        try:
            library = _LIBRARY.validate_json(stored[_TO])
            rest_until = read_instant(stored[_REST]) if _REST in stored else None
            paused = {k.removeprefix(_PAUSED): v for k, v in stored.items() if k.startswith(_PAUSED)}
            return Connection(stored[_KEY], library, paused, rest_until)
        except (KeyError, ValueError):
            log.warning("A record can't be read and is set aside: key=%s", name)
            return None

    async def connect(self, tag: str, user: str, closed_key: str, library: Library) -> None:
        """Store a person's key, encrypted; it replaces an earlier one, with its pauses."""
        name = keys.zotero_connection(tag, user)
        with redis_faults():
            pipe = self._redis.pipeline()
            pipe.zadd(keys.team_keys(tag), {name: "+inf"})
            pipe.delete(name)
            pipe.hset(name, items=[_KEY, closed_key, _TO, write_json(_LIBRARY, library).decode()])
            await pipe.execute()
            await mark_deleted(self._redis)

    async def disconnect(self, tag: str, user: str) -> None:
        """Delete a person's key."""
        name = keys.zotero_connection(tag, user)
        with redis_faults():
            pipe = self._redis.pipeline()
            pipe.delete(name)
            pipe.zrem(keys.team_keys(tag), name)
            await pipe.execute()
            await mark_deleted(self._redis)

    async def pause(self, link: Link, closed_key: str, why: str) -> bool:
        """Pause what goes to the link's library; return False if it was paused, or the person changed the key."""
        return await self._note(link, closed_key, f"{_PAUSED}{link.library.path}", why)

    async def rest(self, link: Link, closed_key: str, until: datetime) -> None:
        """Record that Zotero asked to be left alone until then."""
        await self._note(link, closed_key, _REST, write_instant(until))

    async def renew_key(self, link: Link, closed_key: str, renewed: str) -> None:
        """Replace the encrypted key by the same one, encrypted anew."""
        await self._note(link, closed_key, _KEY, renewed)

    async def link(self, place: Place) -> Link | None:
        """Return where the place's reading list goes; None if nowhere."""
        name = keys.zotero_link(place)
        with redis_faults():
            stored = await twice(lambda: self._redis.get(name))
        try:
            return _LINK.validate_json(stored) if stored else None
        except ValidationError:
            log.warning("A record can't be read and is set aside: key=%s", name)
            return None

    async def set_link(self, link: Link, now: datetime) -> None:
        """Store where a reading list goes, and look at it at once."""
        place, name = link.place, keys.zotero_link(link.place)
        with redis_faults():
            await twice(lambda: self._redis.sadd(keys.PLACES, keys.write_place(place)))
            await twice(lambda: self._redis.zadd(keys.ZOTERO, {keys.write_place(place): int(now.timestamp())}))
            pipe = self._redis.pipeline()
            pipe.zadd(keys.team_keys(place.tag), {name: "+inf"})
            pipe.set(name, write_json(_LINK, link))
            await pipe.execute()
        await self.wake(place, now)  # a process that looked before the link was there has postponed it

    async def unlink(self, place: Place) -> None:
        """End a link, and forget what was sent."""
        names = [keys.zotero_link(place), keys.zotero_sent(place)]
        with redis_faults():
            pipe = self._redis.pipeline()
            pipe.delete(*names)
            pipe.zrem(keys.team_keys(place.tag), *names)
            await pipe.execute()
            await twice(lambda: self._redis.zrem(keys.ZOTERO, keys.write_place(place)))

    async def sent(self, place: Place) -> dict[str, str]:
        """Return the ids of papers sent, each with the library's path; "!" before it if Zotero refused the paper."""
        with redis_faults():
            stored = await twice(lambda: self._redis.hgetall(keys.zotero_sent(place)))
        return {str(paper_id): str(path) for paper_id, path in stored.items()}

    async def note_sent(self, place: Place, paper_id: str, path: str) -> None:
        """Record that the library has a paper, or refused it."""
        name = keys.zotero_sent(place)
        with redis_faults():
            pipe = self._redis.pipeline()
            pipe.zadd(keys.team_keys(place.tag), {name: "+inf"})
            pipe.hset(name, paper_id, path)
            await pipe.execute()

    async def due(self, now: datetime) -> list[Place]:
        """Return the places whose lists are to be looked at."""
        with redis_faults():
            found = await twice(
                lambda: self._redis.zrangebyscore(keys.ZOTERO, "-inf", int(now.timestamp()), start=0, num=MOST_DUE)
            )
        return [keys.read_place(str(member)) for member in found]

    async def wake(self, place: Place, now: datetime) -> None:
        """Have the place's list looked at now, if it is linked."""
        with redis_faults():
            await twice(lambda: self._redis.zadd(keys.ZOTERO, {keys.write_place(place): int(now.timestamp())}, xx=True))

    async def begin(self, place: Place, until: datetime) -> float:
        """Postpone a list until then, or until it is woken; return what `settle` takes."""
        begun = int(until.timestamp()) + 0.5  # `wake` writes whole seconds, so it is never the same
        with redis_faults():
            await twice(lambda: self._redis.zadd(keys.ZOTERO, {keys.write_place(place): begun}, xx=True))
        return begun

    async def settle(self, place: Place, begun: float, until: datetime) -> None:
        """Postpone a list further, unless it was woken since `begin`."""
        args = (keys.write_place(place), begun, int(until.timestamp()))
        with redis_faults():
            await twice(lambda: self._redis.eval(_SETTLE, 1, keys.ZOTERO, *args))

    async def _note(self, link: Link, closed_key: str, field: str, value: str) -> bool:
        name = keys.zotero_connection(link.tag, link.user)
        with redis_faults():
            return bool(await self._redis.eval(_NOTE, 1, name, closed_key, field, value))
