"""One call of a model for a summary, over all processes, however long the call takes."""

import asyncio

import pytest
from redis.asyncio import Redis

from bot.infra.redis import keys
from bot.summaries.extractive import ExtractiveSummarizer
from bot.summaries.service import Summaries
from bot.summaries.store.summaries import RedisSummaryStore
from support.builders.sample_abstracts import DRUGS
from support.fakes.summary_dependencies import HandClock, Model

pytestmark = pytest.mark.one_store

TIMEOUT_SECONDS = 600.0
A_CALL_SECONDS = keys.summarizing_seconds(TIMEOUT_SECONDS)


def _process(redis_client: Redis, model: Model, clock: HandClock) -> Summaries:
    return Summaries(RedisSummaryStore(redis_client, A_CALL_SECONDS), model, ExtractiveSummarizer(), clock)


async def test_a_claim_lasts_as_long_as_two_calls_and_the_full_text(redis_client: Redis) -> None:
    assert await RedisSummaryStore(redis_client, A_CALL_SECONDS).claim(DRUGS, "en")
    assert await redis_client.ttl(keys.summarizing(DRUGS.id, DRUGS.version, "en")) > 2 * TIMEOUT_SECONDS + 20


async def test_a_slow_call_of_one_process_is_waited_for_by_the_others(redis_client: Redis) -> None:
    model, clock = Model(), HandClock()
    model.gate = asyncio.Event()
    first = asyncio.create_task(_process(redis_client, model, clock).of(DRUGS))
    while not model.calls:
        await asyncio.sleep(0.01)
    second = asyncio.create_task(_process(redis_client, model, clock).of(DRUGS))
    for _ in range(20):
        clock.move(2 * TIMEOUT_SECONDS / 20)
        await asyncio.sleep(0.01)
    assert not second.done()
    model.gate.set()
    made = await first
    while not second.done():
        clock.move(1)
        await asyncio.sleep(0.01)
    assert await second == made
    assert model.calls[DRUGS.id] == 1


async def test_a_process_that_was_killed_is_waited_for_no_longer_than_its_claim(redis_client: Redis) -> None:
    model, clock = Model(), HandClock()
    assert await RedisSummaryStore(redis_client, 0.05).claim(DRUGS, "en")
    asking = asyncio.create_task(_process(redis_client, model, clock).of(DRUGS))
    while not asking.done():
        clock.move(1)
        await asyncio.sleep(0.01)
    assert (await asking).made_by == model.name
