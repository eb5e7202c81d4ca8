"""Whether the bot can post in a channel is said at once, with the cure and a button to check again."""

import json
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.delivery.posting import CHECK_SECONDS
from bot.domain.card import Card
from bot.domain.channel import Channel, Timetable
from bot.domain.command import Caller
from bot.domain.posting import Obstacle, PostingCheck
from support.all_platforms import House, User, on_all_platforms
from support.drivers.discord_driver import DiscordDriver, number
from support.drivers.slack_driver import SlackDriver
from support.drivers.visible_answer import Seen
from support.servers.discord_objects import (
    EMBED_LINKS,
    READ_MESSAGE_HISTORY,
    SEND_MESSAGES,
    SEND_MESSAGES_IN_THREADS,
    VIEW_CHANNEL,
)
from support.servers.slack_server import SlackServer
from support.servers.slack_workspace import SCOPES

pytestmark = pytest.mark.asyncio(loop_scope="module")

INVITED, AGAIN = "I've invited it, check again", "Check again"
PICTURES = os.environ.get("PICTURES")
"""A folder for the payloads of the warnings, to look at them."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    home: Path = tmp_path_factory.mktemp("home")
    async with on_all_platforms(home) as house:
        yield house


@pytest.fixture
def slack(house: House) -> SlackServer:
    chat = house.chats["slack"]
    assert isinstance(chat, SlackDriver)
    chat.server.scopes = SCOPES
    return chat.server


def on_slack(house: House, *states: set[str]) -> User:
    """A person in a new channel, which is private, archived or without the bot."""
    user = house.user("slack")
    for state in states:
        state.add(user.channel)
    return user


def on_discord(house: House, denied: int = 0) -> User:
    """A person in a new channel where the bot lacks permissions."""
    user, chat = house.user("discord"), house.chats["discord"]
    assert isinstance(chat, DiscordDriver)
    chat.server.channel(number(user.channel)).denied = denied
    return user


async def checked(house: House, user: User) -> PostingCheck:
    """What the messenger finds without a command, as the doctor asks it."""
    return await house.app.services.postings.of(user.chat.place(user.channel))


def pictured(name: str, platform: str, seen: Seen) -> None:
    if PICTURES:
        payload: Any = seen.payload["messages"] if platform == "discord" else seen.payload
        Path(PICTURES, f"{name}-{platform}.json").write_text(json.dumps(payload))


async def test_digest_on_in_a_private_channel_without_the_bot_warns_until_it_is_invited(
    house: House, slack: SlackServer
) -> None:
    user = on_slack(house, slack.private, slack.outside)
    answer = await user.says("/digest on 09:00 Europe/Berlin cs.CL")
    pictured("private", "slack", answer)
    assert answer.text.startswith(
        "⚠️ The digest is set for 09:00 (Berlin), but I'm not in this private channel, so I couldn't post it.\n"
        "Type /invite @Paperlark here."
    )
    again = await user.presses(answer, INVITED)
    assert again.private
    assert "I'm not in this private channel" in again.text
    slack.outside.discard(user.channel)
    done = await user.presses(again, INVITED)
    pictured("ready", "slack", done)
    assert done.private
    assert done.text.startswith("I'm in, and I can post here. The next digest comes ")


async def test_digest_on_warns_on_discord_with_the_permissions_by_their_names(house: House) -> None:
    user = on_discord(house, VIEW_CHANNEL | SEND_MESSAGES)
    answer = await user.says("/digest on 09:00 Europe/Berlin")
    pictured("permissions", "discord", answer)
    assert answer.text.startswith(
        "⚠️ The digest is set for 09:00 (Berlin), but I'm missing the permissions View Channel and Send Messages here, "
        "so I couldn't post it."
    )
    assert AGAIN in answer.buttons
    on_discord_again = house.chats["discord"]
    assert isinstance(on_discord_again, DiscordDriver)
    on_discord_again.server.channel(number(user.channel)).denied = 0
    done = await user.presses(answer, AGAIN)
    pictured("ready", "discord", done)
    assert (done.private, done.text.startswith("I'm in, and I can post here.")) == (True, True)


async def test_permissions_that_posting_does_not_need_are_said_as_such(house: House) -> None:
    user = on_discord(house, EMBED_LINKS | READ_MESSAGE_HISTORY)
    answer = await user.says("/digest on 09:00")
    assert "I can post here, but I'm missing the permissions Embed Links and Read Message History." in answer.text


@pytest.mark.parametrize("platform", ["slack", "discord", "terminal"])
async def test_nothing_is_said_where_the_bot_can_post(house: House, slack: SlackServer, platform: str) -> None:
    user = house.user(platform)
    for text in ("/digest on 09:00 UTC", "/follow cs.CL"):
        answer = await user.says(text)
        assert "⚠️" not in answer.text
        assert not {INVITED, AGAIN} & set(answer.buttons)
    assert "I can" in (await user.says("/paperlark check")).text


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_a_direct_message_is_fine_by_nature_and_nobody_is_asked(
    house: House, slack: SlackServer, platform: str
) -> None:
    channel, before = house.new_channel("D"), len(slack.calls_of("conversations.info"))
    answer = await house.chats[platform].says("/paperlark check", channel)
    assert "I can write to you here." in answer.text
    assert len(slack.calls_of("conversations.info")) == before


async def test_a_follow_warns_too_and_one_that_changes_nothing_asks_nobody(house: House, slack: SlackServer) -> None:
    user = on_slack(house, slack.private, slack.outside)
    answer = await user.says("/follow cs.CL")
    assert answer.text.startswith("⚠️ The digest is set for 09:00 (UTC), but I'm not in this private channel")
    before = len(slack.calls_of("conversations.info"))
    assert "⚠️" not in (await user.says("/follow cs.CL")).text
    assert "⚠️" not in (await user.says("/mute survey")).text
    assert len(slack.calls_of("conversations.info")) == before


async def test_a_digest_that_is_posted_at_once_is_warned_of_too(house: House, slack: SlackServer) -> None:
    user = on_slack(house, slack.private, slack.outside)
    place = user.chat.place(user.channel)
    before = Channel(place)
    card = await house.app.services.postings.warned(
        Card("settings", "Posting."), Caller(place, "U1"), before, replace(before, last_slot=house.clock.now())
    )
    assert card.text.startswith("I'm not in this private channel, so I can't post here yet. Type /invite @Paperlark")


async def test_an_error_is_answered_as_the_error_it_is(house: House, slack: SlackServer) -> None:
    user = on_slack(house, slack.private, slack.outside)
    assert "⚠️" not in (await user.says("/digest on 99:99")).text


async def test_slacks_states_are_told_apart(house: House, slack: SlackServer) -> None:
    assert (await checked(house, on_slack(house))).ok
    assert (await checked(house, on_slack(house, slack.private))).ok
    assert (await checked(house, on_slack(house, slack.outside))).ok, "chat:write.public needs no invitation"
    found = await checked(house, on_slack(house, slack.private, slack.outside))
    assert found.obstacle is Obstacle.PRIVATE_NOT_MEMBER
    assert (await checked(house, on_slack(house, slack.archived))).obstacle is Obstacle.ARCHIVED
    assert (await checked(house, on_slack(house))).channel.startswith("#room-c")


async def test_slacks_missing_scopes_are_told_apart(house: House, slack: SlackServer) -> None:
    slack.scopes = tuple(scope for scope in SCOPES if scope != "chat:write.public")
    assert (await checked(house, on_slack(house, slack.outside))).obstacle is Obstacle.NOT_MEMBER
    slack.scopes = tuple(scope for scope in SCOPES if scope != "chat:write")
    found = await checked(house, on_slack(house))
    assert (found.obstacle, found.missing) == (Obstacle.MISSING_SCOPES, ("chat:write",))
    slack.scopes = tuple(scope for scope in SCOPES if scope not in {"channels:read", "groups:read"})
    assert (await checked(house, on_slack(house))).obstacle is Obstacle.UNKNOWN
    slack.scopes = ("commands",)
    assert (await checked(house, on_slack(house))).obstacle is Obstacle.MISSING_SCOPES


@pytest.mark.parametrize(
    ("denied", "obstacle", "missing"),
    [
        (0, None, ()),
        (VIEW_CHANNEL, Obstacle.MISSING_PERMISSIONS, ("View Channel", "Send Messages")),
        (SEND_MESSAGES, Obstacle.MISSING_PERMISSIONS, ("Send Messages",)),
        (EMBED_LINKS, Obstacle.MISSING_EXTRAS, ("Embed Links",)),
        (READ_MESSAGE_HISTORY, Obstacle.MISSING_EXTRAS, ("Read Message History",)),
        (SEND_MESSAGES_IN_THREADS, None, ()),
    ],
)
async def test_discords_permissions_are_computed_over_rest(
    house: House, denied: int, obstacle: Obstacle | None, missing: tuple[str, ...]
) -> None:
    user = on_discord(house, denied)
    found = await checked(house, user)
    assert (found.obstacle, found.missing) == (obstacle, missing)
    assert found.channel == f"#channel-{number(user.channel)}"


async def test_a_forum_needs_threads_too(house: House) -> None:
    chat = house.chats["discord"]
    assert isinstance(chat, DiscordDriver)
    forum = await chat.server.forum("2000")
    place = chat.place("2000")
    assert (await house.app.services.postings.of(place)).ok
    forum.denied = SEND_MESSAGES_IN_THREADS
    found = await house.app.services.postings.of(place)
    assert (found.obstacle, found.missing) == (Obstacle.MISSING_PERMISSIONS, ("Send Messages in Threads",))


async def test_a_discord_channel_that_is_gone_or_hidden_is_told(house: House) -> None:
    chat = house.chats["discord"]
    assert isinstance(chat, DiscordDriver)
    gone, hidden = on_discord(house), on_discord(house)
    chat.server.channel(number(gone.channel)).deleted = True
    chat.server.channel(number(hidden.channel)).forbidden = True
    assert (await checked(house, gone)).obstacle is Obstacle.GONE
    assert (await checked(house, hidden)).missing == ("View Channel",)


@pytest.mark.parametrize("fault", ["slow", "error", "nonsense"])
async def test_a_platform_that_does_not_answer_is_unknown_and_no_reason_to_warn(
    house: House, slack: SlackServer, fault: str
) -> None:
    user = on_slack(house)
    if fault == "slow":
        slack.delay_seconds["conversations.info"] = CHECK_SECONDS + 1
    else:
        slack.refuse("conversations.info", "internal_error" if fault == "error" else "", 500, times=9, body="<html>")
    try:
        assert "⚠️" not in (await user.says("/digest on 09:00")).text
        answer = await user.says("/paperlark check")
    finally:
        slack.delay_seconds["conversations.info"] = 0.0
        slack.refusals["conversations.info"].clear()
    assert "I can't tell yet: the platform didn't tell me if I may post here." in answer.text
    assert AGAIN in answer.buttons
    assert "I can post here" in (await user.presses(answer, AGAIN)).text


async def test_a_check_that_succeeds_ends_a_pause(house: House, slack: SlackServer) -> None:
    user = on_slack(house)
    place, channels = user.chat.place(user.channel), house.app.services.channels
    await channels.set(Channel(place, Timetable(at=time(9)), house.clock.now(), paused="I'm not in it."))
    answer = await user.says("/paperlark check")
    assert "The next digest comes " in answer.text
    assert not (await channels.get(place)).paused
