"""Addresses that wait to be confirmed, in Redis. Times are those of the server's clock."""

import hashlib

from redis.asyncio import Redis

from bot.domain.channel import Place
from bot.infra.redis import keys
from bot.infra.redis.connection import redis_faults, twice
from bot.infra.redis.erasure import mark_deleted

MAX_TRIES = 5
"""Attempts at a code of six digits: one chance in 200,000 to guess it."""

MAX_LETTERS_PER_USER, MAX_LETTERS_PER_TEAM, MAX_LETTERS_PER_ADDRESS = 5, 50, 3
"""Letters with codes a day; the limit keeps anyone from filling another person's mailbox."""

# KEYS: the pending address, the user's count, the team's count, the index of the team's keys.
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
    """Pending addresses, deleted with their team. Letters to an address are counted under a hash of the address."""

    def __init__(self, client: Redis) -> None:
        self._client = client

    async def begin(self, origin: Place, user: str, address: str, code: str) -> bool:
        """Record that `user` has to type `code`; this replaces a pending code.

        Return False, with nothing recorded, if a day's limit for the address, user or team is reached.
        """
        index = keys.team_keys(origin.tag)
        waiting, person, team = (
            keys.confirmation(origin, user),
            keys.confirmation_count(origin.tag, user),
            keys.confirmation_count(origin.tag),
        )
        day, hashed = keys.CONFIRMATION_COUNT_SECONDS, hashlib.sha256(address.encode()).hexdigest()[:32]
        with redis_faults():
            asked = self._client.eval(
                _ASK, 4, waiting, person, team, index, MAX_LETTERS_PER_USER, MAX_LETTERS_PER_TEAM, day
            )
            if not await asked:
                return False
            if not await self._client.eval(_COUNT, 1, keys.letters_to(hashed), MAX_LETTERS_PER_ADDRESS, day):
                return False
            lives = keys.CONFIRMATION_SECONDS
            await twice(lambda: self._client.eval(_BEGIN, 2, waiting, index, address, code, lives))
        return True

    async def confirm(self, origin: Place, user: str, code: str) -> str | None:
        """Return the code's address; "" if the code is wrong, None if nothing is pending (any more)."""
        with redis_faults():
            found = await self._client.eval(_CONFIRM, 1, keys.confirmation(origin, user), code, MAX_TRIES)
        return None if found is None else str(found)

    async def end(self, origin: Place, user: str) -> None:
        """Delete the pending code."""
        with redis_faults():
            if await twice(lambda: self._client.delete(keys.confirmation(origin, user))):
                await mark_deleted(self._client)
