"""Users, guilds, channels, messages and interactions of the loopback Discord, in its API's format."""

import itertools
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from support.servers.discord_rules import COMPONENTS_V2, walk

Json = dict[str, Any]

TEXT, NEWS, FORUM, PUBLIC_THREAD = 0, 5, 15, 11
CROSSPOSTED, EPHEMERAL, LOADING = 1 << 0, 1 << 6, 1 << 7
DISCORD_EPOCH_MS = 1420070400000
BOT_USER, APPLICATION = "900000000000000001", "900000000000000002"
MANAGE_CHANNELS = 1 << 4
ADMINISTRATOR, VIEW_CHANNEL, SEND_MESSAGES, EMBED_LINKS = 1 << 3, 1 << 10, 1 << 11, 1 << 14
CREATE_PUBLIC_THREADS = 1 << 35
READ_MESSAGE_HISTORY, SEND_MESSAGES_IN_THREADS = 1 << 16, 1 << 38
"""https://discord.com/developers/docs/topics/permissions#permissions-bitwise-permission-flags"""
ALL = ((1 << 50) - 1) & ~ADMINISTRATOR
PERMISSIONS = str((1 << 50) - 1)
PERMISSIONS_OF_ALL = str(1 << 10 | 1 << 11 | 1 << 14 | 1 << 15 | 1 << 16)
"""View channels, send messages, embed links, attach files, read the history."""

_sequence = itertools.count()
_PART = re.compile(r"-# Part \d+ of (\d+)")


def snowflake() -> str:
    """Return a new id, greater than all before it."""
    now = int(time.time() * 1000) - DISCORD_EPOCH_MS
    return str((now << 22) | (next(_sequence) & 0x3FFFFF))


def timestamp() -> str:
    return datetime.now(UTC).isoformat()


@dataclass
class Channel:
    """A channel; `guild` is empty for a direct message; the flags simulate faults. `denied` are permissions that the
    bot lacks there, `hidden_from` people who may not view it."""

    id: str
    guild: str = ""
    messages: list[Json] = field(default_factory=list)
    last_message_id: str | None = None
    forbidden: bool = False
    deleted: bool = False
    unreadable: bool = False
    unwanted: bool = False
    takes_files: bool = True
    denied: int = 0
    hidden_from: set[str] = field(default_factory=set)
    kind: int = 0
    parent: str = ""
    name: str = ""
    recipient: str = "42"
    owner: str = ""
    position: int = 0
    closed: bool = False
    archived_at: str = ""

    def add(self, message: Json) -> None:
        self.messages.append(message)
        self.last_message_id = message["id"]

    def json(self) -> Json:
        if not self.guild:
            return {
                "id": self.id,
                "type": 1,
                "last_message_id": self.last_message_id,
                "recipients": [person(self.recipient)],
            }
        if self.parent:
            return self._thread()
        return {
            "id": self.id, "type": self.kind, "guild_id": self.guild, "name": f"channel-{self.id}", "topic": None,
            "position": self.position, "permission_overwrites": self.overwrites(),
            "nsfw": False, "parent_id": None, "rate_limit_per_user": 0, "last_message_id": self.last_message_id,
            "permissions": PERMISSIONS,
        }  # fmt: skip

    def overwrites(self) -> list[Json]:
        """Return what the channel denies everybody; the role of everybody has the guild's id."""
        denied = self.denied | (SEND_MESSAGES if self.closed else 0)
        everybody = [{"id": self.guild, "type": 0, "allow": "0", "deny": str(denied)}] if denied else []
        return everybody + [
            {"id": user, "type": 1, "allow": "0", "deny": str(VIEW_CHANNEL)} for user in sorted(self.hidden_from)
        ]

    def _thread(self) -> Json:
        at = self.archived_at or timestamp()
        ended = {"archived": bool(self.archived_at), "auto_archive_duration": 4320, "archive_timestamp": at}
        return {
            "id": self.id, "type": PUBLIC_THREAD, "guild_id": self.guild, "parent_id": self.parent, "name": self.name,
            "owner_id": self.owner, "last_message_id": self.last_message_id, "message_count": len(self.messages),
            "member_count": 1, "rate_limit_per_user": 0, "flags": 0, "permissions": PERMISSIONS,
            "thread_metadata": ended | {"locked": False, "create_timestamp": at},
        }  # fmt: skip


@dataclass
class Interaction:
    """An interaction in progress; `messages` are those that people see as its answer, the original one first."""

    kind: int
    channel: Channel
    user: str
    data: Json
    message: Json | None = None
    id: str = field(default_factory=snowflake)
    original: Json | None = None
    acknowledged: int = 0
    broken: bool = False
    denied: int = 0
    elsewhere: bool = False
    """The bot isn't in the server, or it is a group of people: the person installed the application for themselves."""
    messages: list[Json] = field(default_factory=list)
    choices: list[Json] | None = None
    modal: Json | None = None
    changed_at: float = field(default_factory=time.monotonic)

    @property
    def token(self) -> str:
        return f"interaction-token-{self.id}"

    @property
    def loading(self) -> bool:
        return bool(self.original and self.original["flags"] & LOADING)

    @property
    def shown(self) -> list[Json]:
        return [message for message in self.messages if not message["flags"] & LOADING]

    @property
    def complete(self) -> bool:
        """Return True if a form is open, or the bot's own messages announce nothing more."""
        if self.modal:
            return True
        said = [text for message in self.shown for text in texts(message)]
        if any("Only the person who asked" in text for text in said) or not self.shown:
            return False
        parts = [int(found[1]) for text in said if (found := _PART.search(text))]
        return not parts or len(self.shown) >= parts[0]

    def json(self, guilds: dict[str, Json]) -> Json:
        body: Json = {
            "id": self.id, "application_id": APPLICATION, "type": self.kind, "token": self.token, "version": 1,
            "data": self.data, "channel": self.channel.json(), "channel_id": self.channel.id, "locale": "en-US",
            "app_permissions": str(ALL & ~self.channel.denied), "entitlements": [],
            "authorizing_integration_owners": self._owners(), "attachment_size_limit": 10_000_000,
            "context": 0 if self.channel.guild else 2 if self.elsewhere else 1,
        }  # fmt: skip
        if self.message:
            body["message"] = self.message
        if not self.channel.guild:
            return body | {"user": person(self.user)}
        about = guilds.get(self.channel.guild) or {"id": self.channel.guild, "locale": "en-US", "features": []}
        where = {"guild_id": self.channel.guild, "guild_locale": "en-US", "guild": about}
        allowed = {"permissions": str(int(PERMISSIONS) & ~self.denied)}
        return body | where | {"member": member(self.user) | allowed}

    def _owners(self) -> Json:
        """Return for whom the application was installed: a server, or the person."""
        return {"1": self.user} if self.elsewhere else {"0": self.channel.guild or "0"}


def person(user: str, bot: bool = False) -> Json:
    name = "Paperlark" if bot else f"user{user}"
    return {
        "id": user, "username": name, "global_name": None, "discriminator": "0", "avatar": None, "bot": bot,
        "public_flags": 0,
    }  # fmt: skip


def everyone(guild_id: str) -> Json:
    """Return the role that all members have."""
    return {
        "id": guild_id, "name": "@everyone", "color": 0, "hoist": False, "position": 0, "managed": False,
        "permissions": PERMISSIONS_OF_ALL, "mentionable": False, "flags": 0, "colors": {"primary_color": 0},
    }  # fmt: skip


def member(user: str) -> Json:
    return {
        "user": person(user), "nick": None, "avatar": None, "roles": [], "joined_at": timestamp(), "deaf": False,
        "mute": False, "flags": 0, "permissions": PERMISSIONS, "communication_disabled_until": None,
    }  # fmt: skip


def guild(id: str, channels: list[Json]) -> Json:
    return {
        "id": id, "name": f"guild-{id}", "icon": None, "splash": None, "owner_id": "1", "afk_timeout": 300,
        "verification_level": 0, "default_message_notifications": 0, "explicit_content_filter": 0, "mfa_level": 0,
        "roles": [], "emojis": [], "stickers": [], "features": [], "members": [], "threads": [], "presences": [],
        "voice_states": [], "stage_instances": [], "guild_scheduled_events": [], "soundboard_sounds": [],
        "channels": channels, "member_count": 2, "large": False, "premium_tier": 0, "nsfw_level": 0,
        "preferred_locale": "en-US", "system_channel_flags": 0, "joined_at": timestamp(), "unavailable": False,
        "premium_progress_bar_enabled": False, "locale": "en-US",
    }  # fmt: skip


def everybody(guild_id: str) -> Json:
    """Return the role of everybody, who may do all but administrate."""
    return {
        "id": guild_id, "name": "@everyone", "color": 0, "hoist": False, "position": 0, "permissions": str(ALL),
        "managed": False, "mentionable": False, "flags": 0,
    }  # fmt: skip


def message(channel: Channel, body: Json, flags: int) -> Json:
    """Return a message of the bot, with components numbered as Discord numbers them."""
    made = {
        "id": snowflake(), "channel_id": channel.id, "author": person(BOT_USER, bot=True), "timestamp": timestamp(),
        "edited_timestamp": None, "tts": False, "mention_everyone": False, "mentions": [], "mention_roles": [],
        "attachments": [], "embeds": body.get("embeds") or [], "pinned": False, "type": 0, "flags": flags,
        "content": body.get("content") or "", "components": body.get("components") or [],
    }  # fmt: skip
    number_components(made)
    return made


def number_components(made: Json) -> None:
    for number, component in enumerate(walk(made["components"]), 1):
        component.setdefault("id", number)


def visible_flags(body: Json) -> int:
    return int(body.get("flags") or 0) & (COMPONENTS_V2 | EPHEMERAL)


def texts(made: Json) -> list[str]:
    """Return the readable texts of a message, in Markdown."""
    return [made["content"]] * bool(made["content"]) + [
        component["content"] for component in walk(made["components"]) if component["type"] == 10
    ]


def buttons(made: Json) -> list[Json]:
    """Return the buttons, and the options of select menus as if each were a button with its `values`."""
    return [one for component in walk(made["components"]) for one in _pressable(component)]


def _pressable(component: Json) -> list[Json]:
    if component["type"] == 3:
        return [
            {"label": option["label"], "custom_id": component["custom_id"], "values": [option["value"]]}
            for option in component["options"]
        ]
    return [component] if component["type"] == 2 else []
