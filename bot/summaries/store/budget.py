"""Token budget in Redis by day and month, shared by all processes."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import date

from redis.asyncio import Redis

from bot.domain.errors import BudgetSpent, StoreDown
from bot.infra.clock_port import Clock
from bot.infra.redis import keys
from bot.infra.redis.connection import redis_faults, twice
from bot.summaries.budget import Account, Accounts, Allowance, Budget, Spent, Tokens
from bot.summaries.budget_port import Reserved

log = logging.getLogger(__name__)

_PERIODS = ("today", "this month")
_NO_LIMIT = -1

# KEYS: the day, the month. ARGV: input and output tokens and their price, the lifetime, then for each key the maximum
# of tokens and of micro-dollars. Returns 0, or the number of the key that has too little left.
_RESERVE = """
for n = 1, #KEYS do
  local has = redis.call('HMGET', KEYS[n], 'input', 'output', 'micro_dollars')
  local tokens = (tonumber(has[1]) or 0) + (tonumber(has[2]) or 0) + ARGV[1] + ARGV[2]
  local price = (tonumber(has[3]) or 0) + ARGV[3]
  local most_tokens, most_price = tonumber(ARGV[3 + 2 * n]), tonumber(ARGV[4 + 2 * n])
  if most_tokens >= 0 and tokens > most_tokens or most_price >= 0 and price > most_price then return n end
end
for n = 1, #KEYS do
  redis.call('HINCRBY', KEYS[n], 'input', ARGV[1])
  redis.call('HINCRBY', KEYS[n], 'output', ARGV[2])
  redis.call('HINCRBY', KEYS[n], 'micro_dollars', ARGV[3])
  redis.call('HINCRBY', KEYS[n], 'calls', 1)
  redis.call('HINCRBY', KEYS[n], 'estimated', 1)
  redis.call('EXPIRE', KEYS[n], ARGV[4])
end
return 0
"""
# ARGV: changes of input, output, price and number of estimates.
_SETTLE = """
for n = 1, #KEYS do
  if redis.call('EXISTS', KEYS[n]) == 1 then
    redis.call('HINCRBY', KEYS[n], 'input', ARGV[1])
    redis.call('HINCRBY', KEYS[n], 'output', ARGV[2])
    redis.call('HINCRBY', KEYS[n], 'micro_dollars', ARGV[3])
    redis.call('HINCRBY', KEYS[n], 'estimated', ARGV[4])
  end
end
return 0
"""


class RedisTokenBudget:
    """Token budget: one slot, one script a step.

    Nothing is retried after a lost reply. A call may stay reserved without being settled: the reported usage is never
    less than the real one. If Redis is down, a budget without limits lets the call pass uncounted; one with limits
    blocks it, since it may be used up.
    """

    def __init__(self, client: Redis, clock: Clock, budget: Budget) -> None:
        self._redis = client
        self._clock = clock
        self._budget = budget

    async def reserve(self, tokens: Tokens) -> Reserved:
        reserved = Reserved(tokens, self._clock.now().date())
        try:
            short = await self._run(
                _RESERVE,
                reserved.day,
                *self._amounts(tokens),
                keys.SPENT_SECONDS,
                *_limits(self._budget.day),
                *_limits(self._budget.month),
            )
        except StoreDown as down:
            log.warning("What a model costs can't be counted: cause=%s", down.sentence)
            if self._budget.limited:
                raise BudgetSpent("The model's budget can't be read.") from down
            return reserved
        if short:
            raise BudgetSpent(f"The model's budget for {_PERIODS[short - 1]} is used up.")
        return reserved

    async def settle(self, reserved: Reserved, used: Tokens, counted: bool = True) -> None:
        before, after = self._amounts(reserved.tokens), self._amounts(used)
        changes = [new - old for new, old in zip(after, before, strict=True)]
        with suppress(StoreDown):
            await self._run(_SETTLE, reserved.day, *changes, -1 if counted else 0)

    async def accounts(self) -> Accounts:
        day, month = [await self._spent(name) for name in _names(self._clock.now().date())]
        return Accounts(self._budget, Account(day, self._budget.day), Account(month, self._budget.month))

    async def _spent(self, name: str) -> Spent:
        with redis_faults():
            found = await twice(lambda: self._redis.hgetall(name))
        names = ("input", "output", "micro_dollars", "calls", "estimated")
        given, written, price, calls, estimated = (_number(found.get(field)) for field in names)
        return Spent(Tokens(given, written), price, calls, estimated)

    async def _run(self, script: str, day: date, *args: int) -> int:
        names = _names(day)
        with redis_faults():
            return int(await self._redis.eval(script, len(names), *names, *args))

    def _amounts(self, tokens: Tokens) -> tuple[int, int, int]:
        return tokens.input, tokens.output, self._budget.micro_dollars(tokens)


def _names(day: date) -> Sequence[str]:
    return keys.spent_on(day), keys.spent_in(day)


def _limits(allowed: Allowance) -> tuple[int, int]:
    tokens, dollars = allowed.tokens, allowed.micro_dollars
    return (_NO_LIMIT if tokens is None else tokens, _NO_LIMIT if dollars is None else dollars)


def _number(written: object) -> int:
    """Read a number; a damaged record counts as 0."""
    try:
        return max(int(str(written)), 0)
    except ValueError:
        return 0
