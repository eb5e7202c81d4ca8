"""Discord: a digest in an announcement channel is published, once, and its delivery never suffers from that."""

import logging
from collections.abc import AsyncIterator

import pytest

from adapters.discord.app import DiscordAccess, messenger
from adapters.discord.messenger import DiscordMessenger
from bot.digests.cards.digest import digest_card
from bot.domain.channel import Place
from support.builders.sample_cards import NOW, digest
from support.servers.discord_objects import CROSSPOSTED, NEWS, Channel
from support.servers.discord_server import DiscordServer

NEWSROOM, ROOM = Place("discord", "100", "3000"), Place("discord", "100", "1000")
KEY = "d3a1f0c9b8e7d6a5f4c3b2a1"


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as running:
        running.channel("1000")
        running.channels["3000"] = Channel("3000", "100", kind=NEWS)
        yield running


@pytest.fixture
async def post(server: DiscordServer) -> AsyncIterator[DiscordMessenger]:
    async with messenger(DiscordAccess(server.token, server.url)) as speaker:
        yield speaker


async def posted(post: DiscordMessenger, place: Place, key: str = KEY) -> str:
    (message,) = post.draw(digest_card(digest(2), NOW), key)
    return await post.post(place, message, key)


def published(server: DiscordServer) -> list[str]:
    return [one["id"] for one in server.channel("3000").messages if one["flags"] & CROSSPOSTED]


async def test_a_digest_in_an_announcement_channel_is_published(server: DiscordServer, post: DiscordMessenger) -> None:
    receipt = await posted(post, NEWSROOM)

    assert published(server) == [receipt]


async def test_other_channels_cost_one_question_and_publish_nothing(
    server: DiscordServer, post: DiscordMessenger
) -> None:
    for number in range(3):
        await posted(post, ROOM, f"{number}{KEY[1:]}")

    assert server.requests["channel"] == 1
    assert server.requests["publish"] == 0


async def test_a_message_that_is_posted_again_is_published_once(
    server: DiscordServer, post: DiscordMessenger, caplog: pytest.LogCaptureFixture
) -> None:
    assert await posted(post, NEWSROOM) == await posted(post, NEWSROOM)

    assert len(published(server)) == 1
    assert "code=40033" in caplog.text


FAULTS = {
    "no permission": (403, 50013, {}),
    "ten an hour are used up": (429, 0, {"Retry-After": "3500", "X-RateLimit-Scope": "shared", "Via": "1.1 google"}),
    "Discord's own fault": (503, 0, {}),
    "a deleted message": (404, 10008, {}),
}


@pytest.mark.parametrize("route", ["publish", "channel"])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_what_cannot_be_published_is_delivered_at_once_and_asked_once(
    server: DiscordServer, post: DiscordMessenger, caplog: pytest.LogCaptureFixture, fault: tuple, route: str
) -> None:
    status, code, headers = fault
    caplog.set_level(logging.WARNING)
    server.refuse(route, status, code, headers)

    receipt = await posted(post, NEWSROOM)

    assert [one["id"] for one in server.channel("3000").messages] == [receipt]
    assert server.requests[route] == 1
    assert published(server) == []
    assert "A digest was posted and not published: channel=3000" in caplog.text
    assert "Traceback" not in caplog.text


async def test_a_lost_answer_is_not_asked_for_again(server: DiscordServer, post: DiscordMessenger) -> None:
    server.lose_reply("publish")

    receipt = await posted(post, NEWSROOM)

    assert published(server) == [receipt]
    assert server.requests["publish"] == 1
