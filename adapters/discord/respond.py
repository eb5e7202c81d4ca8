"""Answers to one interaction: acknowledge, ask the core, draw, send. No error escapes.

The first message of an answer edits the deferred one, which is safe to repeat; only later ones are follow-ups.
"""

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import aiohttp
import discord
from discord import Interaction
from discord.ui import LayoutView

from adapters.discord import places, uploads
from adapters.discord.permissions import posting_of, role_of
from adapters.discord.render import draw
from adapters.discord.threads import papers_before
from bot.app.commands import is_public
from bot.app.parse import points_at_thread
from bot.domain.card import Card, Fine, line
from bot.domain.command import Caller, Command, Role
from bot.domain.errors import BotError

if TYPE_CHECKING:
    from adapters.discord.client import PaperlarkClient


_FOR_THE_ASKER = Card("note", "", (Fine(line("Only the person who asked sees this answer.")),))
_FAILED = Card("error", BotError.sentence + " Try again in a minute.", tone="bad", private=True)
LOST = (discord.DiscordException, aiohttp.ClientError, OSError)
"""Errors that sending an answer may raise."""

log = logging.getLogger(__name__)


class Drawn(LayoutView):
    """One drawn message for discord.py to send; it has no items, so the library keeps no state for its buttons."""

    def __init__(self, drawn: Card | list[dict[str, Any]]) -> None:
        super().__init__(timeout=None)
        self._drawn = _components(drawn)[0] if isinstance(drawn, Card) else drawn

    def has_components_v2(self) -> bool:
        return True

    def to_components(self) -> list[dict[str, Any]]:
        return self._drawn


def caller(interaction: Interaction["PaperlarkClient"]) -> Caller:
    """Return the person who asks; a direct message is a team of its own. Discord gives a language but no time zone."""
    asker = caller_at(interaction.guild_id, room_of(interaction.channel) or interaction.channel_id, interaction.user.id)
    person = interaction.user
    return replace(
        asker, posting=posting_of(interaction), role=role_of(interaction.permissions), name=person.display_name
    )


def room_of(channel: object) -> int | None:
    """Return the channel or forum that contains a thread: what people set or save in a thread is the channel's."""
    return channel.parent_id if isinstance(channel, discord.Thread) else None


def caller_at(guild: int | None, channel: int | None, user: int) -> Caller:
    """Return the person who asks and the place they ask in, as a mere member of it."""
    where, home = places.place(guild, channel, user), places.place(None, None, user).team
    return Caller(where, str(user), direct=guild is None, role=Role.MEMBER, home=home)


async def reply(interaction: Interaction["PaperlarkClient"], *commands: Command, said: str = "") -> None:
    """Answer `commands` in order; never raise. The first command decides the visibility of the answers.

    `said` is the text of a pressed button, which may be pressed again.
    """
    task = cast("asyncio.Task[Any]", asyncio.current_task())
    interaction.client.answering[task] = interaction
    try:
        await _answer(interaction, commands, is_public(commands[0]), said)
    except LOST as error:
        log.warning("An answer was not sent on Discord: %s", log_fields(interaction, error))
        await excuse(interaction, _FAILED)
    except Exception:
        log.exception("A question on Discord failed: interaction=%s", interaction.id)
        await excuse(interaction, _FAILED)
    finally:
        interaction.client.answering.pop(task, None)


async def _answer(
    interaction: Interaction["PaperlarkClient"], commands: tuple[Command, ...], public: bool, said: str
) -> None:
    await interaction.response.defer(ephemeral=not public, thinking=True)
    for command in commands:
        asker = replace(caller(interaction), said=said)
        if points_at_thread(command):
            asker = replace(asker, thread=await papers_before(interaction.client, interaction.channel))
        card = await interaction.client.door.answer(command, asker)
        await _show(interaction, card, public)


async def _show(interaction: Interaction["PaperlarkClient"], card: Card, public: bool) -> None:
    messages = _components(card)
    hidden = card.private or not public
    withdraw = hidden and public and not _shown(interaction)
    if withdraw:
        # A deferred answer keeps its visibility, and the first follow-up replaces it. Deleting it first has broken
        # follow-ups (https://github.com/discord/discord-api-docs/issues/3087). So settle, send, delete.
        await interaction.edit_original_response(view=Drawn(_FOR_THE_ASKER))
    elif not _shown(interaction):
        await _edit(interaction, card, messages.pop(0))
    interaction.extras["shown"] = True
    for components in messages:
        sent = uploads.files_of(card, components)
        await interaction.followup.send(view=Drawn(components), ephemeral=hidden, files=sent)
    if withdraw:
        await interaction.delete_original_response()


async def _edit(interaction: Interaction["PaperlarkClient"], card: Card, components: list[dict[str, Any]]) -> None:
    """Replace the deferred message with the first one of the answer; omit its file if Discord rejects the file."""
    sent = uploads.files_of(card, components)
    try:
        await interaction.edit_original_response(view=Drawn(components), attachments=sent)
    except discord.HTTPException as refused:
        if not sent or not uploads.unwelcome(refused):
            raise
        await interaction.edit_original_response(view=Drawn(uploads.without_files(components)))


async def excuse(interaction: Interaction["PaperlarkClient"], card: Card) -> None:
    """Replace the deferred message with `card`, if it is still pending."""
    if _shown(interaction) or not interaction.response.is_done():
        return
    try:
        await interaction.edit_original_response(view=Drawn(card))
    except LOST as error:
        log.warning("An excuse was not sent on Discord: %s", log_fields(interaction, error))


def _shown(interaction: Interaction["PaperlarkClient"]) -> bool:
    return bool(interaction.extras.get("shown"))


def _components(card: Card) -> list[list[dict[str, Any]]]:
    return [list(message.payload["components"]) for message in draw(card)]  # type: ignore[call-overload]


def log_fields(interaction: Interaction["PaperlarkClient"], error: Exception) -> str:
    """Return fields for the log, never the error's text or the interaction's token, which can answer as the bot."""
    status, code = getattr(error, "status", None), getattr(error, "code", None)
    return f"interaction={interaction.id} error={type(error).__name__} status={status} code={code}"
