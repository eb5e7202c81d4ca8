"""In a forum channel of Discord a digest is a post of its own, made once whatever gets lost on the way."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from adapters.discord.app import DiscordAccess, messenger
from adapters.discord.messenger import DiscordMessenger
from bot.delivery.messenger import Message
from bot.digests.cards.digest import digest_card
from bot.domain.channel import Place
from bot.domain.errors import HistoryUnreadable, Refused, Unknown
from support.all_platforms import MONDAY, House, on_all_platforms
from support.builders.sample_cards import NOW, PAPER, digest
from support.drivers.discord_driver import DiscordDriver, seen_messages
from support.servers.discord_objects import Channel, message, snowflake, texts
from support.servers.discord_refusals import error
from support.servers.discord_rest import Handler
from support.servers.discord_server import DiscordServer

HERE = Place("discord", "100", "2000")
KEY, ANOTHER = "d3a1f0c9b8e7d6a5f4c3b2a1", "e3a1f0c9b8e7d6a5f4c3b2a1"


def _a_minute_ago() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=1)


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as running:
        await running.forum()
        yield running


@pytest.fixture
async def post(server: DiscordServer) -> AsyncIterator[DiscordMessenger]:
    async with messenger(_access(server)) as speaker:
        yield speaker


def _access(server: DiscordServer) -> DiscordAccess:
    return DiscordAccess(server.token, server.url)


def _drawn(post: DiscordMessenger, papers: int = 2) -> tuple[Message, ...]:
    return post.draw(digest_card(digest(papers), NOW), KEY)


async def test_a_digest_is_a_post_named_after_its_day(server: DiscordServer, post: DiscordMessenger) -> None:
    (message,) = _drawn(post)

    receipt = await post.post(HERE, message, KEY)

    (made,) = server.posts()
    assert (made.id, made.name) == (receipt, "2 papers for Tuesday, 12 May")
    (begins,) = made.messages
    assert texts(begins)[1] == "### People you follow"
    assert PAPER.title in texts(begins)[2]
    assert server.bodies[-1][1]["message"]["allowed_mentions"] == {"parse": []}


async def test_another_days_digest_is_another_post_without_a_detour(
    server: DiscordServer, post: DiscordMessenger
) -> None:
    (message,) = _drawn(post)
    for key in (KEY, ANOTHER):
        await post.post(HERE, message, key)

    assert len(server.posts()) == 2
    assert server.requests["post"] == 1


async def test_a_post_whose_reply_was_lost_is_found_and_not_made_again(
    server: DiscordServer, post: DiscordMessenger
) -> None:
    (message,) = _drawn(post)
    server.lose_reply("thread")

    with pytest.raises(Unknown):
        await post.post(HERE, message, KEY)

    assert await post.find(HERE, KEY, _a_minute_ago()) == server.posts()[0].id
    assert await post.find(HERE, ANOTHER, _a_minute_ago()) is None


async def test_a_post_that_discord_answers_with_its_own_fault_is_not_tried_again_by_the_library(
    server: DiscordServer, post: DiscordMessenger
) -> None:
    async def made_but_unsaid(request: web.Request, handler: Handler) -> web.Response:
        await handler(request)
        return error(502, 0)

    (message,) = _drawn(post)
    server.levers["thread"].append(made_but_unsaid)

    with pytest.raises(Unknown):
        await post.post(HERE, message, KEY)

    assert (server.requests["thread"], len(server.posts())) == (1, 1)
    assert await post.find(HERE, KEY, _a_minute_ago()) == server.posts()[0].id


async def test_another_process_finds_it_too_also_when_it_was_archived_meanwhile(
    server: DiscordServer, post: DiscordMessenger
) -> None:
    (message,) = _drawn(post)
    receipt = await post.post(HERE, message, KEY)
    server.posts()[0].archived_at = datetime.now(UTC).isoformat()

    async with messenger(_access(server)) as other:
        assert await other.find(HERE, KEY, _a_minute_ago()) == receipt
        assert await other.find(HERE, ANOTHER, _a_minute_ago()) is None


async def test_what_was_never_made_is_known_to_be_missing(server: DiscordServer, post: DiscordMessenger) -> None:
    (message,) = _drawn(post)
    server.refuse("post", 400, 50008)
    server.cut("thread")

    with pytest.raises(Unknown):
        await post.post(HERE, message, KEY)

    assert await post.find(HERE, KEY, _a_minute_ago()) is None
    await post.post(HERE, message, KEY)
    assert len(server.posts()) == 1


async def test_nobody_elses_post_is_taken_for_ours(server: DiscordServer, post: DiscordMessenger) -> None:
    (drawn,) = _drawn(post)
    await post.post(HERE, drawn, KEY)
    mine = server.posts()[0]
    mine.owner = "42"

    assert await post.find(HERE, KEY, _a_minute_ago()) is None


async def test_a_post_that_cannot_be_read_leaves_it_uncertain(server: DiscordServer, post: DiscordMessenger) -> None:
    (drawn,) = _drawn(post)
    await post.post(HERE, drawn, KEY)
    server.posts()[0].unreadable = True

    with pytest.raises(HistoryUnreadable):
        await post.find(HERE, KEY, _a_minute_ago())


async def test_among_hundreds_of_archived_posts_it_is_looked_for_page_by_page(
    server: DiscordServer, post: DiscordMessenger
) -> None:
    (drawn,) = _drawn(post)
    receipt = await post.post(HERE, drawn, KEY)
    start = datetime.now(UTC)
    server.posts()[0].archived_at = start.isoformat()
    for later in range(150):
        at = (start + timedelta(seconds=later + 1)).isoformat()
        other = Channel(snowflake(), "100", kind=11, parent="2000", name="x", owner="42", archived_at=at)
        other.add(message(other, {"content": "Hello"}, 0))
        server.channels[other.id] = other

    assert await post.find(HERE, KEY, _a_minute_ago()) == receipt
    assert server.requests["threads.archived"] == 2


async def test_what_one_message_cannot_hold_goes_on_in_the_same_post(
    server: DiscordServer, post: DiscordMessenger
) -> None:
    first, second = _drawn(post, 50)
    await post.post(HERE, first, KEY)

    async with messenger(_access(server)) as other:  # the first process died in between
        assert await other.find(HERE, ANOTHER, _a_minute_ago()) is None
        server.lose_reply("post")
        with pytest.raises(Unknown):
            await other.post(HERE, second, ANOTHER)
        found = await other.find(HERE, ANOTHER, _a_minute_ago())

    (made,) = server.posts()
    assert [len(texts(one)) > 0 for one in made.messages] == [True, True]
    assert found == made.messages[1]["id"]


async def test_a_forum_that_refuses_says_what_mends_it(server: DiscordServer, post: DiscordMessenger) -> None:
    (drawn,) = _drawn(post)
    server.refuse("thread", 400, 40067)

    with pytest.raises(Refused, match="wants a tag"):
        await post.post(HERE, drawn, KEY)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with on_all_platforms(tmp_path) as house:
        yield house


async def test_a_team_sets_its_forum_up_in_a_post_and_reads_a_post_a_day(house: House) -> None:
    chat = house.chats["discord"]
    assert isinstance(chat, DiscordDriver)
    server = chat.server
    await server.forum()

    followed = await chat.says("/follow cs.LG", "20009")
    await chat.says("/digest on 09:00 UTC", "20009")
    assert "This channel now follows category cs.LG." in followed.text
    assert (await house.app.services.channels.get(chat.place("2000"))).wants_digest

    house.clock.instant = MONDAY + timedelta(days=1)
    house.arxiv.announce(house.clock.instant.date(), [PAPER])
    server.lose_reply("thread")
    for _ in range(2):
        await house.app.rounds.prepare()
        await house.app.rounds.deliver()

    (made,) = server.posts()
    (begins,) = made.messages
    assert made.name == "1 paper for Tuesday, 12 May"
    shown = seen_messages([begins])
    card = await chat.presses(shown, "Open")
    assert card.private
    assert PAPER.title in card.text
    again = await chat.says("/digest 2026-05-12", made.id)
    assert again.private
    assert PAPER.abs_url in again.links
