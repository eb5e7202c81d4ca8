"""`paperlark once` where Slack and Discord misbehave: nothing twice, nothing lost, and no channel holds up another."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from support.bot_process import paperlark, running
from support.drivers.discord_driver import number
from support.loopback_world import Room, World, a_world, at, paper

MONDAY, TUESDAY, WEDNESDAY = date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 2)
TODAYS = ["2609.00001", "2609.00002"]
NINE, NEXT_NINE = at("2026-09-01 09:00"), at("2026-09-02 09:00")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A day's announcement is out."""
    async with a_world(tmp_path) as world:
        world.announces(TUESDAY, [paper(paper_id, TUESDAY) for paper_id in TODAYS])
        yield world


async def following(world: World, platform: str, *channels: str) -> list[Room]:
    """Channels whose digests are due at nine."""
    rooms = [world.room(platform, channel) for channel in channels]
    for room in rooms:
        await room.says("/digest on 09:00 UTC cs.LG", at("2026-08-31 12:00"))
    return rooms


def posts(world: World, platform: str) -> int:
    """How often the platform was asked to take a message."""
    if platform == "slack":
        return len(world.slack.calls_of("chat.postMessage"))
    return world.discord.requests["post"]


@pytest.mark.slow
async def test_dead_channels_are_paused_after_three_attempts_and_come_back_with_what_they_missed(world: World) -> None:
    archived, *others = await following(world, "slack", "C1", "C2", "C3")
    deleted, *more = await following(world, "discord", "C1", "C2")
    world.slack.archived.add("C1")
    world.discord.channel(number("C1")).deleted = True

    first = await world.once(NINE)

    assert (first.code, first.out) == (0, ""), first.err
    assert all(sorted(room.papers) == TODAYS for room in (*others, *more))
    attempts = [body for body in world.slack.calls_of("chat.postMessage") if body["channel"] == "C1"]
    assert 1 <= len(attempts) <= 3
    who_is_told = 1
    assert world.discord.requests["post"] - len(more) - who_is_told <= 3
    for room in (archived, deleted):
        assert "paused" in (await room.says("/following", at("2026-09-01 10:00"))).text
        assert "paused" in (await room.says("/paperlark", at("2026-09-01 10:00"))).text

    before = posts(world, "slack"), posts(world, "discord")
    assert (await world.once(at("2026-09-01 11:00"))).code == 0
    assert (posts(world, "slack"), posts(world, "discord")) == before

    world.slack.archived.clear()
    world.discord.channel(number("C1")).deleted = False
    for room in (archived, deleted):
        await room.says("/digest on", at("2026-09-01 12:00"))
    world.announces(WEDNESDAY, [paper("2609.00003", WEDNESDAY)])
    again = await world.once(NEXT_NINE)
    assert again.code == 0, again.err
    for room in (archived, deleted, *others, *more):
        assert sorted(room.papers) == [*TODAYS, "2609.00003"]


async def test_a_message_whose_reply_was_lost_is_found_and_not_said_again(world: World) -> None:
    (slack,), (discord,) = await following(world, "slack", "C1"), await following(world, "discord", "C1")
    world.slack.lose_reply("chat.postMessage")
    world.discord.lose_reply("post")

    ended = await world.once(NINE)

    assert ended.code == 0, ended.err
    assert "Traceback" not in ended.err
    assert sorted(slack.papers) == sorted(discord.papers) == TODAYS
    assert world.slack.calls_of("conversations.history")


@pytest.mark.slow
async def test_a_wish_to_wait_is_obeyed(world: World) -> None:
    (slack,), (discord,) = await following(world, "slack", "C1"), await following(world, "discord", "C1")
    world.slack.refuse("chat.postMessage", "ratelimited", status=429, retry_after=3)
    world.discord.limit("post", 2.0)

    ended = await world.once(NINE)

    assert ended.code == 0, ended.err
    assert (posts(world, "slack"), posts(world, "discord")) == (2, 2)
    assert sorted(slack.papers) == sorted(discord.papers) == TODAYS


@pytest.mark.slow
async def test_a_wish_to_wait_longer_than_a_run_is_obeyed_by_the_next_run_too(world: World) -> None:
    await following(world, "slack", "C1")
    world.slack.refuse("chat.postMessage", "ratelimited", status=429, retry_after=900)

    first, second = [await world.once(NINE) for _ in range(2)]

    assert (first.code, second.code) == (75, 75)
    assert posts(world, "slack") == 1
    assert "1 digest" in second.err


async def test_where_nobody_can_tell_it_is_not_sent_again_but_said_with_a_button_that_sends_it(world: World) -> None:
    rooms = [*await following(world, "slack", "C1"), *await following(world, "discord", "C1")]
    forget_what_was_posted(world)

    first = await world.once(NINE)
    assert first.code == 0, first.err
    assert (posts(world, "slack"), posts(world, "discord")) == (1, 1)

    world.slack.refusals.clear()
    world.discord.channel(number("C1")).unreadable = False
    world.announces(WEDNESDAY, [paper("2609.00003", WEDNESDAY)])
    assert (await world.once(NEXT_NINE)).code == 0
    async with running(settings=world.settings):
        for room in rooms:
            digest = room.digests[-1]
            assert "The digest of 1 September 2026 may not have arrived" in digest.text
            assert "Resend 1 September" in digest.buttons
            state = await room.chat.says("/paperlark")
            assert "I don't know if the digest of 1 September 2026 arrived." in state.text
            sent = await room.chat.presses(state, "Send it")
            assert "I'll send the digest of 1 September 2026 within a minute." in sent.text
            refused = await room.chat.presses(digest, "Resend 1 September")
            assert "so I won't send it again" in refused.text
        await until(lambda: all(sorted(room.papers) == [*TODAYS, "2609.00003"] for room in rooms))


def forget_what_was_posted(world: World) -> None:
    """Both platforms swallow a message, drop the connection, and don't show their history."""
    world.slack.refuse("chat.postMessage", status=502)
    world.slack.refuse("conversations.history", "missing_scope", times=99)
    channel = world.discord.channel(number("C1"))
    channel.last_message_id, channel.unreadable = "1", True
    world.discord.cut("post")


async def until(met: object) -> None:
    assert callable(met)
    async with asyncio.timeout(20):
        while not met():
            await asyncio.sleep(0.05)


@pytest.mark.slow
async def test_a_wrong_token_pauses_no_channel_and_is_said(world: World) -> None:
    rooms = [*await following(world, "slack", "C1"), *await following(world, "discord", "C1")]

    mistyped = await world.once(NINE, SLACK_BOT_TOKEN="xoxb-mistyped", DISCORD_TOKEN="mistyped")
    assert (mistyped.code, mistyped.out) == (75, "")
    assert "SLACK_BOT_TOKEN is refused" in mistyped.err
    assert "did not accept DISCORD_TOKEN" in mistyped.err
    assert "mistyped" not in mistyped.err

    mended = await world.once(NINE)
    assert mended.code == 0, mended.err
    assert [sorted(room.papers) for room in rooms] == [TODAYS, TODAYS]


@pytest.mark.slow
async def test_a_token_taken_back_pauses_its_team_alone_and_another_token_brings_all_of_it(world: World) -> None:
    rooms = await following(world, "slack", "C1", "C2", "C3")
    (elsewhere,) = await following(world, "discord", "C1")
    world.slack.revoked = "token_revoked"

    first = await world.once(NINE)
    world.announces(WEDNESDAY, [paper("2609.00003", WEDNESDAY)])
    second = await world.once(NEXT_NINE)

    assert (first.code, second.code) == (0, 0), first.err + second.err
    assert posts(world, "slack") == 1
    assert sorted(elsewhere.papers) == [*TODAYS, "2609.00003"]

    world.slack.revoked, world.slack.bot_token = "", "xoxb-installed-again"
    mended = await world.once(at("2026-09-02 10:00"), SLACK_BOT_TOKEN="xoxb-installed-again")
    assert mended.code == 0, mended.err
    assert [sorted(room.papers) for room in rooms] == [[*TODAYS, "2609.00003"]] * 3


@pytest.mark.slow
@pytest.mark.parametrize("error", ["not_in_channel", "restricted_action", "is_archived"])
async def test_a_channel_that_refuses_is_asked_three_times_over_all_days_and_goes_on_when_the_bot_is_there_again(
    world: World, error: str
) -> None:
    refusing, other = await following(world, "slack", "C1", "C2")
    world.slack.channel_faults["C1"] = error

    for moment in (NINE, at("2026-09-01 12:00"), NEXT_NINE):
        ended = await world.once(moment)
        assert ended.code == 0, ended.err
    to_channels = [body["channel"] for body in world.slack.calls_of("chat.postMessage")]
    assert to_channels.count("C1") <= 3
    assert to_channels.count("U1") == 1  # who switched it on is told
    assert sorted(other.papers) == TODAYS

    world.slack.channel_faults.clear()
    async with running("--only", "slack", settings=world.settings):
        await world.slack.event({"type": "member_joined_channel", "user": "UBOT", "channel": "C1", "team": "T1"})
        await until_told(refusing)
    world.announces(WEDNESDAY, [paper("2609.00003", WEDNESDAY)])
    assert (await world.once(at("2026-09-02 14:00"))).code == 0
    assert (await world.once(at("2026-09-03 09:00"))).code == 0
    assert sorted(refusing.papers) == [*TODAYS, "2609.00003"]


async def until_told(room: Room) -> None:
    """Waits until the pause has ended."""
    async with asyncio.timeout(20):
        while "paused" in (await room.says("/following", NEXT_NINE)).text:
            await asyncio.sleep(0.1)


@pytest.mark.slow
async def test_a_digest_for_a_platform_without_a_token_here_is_left_for_who_has_it(world: World) -> None:
    slack_only = {name: value for name, value in world.settings.items() if not name.startswith("DISCORD")}
    (slack,), (discord,) = await following(world, "slack", "C1"), await following(world, "discord", "C1")

    here = await paperlark("once", "--at", NINE.isoformat(), settings=slack_only)
    assert here.code == 75
    assert "for a platform whose token is not set here" in here.err
    assert (sorted(slack.papers), discord.papers) == (TODAYS, [])

    assert (await world.once(NINE)).code == 0
    assert sorted(discord.papers) == TODAYS


@pytest.mark.slow
async def test_platforms_out_of_reach_leave_their_digests_for_the_next_run(world: World) -> None:
    rooms = [*await following(world, "slack", "C1"), *await following(world, "discord", "C1")]
    nowhere = "http://127.0.0.1:1/api/"

    ended = await world.once(NINE, SLACK_API_URL=nowhere, DISCORD_API_URL=nowhere)
    assert (ended.code, ended.out) == (75, "")
    assert sum(int(number) for number in re.findall(r"left: (\d+) digests? ", ended.err)) == 2
    assert "Traceback" not in ended.err

    assert (await world.once(NINE)).code == 0
    assert [sorted(room.papers) for room in rooms] == [TODAYS, TODAYS]
