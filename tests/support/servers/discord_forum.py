"""Forum channels of the loopback Discord: creation and listing of posts."""

from typing import Any

from aiohttp import web

from support.servers.discord_files import attach, read_body
from support.servers.discord_gateway import Gateway
from support.servers.discord_objects import (
    BOT_USER,
    EPHEMERAL,
    FORUM,
    PUBLIC_THREAD,
    Channel,
    message,
    snowflake,
    visible_flags,
)
from support.servers.discord_refusals import away
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
