"""Forms on Discord: open one as the first answer to an interaction, and read its submission."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import discord
from discord import Interaction

from adapters.discord.callers import caller, with_own_place
from adapters.discord.render_form import FORM, form_modal, form_values
from adapters.discord.respond import LOST, Drawn, log_fields, reply
from bot.app.parse import parse_form
from bot.digests.cards.setup import OPEN, bad_form_card
from bot.domain.card import Actions, Card, Paragraph, line
from bot.domain.command import Caller, Command
from bot.domain.errors import BadForm

if TYPE_CHECKING:
    from adapters.discord.client import PaperlarkClient

OPEN_SECONDS = 2.5
"""Discord takes a form for 3 s only, and no other answer may come before it."""
DRAFTS = 500

_SLOW = "That took too long."

log = logging.getLogger(__name__)

Typed = Mapping[str, tuple[str, ...]]


class Drafts:
    """What people typed into forms that weren't accepted, until they open the form again. Lost with the process."""

    def __init__(self) -> None:
        self._held: OrderedDict[Caller, Typed] = OrderedDict()

    def keep(self, who: Caller, typed: Typed) -> None:
        """Keep it, and drop the oldest if there are too many."""
        self._held[who] = typed
        if len(self._held) > DRAFTS:
            self._held.popitem(last=False)

    def take(self, who: Caller) -> Typed:
        """Return it once."""
        return self._held.pop(who, {})


class _FormModal(discord.ui.Modal):
    """A drawn form for discord.py to send; the library keeps no state for it."""

    def __init__(self, drawn: dict[str, Any]) -> None:
        super().__init__(title=drawn["title"], custom_id=drawn["custom_id"], timeout=None)
        self._drawn = drawn

    def to_dict(self) -> dict[str, Any]:
        return self._drawn

    def is_finished(self) -> bool:
        return True


def is_form(data: Mapping[str, Any]) -> bool:
    """Return True if it is a submission of one of our forms."""
    return str(data.get("custom_id", "")).startswith(FORM)


async def open_form(interaction: Interaction["PaperlarkClient"], command: Command) -> None:
    """Answer with the command's form, or with its card if there is none. Never raises."""
    client = interaction.client
    try:
        card = await asyncio.wait_for(_asked(interaction, command), OPEN_SECONDS)
    except (TimeoutError, *LOST):
        card = Card("error", _SLOW, (Paragraph((line(_SLOW),)), Actions((OPEN,))), tone="bad", private=True)
    try:
        if card.form:
            await interaction.response.send_modal(
                _FormModal(form_modal(card.form, client.drafts.take(caller(interaction))))
            )
        else:
            await interaction.response.send_message(view=Drawn(card), ephemeral=True)
    except LOST as error:
        log.warning("A form was not opened on Discord: %s", log_fields(interaction, error))


async def _asked(interaction: Interaction["PaperlarkClient"], command: Command) -> Card:
    await with_own_place(interaction)
    return await interaction.client.door.answer(command, caller(interaction))


async def submitted(interaction: Interaction["PaperlarkClient"]) -> None:
    """Answer a filled form; one with errors gets them privately, and keeps what was typed. Never raises."""
    name, values = form_values(dict(interaction.data or {}))
    try:
        command = parse_form(name, values)
    except BadForm as bad:
        interaction.client.drafts.keep(caller(interaction), values)
        try:
            await interaction.response.send_message(view=Drawn(bad_form_card(bad)), ephemeral=True)
        except LOST as error:
            log.warning("A form's errors were not told on Discord: %s", log_fields(interaction, error))
    else:
        await reply(interaction, command)
