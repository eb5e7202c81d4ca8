"""What is trending, from lists as Hugging Face has them: each paper once, asked for once, and never waited for long."""

from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest
from redis.asyncio import Redis

from bot.clock import SystemClock
from bot.sources.huggingface import HuggingFace
from bot.sources.huggingface_http import HuggingFaceReader
from bot.stores.papers import RedisPapers
from bot.trends import DAYS, DailyTrends
from sample_cards import PAPER
from servers.huggingface_server import HuggingFaceServer, entry

MONDAY = date(2026, 8, 3)


@pytest.fixture
async def server() -> AsyncIterator[HuggingFaceServer]:
    async with HuggingFaceServer() as running:
        yield running


@pytest.fixture
async def trends(server: HuggingFaceServer, redis_client: Redis) -> AsyncIterator[DailyTrends]:
    papers = RedisPapers(redis_client, SystemClock())
    await papers.keep([PAPER])
    async with httpx.AsyncClient(trust_env=False) as http:
        yield DailyTrends(HuggingFace(http, server.url, reader=HuggingFaceReader(http, attempts=1)), papers)


async def test_the_last_days_stand_together_each_paper_once_and_as_arxiv_has_it(
    server: HuggingFaceServer, trends: DailyTrends
) -> None:
    server.lists = {
        "2026-08-03": [entry("2608.00001", 5), entry(PAPER.id, 7)],
        "2026-07-31": [entry("2608.00001", 9), entry("2607.00002", None)],
        "2026-07-30": [entry("2607.00003", 99)],
    }
    found = await trends.until(MONDAY)
    assert [(one.paper.id, one.reasons) for one in found.papers] == [
        ("2608.00001", ("Trending: ↑ 9 on Hugging Face",)),
        (PAPER.id, ("Trending: ↑ 7 on Hugging Face",)),
        ("2607.00002", ("Trending on Hugging Face",)),
    ]
    assert all(one.trending for one in found.papers)
    assert found.papers[1].paper == PAPER
    assert found.missing == ""


async def test_many_digests_ask_once(server: HuggingFaceServer, trends: DailyTrends) -> None:
    for _ in range(3):
        await trends.until(MONDAY)
    assert len(server.asked) == DAYS


async def test_a_source_that_is_down_is_said_and_left_alone(server: HuggingFaceServer, trends: DailyTrends) -> None:
    server.fault = "404"
    for _ in range(2):
        found = await trends.until(MONDAY)
        assert found.papers == ()
        assert "what is trending isn't known" in found.missing
    assert len(server.asked) == 1
