"""What is trending for digests, from lists as Hugging Face has them: each paper once, and never waited for long."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from bot.delivery.store.channels import ChannelStore
from bot.infra.clock import FixedClock
from bot.infra.http.client import HttpClient
from bot.papers.clients.huggingface import HuggingFaceClient
from bot.papers.clients.huggingface_http import HUGGING_FACE
from bot.papers.store.papers import PaperStore
from bot.papers.store.upvotes import UpvoteStore
from bot.papers.upvotes import Upvotes
from bot.ranking.store.feedback import FeedbackStore
from bot.trending.daily import DailyTrends
from bot.trending.service import Trends
from support.builders.sample_cards import PAPER
from support.local_http import local_client
from support.servers.huggingface_server import HuggingFaceServer, entry

pytestmark = pytest.mark.one_store

FRIDAY = datetime(2026, 7, 31, 7, tzinfo=UTC)


@pytest.fixture
async def server() -> AsyncIterator[HuggingFaceServer]:
    async with HuggingFaceServer() as running:
        running.lists = {
            "2026-07-31": [entry("2607.00001", 5), entry(PAPER.id, 7)],
            "2026-07-30": [entry("2607.00001", 9), entry("2607.00002", None)],
        }
        yield running


@pytest.fixture
async def trends(server: HuggingFaceServer, redis_client: Redis) -> AsyncIterator[DailyTrends]:
    papers = PaperStore(redis_client, FixedClock(FRIDAY))
    await papers.keep([PAPER])
    async with local_client(trust_env=False) as http:
        popular = HuggingFaceClient(HttpClient(http, replace(HUGGING_FACE, attempts=1)), server.url)
        upvotes = Upvotes(popular, UpvoteStore(redis_client), papers)
        yield DailyTrends(Trends(upvotes, ChannelStore(redis_client), FeedbackStore(redis_client), papers))


async def test_the_last_days_stand_together_each_paper_once_and_as_arxiv_has_it(trends: DailyTrends) -> None:
    found = await trends.until(FRIDAY)
    assert [(one.paper.id, one.reasons) for one in found.papers] == [
        (PAPER.id, ("Trending: ↑ 7 on Hugging Face",)),
        ("2607.00001", ("Trending: ↑ 5 on Hugging Face",)),
        ("2607.00002", ("Trending",)),
    ]
    assert found.papers[0].paper.title == PAPER.title
    assert all(one.trending for one in found.papers)
    assert found.missing == ""


async def test_many_digests_ask_once(server: HuggingFaceServer, trends: DailyTrends) -> None:
    first = await trends.until(FRIDAY)
    asked = len(server.asked)
    assert [await trends.until(FRIDAY + timedelta(minutes=n)) for n in range(3)] == [first] * 3
    assert len(server.asked) == asked


async def test_a_source_that_is_down_is_said_and_left_alone(server: HuggingFaceServer, trends: DailyTrends) -> None:
    server.fault = "404"
    for _ in range(2):
        found = await trends.until(FRIDAY)
        assert found.papers == ()
        assert "Hugging Face" in found.missing
    assert len(server.asked) == 1
