"""How forms open, come back and fail on Slack and Discord, with the real core behind them."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from adapters.discord import forms
from adapters.slack.app import serving
from bot.domain.channel import Channel
from support.all_platforms import House, User, on_all_platforms
from support.drivers.discord_driver import DiscordDriver, number, seen, seen_messages
from support.drivers.slack_driver import SlackDriver, access_to, seen_exchange, seen_message
from support.servers.discord_objects import Interaction
from support.servers.discord_server import MODAL, Answer
from support.servers.slack_forms import fills
from support.servers.slack_server import SlackServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

FILLED = {"categories": ["cs.CL"]}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    empty = tmp_path_factory.mktemp("no model")
    async with on_all_platforms(tmp_path_factory.mktemp("home"), paperlark_model=empty) as house:
        yield house


async def stored(user: User) -> Channel:
    return await user.house.app.services.channels.get(user.chat.place(user.channel))


class TestSlack:
    @pytest.fixture
    def user(self, house: House) -> User:
        return house.user("slack")

    @pytest.fixture
    def slack(self, house: House) -> SlackServer:
        chat = house.chats["slack"]
        assert isinstance(chat, SlackDriver)
        return chat.server

    async def test_an_error_stands_at_its_field_and_the_form_stays_open(self, user: User) -> None:
        form = await user.says("/paperlark setup")
        told = await user.fills(form, FILLED | {"topics": "!!"})

        assert list(told.payload["errors"]) == ["topics"]
        assert (await user.fills(form, FILLED)).private is False

    async def test_a_submission_is_acknowledged_at_once(self, user: User, slack: SlackServer) -> None:
        saved = await fills(slack, (await user.says("/paperlark setup")).payload, FILLED)

        assert saved.ack_seconds is not None
        assert saved.ack_seconds < 1

    async def test_a_form_that_stayed_open_for_an_hour_is_answered_in_the_channel(
        self, user: User, slack: SlackServer
    ) -> None:
        form = await user.says("/paperlark setup")
        slack.refuse("response_url", status=404)

        told = await user.fills(form, FILLED)

        assert "Following: cs.CL." in told.text
        assert seen_message(slack.channel(user.channel)[-1]).text == told.text

    async def test_a_form_that_does_not_open_leaves_the_commands_and_a_button(
        self, user: User, slack: SlackServer
    ) -> None:
        slack.refuse("views.open", error="expired_trigger_id")

        told = await user.says("/paperlark setup")

        assert told.private
        assert "/follow cs.CL" in told.text
        assert told.buttons == ("Set up this channel",)
        assert "Topics, one a line" in (await user.presses(told, "Set up this channel")).text

    async def test_a_mention_leads_to_the_form_by_a_button(self, user: User, slack: SlackServer) -> None:
        told = seen_exchange(await slack.says("settings", user.channel))

        assert told.buttons == ("Set up this channel",)
        assert "Topics, one a line" in (await user.presses(told, "Set up this channel")).text

    async def test_the_persons_time_zone_is_filled_in(self, user: User, slack: SlackServer) -> None:
        slack.zones["U1"] = "Asia/Tokyo"
        form = await user.says("/paperlark setup")
        slack.zones.clear()

        assert "Asia/Tokyo" in form.text

    async def test_it_works_by_signed_requests_too(self, house: House) -> None:
        async with SlackServer() as slack, on_a_port(slack, house):
            form = seen_exchange(await slack.says("/paperlark setup", channel := house.new_channel()))
            bad = await fills(slack, form.payload, FILLED | {"topics": "!!"})
            saved = await fills(slack, form.payload, FILLED)

        assert list(bad.errors) == ["topics"]
        assert "Following: cs.CL." in seen_exchange(saved).text
        assert (await house.app.services.channels.get(house.chats["slack"].place(channel))).follows

    @pytest.mark.parametrize(
        "view",
        [
            {"callback_id": "form:setup", "private_metadata": "[", "state": {"values": {}}},
            {"callback_id": "form:setup", "private_metadata": "[1]", "state": None, "blocks": None},
            {"callback_id": "form:nonsense", "private_metadata": '{"channel": 7}'},
            {"callback_id": "form:setup", "state": {"values": {"topics": {"a": {"value": "!!"}}}}},
            {"callback_id": "form:setup", "state": {"values": {"categories": {"a": {"selected_options": [{}, {}]}}}}},
        ],
    )
    async def test_a_forged_form_changes_nothing_and_breaks_nothing(
        self, user: User, slack: SlackServer, view: dict[str, Any]
    ) -> None:
        exchange = slack.exchange(user.channel, "U1")
        body = {"type": "view_submission", "team": {"id": "T1"}, "user": {"id": "U1"}, "is_enterprise_install": False}
        await slack.deliver("interactive", body | {"view": {"id": "V1", "type": "modal"} | view}, exchange)

        assert exchange.ack_seconds is not None
        assert (await user.says("/following")).private
        assert not (await stored(user)).has_anything


class TestDiscord:
    @pytest.fixture
    def user(self, house: House) -> User:
        return house.user("discord")

    @pytest.fixture
    def discord(self, house: House) -> DiscordDriver:
        chat = house.chats["discord"]
        assert isinstance(chat, DiscordDriver)
        return chat

    async def test_a_form_with_errors_opens_again_with_what_was_typed(self, user: User) -> None:
        bad = await user.fills(await user.says("/paperlark setup"), FILLED | {"topics": "robot arms\n!!", "time": "7"})
        assert bad.private
        assert "“!!” doesn't look like a topic." in bad.text

        again = await user.presses(bad, "Open the form again")

        assert "robot arms\n!!" in again.text
        assert "cs.CL" in again.text
        told = await user.fills(again, {"topics": "robot arms", "time": "07:15"})
        assert "Following: cs.CL, “robot arms”." in told.text
        assert "robot arms" in (await user.says("/paperlark settings")).text

    async def test_what_one_person_typed_is_not_shown_to_another(self, user: User, discord: DiscordDriver) -> None:
        bad = await user.fills(await user.says("/paperlark setup"), {"topics": "secret plan\n!!"})
        assert bad.private

        other = await discord.says("/paperlark setup", user.channel, user="U2")

        assert "secret plan" not in other.text

    async def test_a_form_that_cannot_be_made_in_time_says_so_privately(
        self, user: User, discord: DiscordDriver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(forms, "OPEN_SECONDS", 0.0)

        told = await user.says("/paperlark setup")

        assert told.private
        assert "That took too long." in told.text
        assert told.buttons == ("Open the form",)

    async def test_a_direct_message_leads_to_the_form_by_a_button(self, discord: DiscordDriver) -> None:
        for text in ("hello", "settings"):
            await discord.server.writes(text, "9001")
        await discord.server.until(lambda: len(discord.server.channel("9001").messages) == 2, "two answers")

        told = seen_messages(discord.server.channel("9001").messages[1:])

        assert told.buttons == ("Set up your digest",)
        assert "Topics, one a line" in (await discord.presses(told, "Set up your digest")).text

    async def test_a_form_that_asks_for_nothing_is_told_with_a_button(self, user: User) -> None:
        told = await user.fills(await user.says("/paperlark setup"), {})

        assert told.private
        assert "Choose a category, a topic or a person to follow." in told.text
        assert not (await stored(user)).follows

    @pytest.mark.parametrize(
        "data",
        [
            {"custom_id": "f:nonsense#", "components": []},
            {
                "custom_id": "f:setup#yesterday",
                "components": [{"type": 18, "component": {"custom_id": "topics", "value": 7}}],
            },
            {"custom_id": "f:", "components": []},
        ],
    )
    async def test_a_forged_form_gets_an_answer_and_harms_nothing(
        self, user: User, discord: DiscordDriver, data: dict[str, Any]
    ) -> None:
        channel = discord.server.channel(number(user.channel))
        interaction = Interaction(MODAL, channel, "42", data)
        discord.server.interactions[interaction.id] = interaction
        guilds = {id: {"id": id, "locale": "en-US", "features": []} for id in discord.server.guilds}
        await discord.server.gateway.emit("INTERACTION_CREATE", interaction.json(guilds))
        await discord.server.until(lambda: interaction.complete, "an answer")

        assert seen(Answer(interaction)).text
        assert not {follow.what for follow in (await stored(user)).follows} - {"7"}


@asynccontextmanager
async def on_a_port(slack: SlackServer, house: House) -> AsyncIterator[None]:
    """Serve the house to a Slack that sends requests."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    access = replace(access_to(slack), app_token=None, signing_secret=slack.signing_secret, port=port)
    slack.events_url = f"http://127.0.0.1:{port}/slack/events"
    async with serving(house.door, access):
        yield
