"""One budget for all processes: usage is counted and limited by day and month."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from fnmatch import fnmatchcase

import pytest
from redis.asyncio import Redis

from bot.domain.errors import BudgetSpent, ShareSpent, StoreDown
from bot.infra.asker import Question, asked_by
from bot.infra.clock import FixedClock
from bot.infra.redis import keys
from bot.infra.redis.connection import open_redis
from bot.summaries.budget import MICRO, Account, Allowance, Budget, Prices, Spent, Tokens
from bot.summaries.budget_port import Reserved
from bot.summaries.store.budget import RedisTokenBudget
from support.stored_keys import stored

NOON = datetime(2026, 8, 31, 12, tzinfo=UTC)
TOMORROW = datetime(2026, 9, 1, 0, 0, 1, tzinfo=UTC)
CALL = Tokens(800, 200)
NO_LIMIT = Budget()
PRICES = Prices(input=0.25, output=2.0)

TokenBudgets = Callable[..., RedisTokenBudget]


@pytest.fixture
def token_budgets(redis_client: Redis) -> TokenBudgets:
    """`token_budgets(Budget(…))` is that of one more process, at noon."""
    return lambda budget=NO_LIMIT, now=NOON: RedisTokenBudget(redis_client, FixedClock(now), budget)


async def spend(token_budget: RedisTokenBudget, tokens: Tokens = CALL, counted: bool = True) -> Reserved:
    reserved = await token_budget.reserve(tokens)
    await token_budget.settle(reserved, tokens, counted)
    return reserved


async def test_what_one_process_spends_all_of_them_know(token_budgets: TokenBudgets) -> None:
    await spend(token_budgets(Budget(prices=PRICES)))
    await spend(token_budgets(Budget(prices=PRICES)), Tokens(100, 10))
    accounts = await token_budgets(Budget(prices=PRICES)).accounts()
    spent = Spent(Tokens(900, 210), micro_dollars=645, calls=2)
    assert (accounts.today, accounts.this_month) == (Account(spent, Allowance()), Account(spent, Allowance()))
    assert not accounts.used_up


async def test_what_was_used_takes_the_place_of_what_was_put_aside(token_budgets: TokenBudgets) -> None:
    token_budget = token_budgets(Budget(prices=PRICES))
    reserved = await token_budget.reserve(Tokens(1000, 1000))
    assert (await token_budget.accounts()).today.spent == Spent(Tokens(1000, 1000), 2250, calls=1, estimated=1)
    await token_budget.settle(reserved, Tokens(700, 100))
    assert (await token_budget.accounts()).today.spent == Spent(Tokens(700, 100), 375, calls=1)


async def test_a_call_that_nobody_counted_is_known_as_estimated(token_budgets: TokenBudgets) -> None:
    await spend(token_budgets(), counted=False)
    assert (await token_budgets().accounts()).today.spent == Spent(CALL, calls=1, estimated=1)


async def test_where_less_than_a_call_is_left_of_the_day_the_next_one_is_held_back(token_budgets: TokenBudgets) -> None:
    token_budget = token_budgets(Budget(day=Allowance(tokens=2500)))
    await spend(token_budget)
    await spend(token_budget)
    with pytest.raises(BudgetSpent, match="budget for today is used up"):
        await token_budget.reserve(CALL)
    accounts = await token_budget.accounts()
    assert accounts.today.spent.tokens.total == 2000
    assert accounts.today.tokens_left == 500
    assert accounts.used_up == "today"


async def test_the_last_token_may_be_spent(token_budgets: TokenBudgets) -> None:
    token_budget = token_budgets(Budget(day=Allowance(tokens=2000)))
    await spend(token_budget)
    await spend(token_budget)
    assert (await token_budget.accounts()).today.tokens_left == 0


async def test_a_new_day_begins_at_midnight_utc_with_a_budget_of_its_own(token_budgets: TokenBudgets) -> None:
    budget = Budget(day=Allowance(tokens=1000))
    await spend(token_budgets(budget))
    with pytest.raises(BudgetSpent):
        await token_budgets(budget).reserve(CALL)
    await spend(token_budgets(budget, TOMORROW))
    assert (await token_budgets(budget, TOMORROW).accounts()).today.spent.calls == 1


async def test_the_months_limit_holds_over_its_days(token_budgets: TokenBudgets) -> None:
    budget = Budget(day=Allowance(tokens=2000), month=Allowance(tokens=2500))
    await spend(token_budgets(budget, NOON.replace(day=3)))
    await spend(token_budgets(budget, NOON.replace(day=4)))
    with pytest.raises(BudgetSpent, match="budget for this month is used up"):
        await token_budgets(budget).reserve(CALL)
    accounts = await token_budgets(budget).accounts()
    assert accounts.used_up == "this month"
    assert (accounts.today.spent.calls, accounts.this_month.spent.calls) == (0, 2)
    await spend(token_budgets(budget, TOMORROW))


async def test_a_limit_in_dollars_holds_by_the_prices_that_are_set(token_budgets: TokenBudgets) -> None:
    budget = Budget(day=Allowance(micro_dollars=MICRO // 1000), prices=PRICES)  # a tenth of a cent; a call costs 600
    await spend(token_budgets(budget))
    with pytest.raises(BudgetSpent):
        await token_budgets(budget).reserve(CALL)
    assert (await token_budgets(budget).accounts()).today.micro_dollars_left == 400


async def test_a_call_in_flight_over_midnight_is_paid_by_the_day_it_began(token_budgets: TokenBudgets) -> None:
    reserved = await token_budgets().reserve(CALL)
    await token_budgets(now=TOMORROW).settle(reserved, Tokens(1, 1))
    assert (await token_budgets(now=TOMORROW).accounts()).today.spent == Spent()
    assert (await token_budgets().accounts()).today.spent.tokens == Tokens(1, 1)


async def test_processes_that_ask_at_once_do_not_overshoot_together(token_budgets: TokenBudgets) -> None:
    """100 concurrent calls over four processes, with a budget for 30."""
    budget = Budget(day=Allowance(tokens=30_000))
    asked = (token_budgets(budget).reserve(CALL) for _ in range(25) for _ in range(4))
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert sum(isinstance(outcome, Reserved) for outcome in outcomes) == 30
    assert sum(isinstance(outcome, BudgetSpent) for outcome in outcomes) == 70
    assert (await token_budgets(budget).accounts()).today.spent.tokens.total == 30_000


async def test_what_a_killed_process_had_put_aside_stays_counted(token_budgets: TokenBudgets) -> None:
    budget = Budget(day=Allowance(tokens=1000))
    await token_budgets(budget).reserve(CALL)
    with pytest.raises(BudgetSpent):
        await token_budgets(budget).reserve(CALL)


async def test_where_nobody_listens_a_limited_budget_holds_back_and_another_lets_pass(gone_url: str) -> None:
    client = open_redis(gone_url)
    limited = RedisTokenBudget(client, FixedClock(NOON), Budget(month=Allowance(tokens=10**9)))
    with pytest.raises(BudgetSpent, match="can't be read"):
        await limited.reserve(CALL)
    await spend(RedisTokenBudget(client, FixedClock(NOON), Budget()))
    with pytest.raises(StoreDown):
        await limited.accounts()
    await client.aclose()


async def test_a_damaged_record_counts_as_nothing(token_budgets: TokenBudgets, redis_client: Redis) -> None:
    await redis_client.hset(keys.spent_on(NOON.date()), mapping={"input": "many", "output": "-3", "calls": "2"})
    assert (await token_budgets().accounts()).today.spent == Spent(calls=2)


async def test_a_record_that_is_gone_is_not_settled_into_debts(
    token_budgets: TokenBudgets, redis_client: Redis
) -> None:
    reserved = await token_budgets().reserve(CALL)
    await redis_client.delete(keys.spent_on(NOON.date()), keys.spent_in(NOON.date()))
    await token_budgets().settle(reserved, Tokens())
    assert await stored(redis_client) == []


async def test_its_keys_live_for_a_year_and_a_month(token_budgets: TokenBudgets, redis_client: Redis) -> None:
    await spend(token_budgets())
    names = sorted(await stored(redis_client))
    assert names == ["lark:{spent}:day:2026-08-31", "lark:{spent}:month:2026-08"]
    assert [await redis_client.ttl(name) for name in names] == pytest.approx([400 * 24 * 3600] * 2, abs=5)
    assert not any(fnmatchcase(name, pattern) for name in names for pattern in keys.PERMANENT)


ASKED = Budget(day=Allowance(tokens=20_000), asked=Allowance(tokens=5000), person=Allowance(tokens=2500))


async def ask(token_budget: RedisTokenBudget, user: str, times: int = 1) -> None:
    for _ in range(times):
        with asked_by(Question("slack:T1", user)):
            await spend(token_budget)


async def test_one_person_has_a_share_of_the_day_and_another_has_theirs(token_budgets: TokenBudgets) -> None:
    await ask(token_budgets(ASKED), "ann", times=2)
    with pytest.raises(ShareSpent, match="share of the model for one person is used up"):
        await ask(token_budgets(ASKED), "ann")
    await ask(token_budgets(ASKED), "bob")
    await ask(token_budgets(ASKED, TOMORROW), "ann")


async def test_what_people_ask_for_leaves_the_rest_to_digests(token_budgets: TokenBudgets) -> None:
    token_budget = token_budgets(ASKED)
    for user in ("ann", "bob", "eve", "kim", "lee"):
        await ask(token_budget, user)
    with pytest.raises(ShareSpent, match="what people ask"):
        await ask(token_budget, "max")
    for _ in range(15):
        await spend(token_budget)
    accounts = await token_budget.accounts()
    assert (accounts.today.spent.tokens.total, accounts.asked.spent.tokens.total) == (20_000, 5000)


async def test_an_operator_has_no_share_but_the_budget(token_budgets: TokenBudgets) -> None:
    token_budget = token_budgets(ASKED)
    with asked_by(Question("terminal:local", "you", unlimited=True)):
        for _ in range(20):
            await spend(token_budget)
        with pytest.raises(BudgetSpent, match="budget for today"):
            await spend(token_budget)


async def test_what_was_asked_for_is_forgotten_after_two_days(token_budgets: TokenBudgets, redis_client: Redis) -> None:
    await ask(token_budgets(ASKED), "ann")
    names = await stored(redis_client, "lark:{spent}:asked:*")
    assert len(names) == 2
    assert not any("ann" in name for name in names)
    assert all([0 < await redis_client.ttl(name) <= keys.ASKED_SECONDS for name in names])
