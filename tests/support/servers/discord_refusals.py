"""Refusals in Discord's words."""

from collections.abc import Collection

from aiohttp import web

from support.servers.discord_objects import Channel


def error(status: int, code: int, why: str = "", headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response({"message": why or f"{status}: error", "code": code}, status=status, headers=headers)


def away(channel: Channel | None, files: Collection[str] = ()) -> web.Response | None:
    """Return the refusal of a request to a channel, or of these files; None if it is allowed."""
    if channel is None or channel.deleted:
        return error(404, 10003, "Unknown Channel")
    if channel.unwanted:
        return error(403, 50007, "Cannot send messages to this user")
    if files and not channel.takes_files:
        return error(403, 50013, "Missing Permissions")
    return error(403, 50001, "Missing Access") if channel.forbidden else None
