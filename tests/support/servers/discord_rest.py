"""The REST part of the loopback Discord: every route that Paperlark uses, with Discord's refusals."""

import time
import zlib
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from support.servers.discord_files import attach, read_body
from support.servers.discord_forum import Forums
from support.servers.discord_gateway import Gateway
from support.servers.discord_limits import Limits
from support.servers.discord_modal_rules import check_modal
from support.servers.discord_objects import (
    APPLICATION,
    BOT_USER,
    CROSSPOSTED,
    EPHEMERAL,
    FORUM,
    LOADING,
    NEWS,
    Channel,
    Interaction,
    Json,
    everybody,
    everyone,
    guild,
    member,
    message,
    number_components,
    person,
    snowflake,
    visible_flags,
)
from support.servers.discord_refusals import away, error
from support.servers.discord_rules import Invalid, check_commands, check_message

Handler = Callable[[web.Request], Awaitable[web.Response]]
Lever = Callable[[web.Request, Handler], Awaitable[web.Response]]


class DiscordRest(Forums):
    """The content of the application's Discord, and the routes to it."""

    def __init__(self, token: str, guild_id: str) -> None:
        self.token = token
        self.guilds: set[str] = {guild_id}
        self.shards = 1
        self.channels: dict[str, Channel] = {}
        self.commands: list[Json] = []
        self.for_users = True
        """People may install the application for themselves."""
        self.requests: dict[str, int] = defaultdict(int)
        self.bodies: list[tuple[str, Any]] = []
        self.ephemerals: list[tuple[str, Json]] = []
        self.gateway = Gateway(token, self._greeting)
        self.socket_url = ""
        self.interactions: dict[str, Interaction] = {}
        self.levers: dict[str, list[Lever]] = defaultdict(list)
        self.limits: Limits | None = None
        self.limited: list[tuple[str, str]] = []
        self.closed_to: set[str] = set()
        self.left: set[str] = set()
        self.mere: set[str] = set()
        """People who may not manage channels; all others may, in commands and buttons."""
        self.events: list[Json] = []
        self.may_create_events = True
        self.files: dict[str, bytes] = {}
        self._nonces: dict[str, Json] = {}

    def routes(self) -> list[web.RouteDef]:
        table: list[tuple[str, str, str, Handler]] = [
            ("me", "GET", "/users/@me", self._me),
            ("application", "GET", "/oauth2/applications/@me", self._application),
            ("gateway", "GET", "/gateway/bot", self._gateway),
            ("commands.get", "GET", "/applications/{application}/commands", self._get_commands),
            ("commands.put", "PUT", "/applications/{application}/commands", self._put_commands),
            ("guild", "GET", "/guilds/{guild}", self._guild),
            ("member", "GET", "/guilds/{guild}/members/{member}", self._member),
            ("channel", "GET", "/channels/{channel}", self._channel),
            ("direct", "POST", "/users/@me/channels", self._direct),
            ("post", "POST", "/channels/{channel}/messages", self._post),
            ("publish", "POST", "/channels/{channel}/messages/{message}/crosspost", self._publish),
            ("thread", "POST", "/channels/{channel}/threads", self._thread),
            ("thread.of", "POST", "/channels/{channel}/messages/{message}/threads", self._thread_of),
            ("threads.active", "GET", "/guilds/{guild}/threads/active", self._active),
            ("threads.archived", "GET", "/channels/{channel}/threads/archived/public", self._archived),
            ("history", "GET", "/channels/{channel}/messages", self._history),
            ("message", "GET", "/channels/{channel}/messages/{message}", self._message),
            ("events.get", "GET", "/guilds/{guild}/scheduled-events", self._get_events),
            ("events.post", "POST", "/guilds/{guild}/scheduled-events", self._post_event),
            ("callback", "POST", "/interactions/{interaction}/{token}/callback", self._callback),
            ("edit", "PATCH", "/webhooks/{application}/{token}/messages/@original", self._edit),
            ("delete", "DELETE", "/webhooks/{application}/{token}/messages/@original", self._delete),
            ("followup", "POST", "/webhooks/{application}/{token}", self._followup),
        ]
        routes = [web.route(method, f"/api/v10{path}", self._named(name, do)) for name, method, path, do in table]
        return [*routes, web.get("/socket", self.gateway.handle)]

    def _named(self, name: str, handler: Handler) -> Handler:
        public = name in {"callback", "edit", "delete", "followup"}

        async def handle(request: web.Request) -> web.Response:
            self.requests[name] += 1
            if not public and request.headers.get("Authorization") != f"Bot {self.token}":
                return error(401, 0)
            if self.limits is not None and (limited := self.limits.refusal(name, request.match_info)):
                self.limited.append((name, limited.headers["X-RateLimit-Scope"]))
                return limited
            lever = self.levers[name].pop(0) if self.levers[name] else _no_lever
            response = await lever(request, self._checked(handler))
            if response.body:
                response.headers["Content-Type"] = "application/json"  # without a charset, as Discord sends it
            told = self.limits.headers(name, request.match_info) if self.limits else _generous(name)
            for key, value in told.items():
                response.headers.setdefault(key, value)
            return response

        return handle

    @staticmethod
    def _checked(handler: Handler) -> Handler:
        async def handle(request: web.Request) -> web.Response:
            try:
                return await handler(request)
            except Invalid as invalid:
                return error(400, invalid.code, str(invalid))

        return handle

    async def _get_events(self, request: web.Request) -> web.Response:
        return web.json_response([one for one in self.events if one["guild_id"] == request.match_info["guild"]])

    async def _post_event(self, request: web.Request) -> web.Response:
        if not self.may_create_events:
            return error(403, 50013)
        event = await request.json()
        starts, ends = (datetime.fromisoformat(event[f"scheduled_{which}_time"]) for which in ("start", "end"))
        outside = event.get("entity_type") == 3 and 1 <= len(event["entity_metadata"]["location"]) <= 100
        if not (outside and event["privacy_level"] == 2 and 1 <= len(event["name"]) <= 100 and starts < ends):
            return error(400, 50035)
        if len(event.get("description", "")) > 1000 or starts <= datetime.now(UTC):
            return error(400, 50035)
        self.events.append(event | {"id": snowflake(), "guild_id": request.match_info["guild"]})
        return web.json_response(self.events[-1])

    async def _me(self, _: web.Request) -> web.Response:
        return web.json_response(person(BOT_USER, bot=True))

    async def _application(self, _: web.Request) -> web.Response:
        return web.json_response(
            {
                "id": APPLICATION,
                "name": "Paperlark",
                "icon": None,
                "description": "",
                "rpc_origins": [],
                "bot_public": True,
                "bot_require_code_grant": False,
                "owner": person("1"),
                "verify_key": "00",
                "team": None,
                "flags": 0,
                "interactions_endpoint_url": None,
                "integration_types_config": {"0": {}} | ({"1": {}} if self.for_users else {}),
            }
        )

    async def _gateway(self, _: web.Request) -> web.Response:
        starts = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        return web.json_response({"url": self.socket_url, "shards": self.shards, "session_start_limit": starts})

    def _greeting(self) -> tuple[Json, list[Json]]:
        away = [{"id": id, "unavailable": True} for id in sorted(self.guilds)]
        ready = {
            "v": 10, "user": person(BOT_USER, bot=True), "guilds": away, "resume_gateway_url": self.socket_url,
            "application": {"id": APPLICATION, "flags": 0}, "private_channels": [], "relationships": [],
        }  # fmt: skip
        rooms = [c for c in self.channels.values() if not c.parent]
        inside = {id: [c.json() for c in rooms if c.guild == id] for id in self.guilds}
        return ready, [guild(id, inside[id]) | {"roles": [everyone(id)]} for id in sorted(self.guilds)]

    async def _get_commands(self, _: web.Request) -> web.Response:
        return web.json_response(self.commands)

    async def _put_commands(self, request: web.Request) -> web.Response:
        wanted = await request.json()
        check_commands(wanted)
        self.commands = [
            _as_discord_returns(command)
            | {"id": _command_id(command), "application_id": APPLICATION, "version": snowflake()}
            for command in wanted
        ]
        return web.json_response(self.commands)

    async def _guild(self, request: web.Request) -> web.Response:
        id = request.match_info["guild"]
        told = guild(id, []) | {"roles": [everybody(id)]}
        return web.json_response(told) if id in self.guilds else error(404, 10004, "Unknown Guild")

    async def _member(self, request: web.Request) -> web.Response:
        user = request.match_info["member"]
        told = member(user) | {"user": person(user, bot=user == BOT_USER)}
        if user in self.left:
            return error(404, 10007, "Unknown Member")
        known = request.match_info["guild"] in self.guilds
        return web.json_response(told) if known else error(404, 10004, "Unknown Guild")

    async def _channel(self, request: web.Request) -> web.Response:
        channel = self.channels.get(request.match_info["channel"])
        return away(channel) or web.json_response(channel and channel.json())

    async def _direct(self, request: web.Request) -> web.Response:
        """Return the direct channel with a person; if the person allows none, Discord refuses posts there."""
        user = (await request.json()).get("recipient_id")
        if not str(user).isdecimal():
            raise Invalid("recipient_id: is no snowflake")
        id = f"77{user}"
        channel = self.channels.setdefault(id, Channel(id, recipient=user))
        channel.unwanted = user in self.closed_to
        return web.json_response(channel.json())

    async def _post(self, request: web.Request) -> web.Response:
        channel, (body, files) = self.channels.get(request.match_info["channel"]), await read_body(request)
        self.bodies.append(("post", body))
        if gone := away(channel, files):
            return gone
        assert channel
        if channel.kind == FORUM:
            raise Invalid("Cannot send messages in a non-text channel", 50008)
        check_message(body)
        nonce = str(body.get("nonce") or "")
        if nonce and body.get("enforce_nonce") and nonce in self._nonces:
            return web.json_response(self._nonces[nonce])
        made = message(channel, body, visible_flags(body) & ~EPHEMERAL)
        attach(made, body, files, self.files)
        channel.add(made)
        if nonce:
            self._nonces[nonce] = made
        return web.json_response(made | ({"nonce": nonce} if nonce else {}))

    async def _publish(self, request: web.Request) -> web.Response:
        """Publish a message of an announcement channel: once, at most 10 an hour and channel."""
        channel = self.channels.get(request.match_info["channel"])
        if gone := away(channel):
            return gone
        assert channel
        found = next((m for m in channel.messages if m["id"] == request.match_info["message"]), None)
        if found is None:
            return error(404, 10008, "Unknown Message")
        if channel.kind != NEWS:
            raise Invalid("Cannot execute action on this channel type", 50024)
        if found["flags"] & CROSSPOSTED:
            raise Invalid("This message has already been crossposted.", 40033)
        found["flags"] |= CROSSPOSTED
        return web.json_response(found)

    async def _history(self, request: web.Request) -> web.Response:
        channel = self.channels.get(request.match_info["channel"])
        if gone := away(channel):
            return gone
        assert channel
        limit, after = int(request.query.get("limit", 50)), request.query.get("after")
        if not 1 <= limit <= 100:
            raise Invalid("limit: 1 to 100")
        found = [] if channel.unreadable else [m for m in channel.messages if not m["flags"] & LOADING]
        page = found[-limit:] if after is None else [m for m in found if int(m["id"]) > int(after)][:limit]
        return web.json_response(page[::-1])

    async def _message(self, request: web.Request) -> web.Response:
        channel = self.channels.get(request.match_info["channel"])
        if gone := away(channel):
            return gone
        assert channel
        found = [m for m in channel.messages if m["id"] == request.match_info["message"]]
        return web.json_response(found[0]) if found and not channel.unreadable else error(404, 10008, "Unknown Message")

    async def _callback(self, request: web.Request) -> web.Response:
        interaction = self.interactions.get(request.match_info["interaction"])
        if not interaction or interaction.token != request.match_info["token"]:
            return error(404, 10062, "Unknown interaction")
        if interaction.acknowledged:
            return error(400, 40060, "Interaction has already been acknowledged.")
        body = await request.json()
        interaction.acknowledged = kind = body["type"]
        data = body.get("data") or {}
        if kind == 8:
            interaction.choices = _checked_choices(data["choices"])
        elif kind == 5:
            interaction.original = message(interaction.channel, {}, LOADING | (int(data.get("flags") or 0) & EPHEMERAL))
            self._add(interaction, interaction.original)
        elif kind == 4:
            check_message(data)
            interaction.original = message(interaction.channel, data, visible_flags(data))
            self._add(interaction, interaction.original)
        elif kind == 9 and interaction.kind != 5:
            check_modal(data)
            interaction.modal = data
        else:
            raise Invalid(f"type: {kind} is not for this interaction")
        interaction.changed_at = time.monotonic()
        flags = {"response_message_loading": kind == 5, "response_message_ephemeral": False}
        return web.json_response({"interaction": {"id": interaction.id, "type": interaction.kind, **flags}})

    async def _edit(self, request: web.Request) -> web.Response:
        interaction, (body, files) = self._of(request), await read_body(request)
        self.bodies.append(("edit", body))
        if not interaction or not interaction.original:
            return error(404, 10008, "Unknown Message")
        check_message(body)
        return self._rewritten(interaction, body, files)

    def _rewritten(self, interaction: Interaction, body: Json, files: dict[str, bytes]) -> web.Response:
        original = interaction.original
        assert original
        original["components"] = body.get("components") or []
        original["content"] = body.get("content") or ""
        original["flags"] = (original["flags"] & EPHEMERAL) | (visible_flags(body) & ~EPHEMERAL)
        number_components(original)
        attach(original, body, files, self.files)
        interaction.changed_at = time.monotonic()
        return web.json_response(original)

    async def _delete(self, request: web.Request) -> web.Response:
        interaction = self._of(request)
        if not interaction or not interaction.original:
            return error(404, 10008, "Unknown Message")
        interaction.broken = interaction.loading
        gone, interaction.original = interaction.original, None
        interaction.messages.remove(gone)
        if gone in interaction.channel.messages:
            interaction.channel.messages.remove(gone)
        interaction.changed_at = time.monotonic()
        return web.Response(status=204)

    async def _followup(self, request: web.Request) -> web.Response:
        """Post a followup. The first one after a deferral replaces it; after a deleted deferral there can be none."""
        interaction, (body, files) = self._of(request), await read_body(request)
        self.bodies.append(("followup", body))
        if not interaction or not interaction.acknowledged:
            return error(404, 10015, "Unknown Webhook")
        if interaction.broken:
            return error(404, 10008, "Unknown Message")
        check_message(body)
        if interaction.loading:
            return self._rewritten(interaction, body, files)
        made = message(interaction.channel, body, visible_flags(body))
        attach(made, body, files, self.files)
        self._add(interaction, made)
        return web.json_response(made)

    def _of(self, request: web.Request) -> Interaction | None:
        token = request.match_info["token"]
        found = self.interactions.get(token.rpartition("-")[2])
        return found if found and found.token == token else None

    def _add(self, interaction: Interaction, made: Json) -> None:
        interaction.messages.append(made)
        interaction.changed_at = time.monotonic()
        if made["flags"] & EPHEMERAL:
            self.ephemerals.append((interaction.user, made))
        else:
            interaction.channel.add(made)


def _checked_choices(choices: list[Json]) -> list[Json]:
    texts = [choice[part] for choice in choices for part in ("name", "value")]
    if len(choices) > 25 or any(not 1 <= len(text) <= 100 for text in texts):
        raise Invalid("choices: at most 25, name and value of 1 to 100 characters each")
    return choices


def _command_id(command: Json) -> str:
    """Return a command's id, which stays while its name does; here the same in every run."""
    return str(10**18 + zlib.crc32(f"{command['name']} {command.get('type', 1)}".encode()))


def _as_discord_returns(command: Json) -> Json:
    """Return a command as Discord does: without false or empty options, and with defaults."""
    kept = {key: value for key, value in command.items() if value or key in {"nsfw", "default_member_permissions"}}
    if command.get("options"):
        kept["options"] = [_as_discord_returns(option) for option in command["options"]]
    return kept


def _generous(name: str) -> dict[str, str]:
    told = {"Limit": "50", "Remaining": "49", "Reset-After": "1", "Bucket": name, "Reset": str(time.time() + 1)}
    return {f"X-RateLimit-{key}": value for key, value in told.items()}


async def _no_lever(request: web.Request, handler: Handler) -> web.Response:
    return await handler(request)
