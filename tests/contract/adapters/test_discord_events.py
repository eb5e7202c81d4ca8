"""The appointment of a card becomes one scheduled event of the server, where the bot may create one."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from adapters.discord.app import DiscordAccess, messenger
from adapters.discord.messenger import DiscordMessenger
from bot.delivery.messenger import Message
from bot.digests.cards.club import pick_card
from bot.domain.channel import Place
from bot.domain.club import Pick
from bot.domain.errors import TryLater
from support.builders.sample_cards import PAPER
from support.servers.discord_server import DiscordServer

HERE = Place("discord", "100", "1000")
KEY = "d3a1f0c9b8e7d6a5f4c3b2a1"
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as running:
        running.channel("1000")
        yield running


@pytest.fixture
async def post(server: DiscordServer) -> AsyncIterator[DiscordMessenger]:
    async with messenger(DiscordAccess(server.token, server.url)) as speaker:
        yield speaker


def picked(post: DiscordMessenger, meets: datetime = NOW + timedelta(days=4)) -> Message:
    (message,) = post.draw(pick_card(Pick(HERE, NOW, NOW.date(), PAPER, 2, 3, meets, "Europe/Berlin")), KEY)
    return message


async def test_a_pick_is_in_the_calendar_once_however_often_it_is_posted(
    server: DiscordServer, post: DiscordMessenger
) -> None:
    for _ in range(2):
        await post.post(HERE, picked(post), KEY)

    (event,) = server.events
    assert event["name"].startswith(f"Paper club: {PAPER.title}"[:90])
    assert event["description"] == PAPER.abs_url
    assert event["entity_metadata"] == {"location": "https://discord.com/channels/100/1000"}
    assert datetime.fromisoformat(event["scheduled_start_time"]) == NOW + timedelta(days=4)
    assert len(server.channel("1000").messages) == 1
    assert not any("scheduled_event" in body for name, body in server.bodies if name == "post")


async def test_a_lost_reply_makes_no_second_event(server: DiscordServer, post: DiscordMessenger) -> None:
    server.lose_reply("events.post")
    with pytest.raises(TryLater):
        await post.post(HERE, picked(post), KEY)
    await post.post(HERE, picked(post), KEY)

    assert len(server.events) == len(server.channel("1000").messages) == 1


async def test_without_the_permission_the_message_comes_alone(server: DiscordServer, post: DiscordMessenger) -> None:
    server.may_create_events = False
    await post.post(HERE, picked(post), KEY)

    assert server.events == []
    assert len(server.channel("1000").messages) == 1


async def test_a_pick_that_comes_too_late_is_no_event(server: DiscordServer, post: DiscordMessenger) -> None:
    await post.post(HERE, picked(post, NOW - timedelta(hours=1)), KEY)

    assert server.events == []
    assert len(server.channel("1000").messages) == 1
