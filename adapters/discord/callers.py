"""Who asks, and for which place: the channel, or the person's own direct message where the bot isn't.

A person may install the app for themselves and use it in servers and groups that the bot isn't in. There, everything is
theirs: nothing is read or kept under the server, and the answers are for their eyes only.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

import discord
from discord import Interaction

from adapters.discord import places
from adapters.discord.permissions import posting_of, role_of
from bot.domain.command import Caller, Role

if TYPE_CHECKING:
    from adapters.discord.client import PaperlarkClient


_OWN = "own_channel"
"""The key of the person's direct channel among what the library keeps with an interaction."""


def caller(interaction: Interaction["PaperlarkClient"]) -> Caller:
    """Return the person who asks; a direct message is a team of its own. Discord gives a language but no time zone.

    Where the bot isn't, the place has a channel only after `with_own_place`.
    """
    person = interaction.user
    if is_elsewhere(interaction):
        own = places.place(None, None, person.id)
        own = replace(own, channel=str(interaction.extras.get(_OWN) or getattr(person.dm_channel, "id", "")))
        return replace(caller_at(None, None, person.id), place=own, name=person.display_name)
    asker = caller_at(interaction.guild_id, room_of(interaction.channel) or interaction.channel_id, person.id)
    return replace(
        asker, posting=posting_of(interaction), role=role_of(interaction.permissions), name=person.display_name
    )


async def with_own_place(interaction: Interaction["PaperlarkClient"]) -> None:
    """Find the person's direct message if they ask where the bot isn't. Raise as discord.py does."""
    if is_elsewhere(interaction):
        interaction.extras[_OWN] = (await interaction.user.create_dm()).id


def is_elsewhere(interaction: Interaction["PaperlarkClient"]) -> bool:
    """Return True if the bot isn't in the server, or it is a group of people.

    https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object-authorizing-integration-owners-object
    """
    if interaction.guild_id is None:
        return interaction.context.private_channel
    return interaction.is_user_integration() and not interaction.is_guild_integration()


def room_of(channel: object) -> int | None:
    """Return the channel or forum that contains a thread: what people set or save in a thread is the channel's."""
    return channel.parent_id if isinstance(channel, discord.Thread) else None


def caller_at(guild: int | None, channel: int | None, user: int) -> Caller:
    """Return the person who asks and the place they ask in, as a mere member of it."""
    where, home = places.place(guild, channel, user), places.place(None, None, user).team
    return Caller(where, str(user), direct=guild is None, role=Role.MEMBER, home=home)
