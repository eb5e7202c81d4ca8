"""Paperlark signs in to Discord, registers its commands once, and leaves without half an answer."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from adapters.discord.app import DiscordAccess, check, invite_url, serving
from bot.domain.channel import Place
from bot.domain.errors import BotError
from support.drivers.discord_driver import seen
from support.fakes.discord_command_service import RecordingDoor
from support.servers.discord_objects import guild
from support.servers.discord_server import DiscordServer


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as running:
        running.channel("1000")
        yield running


@pytest.fixture
def door() -> RecordingDoor:
    return RecordingDoor()


@pytest.fixture
async def bot(server: DiscordServer, door: RecordingDoor) -> AsyncIterator[RecordingDoor]:
    """The adapter, connected."""
    async with serving(door, _access(server)):
        yield door


def _access(server: DiscordServer) -> DiscordAccess:
    return DiscordAccess(server.token, server.url)


class TestLife:
    async def test_commands_are_registered_for_servers_and_direct_messages(
        self, server: DiscordServer, bot: RecordingDoor
    ) -> None:
        names = {command["name"] for command in server.commands}

        assert names == {
            "paper", "author", "follow", "unfollow", "following", "mute", "more", "less", "save", "saved", "bibtex",
            "papers", "similar", "ask", "digest", "trending", "paperlark", "Paper card", "Save paper",
        }  # fmt: skip
        assert all({0, 1} <= set(command["contexts"]) for command in server.commands)
        assert all(0 in command["integration_types"] for command in server.commands)

    async def test_an_application_that_people_cannot_install_for_themselves_gets_no_command_for_them(
        self, server: DiscordServer, door: RecordingDoor
    ) -> None:
        server.for_users = False

        async with serving(door, _access(server)):
            assert all(sorted(command["contexts"]) == [0, 1] for command in server.commands)
            assert all(command["integration_types"] == [0] for command in server.commands)

    async def test_commands_are_written_only_when_they_changed(
        self, server: DiscordServer, door: RecordingDoor
    ) -> None:
        for expected in (1, 1, 2):
            async with serving(door, _access(server)):
                assert server.requests["commands.put"] == expected
            if expected == 1 and server.requests["me"] == 2:
                server.commands[0]["description"] = "something older"

    @pytest.mark.slow
    async def test_a_bot_in_many_servers_has_several_shards_and_answers_on_each(
        self, server: DiscordServer, door: RecordingDoor
    ) -> None:
        server.shards = 2
        guilds = [str(number << 22) for number in (1000, 1001)]
        server.guilds |= set(guilds)
        for number, guild_id in enumerate(guilds):
            server.channel(f"200{number}", guild_id)
        async with serving(door, _access(server)):
            for number in (0, 1):
                answer = await server.says("/following", channel=f"200{number}")
                assert answer.messages
        assert sorted(server.gateway.shards.values()) == [(0, 2), (1, 2)]
        assert [caller.place.team for _, caller in door.asked] == guilds

    async def test_a_wrong_token_is_said_in_one_plain_line(self, server: DiscordServer, door: RecordingDoor) -> None:
        with pytest.raises(BotError, match="Discord did not accept DISCORD_TOKEN") as refused:
            async with serving(door, replace(_access(server), token="wrong")):
                pass

        assert "Bot, Reset Token" in refused.value.hint

    async def test_a_discord_that_cannot_be_reached_is_said_in_one_plain_line(self, door: RecordingDoor) -> None:
        with pytest.raises(BotError, match=r"Could not reach Discord at 127\.0\.0\.1"):
            async with serving(door, DiscordAccess("token", "http://127.0.0.1:1/api/v10")):
                pass

    async def test_an_answer_under_way_is_finished_before_the_end(
        self, server: DiscordServer, door: RecordingDoor, wait_until
    ) -> None:
        async with _asking(server, door, wait_until) as asking:
            asyncio.get_running_loop().call_later(0.2, door.open.set)

        assert "You follow nobody" in seen(await asking).text

    async def test_an_answer_that_takes_too_long_at_the_end_says_so(
        self, server: DiscordServer, door: RecordingDoor, wait_until, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("adapters.discord.app.FINISH_SECONDS", 0.1)

        async with _asking(server, door, wait_until) as asking:
            pass

        assert "Try again in a minute" in seen(await asking).text

    async def test_doctor_hears_who_the_bot_is_and_how_to_invite_it(self, server: DiscordServer) -> None:
        said = await check(_access(server))

        assert said.startswith("signed in as Paperlark")
        assert "https://discord.com/oauth2/authorize?client_id=900000000000000002" in said

    async def test_doctor_hears_what_is_wrong(self, server: DiscordServer) -> None:
        with pytest.raises(BotError, match="DISCORD_TOKEN"):
            await check(replace(_access(server), token="wrong"))

    def test_the_invitation_asks_for_no_more_than_is_needed(self) -> None:
        assert invite_url(7).endswith("client_id=7&scope=bot+applications.commands&permissions=309237763072")


@asynccontextmanager
async def _asking(server: DiscordServer, door: RecordingDoor, wait_until) -> AsyncIterator[asyncio.Task]:
    """The adapter is left while somebody waits for an answer."""
    async with serving(door, _access(server)):
        door.open.clear()
        asking = asyncio.create_task(server.says("/following"))
        await wait_until(lambda: door.asked, "the question arrived")
        yield asking


class TestInvited:
    async def test_a_server_that_adds_the_bot_again_goes_on(self, server: DiscordServer, door: RecordingDoor) -> None:
        async with serving(door, DiscordAccess(server.token, server.url)):
            server.guilds.add("200")
            joined = {name: value for name, value in guild("200", []).items() if name != "unavailable"}
            await server.gateway.emit("GUILD_CREATE", joined)
            await _until(lambda: door.invitations == [Place("discord", "200", "")])

    async def test_a_channel_whose_permissions_change_goes_on(self, server: DiscordServer, door: RecordingDoor) -> None:
        renamed, opened = server.channel("1000"), server.channel("1001")
        async with serving(door, DiscordAccess(server.token, server.url)):
            allowed = [{"id": "900000000000000001", "type": 1, "allow": "3072", "deny": "0"}]
            await server.gateway.emit("CHANNEL_UPDATE", renamed.json() | {"topic": "another topic"})
            await server.gateway.emit("CHANNEL_UPDATE", opened.json() | {"permission_overwrites": allowed})
            await _until(lambda: bool(door.invitations))
            assert door.invitations == [Place("discord", "100", "1001")]


async def _until(met: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not met():
            await asyncio.sleep(0.02)
