"""The index of teams that have messages to send or failed tasks, so that planners need not ask every team.

A team is marked before anything of it is written, and taken off only if it has nothing and the mark is old.
"""

from collections.abc import Iterable

from redis.asyncio import Redis

from bot.delivery.store.due_places import MARK_SECONDS
from bot.infra.redis import keys
from bot.infra.redis.chunks import in_chunks
from bot.infra.redis.connection import twice
from bot.infra.redis.together import together

_MARK = """
local now = redis.call('TIME')[1]
for n = 1, #ARGV do redis.call('ZADD', KEYS[1], 'GT', now, ARGV[n]) end
return 1
"""

# Take off the teams that were marked before; ARGV: age of the mark in seconds, then teams.
_SETTLE = """
local old = redis.call('TIME')[1] - ARGV[1]
for n = 2, #ARGV do
  local marked = redis.call('ZSCORE', KEYS[1], ARGV[n])
  if marked and tonumber(marked) <= old then redis.call('ZREM', KEYS[1], ARGV[n]) end
end
return 1
"""


_CHUNK = 500


class BusyTeams:
    """The index in Redis. Its callers turn faults of Redis into StoreDown."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._together = together(client)

    async def mark(self, *tags: str) -> None:
        """Note that something of these teams is about to be written; `tags` are `Place.tag`."""
        for some in in_chunks(tags, _CHUNK):
            await self._together.run("EVAL", _MARK, 1, keys.BUSY_TEAMS, *some)

    async def tags(self) -> list[str]:
        """Return the teams that may have something, in order."""
        return sorted(str(tag) for tag in await twice(lambda: self._client.zrange(keys.BUSY_TEAMS, 0, -1)))

    async def settle(self, idle: Iterable[str]) -> None:
        """Take off teams that turned out to have nothing, unless they were marked lately."""
        args = [str(MARK_SECONDS), *idle]
        if len(args) > 1:
            await twice(lambda: self._client.eval(_SETTLE, 1, keys.BUSY_TEAMS, *args))

    async def forget(self, tag: str) -> None:
        """Delete a team from the index."""
        await twice(lambda: self._client.zrem(keys.BUSY_TEAMS, tag))
