"""Forum channels of the loopback Discord: creation and listing of posts."""

from typing import Any

from aiohttp import web

from support.servers.discord_files import attach, read_body
from support.servers.discord_gateway import Gateway
from support.servers.discord_objects import (
    BOT_USER,
    CREATE_PUBLIC_THREADS,
    EPHEMERAL,
    FORUM,
    NEWS,
    PUBLIC_THREAD,
    TEXT,
    Channel,
    message,
    snowflake,
    visible_flags,
)
from support.servers.discord_refusals import away, error
from support.servers.discord_rules import Invalid, check_message


class Forums:
    """Routes of forum channels."""

    channels: dict[str, Channel]
    bodies: list[tuple[str, Any]]
    files: dict[str, bytes]
    gateway: Gateway

    async def _thread(self, request: web.Request) -> web.Response:
        """Create a forum post: a thread with the id of its first message. There is no nonce."""
        forum, (body, files) = self.channels.get(request.match_info["channel"]), await read_body(request)
        self.bodies.append(("thread", body))
        if gone := away(forum, files):
            return gone
        assert forum
        if forum.kind != FORUM:
            raise Invalid("Cannot execute action on this channel type", 50024)
        if not 1 <= len(body.get("name") or "") <= 100:
            raise Invalid("name: Must be between 1 and 100 in length.")
        if unknown := body.keys() - {"name", "message", "auto_archive_duration", "applied_tags"}:
            raise Invalid(f"unknown: {unknown}")
        said = body.get("message") or {}
        if "nonce" in said:
            raise Invalid("message: nonce: unknown")
        check_message(said)
        post = Channel(snowflake(), forum.guild, kind=PUBLIC_THREAD, parent=forum.id, name=body["name"], owner=BOT_USER)
        made = message(post, said, visible_flags(said) & ~EPHEMERAL) | {"id": post.id}
        attach(made, said, files, self.files)
        post.add(made)
        self.channels[post.id] = post
        forum.last_message_id = post.id
        await self.gateway.tell("THREAD_CREATE", post.json() | {"newly_created": True})
        return web.json_response(post.json() | {"message": made}, status=201)

    async def _thread_of(self, request: web.Request) -> web.Response:
        """Begin a thread with a message: at most one, with the message's id."""
        channel, body = self.channels.get(request.match_info["channel"]), await request.json()
        self.bodies.append(("thread.of", body))
        if gone := away(channel):
            return gone
        assert channel
        begun_with = next((m for m in channel.messages if m["id"] == request.match_info["message"]), None)
        if begun_with is None:
            return error(404, 10008, "Unknown Message")
        if channel.kind not in {TEXT, NEWS}:
            raise Invalid("Cannot execute action on this channel type", 50024)
        if channel.denied & CREATE_PUBLIC_THREADS:
            return error(403, 50013, "Missing Permissions")
        if not 1 <= len(body.get("name") or "") <= 100:
            raise Invalid("name: Must be between 1 and 100 in length.")
        if body.get("auto_archive_duration") not in {None, 60, 1440, 4320, 10080}:
            raise Invalid("auto_archive_duration: Value must be one of {60, 1440, 4320, 10080}.")
        if unknown := body.keys() - {"name", "auto_archive_duration", "rate_limit_per_user"}:
            raise Invalid(f"unknown: {unknown}")
        if begun_with["id"] in self.channels:
            raise Invalid("A thread has already been created for this message", 160004)
        thread = Channel(
            begun_with["id"], channel.guild, kind=PUBLIC_THREAD, parent=channel.id, name=body["name"], owner=BOT_USER
        )
        self.channels[thread.id] = thread
        begun_with["thread"] = thread.json()
        await self.gateway.tell("THREAD_CREATE", thread.json() | {"newly_created": True})
        return web.json_response(thread.json(), status=201)

    async def _active(self, request: web.Request) -> web.Response:
        guild_id = request.match_info["guild"]
        found = [c for c in self.channels.values() if c.parent and c.guild == guild_id and not c.archived_at]
        return web.json_response({"threads": [c.json() for c in found if not c.forbidden], "members": []})

    async def _archived(self, request: web.Request) -> web.Response:
        forum = self.channels.get(request.match_info["channel"])
        if gone := away(forum):
            return gone
        assert forum
        limit, before = int(request.query.get("limit", 50)), request.query.get("before") or "9"
        ended = [c for c in self.channels.values() if c.parent == forum.id and "" < c.archived_at < before]
        ended.sort(key=lambda c: c.archived_at, reverse=True)
        page = {"threads": [c.json() for c in ended[:limit]], "members": [], "has_more": len(ended) > limit}
        return web.json_response(page)
