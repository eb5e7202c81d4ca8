"""Text files in Discord's answers: a code block where they are small, and always the file itself below it.

https://discord.com/developers/docs/components/reference#file
"""

import io
from collections.abc import Iterator
from typing import Any

import discord

from adapters.discord.markup import length
from adapters.discord.packing import Json, Part, text_display
from bot.domain.card import Attachment, Card

FILE = 13
CODE_LIMIT = 1800
"""Ours: one paper's BibTeX seldom has 1,000 characters."""
_NOT_TAKEN = "-# Discord takes no file here: ask in a direct message to the bot."


def parts(attachment: Attachment) -> Iterator[Part]:
    """What stands in the message. Nothing within a code block means anything but backticks, which are replaced."""
    text = attachment.text.rstrip("\r\n").replace("\r\n", "\n").replace("`", "ˋ")
    if text and length(text) <= CODE_LIMIT:
        yield Part(f"```\n{text}\n```", joins=False)
    yield Part(component={"type": FILE, "file": {"url": f"attachment://{attachment.name}"}})


def files_of(card: Card, components: Any) -> list[discord.File]:
    """The files that these components show, to be sent along."""
    wanted = {one["file"]["url"] for one in _walk(components) if one["type"] == FILE}
    named = [block for block in card.blocks if isinstance(block, Attachment)]
    return [
        discord.File(io.BytesIO(one.text.encode("utf-8", "replace")), one.name)
        for one in named
        if f"attachment://{one.name}" in wanted
    ]


def without(components: list[Json]) -> list[Json]:
    """The same with a sentence in the place of each file."""
    return [
        text_display(_NOT_TAKEN)
        if one["type"] == FILE
        else (one | {"components": without(one["components"])} if "components" in one else one)
        for one in components
    ]


def _walk(components: Any) -> Iterator[Json]:
    for component in components:
        yield component
        yield from _walk(component.get("components") or ())
