"""One interaction from question to answer: acknowledge, ask the core, draw, send; and nothing escapes.

The first message of an answer edits the deferred one, which may safely be repeated; only further ones are follow-ups.
"""

import asyncio
import logging
from typing import Any, cast

import aiohttp
import discord
from discord import Interaction, InteractionType, app_commands
from discord.ui import LayoutView

from adapters.discord import files, pictures, places, reactions
from adapters.discord.custom_ids import command_of
from adapters.discord.render import draw
from bot.app.command_service import CommandService, Suggestion
from bot.app.commands import is_public
from bot.app.parse import parse
from bot.domain.card import Card, Fine, line
from bot.domain.channel import Place
from bot.domain.command import Caller, Command
from bot.domain.errors import BotError

SUGGEST_SECONDS = 2.0
"""An autocompletion that comes after 3 s is not shown."""
FAREWELL_SECONDS = 1.0
FORGET_PAUSES_SECONDS = (1.0, 10.0, 60.0)

_FOR_THE_ASKER = Card("note", "", (Fine(line("Answered to the one who asked.")),))
_FAILED = Card("error", BotError.sentence + " Try again in a minute.", tone="bad", private=True)
_ENDING = Card("error", "Paperlark is just restarting. Ask again in a minute.", tone="bad", private=True)
_RENEWED = Card("error", "This command has changed. Reload Discord and ask again.", tone="bad", private=True)
_LOST = (discord.DiscordException, aiohttp.ClientError, OSError)

log = logging.getLogger(__name__)


class PaperlarkClient(discord.Client):
    """The connection to Discord, with the core's door and the answers that are under way."""

    def __init__(self, door: CommandService, **options: Any) -> None:
        super().__init__(**options)
        self.door = door
        self.answering: dict[asyncio.Task[Any], Interaction[Any]] = {}

    async def suggest(self, kind: str, begun: str, asker: Caller) -> list[Suggestion]:
        """Completions in time, or none."""
        try:
            async with asyncio.timeout(SUGGEST_SECONDS):
                return await self.door.suggest(kind, begun, asker)
        except TimeoutError:
            return []

    async def on_interaction(self, interaction: Interaction["PaperlarkClient"]) -> None:
        """A button of ours, also one older than this process: it carries its command."""
        if interaction.type is InteractionType.component:
            carried = str(dict(interaction.data or {}).get("custom_id", ""))
            await reply(interaction, parse(command_of(carried)))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """The bot was removed; in an outage Discord says `unavailable`, and this isn't called."""
        for pause_seconds in (*FORGET_PAUSES_SECONDS, 0.0):
            try:
                await self.door.forget_team("discord", str(guild.id))
                return
            except BotError as error:
                log.warning("A Discord server's data was not deleted yet: team=%s why=%s", guild.id, error)
                await asyncio.sleep(pause_seconds)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """The bot was added to a server, perhaps again."""
        await self._resume(Place("discord", str(guild.id), ""))

    async def on_guild_channel_update(self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        """What concerns a channel changed; where who may do what in it did, the bot may write there again."""
        if _may_write(after) if after.guild.me else before.overwrites != after.overwrites:
            await self._resume(Place("discord", str(after.guild.id), str(after.id)))

    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """What a role allows changed, perhaps one of the bot's."""
        me = after.guild.me
        if before.permissions != after.permissions and (me is None or after in me.roles):
            await self._resume(Place("discord", str(after.guild.id), ""))

    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        """An emoji on a message, perhaps one of ours."""
        await self._react(payload, added=True)

    async def on_raw_reaction_remove(self, payload: discord.RawReactionActionEvent) -> None:
        """An emoji was taken back."""
        await self._react(payload, added=False)

    async def _react(self, payload: discord.RawReactionActionEvent, added: bool) -> None:
        if not reactions.may_concern(self, payload):
            return
        asker = _caller(payload.guild_id, payload.channel_id, payload.user_id)
        try:
            if payload.guild_id:
                channel = self.get_channel(payload.channel_id) or await self.fetch_channel(payload.channel_id)
                asker = _caller(payload.guild_id, _room(channel) or payload.channel_id, payload.user_id)
            papers, still_said = await reactions.read(self, payload)
        except (*_LOST, KeyError, TypeError, ValueError) as error:
            log.warning("A reaction was not understood: place=%s error=%s", asker.place, type(error).__name__)
            return
        if added or not still_said:
            await self.door.reacted(reactions.sign_of(payload.emoji.name), papers, asker, added)

    async def _resume(self, place: Place) -> None:
        try:
            await self.door.invited(place)
        except BotError as error:
            log.warning("A pause was not ended: place=%s why=%s", place, error)

    async def on_error(self, event_method: str, /, *_args: object, **_kwargs: object) -> None:
        """The last net for events."""
        log.exception("A Discord event failed: event=%s", event_method)

    async def finish(self, seconds: float) -> None:
        """Lets answers under way come to their end; those that don't in time say so."""
        if self.answering:
            await asyncio.wait([*self.answering], timeout=seconds)
        unanswered = dict(self.answering)
        for task in unanswered:
            task.cancel()
        if unanswered:
            excuses = [asyncio.create_task(_excuse(interaction, _ENDING)) for interaction in unanswered.values()]
            _, late = await asyncio.wait(excuses, timeout=FAREWELL_SECONDS)
            for task in late:
                task.cancel()


class PaperlarkTree(app_commands.CommandTree[PaperlarkClient]):
    """The slash commands; `on_error` is the last net: handlers let nothing through."""

    async def on_error(self, interaction: Interaction[PaperlarkClient], error: app_commands.AppCommandError, /) -> None:
        log.warning("A Discord command was not understood: error=%s", type(error).__name__)
        if interaction.type is not InteractionType.application_command or interaction.response.is_done():
            return
        try:
            await interaction.response.send_message(view=Drawn(_RENEWED), ephemeral=True)
        except _LOST as lost:
            log.warning("An answer was not sent on Discord: %s", _fields(interaction, lost))


class Drawn(LayoutView):
    """One drawn message for discord.py to send; it has no items, so that no state is kept for its buttons."""

    def __init__(self, drawn: Card | list[dict[str, Any]]) -> None:
        super().__init__(timeout=None)
        self._drawn = _components(drawn)[0] if isinstance(drawn, Card) else drawn

    def has_components_v2(self) -> bool:
        return True

    def to_components(self) -> list[dict[str, Any]]:
        return self._drawn


def _may_write(channel: discord.abc.GuildChannel) -> bool:
    allowed = channel.permissions_for(channel.guild.me)
    return allowed.view_channel and allowed.send_messages


def caller(interaction: Interaction[PaperlarkClient]) -> Caller:
    """Who asks; a direct message is a team of its own. Discord tells a language, but no time zone."""
    return _caller(interaction.guild_id, _room(interaction.channel) or interaction.channel_id, interaction.user.id)


def _room(channel: object) -> int | None:
    """The forum that a post stands in: what is set in one of its posts is set for the forum, which has no other place
    to type in."""
    within = channel.parent if isinstance(channel, discord.Thread) else None
    return within.id if isinstance(within, discord.ForumChannel) else None


def _caller(guild: int | None, channel: int | None, user: int) -> Caller:
    return Caller(places.place(guild, channel, user), str(user), direct=guild is None)


async def reply(interaction: Interaction[PaperlarkClient], *commands: Command) -> None:
    """Answers `commands` one after the other; never raises. The first decides who sees the answers."""
    task = cast("asyncio.Task[Any]", asyncio.current_task())
    interaction.client.answering[task] = interaction
    try:
        await _answer(interaction, commands, is_public(commands[0]))
    except _LOST as error:
        log.warning("An answer was not sent on Discord: %s", _fields(interaction, error))
        await _excuse(interaction, _FAILED)
    except Exception:
        log.exception("A question on Discord failed: interaction=%s", interaction.id)
        await _excuse(interaction, _FAILED)
    finally:
        interaction.client.answering.pop(task, None)


async def _answer(interaction: Interaction[PaperlarkClient], commands: tuple[Command, ...], public: bool) -> None:
    await interaction.response.defer(ephemeral=not public, thinking=True)
    for command in commands:
        card = await interaction.client.door.answer(command, caller(interaction))
        await _show(interaction, card, public)


async def _show(interaction: Interaction[PaperlarkClient], card: Card, public: bool) -> None:
    messages = _components(card)
    hidden = card.private or not public
    withdraw = hidden and public and not _shown(interaction)
    if withdraw:
        # A deferred answer stays as visible as it was deferred, and the first follow-up takes its place; to delete it
        # first has broken follow-ups (https://github.com/discord/discord-api-docs/issues/3087). So settle, say, delete.
        await interaction.edit_original_response(view=Drawn(_FOR_THE_ASKER))
    elif not _shown(interaction):
        await _edit(interaction, card, messages.pop(0))
    interaction.extras["shown"] = True
    for components in messages:
        sent = files.files_of(card, components)
        await interaction.followup.send(view=Drawn(components), ephemeral=hidden, files=sent)
    if withdraw:
        await interaction.delete_original_response()


async def _edit(interaction: Interaction[PaperlarkClient], card: Card, components: list[dict[str, Any]]) -> None:
    """Puts the first message of an answer where it is awaited: without its file where Discord doesn't take that."""
    sent = files.files_of(card, components)
    try:
        await interaction.edit_original_response(view=Drawn(components), attachments=sent)
    except discord.HTTPException as refused:
        if not sent or not pictures.unwelcome(refused):
            raise
        await interaction.edit_original_response(view=Drawn(files.without(components)))


async def _excuse(interaction: Interaction[PaperlarkClient], card: Card) -> None:
    """Puts `card` where the answer is awaited, if it still is."""
    if _shown(interaction) or not interaction.response.is_done():
        return
    try:
        await interaction.edit_original_response(view=Drawn(card))
    except _LOST as error:
        log.warning("An excuse was not sent on Discord: %s", _fields(interaction, error))


def _shown(interaction: Interaction[PaperlarkClient]) -> bool:
    return bool(interaction.extras.get("shown"))


def _components(card: Card) -> list[list[dict[str, Any]]]:
    return [list(message.payload["components"]) for message in draw(card)]  # type: ignore[call-overload]


def _fields(interaction: Interaction[PaperlarkClient], error: Exception) -> str:
    """For the log; never the error's text or the interaction's token, which answers in our name."""
    status, code = getattr(error, "status", None), getattr(error, "code", None)
    return f"interaction={interaction.id} error={type(error).__name__} status={status} code={code}"
