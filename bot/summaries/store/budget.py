"""Token budget in Redis by day and month, shared by all processes."""

import logging
from collections.abc import Sequence
from contextlib import suppress

from redis.asyncio import Redis

from bot.domain.errors import BudgetSpent, ShareSpent, StoreDown
from bot.infra import asker
from bot.infra.clock_port import Clock
from bot.infra.fingerprint import fingerprint
from bot.infra.redis import keys
from bot.infra.redis.connection import redis_faults, twice
from bot.summaries.budget import Account, Accounts, Allowance, Budget, Spent, Tokens
from bot.summaries.budget_port import Reserved

log = logging.getLogger(__name__)

_SPENT: tuple[tuple[type[BudgetSpent], str], ...] = (
    (BudgetSpent, "The model's budget for today is used up."),
    (BudgetSpent, "The model's budget for this month is used up."),
    (ShareSpent, "Today's share of the model for what people ask is used up."),
    (ShareSpent, "Today's share of the model for one person is used up."),
)
_NO_LIMIT = -1

# KEYS: the day, the month, and if a person asks: what all people and this one asked for on the day. ARGV: input and
# output tokens and their price, then for each key its lifetime and the maximum of tokens and of micro-dollars.
# Returns 0, or the number of the key that has too little left.
_RESERVE = """
for n = 1, #KEYS do
  local has = redis.call('HMGET', KEYS[n], 'input', 'output', 'micro_dollars')
  local tokens = (tonumber(has[1]) or 0) + (tonumber(has[2]) or 0) + ARGV[1] + ARGV[2]
  local price = (tonumber(has[3]) or 0) + ARGV[3]
  local most_tokens, most_price = tonumber(ARGV[2 + 3 * n]), tonumber(ARGV[3 + 3 * n])
  if most_tokens >= 0 and tokens > most_tokens or most_price >= 0 and price > most_price then return n end
end
for n = 1, #KEYS do
  redis.call('HINCRBY', KEYS[n], 'input', ARGV[1])
  redis.call('HINCRBY', KEYS[n], 'output', ARGV[2])
  redis.call('HINCRBY', KEYS[n], 'micro_dollars', ARGV[3])
  redis.call('HINCRBY', KEYS[n], 'calls', 1)
  redis.call('HINCRBY', KEYS[n], 'estimated', 1)
  redis.call('EXPIRE', KEYS[n], ARGV[1 + 3 * n])
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
        question = asker.question()
        person = fingerprint(question.person) if question and not question.unlimited else ""
        reserved = Reserved(tokens, self._clock.now().date(), person)
        try:
            short = await self._run(_RESERVE, reserved, *self._amounts(tokens), *self._limits(reserved))
        except StoreDown as down:
            log.warning("What a model costs can't be counted: cause=%s", down.sentence)
            if self._budget.limited:
                raise BudgetSpent("The model's budget can't be read.") from down
            return reserved
        if short:
            kind, sentence = _SPENT[short - 1]
            raise kind(sentence)
        return reserved

    async def settle(self, reserved: Reserved, used: Tokens, counted: bool = True) -> None:
        before, after = self._amounts(reserved.tokens), self._amounts(used)
        changes = [new - old for new, old in zip(after, before, strict=True)]
        with suppress(StoreDown):
            await self._run(_SETTLE, reserved, *changes, -1 if counted else 0)

    async def accounts(self) -> Accounts:
        today, budget = self._clock.now().date(), self._budget
        names = (keys.spent_on(today), keys.spent_in(today), keys.asked_on(today))
        day, month, asked = [await self._spent(name) for name in names]
        return Accounts(budget, Account(day, budget.day), Account(month, budget.month), Account(asked, budget.asked))

    async def _spent(self, name: str) -> Spent:
        with redis_faults():
            found = await twice(lambda: self._redis.hgetall(name))
        names = ("input", "output", "micro_dollars", "calls", "estimated")
        given, written, price, calls, estimated = (_number(found.get(field)) for field in names)
        return Spent(Tokens(given, written), price, calls, estimated)

    async def _run(self, script: str, reserved: Reserved, *args: int) -> int:
        names = _names(reserved)
        with redis_faults():
            return int(await self._redis.eval(script, len(names), *names, *args))

    def _amounts(self, tokens: Tokens) -> tuple[int, int, int]:
        return tokens.input, tokens.output, self._budget.micro_dollars(tokens)

    def _limits(self, reserved: Reserved) -> list[int]:
        """Return the lifetime and the limits of each key."""
        budget = self._budget
        limits = [(keys.SPENT_SECONDS, *_limits(allowed)) for allowed in (budget.day, budget.month)]
        if reserved.person:
            limits += [(keys.ASKED_SECONDS, *_limits(allowed)) for allowed in (budget.asked, budget.person)]
        return [number for each in limits for number in each]


def _names(reserved: Reserved) -> Sequence[str]:
    day = reserved.day
    asked = (keys.asked_on(day), keys.asked_on(day, reserved.person)) if reserved.person else ()
    return (keys.spent_on(day), keys.spent_in(day), *asked)


def _limits(allowed: Allowance) -> tuple[int, int]:
    tokens, dollars = allowed.tokens, allowed.micro_dollars
    return (_NO_LIMIT if tokens is None else tokens, _NO_LIMIT if dollars is None else dollars)


def _number(written: object) -> int:
    """Read a number; a damaged record counts as 0."""
    try:
        return max(int(str(written)), 0)
    except ValueError:
        return 0
