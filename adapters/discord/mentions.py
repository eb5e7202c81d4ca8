"""Messages to the bot: direct ones, and those that mention it. Others' texts don't reach it.

Only an interaction can be answered to one person alone. So in a server, whatever isn't for everybody is answered with
a button that shows it to the one who presses.
"""

import logging
import re
from dataclasses import replace

import discord

from adapters.discord import uploads
from adapters.discord.callers import caller_at, room_of
from adapters.discord.custom_ids import custom_id
from adapters.discord.permissions import role_of_author
from adapters.discord.render import draw
from adapters.discord.respond import LOST, Drawn
from adapters.discord.threads import papers_before
from bot.app.command_service import CommandService
from bot.app.commands import is_public
from bot.app.help import AskBack
from bot.app.parse import parse, points_at_thread
from bot.app.plain.words import around_mention
from bot.domain.card import Actions, Button, Card, Paragraph, code, line, with_opener
from bot.domain.command import Command
from bot.domain.text.clean import clean
from bot.library.feedback_command import GiveFeedback, UndoFeedback
from bot.summaries.answers.command import AskPaper

log = logging.getLogger(__name__)

MOST_READ = 2000
"""The longest message of a person without a subscription."""

_ALOUD = (AskBack, AskPaper, GiveFeedback, UndoFeedback)
"""Commands that are answered for all to read: a question before a change has to be one press away, and talk is talk."""
_BY_PEOPLE = {discord.MessageType.default, discord.MessageType.reply}


def text_of(me: discord.abc.User | None, message: discord.Message) -> str | None:
    """Return what a person says to the bot; None if the message isn't for it."""
    if not me or message.author.bot or message.webhook_id or message.type not in _BY_PEOPLE:
        return None
    if message.guild is None:
        return message.content
    before, *after = re.split(rf"<@!?{me.id}>", message.content[:MOST_READ], maxsplit=1)
    return around_mention(before, "".join(after)) if after else None


async def answer(client: discord.Client, door: CommandService, message: discord.Message, text: str) -> None:
    """Answer a message in its channel; never raise."""
    command = parse(text)
    try:
        if message.guild is None or is_public(command) or isinstance(command, _ALOUD):
            card = await _asked(client, door, message, command)
        else:
            card = None
        aloud = isinstance(command, AskBack) or (card is not None and (not card.private or card.tone == "good"))
        hidden = message.guild is not None and not aloud
        await _send(message, _behind_a_button(text) if hidden or card is None else card)
    except LOST as error:
        log.warning("A message on Discord was not answered: message=%s error=%s", message.id, type(error).__name__)
    except Exception:
        log.exception("A message on Discord failed: message=%s", message.id)


async def _asked(client: discord.Client, door: CommandService, message: discord.Message, command: Command) -> Card:
    guild = message.guild.id if message.guild else None
    author = message.author
    asker = caller_at(guild, room_of(message.channel) or message.channel.id, author.id)
    aloud = message.guild is not None
    asker = replace(asker, role=role_of_author(message), name=author.display_name, aloud=aloud)
    if points_at_thread(command):
        replied_to = message.reference.message_id if message.reference else None
        asker = replace(asker, thread=await papers_before(client, message.channel, replied_to))
    return with_opener(await door.answer(command, asker))


async def _send(message: discord.Message, card: Card) -> None:
    reference = message.to_reference(fail_if_not_exists=False)
    for drawn in draw(card):
        components = list(drawn.payload["components"])  # type: ignore[call-overload]
        files = uploads.files_of(card, components)
        await message.channel.send(view=Drawn(components), files=files, reference=reference, mention_author=False)


def _behind_a_button(text: str) -> Card:
    """Return the message that shows the answer to the one who presses; text too long for a button is typed again."""
    show = Button("Show my answer", f"/paperlark {clean(text, MOST_READ)}".strip())
    if custom_id(show):
        said = "Here's your answer, for your eyes only."
        return Card("note", said, (Paragraph((line(said),)), Actions((show,))))
    said = "Ask me with /paperlark, and only you see the answer."
    return Card(
        "note", said, (Paragraph((line("Ask me with ", code("/paperlark"), ", and only you see the answer."),)),)
    )
