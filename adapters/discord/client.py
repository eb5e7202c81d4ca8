"""The connection to Discord: its events, its tree of slash commands, and the answers under way."""

import asyncio
import logging
from typing import Any

import discord
from discord import Interaction, InteractionType, app_commands

from adapters.discord import mentions, reactions
from adapters.discord.callers import caller_at, room_of
from adapters.discord.custom_ids import command_of, pressed
from adapters.discord.discuss import discuss
from adapters.discord.forms import Drafts, is_form, open_form, submitted
from adapters.discord.render import DISCUSS
from adapters.discord.respond import LOST, Drawn, excuse, log_fields, reply
from bot.app.command_service import CommandService, Suggestion
from bot.app.commands import opens_form
from bot.app.parse import greets, parse
from bot.domain.card import Card
from bot.domain.channel import Place
from bot.domain.command import Caller, Command
from bot.domain.errors import BotError

SUGGEST_SECONDS = 2.0
"""Timeout; Discord does not show an autocompletion that arrives after 3 s."""
FAREWELL_SECONDS = 1.0
FORGET_PAUSES_SECONDS = (1.0, 10.0, 60.0)

_ENDING = Card("error", "I'm restarting. Try again in a minute.", tone="bad", private=True)
_RENEWED = Card("error", "This command has changed. Reload Discord, then try again.", tone="bad", private=True)

log = logging.getLogger(__name__)


class PaperlarkClient(discord.AutoShardedClient):
    """The connection to Discord, with the command service and the answers under way."""

    def __init__(self, door: CommandService, **options: Any) -> None:
        super().__init__(**options)
        self.door = door
        self.drafts = Drafts()
        self.answering: dict[asyncio.Task[Any], Interaction[Any]] = {}
        self.replying: set[asyncio.Task[Any] | None] = set()

    async def suggest(self, kind: str, begun: str, asker: Caller) -> list[Suggestion]:
        """Return completions, or none if they take too long."""
        try:
            async with asyncio.timeout(SUGGEST_SECONDS):
                return await self.door.suggest(kind, begun, asker)
        except TimeoutError:
            return []

    async def on_interaction(self, interaction: Interaction["PaperlarkClient"]) -> None:
        """Handle one of our buttons or forms, even if it is older than this process: it carries its command."""
        data = dict(interaction.data or {})
        if interaction.type is InteractionType.component:
            text = command_of(pressed(data))
            if text == DISCUSS.command:
                await discuss(interaction)
                return
            await self.answer(interaction, parse(text), said=text)
        elif interaction.type is InteractionType.modal_submit and is_form(data):
            await submitted(interaction)

    async def answer(self, interaction: Interaction["PaperlarkClient"], *commands: Command, said: str = "") -> None:
        """Answer commands; a form has to be the first answer, so it opens at once."""
        if opens_form(commands[0]):
            await open_form(interaction, commands[0])
        else:
            await reply(interaction, *commands, said=said)

    async def on_message(self, message: discord.Message) -> None:
        """Handle a direct message, or a mention of the bot: the only way to ask in plain words.

        A gateway that resumes may repeat it. An interaction needs no such check: Discord lets it be acknowledged once,
        and nothing is done before that.
        """
        if (text := mentions.text_of(self.user, message)) is not None:
            task = asyncio.current_task()
            self.replying.add(task)
            try:
                if not await self.door.is_new(f"discord:{message.id}"):
                    return
                if not (await self._greeted(message) and greets(parse(text))):
                    await mentions.answer(self, self.door, message, text)
            finally:
                self.replying.discard(task)

    async def _greeted(self, message: discord.Message) -> bool:
        """Answer a person's first direct message with a welcome, and return True then."""
        if message.guild is not None:
            return False
        asker = caller_at(None, message.channel.id, message.author.id)
        return await self._welcome(message.channel, asker.place, direct=True)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Handle the bot's removal; in an outage Discord sends `unavailable`, and the library does not call this."""
        for pause_seconds in (*FORGET_PAUSES_SECONDS, 0.0):
            try:
                await self.door.forget_team("discord", str(guild.id))
                return
            except BotError as error:
                log.warning("A Discord server's data was not deleted yet: team=%s why=%s", guild.id, error)
                await asyncio.sleep(pause_seconds)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Handle the bot's first or repeated addition to a server."""
        await self._resume(Place("discord", str(guild.id), ""))
        if channel := _first_channel(guild):
            await self._welcome(channel, Place("discord", str(guild.id), str(channel.id)), direct=False)

    async def on_guild_channel_update(self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        """Handle a change of a channel; if its permissions changed, the bot may be able to write there again."""
        if _may_write(after) if after.guild.me else before.overwrites != after.overwrites:
            await self._resume(Place("discord", str(after.guild.id), str(after.id)))

    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """Handle a change of a role's permissions, which may be a role of the bot."""
        me = after.guild.me
        if before.permissions != after.permissions and (me is None or after in me.roles):
            await self._resume(Place("discord", str(after.guild.id), ""))

    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        """Handle an emoji on a message, which may be ours."""
        await self._react(payload, added=True)

    async def on_raw_reaction_remove(self, payload: discord.RawReactionActionEvent) -> None:
        """Handle the removal of an emoji."""
        await self._react(payload, added=False)

    async def _react(self, payload: discord.RawReactionActionEvent, added: bool) -> None:
        if not reactions.may_concern(self, payload):
            return
        asker = caller_at(payload.guild_id, payload.channel_id, payload.user_id)
        try:
            if payload.guild_id:
                channel = self.get_channel(payload.channel_id) or await self.fetch_channel(payload.channel_id)
                asker = caller_at(payload.guild_id, room_of(channel) or payload.channel_id, payload.user_id)
            papers, still_said = await reactions.read(self, payload)
        except (*LOST, KeyError, TypeError, ValueError) as error:
            log.warning("A reaction was not understood: place=%s error=%s", asker.place, type(error).__name__)
            return
        await self.door.reacted(reactions.sign_of(payload.emoji.name), papers, asker, added, still_said)

    async def _welcome(self, channel: discord.abc.Messageable, place: Place, direct: bool) -> bool:
        """Say hello, and return True, unless the bot did before."""
        card = await self.door.welcome(place, direct)
        try:
            if card:
                await channel.send(view=Drawn(card))
        except LOST as error:
            log.warning("A welcome was not sent: place=%s error=%s", place, type(error).__name__)
        return card is not None

    async def _resume(self, place: Place) -> None:
        try:
            await self.door.invited(place)
        except BotError as error:
            log.warning("A pause was not ended: place=%s why=%s", place, error)

    async def on_error(self, event_method: str, /, *_args: object, **_kwargs: object) -> None:
        """Handle errors that no event handler caught."""
        log.exception("A Discord event failed: event=%s", event_method)

    async def finish(self, seconds: float) -> None:
        """Wait for the answers under way; report a timeout to those that don't finish in time."""
        if under_way := [*self.answering, *filter(None, self.replying)]:
            await asyncio.wait(under_way, timeout=seconds)
        unanswered = dict(self.answering)
        for task in unanswered:
            task.cancel()
        if unanswered:
            excuses = [asyncio.create_task(excuse(interaction, _ENDING)) for interaction in unanswered.values()]
            _, late = await asyncio.wait(excuses, timeout=FAREWELL_SECONDS)
            for task in late:
                task.cancel()


class PaperlarkTree(app_commands.CommandTree[PaperlarkClient]):
    """The slash commands; `on_error` is the last resort, since handlers catch all errors."""

    async def on_error(self, interaction: Interaction[PaperlarkClient], error: app_commands.AppCommandError, /) -> None:
        log.warning("A Discord command was not understood: error=%s", type(error).__name__)
        if interaction.type is not InteractionType.application_command or interaction.response.is_done():
            return
        try:
            await interaction.response.send_message(view=Drawn(_RENEWED), ephemeral=True)
        except LOST as lost:
            log.warning("An answer was not sent on Discord: %s", log_fields(interaction, lost))


def _first_channel(guild: discord.Guild) -> discord.TextChannel | None:
    """Return the channel for the welcome: the one for system messages, or else the first one the bot may write in."""
    ordered = sorted(guild.text_channels, key=lambda channel: (channel.position, channel.id))
    channels = [guild.system_channel, *ordered] if guild.system_channel else ordered
    return next((channel for channel in channels if guild.me is None or _may_write(channel)), None)


def _may_write(channel: discord.abc.GuildChannel) -> bool:
    allowed = channel.permissions_for(channel.guild.me)
    return allowed.view_channel and allowed.send_messages
