"""Count messages to platforms in Redis: all processes together keep the platforms' rate limits."""

import math
from collections.abc import Sequence
from functools import partial

from redis.asyncio import Redis

from bot.delivery.rate_limit import Limit, RejectedToken, Wait
from bot.domain.channel import Place
from bot.domain.errors import Scope
from bot.infra.redis import keys
from bot.infra.redis.connection import redis_faults, twice
from bot.infra.redis.servers import nodes

_CHUNK = 1000

_SCOPES: tuple[Scope, ...] = ("channel", "team", "platform")

_PAUSES_SECONDS = (60, 3600, keys.REJECTED_SECONDS)
"""Pauses after successive refusals of a token: a platform may err briefly, and the third refusal is final."""

# For each limit, a list holds the times of its last messages, newest first, up to the limit: no quota is lost when
# nobody could post. KEYS: closed scopes, narrowest first, then one list a limit. ARGV for each limit: messages, window
# in ms, index of its scope.
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
# ARGV: 1 if final at once, the lifetime, then the pauses in seconds after each refusal.
_REJECT = """
local count = redis.call('HINCRBY', KEYS[1], 'count', 1)
if ARGV[1] == '1' then count = #ARGV - 2 end
local pause = ARGV[2 + math.min(count, #ARGV - 2)]
redis.call('HSET', KEYS[1], 'count', count, 'until', redis.call('TIME')[1] + pause)
redis.call('EXPIRE', KEYS[1], ARGV[2])
return count
"""
_READ_REJECTION = """
local till = redis.call('HGET', KEYS[1], 'until')
if not till then return {0, 0} end
return {till - redis.call('TIME')[1], tonumber(redis.call('HGET', KEYS[1], 'count'))}
"""


class RateLimitStore:
    """Rate limits in Redis: one slot a platform, one script a step. Every key expires."""

    def __init__(self, client: Redis) -> None:
        self._redis = client

    async def take(self, place: Place, limits: Sequence[Limit]) -> Wait:
        """Acquire a permit to post one message now, or return the wait and acquire nothing.

        `limits` go from the narrowest scope to the widest; if several block the message, the narrowest is returned.
        """
        names = [_name(place, "closed", scope) for scope in _SCOPES]
        names += [_name(place, "last", limit.scope) for limit in limits]
        args = [
            part
            for limit in limits
            for part in (limit.most, round(1000 * limit.seconds), _SCOPES.index(limit.scope) + 1)
        ]
        ms, scope = await self._run(_TAKE, names, *args)
        return Wait(ms / 1000, _SCOPES[scope - 1])

    async def close(self, place: Place, scope: Scope, seconds: float) -> None:
        """Close that scope for everyone after the platform asked to wait, for an hour at most."""
        # Add 1 ms: Redis counts from the start of the current millisecond.
        ms = math.ceil(1000 * min(max(seconds, 0.001), keys.CLOSED_SECONDS)) + 1
        await self._run(_CLOSE, [_name(place, "closed", scope)], ms)

    async def reject_token(self, place: Place, token: str, for_good: bool) -> None:
        """Record that the place's team refused a token's fingerprint; the third refusal, or `for_good`, is final."""
        name = keys.rate_limit(place.platform, "away", place.team, token)
        await self._run(_REJECT, [name], int(for_good), keys.REJECTED_SECONDS, *_PAUSES_SECONDS)

    async def rejected_token(self, place: Place, token: str) -> RejectedToken | None:
        """Return the refusal that bars this token from the place's team now; None if it may be used."""
        left, count = await self._run(_READ_REJECTION, [keys.rate_limit(place.platform, "away", place.team, token)])
        return RejectedToken(left, count >= len(_PAUSES_SECONDS)) if left > 0 else None

    async def forget_team(self, platform: str, team: str) -> None:
        """Delete what is remembered of a team: its last messages, pauses, and refusals of our token.

        Reads the names of all keys, 0.1 s for 100,000: a team comes or goes rarely.
        """
        ours = [keys.rate_limit(platform, kind, team) for kind in ("last", "closed", "away")]
        with redis_faults():
            for node in await nodes(self._redis):
                async for raw in node.scan_iter(match=f"lark:{{pace:{keys.escape(platform)}}}:*", count=_CHUNK):
                    name = str(raw)
                    if name in ours or name.startswith(tuple(f"{one}:" for one in ours)):
                        await twice(partial(self._redis.delete, name))

    async def _run(self, script: str, names: Sequence[str], *args: float) -> list[int]:
        with redis_faults():
            answer = await twice(lambda: self._redis.eval(script, len(names), *names, *args))
        return [int(part) for part in answer] if isinstance(answer, list) else []


def _name(place: Place, kind: str, scope: Scope) -> str:
    within = {"channel": (place.team, place.channel), "team": (place.team,), "platform": ()}[scope]
    return keys.rate_limit(place.platform, kind, *within)
