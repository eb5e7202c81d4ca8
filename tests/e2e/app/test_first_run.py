"""The first minutes of the person who runs the bot: what the doctor and `run` say, and what to do next."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
import pytest_asyncio

from adapters.discord.app import invite_url
from bot.app.doctor.report import MAX_LINES
from bot.domain.channel import Place
from support.bot_process import Ended, paperlark, running
from support.loopback_world import World, a_world
from support.servers.discord_objects import APPLICATION
from support.servers.huggingface_server import HuggingFaceServer
from support.servers.slack_workspace import SCOPES

pytestmark = pytest.mark.asyncio(loop_scope="module")

SLACK_NEXT = "Slack: type /invite @Paperlark in a channel, then /paperlark."
INVITE = invite_url(int(APPLICATION))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """All is well in it, and no channel is set up yet."""
    async with a_world(tmp_path_factory.mktemp("home")) as world, HuggingFaceServer() as face:
        world.settings |= {"HUGGINGFACE_URL": face.url}
        yield world


async def doctor(settings: Mapping[str, object]) -> Ended:
    ended = await paperlark("doctor", settings=settings)
    assert len(ended.out.splitlines()) <= MAX_LINES
    assert "Traceback" not in ended.err
    return ended


async def test_the_doctor_says_how_to_begin_where_all_is_well_and_nothing_is_set_up(world: World) -> None:
    ended = await doctor(world.settings)
    lines = ended.out.splitlines()
    assert (ended.code, lines[0]) == (0, "Everything works."), lines
    assert f"  {SLACK_NEXT}" in lines
    assert any(INVITE in line for line in lines)
    assert not any(line.startswith("SLACK_") for line in lines)


async def test_the_doctor_says_where_a_token_comes_from_where_there_is_none(world: World) -> None:
    local = {name: value for name, value in world.settings.items() if not name.startswith(("SLACK", "DISCORD"))}
    ended = await doctor(local)
    assert (ended.code, ended.out.splitlines()[0]) == (0, "No faults and 1 warning.")
    assert "! Chat: Slack and Discord have no token yet." in ended.out
    assert "https://api.slack.com/apps" in ended.out
    assert "https://discord.com/developers/applications" in ended.out


async def test_swapped_tokens_are_told_before_any_call_and_no_service_sees_them(world: World) -> None:
    before = len(world.slack.calls)
    swapped = {"SLACK_BOT_TOKEN": world.slack.app_token, "SLACK_APP_TOKEN": world.slack.bot_token}
    ended = await doctor(world.settings | swapped)
    assert ended.code == 1
    assert "✗ SLACK_BOT_TOKEN: It holds an app-level token (xapp-…): put that into SLACK_APP_TOKEN." in ended.out
    assert "✗ SLACK_APP_TOKEN: It holds a bot token (xoxb-…): put that into SLACK_BOT_TOKEN." in ended.out
    assert "Next: fix the first fault, then run paperlark doctor again." in ended.out
    refused = await paperlark("run", settings=world.settings | swapped)
    assert refused.code == 1
    assert "paperlark: SLACK_BOT_TOKEN: It holds an app-level token" in refused.err
    assert len(world.slack.calls) == before


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"SLACK_BOT_TOKEN": '"xoxb-test"'}, "✗ SLACK_BOT_TOKEN: It has quotes around it: remove them."),
        ({"SLACK_BOT_TOKEN": ""}, "✗ SLACK_APP_TOKEN: It is of no use without SLACK_BOT_TOKEN, which isn't set."),
        (
            {"SLACK_BOT_TOKEN": "", "SLACK_BOT_TOKN": "xoxb-test"},
            "✗ SLACK_BOT_TOKN: This isn't a setting: did you mean SLACK_BOT_TOKEN?",
        ),
        (
            {"DISCORD_TOKEN": "xoxb-test"},
            "✗ DISCORD_TOKEN: It holds a bot token (xoxb-…): put that into SLACK_BOT_TOKEN.",
        ),
        ({"SLACK_APP_TOKEN": ""}, "✗ Slack: SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP) is missing"),
    ],
)
async def test_a_mistake_is_a_fault_in_one_line(world: World, wrong: dict[str, str], said: str) -> None:
    ended = await doctor(world.settings | wrong)
    assert ended.code == 1
    assert said in ended.out


async def test_a_number_in_quotes_is_told_as_such(world: World) -> None:
    ended = await doctor(world.settings | {"SLACK_PORT": '"3000"', "ARXIV_API_URL": "'http://127.0.0.1:1'"})
    assert ended.code == 1
    assert ended.err.splitlines() == [
        "paperlark: SLACK_PORT has quotes around it: remove them",
        "paperlark: ARXIV_API_URL has quotes around it: remove them",
    ]


async def test_missing_scopes_are_named_with_what_to_do(world: World) -> None:
    world.slack.scopes = tuple(scope for scope in SCOPES if scope != "chat:write")
    try:
        ended = await doctor(world.settings)
    finally:
        world.slack.scopes = SCOPES
    assert ended.code == 1
    assert "The app lacks these scopes: chat:write (answers and digests)." in ended.out
    assert "Reinstall" in ended.out


async def test_run_says_what_to_do_next_until_a_channel_is_set_up(world: World, tmp_path: Path) -> None:
    room, own = world.room("slack", "C1"), world.settings | {"PAPERLARK_HOME": tmp_path}
    async with running(settings=own) as bot:
        await bot.says(f"Next: {SLACK_NEXT}")
        await bot.says(INVITE)
        world.slack.private.add("C1")
        world.slack.outside.add("C1")
        answer = await room.chat.says("/digest on 09:00 UTC cs.CL")
        assert "I'm not in this private channel, so I couldn't post it." in answer.text
        ended = await doctor(own)
        assert await bot.end() == 0
    place = Place("slack", "T1", "C1")
    assert f"! Channel C1: I'm not in that private channel ({place}). Type /invite @Paperlark there." in ended.out
    assert SLACK_NEXT not in ended.out
    async with running(settings=own) as bot:
        await bot.says(INVITE)
        assert await bot.end() == 0
    assert not any(SLACK_NEXT in line for line in bot.out)


async def test_a_bot_without_a_token_says_in_two_lines_how_to_get_one(world: World, tmp_path: Path) -> None:
    ended = await paperlark("run", settings={"PAPERLARK_HOME": tmp_path})
    assert ended.code == 1
    said = [line for line in ended.err.splitlines() if line.startswith(("paperlark: ", "Slack: ", "Discord: "))]
    assert [line.split()[0] for line in said] == ["paperlark:", "Slack:", "Discord:"]
