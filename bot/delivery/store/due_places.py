"""The index of when each channel has to be looked at again, so that planning costs the channels that are due.

The index only says where to look; what is due is decided from the channel's own record. Every change marks its channel
first, and planners look at a marked channel until the mark is so old that the change is surely written. A planner looks
at every channel if the index is unknown to its process and old, or if the clock went back.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import chain

from redis.asyncio import Redis

from bot.domain.channel import Place
from bot.domain.frozen import frozen
from bot.domain.schedule import CLOCK_TOLERANCE
from bot.infra.redis import keys
from bot.infra.redis.chunks import in_chunks
from bot.infra.redis.connection import redis_faults, twice

MARK_SECONDS = 20.0
"""How long a changed channel is looked at: longer than a command to Redis takes with its timeouts and repetitions."""
REBUILD_AFTER = timedelta(days=1)
"""Age at which a new process no longer relies on the index: an older version may have written to the store."""

_MARK = "return redis.call('ZADD', KEYS[1], redis.call('TIME')[1], ARGV[1])"

_LOOK = """
local planned = redis.call('HMGET', KEYS[3], 'latest', 'built')
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
return {redis.call('TIME')[1], planned[1] or '', planned[2] or '', due, redis.call('ZRANGE', KEYS[2], 0, -1)}
"""

# ARGV: the time of the look, the age of a mark, the planner's clock, 1 for a look at everything; then for each place
# its name, its next time or none, and 1 if it is paused.
_SETTLE = """
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[1] - ARGV[2])
redis.call('HSET', KEYS[3], 'latest', ARGV[3])
if ARGV[4] == '1' then redis.call('HSET', KEYS[3], 'built', ARGV[1]) end
for n = 5, #ARGV, 3 do
  if ARGV[n + 1] == '' then redis.call('ZREM', KEYS[1], ARGV[n])
  else redis.call('ZADD', KEYS[1], ARGV[n + 1], ARGV[n]) end
  redis.call(ARGV[n + 2] == '1' and 'SADD' or 'SREM', KEYS[4], ARGV[n])
end
return 1
"""

_KEYS = (keys.DUE_AT, keys.DUE_CHANGED, keys.DUE_PLANNED, keys.DUE_PAUSED)
_CHUNK = 500


@frozen
class Look:
    """Where to look: at `places`, or at all of the store. `time` is the server's clock in seconds."""

    places: frozenset[Place]
    everywhere: bool
    time: int


@frozen
class Seen:
    """What a look has seen of a place: when to look `again` (None: not before it changes), and if it is paused."""

    again: datetime | None
    paused: bool

    @property
    def written(self) -> tuple[str, str]:
        """Return both as arguments of a script."""
        return str(self.again.timestamp()) if self.again else "", "1" if self.paused else ""


class DuePlaces:
    """The index in Redis; any number of planners may use it at once. Methods raise StoreDown."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._relies: bool | None = None

    def distrust(self) -> None:
        """Look at every channel the next time."""
        self._relies = False

    async def look(self, now: datetime) -> Look:
        """Return where to look at `now` (UTC): at channels whose time has come, and those changed lately."""
        with redis_faults():
            time, latest, built, due, changed = await twice(
                lambda: self._client.eval(_LOOK, len(_KEYS), *_KEYS, str(now.timestamp()))
            )
        if self._relies is None:
            self._relies = bool(built) and int(time) - int(built) < REBUILD_AFTER.total_seconds()
        went_back = not latest or now.timestamp() < float(latest) - CLOCK_TOLERANCE.total_seconds()
        return Look(_places(chain(due, changed)), went_back or not self._relies, int(time))

    async def count_paused(self) -> int:
        """Return the number of channels that were paused when planners last looked at them."""
        with redis_faults():
            return int(await twice(lambda: self._client.scard(keys.DUE_PAUSED)))

    async def settle(self, look: Look, now: datetime, seen: Mapping[Place, Seen]) -> None:
        """Record what a look at `now` (UTC) has seen of each place."""
        written = [(keys.write_place(place), *one.written) for place, one in seen.items()]
        for some in in_chunks(written, _CHUNK):
            await self._settle(look, now, "", some)
        await self._settle(look, now, "1" if look.everywhere else "", ())
        self._relies = self._relies or look.everywhere

    async def _settle(self, look: Look, now: datetime, whole: str, written: Sequence[tuple[str, str, str]]) -> None:
        about = (str(look.time), str(MARK_SECONDS), str(now.timestamp()), whole)
        with redis_faults():
            await twice(lambda: self._client.eval(_SETTLE, len(_KEYS), *_KEYS, *about, *chain.from_iterable(written)))


def _places(members: Iterable[object]) -> frozenset[Place]:
    """Return the places of members that can be read."""
    found = set()
    for member in members:
        with suppress(ValueError):
            found.add(keys.read_place(str(member)))
    return frozenset(found)


async def mark_changed(client: Redis, place: Place) -> None:
    """Have planners look at a channel, or at the channel of a mailbox, from before it changes."""
    await twice(lambda: client.eval(_MARK, 1, keys.DUE_CHANGED, keys.write_place(place)))


async def unmark(client: Redis, *places: Place) -> None:
    """Delete channels from the index."""
    members = [keys.write_place(place) for place in places]
    await twice(lambda: client.zrem(keys.DUE_AT, *members))
    await twice(lambda: client.zrem(keys.DUE_CHANGED, *members))
    await twice(lambda: client.srem(keys.DUE_PAUSED, *members))
