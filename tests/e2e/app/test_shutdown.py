"""`paperlark run` ends within 10 s of SIGTERM, whatever it is at, and leaves nothing half-said."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from conftest import WaitUntil
from support.bot_process import Running, paperlark, running
from support.loopback_world import Room, World, a_world, paper
from support.servers.arxiv_clients import always
from support.servers.model_server import ModelServer

ENDS_WITHIN_SECONDS = 10.0
FRESH = "2609.00001"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A paper is announced, and a digest is due at this very moment on each platform."""
    async with a_world(tmp_path) as world:
        now = datetime.now(UTC)
        for room in rooms(world):
            due = f"{now - timedelta(minutes=2):%H:%M}"
            await room.says(f"/digest on {due} UTC cs.LG days=mon-sun", now - timedelta(hours=23))
        world.announces(now.date(), [paper(FRESH, now.date(), published=now)], "new")
        yield world


def rooms(world: World) -> tuple[Room, Room]:
    return world.room("slack"), world.room("discord")


async def ends(bot: Running) -> None:
    begun = time.monotonic()
    code = await bot.end()
    took_seconds = time.monotonic() - begun
    assert code == 0, bot.log[-20:]
    assert took_seconds < ENDS_WITHIN_SECONDS
    assert not [line for line in (*bot.log, *bot.out) if "Traceback" in line]


@pytest.mark.slow
async def test_in_the_middle_of_a_fetch(world: World, wait_until: WaitUntil) -> None:
    world.arxiv.faults = always("slow:30")
    async with running(settings=world.settings) as bot:
        await wait_until(lambda: world.arxiv.requests, "a request to arXiv", 10)
        await ends(bot)


@pytest.mark.slow
async def test_in_the_middle_of_a_delivery_which_is_finished(world: World, wait_until: WaitUntil) -> None:
    world.slack.delay_seconds["chat.postMessage"] = 3
    world.discord.delay("post", 3)
    async with running(settings=world.settings) as bot:
        await wait_until(lambda: world.slack.calls_of("chat.postMessage"), "a message on its way", 30)
        await ends(bot)
    assert [room.papers for room in rooms(world)] == [[FRESH], [FRESH]]


@pytest.mark.slow
async def test_in_the_middle_of_everything_that_takes_too_long(world: World, wait_until: WaitUntil) -> None:
    """Messages hang in both platforms, and a person on each waits for a model that thinks for a minute."""
    world.slack.delay_seconds["chat.postMessage"] = 14
    world.discord.delay("post", 14)
    async with ModelServer() as model:
        own = {"OPENAI_BASE_URL": model.base_url, "OPENAI_MODEL": model.model}
        async with running(settings=world.settings | own) as bot:
            await wait_until(lambda: world.slack.calls_of("chat.postMessage"), "a message on its way", 30)
            model.behave("slow:60")
            world.announces(datetime.now(UTC).date(), [paper("2609.00002", datetime.now(UTC).date())])
            asking = [asyncio.create_task(room.chat.says("/paper 2609.00002", "C2")) for room in rooms(world)]
            await wait_until(lambda: len(model.requests) > 1, "a model at work", 10)
            await ends(bot)
            await asyncio.gather(*asking, return_exceptions=True)
    again = await paperlark("once", settings=world.settings)
    assert again.code == 0, again.err
    assert [room.papers for room in rooms(world)] == [[FRESH], [FRESH]]
