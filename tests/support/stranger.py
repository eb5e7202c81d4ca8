"""A person of another team, who tries whatever a client can send, and what the bot says and asks in return."""

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from discord.http import Route
from hypothesis import strategies as st
from slack_bolt.request.async_request import AsyncBoltRequest

from adapters.slack.app import _bolt
from adapters.slack.clients import OneClient
from adapters.slack.handlers import Handlers
from support.all_platforms import House
from support.drivers.discord_driver import DiscordDriver
from support.drivers.slack_driver import SlackDriver
from support.servers.discord_objects import Interaction, message
from support.servers.discord_server import COMPONENT, MODAL

Json = dict[str, Any]

TEAM, GUILD, USER = "T2", "200", "U1"
CHANNELS = ("C1", "C2", "D1")
"""The first team's channels have the same ids."""

COMMANDS = (
    "paper", "papers", "similar", "author", "follow", "unfollow", "following", "mute", "more", "less", "save", "saved",
    "unsave", "takeback", "digest", "digest show", "digest on", "digest off", "digest now", "digest lock",
    "digest unlock", "digest email", "digest email off", "digest email end", "digest email confirm", "digest week",
    "trending", "paperlark", "paperlark status", "paperlark check", "paperlark setup", "resend", "peek", "readmore",
    "bibtex", "example", "authors", "figures", "help",
)  # fmt: skip
VALUES = (
    "", "2605.05971", "2605.05519", "this", "#1", "Yam Eitan", "author:Yam Eitan", "cs.LG", '"key-value cache"',
    "topic:key-value cache", "survey", "grid", "week", "month", "today", "2026-05-11", "2026-05-11 all",
    "2026-05-11 perhaps", "saved:2605.05971", "taste:2605.05971", "at:1778490000000000", "bibtex", "unread", "all",
    "ada@example.org", "123456", "C1", "T1", "slack:T1", "slack:T1:C1", "slack/T1/C1", "lark:t:{slack:T1}:follows:C1",
    "team:T1", "../C1", "C1:ada@example.org", "page=2 2605.05971", "09:00 UTC cs.CL", "has:code", "anyway",
)  # fmt: skip
METADATA = (
    "", "C1", "slack:T1:C1", "T1/C1", "../T1/C1", '{"channel": "C1"}', '{"channel": "C1", "team": "T1"}',
    '{"channel": "slack:T1:C1", "thread": "1.1"}', '{"channel": ["C1"]}', '{"channel": "C1", "user": "U9"}', "{", "[1]",
)  # fmt: skip
KINDS = ("author", "category", "topic", "followed", "paper", "zone", "search", "mailbox", "")

_OWN = re.compile(r"127\.0\.0\.1:\d+|\"V\d+\"|Reference [0-9A-F]{6}")
"""What differs between two runs of the same: ports, modals' ids, references to the log."""


@dataclass(frozen=True)
class Attempt:
    """One request; `value` is what a person types or a client sends, `hidden` what we hid in a modal."""

    way: str
    value: str
    hidden: str = ""
    channel: str = "C1"


texts = st.builds(
    lambda command, value, more: f"/{command} {value}{more}".strip(),
    st.sampled_from(COMMANDS),
    st.sampled_from(VALUES) | st.text(max_size=12),
    st.sampled_from(("", "", " page=2", " anyway", " help")),
)
attempts = st.builds(
    Attempt,
    st.sampled_from(("typed", "typed", "said", "pressed", "chosen", "in a modal", "submitted", "completed", "reacted")),
    texts,
    st.sampled_from(METADATA),
    st.sampled_from(CHANNELS),
)
discord_attempts = st.builds(
    Attempt, st.sampled_from(("pressed", "chosen", "submitted", "completed")), texts, st.sampled_from(KINDS)
)


class Stranger:
    """In Slack through Bolt and our handlers, in Discord through the gateway."""

    def __init__(self, house: House) -> None:
        slack, discord = house.chats["slack"], house.chats["discord"]
        assert isinstance(slack, SlackDriver)
        assert isinstance(discord, DiscordDriver)
        self._slack, self._discord = slack.server, discord.server
        self._app = _bolt(slack.access)
        self._app.listener_runner.process_before_response = True  # so that a request is over once it is dispatched
        Handlers(house.door, OneClient(slack.access)).register(self._app)
        self._discord.guilds.add(GUILD)

    async def in_slack(self, attempt: Attempt) -> str:
        """Send it, and return all that the bot sends back or asks Slack, as text."""
        before = len(self._slack.calls)
        request = AsyncBoltRequest(body=self._payload(attempt), mode="socket_mode")
        answer = await self._app.async_dispatch(request)
        return _OWN.sub("", json.dumps([answer.body, self._slack.calls[before:]], default=str, ensure_ascii=False))

    async def in_discord(self, attempt: Attempt) -> str:
        """Press or type something in a channel of another server, and return the answer as text."""
        Route.BASE = self._discord.url  # the library has one address for all bots of a process
        channel = self._discord.channel("1000000001", GUILD)
        if attempt.way == "completed":
            option = {"followed": ("/unfollow", "what"), "author": ("/author", "name")}
            command, name = option.get(attempt.hidden, ("/paper", "query"))
            choices = await self._discord.choices(command, name, attempt.value[:90], channel=channel.id)
            return json.dumps(choices)
        carried = f"c:{attempt.value}#{attempt.hidden}"[:100]
        data: Json = {"component_type": 2, "custom_id": carried, "id": 1}
        kind = COMPONENT
        if attempt.way == "chosen":
            data |= {"component_type": 3, "custom_id": "m:1", "values": [carried]}
        if attempt.way == "submitted":
            kind, data = MODAL, {"custom_id": f"f:setup#{attempt.value}"[:100], "components": []}
        pressed = None if kind == MODAL else message(channel, {}, 0)
        asked = Interaction(kind, channel, "42", data, message=pressed)
        answer = await self._discord._ask(asked, lambda: asked.complete)
        shown = [one["components"] for one in answer.messages]
        return _OWN.sub("", json.dumps([shown, answer.modal], ensure_ascii=False))

    def _payload(self, attempt: Attempt) -> Json:
        exchange = self._slack.exchange(attempt.channel, USER)
        url = f"http://127.0.0.1:{self._slack.port}/respond/{exchange.number}"
        person: Json = {"team": {"id": TEAM}, "user": {"id": USER}, "trigger_id": exchange.trigger_id}
        view = {"id": "V0", "type": "modal", "private_metadata": attempt.hidden, "title": {"text": "T"}, "blocks": []}
        match attempt.way:
            case "typed":
                command, _, text = attempt.value.partition(" ")
                told = {"command": command, "text": text, "channel_id": attempt.channel, "user_id": USER}
                return told | {"team_id": TEAM, "response_url": url, "trigger_id": exchange.trigger_id}
            case "said":
                event = {"type": "message", "channel_type": "im", "channel": "D1", "user": USER, "text": attempt.value}
                return _event(event | {"ts": f"1.{exchange.number}"})
            case "reacted":
                item = {"type": "message", "channel": attempt.channel, "ts": "1.1"}
                return _event({"type": "reaction_added", "user": USER, "reaction": "+1", "item": item})
            case "submitted":
                with suppress(ValueError):
                    view["private_metadata"] = json.dumps(json.loads(attempt.hidden))
                state = {"values": {"topics": {"x": {"type": "plain_text_input", "value": attempt.value}}}}
                about = {"type": "view_submission", "view": view | {"callback_id": "form:setup", "state": state}}
                return person | about
            case "completed":
                kind = KINDS[exchange.number % len(KINDS)]
                about = {"type": "block_suggestion", "action_id": f"find:{kind}", "block_id": "b", "view": view}
                return person | about | {"value": attempt.value.split(" ", 1)[-1]}
        action = {"action_id": "command:1", "type": "button", "value": attempt.value, "text": {"text": "Go"}}
        if attempt.way == "chosen":
            option = {"value": f"panel:{attempt.value}", "text": {"text": "Go"}}
            action = {"action_id": "menu:1", "type": "overflow", "selected_option": option}
        pressed = person | {"type": "block_actions", "actions": [action]}
        if attempt.way == "in a modal":
            return pressed | {"view": view, "container": {"type": "view", "view_id": "V0"}}
        where = {"type": "message", "channel_id": attempt.channel, "message_ts": "1.1"}
        return pressed | {"channel": {"id": attempt.channel}, "container": where, "response_url": url}


def _event(event: Json) -> Json:
    return {"type": "event_callback", "team_id": TEAM, "event": event, "event_id": f"Ev{event.get('ts')}"}
