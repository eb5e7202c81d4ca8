"""Addresses that wait to be confirmed, in Redis: fulfils `ConfirmationStore`. Time is the server's own."""

import hashlib

from redis.asyncio import Redis

from bot.domain.channel import Place
from bot.infra.redis import keys
from bot.infra.redis.connection import redis_faults, twice

TRIES = 5
"""Of a code of six digits: one chance in 200,000 to guess it."""

A_PERSON, A_TEAM, AN_ADDRESS = 5, 50, 3
"""Letters with codes a day: nobody's mailbox is filled by somebody who types their address."""

# KEYS: what waits, the person's count, the team's count, the index of the team's keys.
_ASK = """
local function counted(key, most)
  return tonumber(redis.call('GET', key) or 0) < most
end
if not counted(KEYS[2], tonumber(ARGV[1])) or not counted(KEYS[3], tonumber(ARGV[2])) then return 0 end
local now, day = redis.call('TIME')[1], tonumber(ARGV[3])
for n = 2, 3 do
  redis.call('INCR', KEYS[n])
  redis.call('EXPIRE', KEYS[n], day, 'NX')
  redis.call('ZADD', KEYS[4], now + day, KEYS[n])
end
return 1
"""
_BEGIN = """
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'address', ARGV[1], 'code', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('ZADD', KEYS[2], redis.call('TIME')[1] + ARGV[3], KEYS[1])
return 1
"""
_CONFIRM = """
local address, code = unpack(redis.call('HMGET', KEYS[1], 'address', 'code'))
if not address or not code then return false end
if code == ARGV[1] then return address end
if redis.call('HINCRBY', KEYS[1], 'tries', 1) >= tonumber(ARGV[2]) then redis.call('DEL', KEYS[1]) end
return ''
"""
_COUNT = """
if tonumber(redis.call('GET', KEYS[1]) or 0) >= tonumber(ARGV[1]) then return 0 end
redis.call('INCR', KEYS[1])
redis.call('EXPIRE', KEYS[1], ARGV[2], 'NX')
return 1
"""


class ConfirmationStore:
    """What waits is deleted with its team. How often an address was written to is kept under a hash of it alone."""

    def __init__(self, client: Redis) -> None:
        self._client = client

    async def begin(self, origin: Place, user: str, address: str, code: str) -> bool:
        """Notes that `user` has to type `code`; it replaces one that waited before.

        False, and nothing noted, where too many were sent within a day: to that address, or for that person or team.
        """
        index = keys.team_keys(origin.tag)
        waiting, person, team = keys.optin(origin, user), keys.optins(origin.tag, user), keys.optins(origin.tag)
        day, hashed = keys.OPTINS_SECONDS, hashlib.sha256(address.encode()).hexdigest()[:32]
        with redis_faults():
            asked = self._client.eval(_ASK, 4, waiting, person, team, index, A_PERSON, A_TEAM, day)
            if not await asked:
                return False
            if not await self._client.eval(_COUNT, 1, keys.mailed(hashed), AN_ADDRESS, day):
                return False
            lives = keys.OPTIN_SECONDS
            await twice(lambda: self._client.eval(_BEGIN, 2, waiting, index, address, code, lives))
        return True

    async def confirm(self, origin: Place, user: str, code: str) -> str | None:
        """The address of that code; "" where it is another code, None where nothing waits (any more)."""
        with redis_faults():
            found = await self._client.eval(_CONFIRM, 1, keys.optin(origin, user), code, TRIES)
        return None if found is None else str(found)

    async def end(self, origin: Place, user: str) -> None:
        """Nothing waits any more."""
        with redis_faults():
            await twice(lambda: self._client.delete(keys.optin(origin, user)))
