"""The papers that a thread or a reply is about: those of the message that it began with or answers."""

import logging

import discord

from adapters.discord.reactions import Json, papers_of
from bot.domain.paper_source import find_ids

log = logging.getLogger(__name__)


async def papers_before(client: discord.Client, channel: object, replied_to: int | None = None) -> tuple[str, ...]:
    """Return the ids in order; empty outside of a thread, or if Discord doesn't return the message.

    A thread has the id of its first message, which is in the channel; a forum's post holds its own.
    """
    thread = channel if isinstance(channel, discord.Thread) else None
    places = [(thread.parent_id, thread.id), (thread.id, thread.id)] if thread else []
    if replied_to:
        places.insert(0, (int(getattr(channel, "id", 0)), replied_to))
    for place, message in places:
        if found := await _papers_in(client, place, message):
            return found
    return ()


async def _papers_in(client: discord.Client, channel: int, message: int) -> tuple[str, ...]:
    try:
        read: Json = dict(await client.http.get_message(channel, message))
    except discord.NotFound:
        return ()
    except discord.HTTPException as error:
        log.warning("A message on Discord could not be read: channel=%s status=%s", channel, error.status)
        return ()
    if client.user and int(read["author"]["id"]) == client.user.id:
        return tuple(papers_of(read))
    return tuple(find_ids(str(read.get("content") or "")))
