"""Shares of people and teams in Redis, over all processes: a token bucket each, as one instant.

The generic cell rate algorithm (https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm): the key holds the instant
at which the bucket is full again, and its lifetime ends then.
"""

import logging

from redis.asyncio import Redis

from bot.domain.errors import HeldBack, StoreDown
from bot.infra import asker
from bot.infra.redis import keys
from bot.infra.redis.connection import redis_faults
from bot.infra.shares import HourlyShares

log = logging.getLogger(__name__)

_HOUR_MS = 3_600_000
_WHO = ("You've", "Your team has")

# KEYS: the person's and the team's bucket, the index of the team's keys. ARGV: steps, 1 to refuse what exceeds a
# bucket, an hour in ms, then for each bucket the ms in which one step flows back (0: no limit).
# Returns {0, 0}, or the ms until a step flows back and the number of the bucket that lacks it.
_CHARGE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local levels = {}
for n = 1, 2 do
  local step = tonumber(ARGV[3 + n])
  if step > 0 then
    local before = math.max((tonumber(redis.call('GET', KEYS[n])) or 0) - now, 0)
    if ARGV[2] == '1' and before + step > tonumber(ARGV[3]) then
      return {math.ceil(before + step - ARGV[3]), n}
    end
    levels[n] = before + step * ARGV[1]
  end
end
for n, level in pairs(levels) do
  redis.call('SET', KEYS[n], string.format('%.0f', now + level), 'PX', math.ceil(level))
  redis.call('ZADD', KEYS[3], string.format('%.0f', (now + level) / 1000 + 1), KEYS[n])
end
return {0, 0}
"""


class RedisShares:
    """The shares of all people and teams; `charge` is a `bot.infra.shares.Charge`."""

    def __init__(self, client: Redis, hourly: HourlyShares) -> None:
        self._client = client
        self.hourly = hourly
        self._step_ms = [_HOUR_MS / most if most else 0 for most in (hourly.person, hourly.team)]

    async def charge(self, steps: int = 1) -> None:
        """Count steps for the person for whom the code works; for nobody and for operators, do nothing.

        A command is refused at its first costly step or not at all: a later one may only sink the bucket below
        nothing, which delays the next command. Raises HeldBack. While Redis is down, nothing is counted.
        """
        question = asker.question()
        if question is None or question.unlimited or not any(self._step_ms) or steps < 1:
            return
        names = (keys.share(question.team, question.user), keys.share(question.team), keys.team_keys(question.team))
        refuses = 0 if question.admitted else 1
        try:
            with redis_faults():
                asked = self._client.eval(_CHARGE, 3, *names, steps, refuses, _HOUR_MS, *map(str, self._step_ms))
                wait_ms, who = map(int, await asked)
        except StoreDown as down:
            log.warning("A share can't be counted: cause=%s", down.sentence)
            return
        if wait_ms:
            raise HeldBack(f"{_WHO[who - 1]} asked for a lot in the last hour.", wait_ms / 1000)
        question.admitted = True
