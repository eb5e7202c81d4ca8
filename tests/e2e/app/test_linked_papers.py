"""A link in a hundred channels at once, and two processes of the bot on one Redis: each is unfurled once.

On two cores shared with other jobs, until the last of the hundred had its card: 1.0 to 1.7 s for a paper known here,
0.9 to 3.0 s for one that arXiv was asked for.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
import redis

from support.bot_process import running
from support.loopback_world import World, a_world, paper
from support.servers.slack_actions import link_shared, shares
from support.servers.slack_server import SlackServer

CHANNELS = 100
PAPER = "2608.00001"
LINK = f"https://arxiv.org/abs/{PAPER}"
SECONDS = 30.0
"""However busy the machine is."""

pytestmark = pytest.mark.slow


@pytest.fixture
async def world(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    url: str = request.getfixturevalue("_redis_server_url")
    with redis.Redis.from_url(url) as client:
        client.flushall()
    async with a_world(tmp_path, url) as world:
        world.arxiv.papers = [paper(PAPER, date(2026, 9, 1))]
        world.slack.in_turn = True
        world.settings["ARXIV_MIN_INTERVAL_SECONDS"] = 3  # so that a second request would be late
        yield world


async def test_a_link_in_a_hundred_channels_is_unfurled_once_each(world: World) -> None:
    slack, settings = world.slack, world.settings
    async with running("--only", "slack", settings=settings), running("--only", "slack", settings=settings):
        await slack.until(lambda: len(slack.sockets) == 2, "two connections")
        unknown, known = await in_all_channels(slack, "A"), await in_all_channels(slack, "B")
        asked = [request for request in world.arxiv.requests if request.params.get("id_list") == PAPER]

    print(f"{CHANNELS} channels, 2 processes: unknown paper {unknown:.2f} s, known paper {known:.2f} s")
    assert len(asked) == 1, "the other process finds what the first one stored"
    assert max(unknown, known) < SECONDS


async def in_all_channels(slack: SlackServer, prefix: str) -> float:
    """Share a link in all channels at once, of which Slack tells both processes; return the seconds until all have
    their cards."""
    begun = time.monotonic()
    messages = await asyncio.gather(
        *(shares(slack, LINK, channel=f"C{prefix}{n}", user=f"U{n}") for n in range(CHANNELS))
    )
    await slack.until(lambda: all(message["unfurls"] for message in messages), "all unfurls", 2 * SECONDS)
    seconds = time.monotonic() - begun
    for _ in range(2):
        await asyncio.gather(*(slack.event(link_shared(message), retry=1) for message in messages))
    assert [message["calls"] for message in messages] == [1] * CHANNELS
    return seconds
