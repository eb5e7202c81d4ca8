"""Every request to a model is paid from the team's budget; when that is used up, abstracts are quoted instead."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from bot.domain.errors import BudgetSpent, ModelDown
from bot.summaries.budget import Allowance, Budget, Prices, Spent, Tokens
from bot.summaries.clients.openai import ModelSummarizer, open_model
from bot.summaries.extractive import ExtractiveSummarizer
from bot.summaries.service import Summaries
from bot.summaries.store.budget import RedisTokenBudget
from bot.summaries.store.summaries import RedisSummaryStore
from support.builders.sample_abstracts import DRUGS, FEDERATED, paper
from support.fakes.summary_dependencies import HandClock
from support.servers.model_server import ModelServer

pytestmark = pytest.mark.one_store

PAPERS = [paper(f"We study thing {n}.", f"Thing {n}", f"2605.{n:05}") for n in range(40)]
A_CALL = 900
"""Tokens, as the loopback model's usage says; 700 of them given."""


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer() as running:
        yield running


@pytest.fixture
def token_budget(redis_client: Redis, clock: HandClock) -> RedisTokenBudget:
    return RedisTokenBudget(redis_client, clock, Budget(prices=Prices(1.0, 10.0)))


@pytest.fixture
async def model(server: ModelServer, token_budget: RedisTokenBudget) -> AsyncIterator[ModelSummarizer]:
    async with open_model("", server.base_url, server.model, timeout_seconds=0.5, token_budget=token_budget) as opened:
        yield opened


Process = Callable[..., Summaries]


@pytest.fixture
async def processes(redis_client: Redis, server: ModelServer, clock: HandClock) -> AsyncIterator[Process]:
    """Each call is one more process of a team that may spend 9,000 tokens a day: ten papers."""
    budget, opened = Budget(day=Allowance(tokens=10 * A_CALL)), []

    def one_more(concurrency: int = 8) -> Summaries:
        chat = open_model("", server.base_url, server.model, token_budget=RedisTokenBudget(redis_client, clock, budget))
        opened.append(chat)
        return Summaries(RedisSummaryStore(redis_client), chat, ExtractiveSummarizer(), clock, concurrency)

    yield one_more
    for chat in opened:
        await chat.__aexit__()


async def spent(token_budget: RedisTokenBudget) -> Spent:
    return (await token_budget.accounts()).today.spent


async def test_a_call_costs_what_the_answers_usage_says(model: ModelSummarizer, token_budget: RedisTokenBudget) -> None:
    await model.summarize(DRUGS, "en")
    assert await spent(token_budget) == Spent(Tokens(700, 200), 2700, calls=1)


async def test_an_answer_that_is_sent_back_is_paid_twice(
    model: ModelSummarizer, token_budget: RedisTokenBudget, server: ModelServer
) -> None:
    server.behave_once("malformed")
    await model.summarize(DRUGS, "en")
    assert await spent(token_budget) == Spent(Tokens(1400, 400), 5400, calls=2)


@pytest.mark.parametrize("lever", ["no_usage", "odd_usage"])
async def test_where_the_server_counts_nothing_the_text_is_measured(
    model: ModelSummarizer, token_budget: RedisTokenBudget, server: ModelServer, lever: str
) -> None:
    server.behave(lever)
    await model.summarize(DRUGS, "en")
    found = await spent(token_budget)
    asked = sum(len(message["content"]) for message in server.requests[0]["messages"])
    assert found.tokens.input == -(-asked // 4)
    assert 100 < found.tokens.output < 1000
    assert found.estimated == 1


@pytest.mark.parametrize("lever", ["wrong_key", "no_quota", "unknown_model", "html"])
async def test_a_refused_request_costs_nothing(
    model: ModelSummarizer, token_budget: RedisTokenBudget, server: ModelServer, lever: str
) -> None:
    server.behave(lever)
    with pytest.raises(ModelDown):
        await model.summarize(DRUGS, "en")
    assert await spent(token_budget) == Spent(calls=1)


async def test_a_server_that_is_not_there_costs_nothing(token_budget: RedisTokenBudget) -> None:
    async with open_model("", "http://127.0.0.1:1", "m", timeout_seconds=30, token_budget=token_budget) as nobody:
        with pytest.raises(ModelDown):
            await nobody.summarize(DRUGS, "en")
    found = await spent(token_budget)
    assert (found.tokens, found.estimated) == (Tokens(), 0)


@pytest.mark.parametrize("lever", ["slow:30", "dropped"])
async def test_an_answer_that_may_have_been_made_is_counted_as_expected(
    model: ModelSummarizer, token_budget: RedisTokenBudget, server: ModelServer, lever: str
) -> None:
    server.behave(lever)
    with pytest.raises(ModelDown):
        await model.summarize(DRUGS, "en")
    found = await spent(token_budget)
    assert found.calls == found.estimated > 0
    assert found.tokens.output == 500 * found.calls


async def test_a_used_up_budget_is_no_fault_of_the_models_and_nothing_is_sent(
    server: ModelServer, redis_client: Redis, clock: HandClock
) -> None:
    token_budget = RedisTokenBudget(redis_client, clock, Budget(day=Allowance(tokens=100)))
    async with open_model("", server.base_url, server.model, token_budget=token_budget) as model:
        with pytest.raises(BudgetSpent):
            await model.summarize(FEDERATED, "en")
    assert not server.requests


async def test_a_digest_that_is_too_dear_has_extracts_for_the_rest_and_says_so(
    processes: Process, server: ModelServer
) -> None:
    made, said = await processes().of_many(PAPERS)
    assert len(made) == 40
    assert 5 <= sum(not summary.extracted for summary in made.values()) == server.calls.total() <= 10
    assert said == "The model's budget for today is used up: the rest is extracted from the abstract"


async def test_what_was_paid_for_is_shown_ever_after(processes: Process, server: ModelServer) -> None:
    made, _ = await processes(concurrency=1).of_many(PAPERS)
    assert [summary.extracted for summary in made.values()] == [False] * 9 + [True] * 31, "those that matter most first"
    assert not (await processes().of(PAPERS[0])).extracted
    assert (await processes().of(PAPERS[39])).extracted
    assert server.calls.total() == 9


async def test_the_next_day_the_model_is_asked_again(processes: Process, server: ModelServer, clock: HandClock) -> None:
    here = processes()
    await here.of_many(PAPERS)
    clock.move(timedelta(days=1).total_seconds())
    _, said = await here.of_many(PAPERS[20:24])
    assert said == ""


async def test_two_processes_at_once_spend_no_more_than_one(
    processes: Process, server: ModelServer, clock: HandClock
) -> None:
    server.behave("slow:0.1")
    both = asyncio.gather(processes().of_many(PAPERS[:20]), processes().of_many(PAPERS[20:]))
    outcomes = await both
    assert server.calls.total() <= 10
    assert all(said.startswith("The model's budget for today is used up") for _, said in outcomes)


async def test_a_digest_tells_a_failing_model_from_one_that_is_too_dear(
    processes: Process, server: ModelServer
) -> None:
    for _ in range(2):
        server.behave_once("refusal")
    _, said = await processes().of_many(PAPERS)
    assert said == (
        "loopback-1 didn't answer · The model's budget for today is used up: the rest is extracted from the abstract"
    )


async def test_a_request_under_way_at_midnight_is_paid_by_the_day_it_began(
    model: ModelSummarizer, token_budget: RedisTokenBudget, server: ModelServer, clock: HandClock
) -> None:
    clock.move((datetime(2026, 5, 4, 23, 59, 59, tzinfo=UTC) - clock.now()).total_seconds())
    server.behave("slow:0.1")
    asking = asyncio.create_task(model.summarize(DRUGS, "en"))
    while not server.requests:
        await asyncio.sleep(0.001)
    clock.move(10)
    await asking
    assert await spent(token_budget) == Spent()
    assert (await token_budget.accounts()).this_month.spent.tokens == Tokens(700, 200)
