"""A team's first day, with real clients: the bot comes, says hello, is set up by a form, and posts at that time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.channel import Timetable
from bot.domain.schedule import next_delivery
from support.bot_process import running
from support.drivers.discord_driver import number, seen, seen_messages, short_values
from support.drivers.remote_chats import DiscordChat, SlackChat
from support.drivers.slack_driver import seen_exchange, seen_message
from support.drivers.visible_answer import Seen
from support.loopback_world import World, a_world, paper
from support.servers.discord_objects import Channel
from support.servers.slack_forms import fills

JUST_OVER = datetime.now(UTC) - timedelta(minutes=1)
"""The time of the digest: its next slot is never one that has begun."""
AT = f"{JUST_OVER:%H:%M}"
FILLED = {"categories": ["cs.LG"], "topics": "state space models", "time": AT, "zone": "UTC", "top": "5"}
IDS = ["2609.00001", "2609.00002"]


async def welcome(world: World, platform: str) -> Seen:
    """Let the bot come to a channel; return its first message there."""
    if platform == "slack":
        await world.slack.event({"type": "member_joined_channel", "user": "UBOT", "channel": "C1", "team": "T1"})
        await world.slack.until(lambda: world.slack.channel("C1"), "the welcome")
        return seen_message(world.slack.channel("C1")[0])
    room = Channel(number("C1"), "200")
    await world.discord.adds("200", room)
    await world.discord.until(lambda: room.messages, "the welcome")
    return seen_messages(room.messages)


async def filled(world: World, platform: str, form: Seen) -> Seen:
    if platform == "slack":
        return seen_exchange(await fills(world.slack, form.payload, FILLED))
    return seen(await world.discord.fills(form.payload["opened"], short_values(FILLED)))


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_from_the_invitation_to_the_first_digest(tmp_path: Path, platform: str) -> None:
    async with a_world(tmp_path) as world:
        chat = SlackChat(world.slack) if platform == "slack" else DiscordChat(world.discord)
        others = {"slack": "DISCORD_", "discord": "SLACK_"}[platform]
        settings = {name: value for name, value in world.settings.items() if not name.startswith(others)}
        async with running(settings=settings) as bot:
            await bot.says("Paperlark is ready")
            hello = await welcome(world, platform)
            assert "I bring the day's arXiv papers" in hello.text

            form = await chat.presses(hello, "Set up this channel")
            told = await filled(world, platform, form)
            assert not told.private
            assert f"I'll post the best 5 papers here every weekday at {AT} (UTC)." in told.text
            assert "Following: cs.LG, “state space models”." in told.text
            assert await bot.end() == 0
            assert not [line for line in bot.log if "Traceback" in line or " ERROR " in line]

        due = next_delivery(Timetable(at=JUST_OVER.time().replace(second=0, microsecond=0)), None, JUST_OVER)
        world.announces(due.date(), [paper(one, due.date()) for one in IDS])
        assert (await world.once(due - timedelta(minutes=1))).code == 0
        before = digests(world, platform)
        assert (await world.once(due)).code == 0
        assert before == []
        (digest,) = digests(world, platform)
        assert {one for one in IDS for address in digest.links if one in address} == set(IDS)


def digests(world: World, platform: str) -> list[Seen]:
    """Return the messages with papers there."""
    room = world.slack.channel("C1") if platform == "slack" else world.discord.channel(number("C1")).messages
    messages = [seen_message(one) if platform == "slack" else seen_messages([one]) for one in room]
    return [message for message in messages if any(IDS[0] in address for address in message.links)]
