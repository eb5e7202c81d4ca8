"""What permissions in a Discord channel say: whether the bot can post, who manages it, and who may read it."""

import logging
from collections.abc import Awaitable, Callable

import aiohttp
import discord
from discord import Interaction

from bot.domain.channel import Place
from bot.domain.command import Role
from bot.domain.errors import DeliveryFailed
from bot.domain.posting import UNKNOWN, Obstacle, PostingCheck

_SEND = {"send_messages": "Send Messages", "send_messages_in_threads": "Send Messages in Threads"}
_EXTRAS = {
    "embed_links": "Embed Links",
    "attach_files": "Attach Files",
    "read_message_history": "Read Message History",
}
"""Permissions of previews, pictures, and the check if a digest arrived, as Discord's settings name them."""

_THREADS = {"create_public_threads": "Create Public Threads", "send_messages_in_threads": "Send Messages in Threads"}

_MALFORMED = (AttributeError, KeyError, TypeError, ValueError)
_GONE = frozenset({10003, 10004})
"""Unknown channel, unknown guild (https://discord.com/developers/docs/topics/opcodes-and-status-codes#json)."""

_LEFT = frozenset({10003, 10004, 10007, 10013})
"""The same, and unknown member, unknown user."""

log = logging.getLogger(__name__)


def role_of(allowed: discord.Permissions) -> Role:
    """Return the role of a person with these permissions: Manage Channels makes an admin."""
    return Role.ADMIN if allowed.administrator or allowed.manage_channels else Role.MEMBER


def role_of_author(message: discord.Message) -> Role:
    """Return the role of a message's author in its channel; a mere member's if the library can't tell."""
    author, channel = message.author, message.channel
    if not isinstance(author, discord.Member) or not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return Role.MEMBER
    try:
        return role_of(channel.permissions_for(author))
    except discord.ClientException:  # a thread whose channel the library doesn't know
        return Role.MEMBER


def posting_of(interaction: Interaction["discord.Client"]) -> PostingCheck | None:
    """Return what Discord tells with every command and button; None if it doesn't."""
    allowed = interaction.app_permissions
    return check_of(allowed, interaction.channel) if allowed.value else None


def check_of(allowed: discord.Permissions, channel: object) -> PostingCheck:
    """Return the check for permissions in a channel, a thread or a forum."""
    name = f"#{channel.name}" if isinstance(channel, discord.abc.GuildChannel | discord.Thread) else ""
    if allowed.administrator:
        return PostingCheck(channel=name)
    needed = {"view_channel": "View Channel"} | {key: _SEND[key] for key in _sending(channel)}
    if missing := _missing(needed, allowed):
        return PostingCheck(Obstacle.MISSING_PERMISSIONS, missing, name)
    if missing := _missing(_EXTRAS, allowed):
        return PostingCheck(Obstacle.MISSING_EXTRAS, missing, name)
    return PostingCheck(channel=name)


def missing_for_thread(allowed: discord.Permissions | None) -> tuple[str, ...]:
    """Return the permissions that opening a thread takes and that are missing, by name; all of them for None."""
    allowed = allowed or discord.Permissions.none()
    return () if allowed.administrator else _missing(_THREADS, allowed)


async def can_post(sign_in: Callable[[], Awaitable[discord.Client]], place: Place) -> PostingCheck:
    """Ask Discord over REST, signed in; what it doesn't tell is UNKNOWN."""
    try:
        return await _asked(await sign_in(), int(place.team), int(place.channel))
    except discord.HTTPException as error:
        return _refused(error)
    except (DeliveryFailed, discord.DiscordException, aiohttp.ClientError, OSError, *_MALFORMED) as error:
        log.info("A channel's permissions were not read: place=%s error=%s", place, type(error).__name__)
        return UNKNOWN


async def may_read(sign_in: Callable[[], Awaitable[discord.Client]], place: Place, user: str) -> bool | None:
    """Tell if a person may read the channel, over REST; None if Discord hides it from the bot.

    Raise a discord.py or network error if it may tell later.
    """
    try:
        _, allowed = await _permissions(await sign_in(), int(place.team), int(place.channel), int(user))
    except discord.Forbidden:
        return None
    except discord.NotFound as error:
        if error.code in _LEFT:
            return False
        raise
    return allowed.view_channel


async def _asked(client: discord.Client, guild_id: int, channel_id: int) -> PostingCheck:
    channel, allowed = await _permissions(client, guild_id, channel_id, client.user.id if client.user else 0)
    return check_of(allowed, channel)


async def _permissions(
    client: discord.Client, guild_id: int, channel_id: int, user_id: int
) -> tuple[discord.abc.GuildChannel | discord.Thread, discord.Permissions]:
    """Return a channel and what a member may do there: by the server's roles, their own, and the overwrites."""
    guild = await client.fetch_guild(guild_id, with_counts=False)
    member = await guild.fetch_member(user_id)
    channel = within = await guild.fetch_channel(channel_id)
    if isinstance(channel, discord.Thread):
        within = await guild.fetch_channel(channel.parent_id)
    return channel, within.permissions_for(member)


def _sending(channel: object) -> tuple[str, ...]:
    """Return the permissions that posting needs: a digest in a forum is a post, and may continue in it."""
    if isinstance(channel, discord.ForumChannel) or isinstance(getattr(channel, "parent", None), discord.ForumChannel):
        return ("send_messages", "send_messages_in_threads")
    return ("send_messages_in_threads",) if isinstance(channel, discord.Thread) else ("send_messages",)


def _missing(wanted: dict[str, str], allowed: discord.Permissions) -> tuple[str, ...]:
    return tuple(name for key, name in wanted.items() if not getattr(allowed, key))


def _refused(error: discord.HTTPException) -> PostingCheck:
    if error.code in _GONE:
        return PostingCheck(Obstacle.GONE)
    if isinstance(error, discord.Forbidden):
        return PostingCheck(Obstacle.MISSING_PERMISSIONS, ("View Channel",))
    return UNKNOWN
