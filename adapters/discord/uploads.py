"""Uploads of files and pictures in Discord's messages (https://discord.com/developers/docs/reference#uploading-files).

A small text file appears as a code block, and every text file appears as a file below
(https://discord.com/developers/docs/components/reference#file). A media gallery among the components shows a picture
(https://discord.com/developers/docs/components/reference#media-gallery).
"""

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

import discord

from adapters.discord.markup import length
from adapters.discord.split import TEXT, Json, Part, text_display
from bot.domain.card import Attachment, Card, Picture

FILE = 13
CODE_LIMIT = 1800
"""Our limit: one paper's BibTeX seldom has 1,000 characters."""
_NOT_TAKEN = "-# Discord takes no file here: ask in a direct message to the bot."

PICTURE = "picture"
"""The key of a picture's text in a drawn message; Discord never sees it."""
NUMBER = 1_000_000
"""The id of the component that a picture replaces, a number that Discord itself doesn't assign."""
DESCRIPTION_LIMIT = 1024
"""https://discord.com/developers/docs/components/reference#media-gallery-media-gallery-item-structure"""
GALLERY = 12
FILE_NAME = "recap.png"

_UNWELCOME = {40005, 50013, 50035}
"""Too large, no permission to attach files (or none to write), malformed: without the picture Discord may accept it.
https://discord.com/developers/docs/topics/opcodes-and-status-codes#json"""


def parts(attachment: Attachment) -> Iterator[Part]:
    """Yield the parts for a file. In a code block only backticks have a meaning, so they are replaced."""
    text = attachment.text.rstrip("\r\n").replace("\r\n", "\n").replace("`", "ˋ")
    if text and length(text) <= CODE_LIMIT:
        yield Part(f"```\n{text}\n```", joins=False)
    yield Part(component={"type": FILE, "file": {"url": f"attachment://{attachment.name}"}})


def files_of(card: Card, components: Any) -> list[discord.File]:
    """Return the files that these components show, for upload with them."""
    wanted = {one["file"]["url"] for one in _walk(components) if one["type"] == FILE}
    named = [block for block in card.blocks if isinstance(block, Attachment)]
    return [
        discord.File(io.BytesIO(one.text.encode("utf-8", "replace")), one.name)
        for one in named
        if f"attachment://{one.name}" in wanted
    ]


def without_files(components: list[Json]) -> list[Json]:
    """Return the components with a sentence in place of each file."""
    return [
        text_display(_NOT_TAKEN)
        if one["type"] == FILE
        else (one | {"components": without_files(one["components"])} if "components" in one else one)
        for one in components
    ]


def words_part(words: str, picture: Picture) -> Part:
    """Return the text that replaces a picture until there is one."""
    return Part(component=text_display(words) | {"id": NUMBER}, picture=picture)


def without_picture(payload: Mapping[str, Any]) -> Json:
    """Return the message with text in place of its picture."""
    return {name: value for name, value in payload.items() if name != PICTURE}


def with_picture(payload: Mapping[str, Any]) -> Json:
    """Return the message with its picture, which must be uploaded with it (see `form`)."""
    alt = str(payload[PICTURE])[:DESCRIPTION_LIMIT]
    file = {"id": 0, "filename": FILE_NAME, "description": alt}
    gallery = {"type": GALLERY, "items": [{"media": {"url": f"attachment://{FILE_NAME}"}, "description": alt}]}
    drawn = [_replaced(component, gallery) for component in payload["components"]]
    return without_picture(payload) | {"components": drawn, "attachments": [file]}


def form(body: Mapping[str, object], image: bytes) -> list[Json]:
    """Return a body and its picture as the form fields of one request for discord.py."""
    file = {"name": "files[0]", "value": image, "filename": FILE_NAME, "content_type": "image/png"}
    return [{"name": "payload_json", "value": json.dumps(body), "content_type": "application/json"}, file]


def unwelcome(error: BaseException | None) -> bool:
    """Return True if Discord may accept the refused message without its picture."""
    return isinstance(error, discord.HTTPException) and (error.code in _UNWELCOME or error.status == 413)


def _walk(components: Any) -> Iterator[Json]:
    for component in components:
        yield component
        yield from _walk(component.get("components") or ())


def _replaced(component: Json, gallery: Json) -> Json:
    if component["type"] == TEXT and component.get("id") == NUMBER:
        return gallery
    if "components" not in component:
        return component
    return component | {"components": [_replaced(inner, gallery) for inner in component["components"]]}
