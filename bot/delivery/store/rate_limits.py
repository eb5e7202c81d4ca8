"""Count what is sent to platforms, in Redis, so that all processes together keep the platforms' rate limits."""

import math
from collections.abc import Sequence

from redis.asyncio import Redis

from bot.delivery.rate_limit import Limit, RejectedToken, Wait
from bot.domain.channel import Place
from bot.domain.errors import Scope
from bot.infra.redis import keys
from bot.infra.redis.connection import redis_faults, twice

_SCOPES: tuple[Scope, ...] = ("channel", "team", "platform")

_PAUSES_SECONDS = (60, 3600, keys.AWAY_SECONDS)
"""After each time that a token was refused: a platform's moment of confusion passes, and the third time counts."""

# Of each limit the instants of its last messages are kept, newest first: as many as fit, so that of a moment in which
# nobody could post nothing is lost. KEYS: what is closed, narrowest first, then a list for each limit. ARGV for each
# limit: how many in how many ms, and the number of its scope.
_TAKE = """
for n = 1, 3 do
  local left = redis.call('PTTL', KEYS[n])
  if left > 0 then return {left, n} end
end
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
for n = 1, #KEYS - 3 do
  local oldest = redis.call('LINDEX', KEYS[3 + n], ARGV[3 * n - 2] - 1)
  local wait = oldest and oldest + ARGV[3 * n - 1] - now or 0
  if wait > 0 then return {math.ceil(wait), tonumber(ARGV[3 * n])} end
end
for n = 1, #KEYS - 3 do
  redis.call('LPUSH', KEYS[3 + n], string.format('%.3f', now))
  redis.call('LTRIM', KEYS[3 + n], 0, ARGV[3 * n - 2] - 1)
  redis.call('PEXPIRE', KEYS[3 + n], ARGV[3 * n - 1])
end
return {0, 1}
"""
_CLOSE = """
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], '1', 'PX', ARGV[1]) end
return 1
"""
# ARGV: 1 where it is for good at once, the lifetime, then the pauses after each refusal in seconds.
_TURNED_AWAY = """
local count = redis.call('HINCRBY', KEYS[1], 'count', 1)
if ARGV[1] == '1' then count = #ARGV - 2 end
local pause = ARGV[2 + math.min(count, #ARGV - 2)]
redis.call('HSET', KEYS[1], 'count', count, 'until', redis.call('TIME')[1] + pause)
redis.call('EXPIRE', KEYS[1], ARGV[2])
return count
"""
_AWAY = """
local till = redis.call('HGET', KEYS[1], 'until')
if not till then return {0, 0} end
return {till - redis.call('TIME')[1], tonumber(redis.call('HGET', KEYS[1], 'count'))}
"""


class RateLimitStore:
    """One slot a platform, each step one script. Whatever is written here is gone by itself."""

    def __init__(self, client: Redis) -> None:
        self._redis = client

    async def take(self, place: Place, limits: Sequence[Limit]) -> Wait:
        """Takes the right to post one message now; nothing is taken where it has to wait.

        `limits` go from the narrowest scope to the widest; of several that make it wait, the narrowest is named.
        """
        names = [_name(place, "closed", scope) for scope in _SCOPES]
        names += [_name(place, "last", limit.scope) for limit in limits]
        args = [part for one in limits for part in (one.most, round(1000 * one.seconds), _SCOPES.index(one.scope) + 1)]
        ms, scope = await self._run(_TAKE, names, *args)
        return Wait(ms / 1000, _SCOPES[scope - 1])

    async def close(self, place: Place, scope: Scope, seconds: float) -> None:
        """The platform asked to wait: nobody posts in that scope of the place meanwhile, for an hour at most."""
        # One more, as Redis counts from the beginning of the millisecond that it is in.
        ms = math.ceil(1000 * min(max(seconds, 0.001), keys.CLOSED_SECONDS)) + 1
        await self._run(_CLOSE, [_name(place, "closed", scope)], ms)

    async def turned_away(self, place: Place, token: str, for_good: bool) -> None:
        """The place's team refused a token (a fingerprint of it): the third time, or at once, counts for good."""
        name = keys.pace(place.platform, "away", place.team, token)
        await self._run(_TURNED_AWAY, [name], int(for_good), keys.AWAY_SECONDS, *_PAUSES_SECONDS)

    async def away(self, place: Place, token: str) -> RejectedToken | None:
        """Whether that token isn't to be shown to the place's team now; None where it may be."""
        left, count = await self._run(_AWAY, [keys.pace(place.platform, "away", place.team, token)])
        return RejectedToken(left, count >= len(_PAUSES_SECONDS)) if left > 0 else None

    async def _run(self, script: str, names: Sequence[str], *args: float) -> list[int]:
        with redis_faults():
            answer = await twice(lambda: self._redis.eval(script, len(names), *names, *args))
        return [int(part) for part in answer] if isinstance(answer, list) else []


def _name(place: Place, kind: str, scope: Scope) -> str:
    within = {"channel": (place.team, place.channel), "team": (place.team,), "platform": ()}[scope]
    return keys.pace(place.platform, kind, *within)
