"""One call of a model for a summary, over all processes, however long the call takes."""

import asyncio

import pytest
from redis.asyncio import Redis

from bot.infra.redis import keys
from bot.summaries import service
from bot.summaries.extractive import ExtractiveSummarizer
from bot.summaries.service import Summaries
from bot.summaries.store.summaries import RedisSummaryStore
from conftest import WaitUntil
from support.builders.sample_abstracts import DRUGS
from support.fakes.summary_dependencies import HandClock, Model

pytestmark = pytest.mark.one_store

CLAIM = keys.summarizing(DRUGS.id, DRUGS.version, "en")


def _process(redis_client: Redis, model: Model, clock: HandClock) -> Summaries:
    return Summaries(RedisSummaryStore(redis_client), model, ExtractiveSummarizer(), clock)


async def _moved(clock: HandClock, asking: asyncio.Task[object]) -> None:
    """Move the clock until the answer is there."""
    while not asking.done():
        clock.move(1)
        await asyncio.sleep(0.01)


async def test_a_claim_is_renewed_by_its_holder_alone(redis_client: Redis) -> None:
    ours, theirs = RedisSummaryStore(redis_client), RedisSummaryStore(redis_client)
    assert await ours.claim(DRUGS, "en")
    for store, is_renewed in ((theirs, False), (ours, True)):
        await redis_client.expire(CLAIM, 3)
        await store.renew(DRUGS, "en")
        assert (await redis_client.ttl(CLAIM) > 3) is is_renewed


async def test_a_slow_call_of_one_process_is_waited_for_by_the_others(
    redis_client: Redis, wait_until: WaitUntil, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_RENEW_SECONDS", 0.02)
    model, clock = Model(), HandClock()
    model.gate = asyncio.Event()
    first = asyncio.create_task(_process(redis_client, model, clock).of(DRUGS))
    await wait_until(lambda: model.calls, "the model is asked")
    second = asyncio.create_task(_process(redis_client, model, clock).of(DRUGS))

    async def is_renewed() -> bool:
        return await redis_client.pttl(CLAIM) > 1000 * keys.SUMMARIZING_SECONDS - 500

    for _ in range(5):
        await redis_client.expire(CLAIM, 2)
        clock.move(600)
        await wait_until(is_renewed, "the claim is renewed")
    assert not second.done()
    model.gate.set()
    made = await first
    await _moved(clock, second)
    assert await second == made
    assert model.calls[DRUGS.id] == 1


async def test_a_process_that_was_killed_is_waited_for_no_longer_than_its_lease(redis_client: Redis) -> None:
    model, clock = Model(), HandClock()
    assert await RedisSummaryStore(redis_client).claim(DRUGS, "en")
    assert 0 < await redis_client.ttl(CLAIM) <= 20
    await redis_client.pexpire(CLAIM, 50)
    asking = asyncio.create_task(_process(redis_client, model, clock).of(DRUGS))
    await _moved(clock, asking)
    assert (await asking).made_by == model.name
