"""The Discuss button: a thread for a digest or a paper, opened by the first press; later presses lead to it.

A thread has its first message's id, so Discord makes at most one a message, whoever asks
(https://discord.com/developers/docs/resources/channel#start-thread-from-message).
"""

import asyncio
import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import discord
from discord import Interaction
from discord.http import Route

from adapters.discord import places
from adapters.discord.callers import is_elsewhere
from adapters.discord.custom_ids import walk
from adapters.discord.forum import heading
from adapters.discord.history import MESSAGES
from adapters.discord.markup import JOINER
from adapters.discord.permissions import missing_for_thread
from adapters.discord.reactions import papers_of
from adapters.discord.render import draw
from adapters.discord.respond import LOST, answering, show
from bot.domain.card import Actions, Button, Card, Line, Link, Paragraph, Span, bold, code, line
from bot.domain.paper_source import abs_url
from bot.domain.wording import listed

if TYPE_CHECKING:
    from adapters.discord.client import PaperlarkClient

QUIET_MINUTES: Literal[10080] = 10080
"""A week without a message; then Discord hides the thread. The longest that it takes."""
FIRST_SECONDS = 8.0
THERE_ALREADY = 160004
REASONS = {
    50024: "This kind of channel has no threads.",
    160005: "This thread is locked.",
    160006: "This server has as many active threads as Discord allows. Archive one, then try again.",
    10008: "That message is gone.",
}
"""https://discord.com/developers/docs/topics/opcodes-and-status-codes#json"""
_FORBIDDEN = {50001, 50013}
_TITLE = re.compile(r"##? (?:\[(.*)\]\(\S+\)|(.*))")

Json = Mapping[str, Any]
Pressed: TypeAlias = "Interaction[PaperlarkClient]"

log = logging.getLogger(__name__)


async def discuss(interaction: Pressed) -> None:
    """Open the thread of the pressed message, or lead to it. Never raises."""
    await answering(interaction, _answer(interaction))


async def _answer(interaction: Pressed) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    try:
        card = await _led(interaction)
    except discord.HTTPException as error:
        if error.code not in REASONS and error.code not in _FORBIDDEN:
            raise
        card = _refusal(REASONS.get(error.code) or _missing("I", ("View Channel", *missing_for_thread(None))))
    await show(interaction, card)


async def _led(interaction: Pressed) -> Card:
    """Return the card that leads to the message's thread. Nothing of what the button carries is used."""
    client, message, guild, channel = interaction.client, interaction.message, interaction.guild_id, interaction.channel
    if reason := _no_thread_here(interaction):
        return _refusal(reason)
    if message is None or guild is None or not isinstance(channel, discord.TextChannel) or message.flags.ephemeral:
        return _refusal("Only messages in a server's channels can have a thread.")
    read: Json = dict(await client.http.get_message(channel.id, message.id))
    if not client.user or int(read["author"]["id"]) != client.user.id or not papers_of(dict(read)):
        return _refusal("I open threads for my digests and papers only.")
    if not read.get("thread"):
        if lacking := _lacking(interaction):
            return _refusal(lacking)
        await _begin(client, channel.id, read)
    await _say_first(client, read)
    return _way(guild, read)


def _no_thread_here(interaction: Pressed) -> str:
    if interaction.guild_id is None or is_elsewhere(interaction):
        return "Threads are for servers that I'm in."
    if isinstance(interaction.channel, discord.Thread):
        return "This is a thread already: mention me here to ask about a paper."
    return ""


def _lacking(interaction: Pressed) -> str:
    """Return what the bot or the person may not do; whoever may not open threads doesn't do so through the bot."""
    if missing := missing_for_thread(interaction.app_permissions):
        return _missing("I", missing)
    missing = missing_for_thread(interaction.permissions)
    return _missing("You", missing) if missing else ""


async def _begin(client: discord.Client, channel: int, read: Json) -> None:
    """Begin the thread, unless another press or process was faster. Raise as discord.py does."""
    name = heading(_title(read), "")["name"]
    try:
        await client.http.start_thread_with_message(
            channel, int(read["id"]), name=name, auto_archive_duration=QUIET_MINUTES
        )
    except discord.HTTPException as error:
        if error.code != THERE_ALREADY:
            raise


async def _say_first(client: discord.Client, read: Json) -> None:
    """Say in the thread what it is about, once: whoever began it may not have come so far. Never raises."""
    thread = read["id"]
    try:
        async with asyncio.timeout(FIRST_SECONDS):
            known = await client.http.request(Route("GET", MESSAGES, channel_id=thread), params={"limit": 50})
            if any(int(one["author"]["id"]) == (client.user.id if client.user else 0) for one in known):
                return
            body = dict(draw(_first_card(client, read))[0].payload) | {"nonce": f"d{thread}", "enforce_nonce": True}
            await client.http.request(Route("POST", MESSAGES, channel_id=thread), json=body)
    except (*LOST, KeyError, TypeError, ValueError) as error:
        log.warning("A thread got no first message: thread=%s error=%s", thread, type(error).__name__)


def _first_card(client: discord.Client, read: Json) -> Card:
    papers, title = papers_of(dict(read)), _title(read)
    about: Span = Link(title, abs_url(papers[0]), "bold") if len(papers) == 1 else bold(title)
    name = client.user.name if client.user else "me"
    which = "" if len(papers) == 1 else "3 "
    how = "it" if len(papers) == 1 else "one of them, by its number"
    ask: Line = line(f"To ask about {how}, mention me: ", code(f"@{name} {which}what data do they use?"))
    return Card("thread", f"Discuss {title} here.", (Paragraph((line("Discuss ", about, " here."), ask)),))


def _way(guild: int, read: Json) -> Card:
    text = "Discuss it in its thread."
    place = replace(places.place(guild, None, 0), channel=str(read["id"]))
    actions = Actions((Button("Open the thread", url=places.address(place)),))
    return Card("thread", text, (Paragraph((line(text),)), actions), tone="good", private=True)


def _title(read: Json) -> str:
    """Return the title of the card in the message, as we drew it, without markup."""
    texts = (str(part.get("content") or "") for part in walk(read.get("components") or ()))
    found = next((found for text in texts if (found := _TITLE.match(text))), None)
    drawn = (found[1] or found[2] or "") if found else ""
    return re.sub(r"\\([^\w\s])", r"\1", drawn).replace(JOINER, "").strip()


def _missing(who: str, permissions: tuple[str, ...]) -> str:
    return f"{who} need the permission{'s' if len(permissions) > 1 else ''} {listed(permissions)} here."


def _refusal(text: str) -> Card:
    return Card("error", text, (Paragraph((line(text),)),), tone="bad", private=True)
