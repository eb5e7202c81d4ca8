"""A Slack workspace in memory: channels, modals and people, and the Web API that changes them, with faults."""

import json
import math
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from support.servers.slack_oauth import SlackOAuth
from support.servers.slack_rules import message_fault, view_fault
from support.servers.slack_surfaces import SlackSurfaces

Json = dict[str, Any]

BOT_USER, BOT_ID, TEAM = "UBOT", "B1", "T1"
SCOPES = (
    "commands", "chat:write", "files:write", "chat:write.public", "app_mentions:read", "im:history",
    "channels:history", "groups:history", "channels:read", "groups:read", "reactions:read", "users:read",
    "links:read", "links:write", "im:write",
)  # fmt: skip
"""The scopes of the app's token, all of adapters/slack/manifest.yaml."""


@dataclass
class Refusal:
    """The answer for the next calls of a method: a Slack error, or another HTTP status."""

    error: str = ""
    status: int = 200
    retry_after: int | None = None
    times: int = 1
    does_it: bool = False
    body: str = ""


@dataclass
class Exchange:
    """A person's action and its results. `answers` are messages as posted; `view` is the modal shown.

    `errors` are the sentences under the fields of a form that was not accepted.
    """

    channel: str
    user: str
    number: int = 0
    trigger_id: str = ""
    ack_seconds: float | None = None
    ack_status: int | None = None
    answers: list[Json] = field(default_factory=list)
    view: Json | None = None
    within: str = ""
    errors: Json = field(default_factory=dict)
    url: str = ""
    response_uses: int = 0
    pressed_at: float = field(default_factory=time.monotonic)
    by_event: bool = False

    @property
    def done(self) -> bool:
        """Return True if there is an answer other than the modal that says to wait."""
        return bool(self.answers or self.errors) or bool(self.view and self.view.get("updated"))

    @property
    def private(self) -> bool:
        """Return True if only the asker sees it."""
        return self.view is not None or all(answer.get("ephemeral") for answer in self.answers)


@dataclass
class File:
    """An upload: announced, sent, completed. Slack processes it later, and refuses messages until then."""

    length: int
    alt: str
    content: bytes = b""
    completed: bool = False
    shared_in: str = ""
    refusals: int = 0


class SlackWorkspace(SlackSurfaces):
    """State, methods and simulated faults."""

    def __init__(self, bot_token: str, app_token: str) -> None:
        super().__init__()
        self.bot_token, self.app_token = bot_token, app_token
        self.oauth = SlackOAuth()
        self.calling_team = TEAM
        self.owners: dict[str, str] = {}
        """The team of a channel, where only that team's token gets in."""
        self.ephemerals: list[Json] = []
        self.modals: dict[str, Json] = {}
        self.calls: list[tuple[str, Json]] = []
        self.archived: set[str] = set()
        self.gone: set[str] = set()
        self.outside: set[str] = set()
        self.private: set[str] = set()
        self.scopes: tuple[str, ...] = SCOPES
        self.zones: dict[str, str] = {"U1": "Europe/Berlin"}
        self.people: dict[str, Json] = {}
        """More of what users.info tells of people, such as is_admin, by their ids."""
        self.left: set[tuple[str, str]] = set()
        """Channels and the people who aren't members of them any more."""
        self.seconds_between_posts = 0.0
        self.posts_a_minute = 0
        self.limited: list[tuple[str, int]] = []
        self.revoked = ""
        self.channel_faults: dict[str, str] = {}
        self.delay_seconds: defaultdict[str, float] = defaultdict(float)
        self.exchanges: list[Exchange] = []
        self.refusals: defaultdict[str, list[Refusal]] = defaultdict(list)
        self.files: dict[str, File] = {}
        self.refusals_of_a_file = 1
        self._channels: defaultdict[str, list[Json]] = defaultdict(list)
        self._posted_at: dict[str, float] = {}
        self._minute: deque[float] = deque()
        self._numbers: Iterator[int] = count(1)

    def channel(self, name: str) -> list[Json]:
        """Return all messages that everybody there sees, oldest first."""
        return self._channels[name]

    def refuse(self, method: str, error: str = "", status: int = 200, times: int = 1, **more: Any) -> None:
        """Make the next `times` calls of `method` fail like this, without effect."""
        self.refusals[method].append(Refusal(error, status, times=times, **more))

    def lose_reply(self, method: str, times: int = 1) -> None:
        """Execute the next `times` calls of `method`, but break the connection before the answer."""
        self.refusals[method].append(Refusal(status=0, times=times, does_it=True))

    def calls_of(self, method: str) -> list[Json]:
        """Return the bodies of all calls of `method` so far."""
        return [body for name, body in self.calls if name == method]

    def perform(self, method: str, body: Json, token: str) -> Json:
        """Return the method's answer."""
        wanted = self.app_token if method == "apps.connections.open" else self.bot_token
        team = self.oauth.team_of(token) if method != "apps.connections.open" else None
        if token != wanted and not team:
            return _error("invalid_auth" if token else "not_authed")
        self.calling_team = team.id if team else TEAM
        if team and (owner := self.owners.get(str(body.get("channel") or ""))) and owner != team.id:
            return _error("channel_not_found")
        if self.revoked and method != "apps.connections.open":
            return _error(self.revoked)
        action = getattr(self, "_" + method.replace(".", "_"), None)
        return action(body) if action else _error("unknown_method")

    def respond(self, exchange: Exchange, body: Json) -> tuple[int, str]:
        """Post a message to a response_url; return HTTP status and body."""
        exchange.response_uses += 1
        if exchange.response_uses > 5 or time.monotonic() - exchange.pressed_at > 1800:
            return 404, "expired_url"
        fault = message_fault(body)
        if fault:
            return 400, fault
        if body.get("replace_original"):
            return 400, "the original would be replaced"
        private = body.get("response_type", "ephemeral") != "in_channel"
        exchange.answers.append(self._kept(exchange.channel, body, private, exchange.user))
        return 200, "ok"

    def _auth_test(self, body: Json) -> Json:
        names = {
            "team": "Test Team",
            "user": "paperlark",
            "team_id": self.calling_team,
            "user_id": BOT_USER,
            "bot_id": BOT_ID,
        }
        return {"ok": True, "url": "https://test.slack.com/", **names}

    def _auth_revoke(self, body: Json) -> Json:
        self.oauth.removes(self.calling_team)
        return {"ok": True, "revoked": True}

    def _apps_connections_open(self, body: Json) -> Json:
        return {"ok": True}

    def _chat_postMessage(self, body: Json) -> Json:
        channel = body.get("channel", "")
        if fault := self._channel_fault(channel) or message_fault(body) or self._file_fault(body):
            return _error(fault)
        if wait := self._wait(channel, time.monotonic()):
            self.limited.append((channel, wait))
            return _error("ratelimited") | {"_retry_after": wait}
        message = self._kept(channel, body, private=False)
        self._tell_event_exchange(channel, message)
        return {"ok": True, "channel": channel, "ts": message["ts"], "message": message}

    def _files_getUploadURLExternal(self, body: Json) -> Json:
        if not body.get("filename") or not str(body.get("length", "")).isdecimal():
            return _error("invalid_arguments")
        id = f"F{next(self._numbers):09}"
        self.files[id] = File(int(body["length"]), str(body.get("alt_txt", "")))
        return {"ok": True, "file_id": id}

    def receive(self, id: str, content: bytes) -> None:
        """Receive the bytes of a file at its upload URL."""
        self.files[id].content = content

    def _files_completeUploadExternal(self, body: Json) -> Json:
        named = [str(one.get("id")) for one in json.loads(body.get("files") or "[]")]
        if not named or not all(
            id in self.files and len(self.files[id].content) == self.files[id].length for id in named
        ):
            return _error("invalid_arguments")
        where = str(body.get("channel_id") or "")
        if where and (fault := self._channel_fault(where)):
            return _error(fault)
        for id in named:
            self.files[id].shared_in = where
            self.files[id].completed, self.files[id].refusals = True, self.refusals_of_a_file
        return {"ok": True, "files": [{"id": id, "mimetype": ""} for id in named]}

    def _file_fault(self, body: Json) -> str:
        """Return Slack's error for blocks with a file that it doesn't know, or hasn't processed yet."""
        shown = [block["slack_file"]["id"] for block in body.get("blocks") or () if block["type"] == "image"]
        for file in (self.files.get(id) for id in shown):
            if file is None or not file.completed or file.refusals:
                if file:
                    file.refusals = max(0, file.refusals - 1)
                return "invalid_blocks"
        return ""

    def _wait(self, channel: str, now: float) -> int:
        """Return the seconds before Slack accepts a message there; 0 if it counts as accepted now.

        The limits are `seconds_between_posts` in a channel, and `posts_a_minute` a minute in the whole workspace.
        """
        since = now - self._posted_at.get(channel, -(10**9))
        if since < self.seconds_between_posts:
            return math.ceil(self.seconds_between_posts - since)
        while self._minute and self._minute[0] <= now - 60:
            self._minute.popleft()
        if self.posts_a_minute and len(self._minute) >= self.posts_a_minute:
            return math.ceil(self._minute[0] + 60 - now) or 1
        self._minute.append(now)
        self._posted_at[channel] = now
        return 0

    def _chat_postEphemeral(self, body: Json) -> Json:
        if fault := self._channel_fault(body.get("channel", "")) or message_fault(body):
            return _error(fault)
        if not body.get("user"):
            return _error("user_not_in_channel")
        message = self._kept(body["channel"], body, private=True, user=body["user"])
        self._tell_event_exchange(body["channel"], message)
        return {"ok": True, "message_ts": message["ts"]}

    def _chat_update(self, body: Json) -> Json:
        for message in self._channels[body.get("channel", "")]:
            if message["ts"] == body.get("ts"):
                message.update(text=body.get("text", ""), blocks=body.get("blocks", []))
                return {"ok": True, "ts": message["ts"]}
        return _error("message_not_found")

    def _views_open(self, body: Json) -> Json:
        exchange = next((e for e in self.exchanges if e.trigger_id and e.trigger_id == body.get("trigger_id")), None)
        if exchange is None:
            return _error("invalid_trigger_id")
        if exchange.view is not None:
            return _error("exchanged_trigger_id")
        if time.monotonic() - exchange.pressed_at > 3:
            return _error("expired_trigger_id")
        if fault := view_fault(body.get("view") or {}):
            return _error(fault)
        view = {**body["view"], "id": f"V{next(self._numbers)}"}
        exchange.view = self.modals[view["id"]] = view
        return {"ok": True, "view": view}

    def _views_push(self, body: Json) -> Json:
        """Open a view on top of a modal; there is none on the Home tab."""
        exchange = next((e for e in self.exchanges if e.trigger_id and e.trigger_id == body.get("trigger_id")), None)
        return self._views_open(body) if exchange and exchange.within in self.modals else _error("invalid_trigger_id")

    def _views_update(self, body: Json) -> Json:
        view = self.modals.get(body.get("view_id", ""))
        if view is None:
            return _error("not_found")
        if fault := view_fault(body.get("view") or {}):
            return _error(fault)
        view.update(body["view"], updated=True)
        for exchange in self.exchanges:
            if exchange.within == view["id"] and exchange.view is None:
                exchange.view = view
        return {"ok": True, "view": view}

    def _conversations_history(self, body: Json) -> Json:
        channel = body.get("channel", "")
        if channel in self.gone:
            return _error("channel_not_found")
        start, limit = int(body.get("cursor") or 0), int(body.get("limit") or 100)
        told = [m for m in reversed(self._channels[channel]) if _within(m, body) and not m.get("thread_ts")]
        shown = [dict(message) for message in told[start : start + limit]]
        if str(body.get("include_all_metadata", "")).lower() not in {"1", "true"}:
            for message in shown:
                message.pop("metadata", None)
        cursor = str(start + limit) if start + limit < len(told) else ""
        return {"ok": True, "messages": shown, "has_more": bool(cursor), "response_metadata": {"next_cursor": cursor}}

    def _conversations_info(self, body: Json) -> Json:
        """Tell of a channel, but not of a private one that the bot isn't in."""
        channel = body.get("channel", "")
        private, member = channel in self.private, channel not in self.outside
        if not {"channels:read", "groups:read"} & set(self.scopes):
            return _error("missing_scope") | {"needed": "channels:read", "provided": ",".join(self.scopes)}
        if channel in self.gone or (private and not member):
            return _error("channel_not_found")
        told = {"id": channel, "name": f"room-{channel.lower()}", "is_archived": channel in self.archived}
        kind = {"is_channel": not private, "is_group": private, "is_private": private, "is_im": channel[:1] == "D"}
        return {"ok": True, "channel": told | kind | {"is_member": member}}

    def _conversations_replies(self, body: Json) -> Json:
        """Return the root, then the requested replies; `ts` may be any message of the thread."""
        thread = [m for m in self._channels[body.get("channel", "")] if m["ts"] == body.get("ts")]
        root = thread[0].get("thread_ts", thread[0]["ts"]) if thread else ""
        if not thread:
            return _error("thread_not_found")
        replies = [m for m in self._channels[body["channel"]] if m.get("thread_ts") == root and _within(m, body)]
        return {"ok": True, "messages": [{"type": "message", "ts": root, "user": "U1", "text": "Hm"}, *replies]}

    def _users_info(self, body: Json) -> Json:
        user = body.get("user", "")
        if "users:read" not in self.scopes:
            return _error("missing_scope") | {"needed": "users:read", "provided": ",".join(self.scopes)}
        zone = {"tz": self.zones[user]} if user in self.zones else {}
        told = {"id": user} | zone | self.people.get(user, {})
        return {"ok": True, "user": told} if len(told) > 1 else _error("user_not_found")

    def _conversations_members(self, body: Json) -> Json:
        """Tell the members in pages of one; the bot and all who ever acted there are some, unless they left."""
        channel = body.get("channel", "")
        if not {"channels:read", "groups:read"} & set(self.scopes):
            return _error("missing_scope") | {"needed": "groups:read", "provided": ",".join(self.scopes)}
        if channel in self.gone or (channel in self.private and channel in self.outside):
            return _error("channel_not_found")
        acted = {exchange.user for exchange in self.exchanges if exchange.channel == channel and exchange.user}
        members = sorted(user for user in {BOT_USER, "U0", *acted} if (channel, user) not in self.left)
        start = int(body.get("cursor") or 0)
        following = str(start + 1) if start + 1 < len(members) else ""
        return {
            "ok": True, "members": members[start : start + 1], "response_metadata": {"next_cursor": following},
        }  # fmt: skip

    def _channel_fault(self, channel: str) -> str:
        if channel in self.archived:
            return "is_archived"
        if channel in self.channel_faults:
            return self.channel_faults[channel]
        return "channel_not_found" if channel in self.gone or not channel else ""

    def _kept(self, channel: str, body: Json, private: bool, user: str = "") -> Json:
        """Store a message under a timestamp, which identifies it in its channel, as in Slack."""
        kept = {key: body[key] for key in ("text", "blocks", "metadata", "thread_ts") if body.get(key)}
        kept |= {"type": "message", "ts": f"{time.time():.3f}{next(self._numbers):03d}", "channel": channel}
        kept |= {"user": BOT_USER, "bot_id": BOT_ID, "sent": body}
        if private:
            self.ephemerals.append(kept | {"ephemeral": True, "for_user": user})
            return self.ephemerals[-1]
        self._channels[channel].append(kept)
        return kept

    def _tell_event_exchange(self, channel: str, message: Json) -> None:
        for exchange in reversed(self.exchanges):
            if exchange.by_event and exchange.channel == channel:
                exchange.answers.append(message)
                return


def _within(message: Json, asked: Json) -> bool:
    """Return True if the message is between `oldest` and `latest`."""
    ts, oldest, latest = (float(one or 0) for one in (message["ts"], asked.get("oldest"), asked.get("latest")))
    inclusive = str(asked.get("inclusive", "")).lower() in {"1", "true"}
    if inclusive and ts in {oldest, latest}:
        return True
    return oldest < ts and (not latest or ts < latest)


def _error(code: str) -> Json:
    return {"ok": False, "error": code}
