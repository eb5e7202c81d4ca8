"""A loopback Discord: REST v10 and the gateway, as strict as the real one, with simulated people and faults.

    async with DiscordServer() as server:
        ...a bot signs in at server.url with server.token...
        answer = await server.says("/follow", {"author": "Yam Eitan"}, channel="1000", user="42")

Routes have names: me, application, gateway, commands.get, commands.put, channel, post, thread, threads.active,
threads.archived, history, message, callback, edit, delete, followup. The fault methods take them.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from aiohttp import web

from support.servers.discord_modal_rules import submission
from support.servers.discord_objects import (
    ADMINISTRATOR,
    BOT_USER,
    EPHEMERAL,
    FORUM,
    MANAGE_CHANNELS,
    PUBLIC_THREAD,
    Channel,
    Interaction,
    Json,
    buttons,
    everyone,
    guild,
    member,
    person,
    snowflake,
    timestamp,
)
from support.servers.discord_refusals import error
from support.servers.discord_rest import DiscordRest, Handler

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
GUILD_REACTIONS, DIRECT_MESSAGES, DIRECT_REACTIONS = 1 << 10, 1 << 12, 1 << 13
"""https://discord.com/developers/docs/events/gateway#list-of-intents"""
GROUP = "group"
"""In place of a guild: a group of people without the bot."""
ANSWER_SECONDS = 15.0
QUIET_SECONDS = 0.1
"""Pause after the last change; then the answer counts as complete."""


class DiscordServer(DiscordRest):
    """One application in one Discord. `token` is its bot's token."""

    def __init__(self, token: str = "bot-token", guild_id: str = "100") -> None:
        super().__init__(token, guild_id)
        self.url = ""
        self.home = guild_id
        self.quiet_seconds = QUIET_SECONDS
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> "DiscordServer":
        app = web.Application()
        app.add_routes(self.routes())
        self._runner = web.AppRunner(app, shutdown_timeout=0.5, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url, self.socket_url = f"http://127.0.0.1:{port}/api/v10", f"ws://127.0.0.1:{port}/socket"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.gateway.drop()
        if self._runner:
            await self._runner.cleanup()

    # --- people ---

    async def says(self, command: str, options: Json | None = None, **where: Any) -> "Answer":
        """Use a slash command ("/digest on") with typed options, and wait for the answer."""
        interaction = self._asked(COMMAND, self._command_data(command, options or {}), **where)
        return await self._ask(interaction, lambda: interaction.complete)

    async def says_text(self, command: str, text: str, **where: Any) -> "Answer":
        """Send `/paperlark command:<text>`."""
        return await self.says(command, {"command": text} if text else {}, **where)

    async def chooses(self, command: str, message: Json, **where: Any) -> "Answer":
        """Choose a command in a message's menu ("Paper card"), and wait for the answer."""
        definition = next((c for c in self.commands if c["name"] == command and c.get("type") == 3), None)
        assert definition, f"no message command {command!r} is registered"
        data: Json = {"id": definition["id"], "name": command, "type": 3, "target_id": message["id"]}
        data |= {"resolved": {"messages": {message["id"]: message}}}
        where = {"channel": message["channel_id"]} | where
        interaction = self._asked(COMMAND, data, **where)
        return await self._ask(interaction, lambda: interaction.complete)

    async def autocompletes(self, command: str, option: str, begun: str, **where: Any) -> list[str]:
        """Return Discord's choices after the text `begun` in an option."""
        return [choice["name"] for choice in await self.choices(command, option, begun, **where)]

    async def choices(self, command: str, option: str, begun: str, **where: Any) -> list[Json]:
        """Return the same choices, each with the `name` shown and the `value` sent."""
        data = self._command_data(command, {option: begun}, focused=option)
        interaction = self._asked(AUTOCOMPLETE, data, **where)
        await self._ask(interaction, lambda: interaction.choices is not None)
        return interaction.choices or []

    async def presses(self, pressed: Json, label: str, user: str = "42", elsewhere: bool = False) -> "Answer":
        """Press the button with that label under a message."""
        found = [b for b in buttons(pressed) if b.get("label") == label and "custom_id" in b and not b.get("disabled")]
        assert found, f"no button {label!r} among {[b.get('label') for b in buttons(pressed)]}"
        return await self.presses_id(pressed, found[0]["custom_id"], user, found[0].get("values"), elsewhere)

    async def presses_id(
        self,
        pressed: Json,
        custom_id: str,
        user: str = "42",
        values: list[str] | None = None,
        elsewhere: bool = False,
    ) -> "Answer":
        """Press like `presses`, with any custom_id and any chosen `values` that a client may send."""
        data: Json = {"component_type": 3 if values else 2, "custom_id": custom_id, "id": 1}
        data |= {"values": values} if values else {}
        interaction = Interaction(COMPONENT, self.channel(pressed["channel_id"]), user, data, message=pressed)
        interaction.elsewhere = elsewhere
        return await self._ask(interaction, lambda: interaction.complete)

    async def fills(self, opened: "Answer", values: Json) -> "Answer":
        """Fill in the form that opened and submit it; what `values` doesn't name stays as shown."""
        assert opened.modal, "no form is open"
        data = submission(opened.modal, values)
        asked = opened.interaction
        return await self._ask(after := Interaction(MODAL, asked.channel, asked.user, data), lambda: after.complete)

    async def writes(self, text: str, channel: str, user: str = "42") -> None:
        """Write a direct message to the bot; only a bot with that intent gets the event."""
        event: Json = {
            "id": snowflake(), "channel_id": channel, "author": person(user), "content": text, "timestamp": timestamp(),
            "edited_timestamp": None, "tts": False, "mention_everyone": False, "mentions": [], "mention_roles": [],
            "attachments": [], "embeds": [], "pinned": False, "type": 0, "flags": 0, "components": [],
            "channel_type": 1,
        }  # fmt: skip
        self.channel(channel, "")
        if self.gateway.intents & DIRECT_MESSAGES:
            await self.gateway.emit("MESSAGE_CREATE", event)

    async def adds(self, guild_id: str, *channels: Channel, system: str | None = None) -> None:
        """Add the bot to a guild with these channels."""
        self.guilds.add(guild_id)
        self.channels |= {channel.id: channel for channel in channels}
        joined = guild(guild_id, [channel.json() for channel in channels]) | {"system_channel_id": system}
        bot = member(BOT_USER) | {"user": person(BOT_USER, bot=True)}
        joined |= {"members": [bot], "roles": [everyone(guild_id)]}
        del joined["unavailable"]
        await self.gateway.emit("GUILD_CREATE", joined)

    async def reacts(self, message: Json, emoji: str, user: str = "42", added: bool = True) -> None:
        """Add an emoji to a message, or remove it; only a bot with that intent gets the event."""
        reactions = {one["emoji"]["name"]: one["count"] for one in message.get("reactions", ())}
        reactions[emoji] = reactions.get(emoji, 0) + (1 if added else -1)
        message["reactions"] = [
            {"emoji": {"id": None, "name": name}, "count": n, "me": False} for name, n in reactions.items() if n
        ]
        channel = self.channel(message["channel_id"])
        event: Json = {"user_id": user, "channel_id": channel.id, "message_id": message["id"], "type": 0}
        event |= {"emoji": {"id": None, "name": emoji}, "burst": False}
        event |= {"guild_id": channel.guild} if channel.guild else {}
        if added:
            event |= {"message_author_id": message["author"]["id"]}
        if self.gateway.intents & (GUILD_REACTIONS if channel.guild else DIRECT_REACTIONS):
            await self.gateway.emit(f"MESSAGE_REACTION_{'ADD' if added else 'REMOVE'}", event)

    def channel(self, id: str = "1000", guild_id: str | None = None) -> Channel:
        """Return a channel, created at its first use; in the home guild by default."""
        if id not in self.channels:
            self.channels[id] = Channel(id, self.home if guild_id is None else guild_id)
        return self.channels[id]

    async def forum(self, id: str = "2000") -> Channel:
        """Return a forum channel with a post by a person (its id ends with an extra 9)."""
        self.channels[id] = Channel(id, self.home, kind=FORUM)
        await self.gateway.tell("CHANNEL_CREATE", self.channels[id].json())
        post = Channel(f"{id}9", self.home, kind=PUBLIC_THREAD, parent=id, name="Papers?", owner="42")
        self.channels[post.id] = post
        await self.gateway.tell("THREAD_CREATE", post.json() | {"newly_created": True})
        return self.channels[id]

    def posts(self, forum: str = "2000") -> list[Channel]:
        """Return the bot's own posts in a forum, oldest first."""
        return [c for c in self.channels.values() if c.parent == forum and c.owner == BOT_USER]

    async def removes(self, guild_id: str) -> None:
        """Remove the bot from a guild."""
        self.guilds.discard(guild_id)
        await self.gateway.emit("GUILD_DELETE", {"id": guild_id})

    async def outage(self, guild_id: str) -> None:
        """Make a guild unavailable for a while."""
        await self.gateway.emit("GUILD_DELETE", {"id": guild_id, "unavailable": True})

    async def until(self, predicate: Callable[[], object], what: str) -> None:
        """Wait until the predicate is true."""
        deadline = time.monotonic() + ANSWER_SECONDS
        while not predicate():
            assert time.monotonic() < deadline, f"Not within {ANSWER_SECONDS} s: {what}"
            await asyncio.sleep(0.01)

    def forget_nonces(self) -> None:
        """Skip the few minutes in which Discord recognizes a nonce."""
        self._nonces.clear()

    # --- faults; each works once ---

    def lose_reply(self, route: str) -> None:
        """Execute the next request, but drop its answer."""

        async def lever(request: web.Request, handler: Handler) -> web.Response:
            response = await handler(request)
            _cut(request)
            return response

        self.levers[route].append(lever)

    def delay(self, route: str, seconds: float) -> None:
        """Execute the next request after a delay."""

        async def lever(request: web.Request, handler: Handler) -> web.Response:
            await asyncio.sleep(seconds)
            return await handler(request)

        self.levers[route].append(lever)

    def cut(self, route: str) -> None:
        """Drop the next request unread."""

        async def lever(request: web.Request, _: Handler) -> web.Response:
            _cut(request)
            return web.Response()

        self.levers[route].append(lever)

    def refuse(self, route: str, status: int, code: int = 0, headers: dict[str, str] | None = None) -> None:
        """Answer the next request with an error."""

        async def lever(_request: web.Request, _: Handler) -> web.Response:
            return error(status, code, headers=headers)

        self.levers[route].append(lever)

    def limit(self, route: str, retry_after: float) -> None:
        """Answer the next request with a rate limit."""

        async def lever(_request: web.Request, _: Handler) -> web.Response:
            body = {"message": "You are being rate limited.", "retry_after": retry_after, "global": False}
            headers = {"Retry-After": str(retry_after), "Via": "1.1 google", "X-RateLimit-Scope": "user"}
            return web.json_response(body, status=429, headers=headers)

        self.levers[route].append(lever)

    # --- interactions ---

    def _asked(
        self, kind: int, data: Json, channel: str = "1000", user: str = "42", direct: bool = False, guild: str = ""
    ) -> Interaction:
        """Return an interaction in the home guild, a direct message, or a `guild` (or "group") without the bot."""
        where = self.channel(channel, "" if direct or guild == GROUP else guild or None)
        return Interaction(kind, where, user, data, elsewhere=bool(guild))

    async def _ask(self, interaction: Interaction, done: Callable[[], bool]) -> "Answer":
        interaction.denied = (ADMINISTRATOR | MANAGE_CHANNELS) if interaction.user in self.mere else 0
        self.interactions[interaction.id] = interaction
        guilds = {id: {"id": id, "locale": "en-US", "features": []} for id in self.guilds}
        await self.gateway.emit("INTERACTION_CREATE", interaction.json(guilds))
        async with asyncio.timeout(ANSWER_SECONDS):
            while not done() or time.monotonic() - interaction.changed_at < self.quiet_seconds:
                await asyncio.sleep(0.01)
        return Answer(interaction)

    def _command_data(self, command: str, options: Json, focused: str = "") -> Json:
        """Build the data from the bot's registered definitions, as every client does."""
        name, *subs = command.removeprefix("/").split()
        definition = next((c for c in self.commands if c["name"] == name), None)
        assert definition, f"no command {name!r} is registered"
        data: Json = {"id": definition["id"], "name": name, "type": 1}
        inner = data
        for sub in subs:
            definition = next(o for o in definition["options"] if o["name"] == sub)
            inner["options"] = [{"type": 1, "name": sub}]
            inner = inner["options"][0]
        inner["options"] = _given(definition, options, focused)
        return data


class Answer:
    """The answer to a person; it grows while messages come."""

    def __init__(self, interaction: Interaction) -> None:
        self.interaction = interaction

    @property
    def modal(self) -> Json | None:
        """The form that opened."""
        return self.interaction.modal

    @property
    def messages(self) -> list[Json]:
        return self.interaction.shown

    @property
    def private(self) -> bool:
        """Return True if only the asker sees the answer."""
        return all(made["flags"] & EPHEMERAL for made in self.messages)

    @property
    def acknowledged_privately(self) -> bool:
        """Return True if the acknowledgment ("thinking…") was already private."""
        return bool(self.interaction.original and self.interaction.original["flags"] & EPHEMERAL)


def _given(definition: Json, options: Json, focused: str) -> list[Json]:
    known = {option["name"]: option for option in definition.get("options") or []}
    assert options.keys() <= known.keys(), f"unknown options {options.keys() - known.keys()}"
    missing = {name for name, option in known.items() if option.get("required")} - options.keys()
    assert focused or not missing, f"required: {missing}"
    if focused:
        assert known[focused].get("autocomplete"), f"{focused} has no autocomplete"
    return [_option(known[name], value, name == focused) for name, value in options.items()]


def _option(definition: Json, value: Any, focused: bool) -> Json:
    wanted = {3: str, 4: int}[definition["type"]]
    assert isinstance(value, wanted), f"{definition['name']} takes {wanted}"
    given = {"type": definition["type"], "name": definition["name"], "value": value}
    return given | ({"focused": True} if focused else {})


def _cut(request: web.Request) -> None:
    if request.transport:
        request.transport.abort()
