"""A request that comes again is answered once, by all processes together, and acknowledged each time."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

from adapters.slack.app import SlackAccess, serving
from support.all_platforms import House, on_all_platforms
from support.drivers.discord_driver import DiscordDriver, number
from support.local_http import free_port
from support.servers.discord_messages import writes
from support.servers.discord_objects import BOT_USER, Interaction, Json, member, person
from support.servers.discord_server import COMMAND
from support.servers.slack_server import SlackServer

AGAIN = 10


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with on_all_platforms(tmp_path) as house:
        yield house


class Recorded:
    """Somebody who recorded a request to the bot, which runs in two processes, and plays it back to both in turn."""

    def __init__(self, slack: SlackServer, addresses: list[str]) -> None:
        self.slack = slack
        self._addresses = addresses

    def to(self, turn: int) -> None:
        self.slack.events_url = self._addresses[turn % 2]

    async def plays(self, body: str) -> list[int]:
        headers = self.slack.signed(body) | {"Content-Type": "application/x-www-form-urlencoded"}
        statuses = []
        for turn in range(AGAIN):
            self.to(turn)
            statuses.append(await self.slack.post(body, headers))
        return statuses

    def answers_url(self, channel: str) -> str:
        return f"http://127.0.0.1:{self.slack.port}/respond/{self.slack.exchange(channel, 'U1').number}"

    def command(self, text: str) -> str:
        about = {"command": "/paperlark", "text": text, "channel_id": "C1", "user_id": "U1", "team_id": "T1"}
        return urlencode(about | {"response_url": self.answers_url("C1"), "trigger_id": "1.2"})


@asynccontextmanager
async def two_processes(house: House) -> AsyncIterator[Recorded]:
    """Serve Slack twice by signed requests; on exit, all answers under way have been sent."""
    async with SlackServer() as slack, AsyncExitStack() as stack:
        ports = [free_port(), free_port()]
        for port in ports:
            access = SlackAccess(slack.bot_token, None, slack.signing_secret, port=port, api_url=slack.api_url)
            await stack.enter_async_context(serving(house.door, access))
        yield Recorded(slack, [f"http://127.0.0.1:{port}/slack/events" for port in ports])


async def test_a_command_that_somebody_recorded_and_plays_back_is_executed_once(house: House) -> None:
    async with two_processes(house) as recorded:
        assert await recorded.plays(recorded.command('mute "survey"')) == [200] * AGAIN
    assert ["Muted survey" in answer["text"] for answer in recorded.slack.calls_of("response_url")] == [True]


async def test_the_same_command_typed_again_is_another_request(house: House) -> None:
    async with two_processes(house) as recorded:
        for _ in range(2):
            await recorded.plays(recorded.command('mute "survey"'))
    assert len(recorded.slack.calls_of("response_url")) == 2


async def test_a_button_that_is_played_back_is_pressed_once(house: House) -> None:
    async with two_processes(house) as recorded:
        action = {"action_id": "command:1", "type": "button", "value": "/follow cs.CL", "text": {"text": "Follow"}}
        payload: Json = {"type": "block_actions", "team": {"id": "T1"}, "user": {"id": "U1"}, "actions": [action]}
        payload |= {"channel": {"id": "C2"}, "container": {"type": "message", "channel_id": "C2", "message_ts": "1.2"}}
        payload |= {"response_url": recorded.answers_url("C2"), "trigger_id": "1.3"}
        assert await recorded.plays(urlencode({"payload": json.dumps(payload)})) == [200] * AGAIN
    assert len(recorded.slack.calls_of("response_url")) == 1


async def test_an_event_that_slack_repeats_with_a_new_signature_is_acknowledged_and_answered_once(house: House) -> None:
    event = {"type": "message", "channel_type": "im", "channel": "D3", "user": "U1", "text": "following", "ts": "9.9"}
    async with two_processes(house) as recorded:
        for retry in range(4):
            recorded.to(retry)
            assert (await recorded.slack.event(event, event_id="Ev0", retry=retry)).ack_status == 200
    posted = [json.dumps(call) for call in recorded.slack.calls_of("chat.postMessage")]
    assert len([one for one in posted if "nothing yet" in one]) == 1


async def test_discord_messages_and_commands_that_come_twice_are_answered_once(tmp_path: Path) -> None:
    async with on_all_platforms(tmp_path) as house:
        chat = house.chats["discord"]
        assert isinstance(chat, DiscordDriver)
        server, channel = chat.server, chat.server.channel(number("C4"))
        answers = await writes(server, '@ mute "survey"', channel.id)
        (said,) = (message for message in channel.messages if message not in answers)
        event = said | {"guild_id": server.home, "mentions": [person(BOT_USER, bot=True)], "member": member("42")}
        await server.gateway.emit("MESSAGE_CREATE", event)

        data = server._command_data("/follow", {"category": "cs.CL"})
        asked = Interaction(COMMAND, channel, "42", data)
        server.interactions[asked.id] = asked
        for _ in range(2):
            await server.gateway.emit(
                "INTERACTION_CREATE",
                asked.json({server.home: {"id": server.home, "locale": "en-US", "features": []}}),
            )
        await server.until(lambda: asked.complete, "an answer")
    assert (len(asked.shown), "now follows" in json.dumps(asked.shown)) == (1, True)
    assert len([message for message in channel.messages if message["author"]["id"] == BOT_USER]) == 2
