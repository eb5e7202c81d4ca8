"""Pictures in Discord's messages: sent along as a file, and shown by a media gallery among the components.

https://discord.com/developers/docs/reference#uploading-files,
https://discord.com/developers/docs/components/reference#media-gallery
"""

import json
from collections.abc import Mapping
from typing import Any

import discord

from adapters.discord.packing import TEXT, Json, Part, text_display
from bot.domain.card import Picture

PICTURE = "picture"
"""Where in a drawn message a picture's words stand; Discord never sees it."""
NUMBER = 1_000_000
"""The component that a picture replaces, by a number that Discord doesn't give itself."""
DESCRIPTION_LIMIT = 1024
"""https://discord.com/developers/docs/components/reference#media-gallery-media-gallery-item-structure"""
GALLERY = 12
FILE_NAME = "recap.png"

_UNWELCOME = {40005, 50013, 50035}
"""Too large, no permission to attach files (or none to write), malformed: without the picture it may be welcome.
https://discord.com/developers/docs/topics/opcodes-and-status-codes#json"""


def words_part(words: str, picture: Picture) -> Part:
    """What stands where the picture would, as long as there is none."""
    return Part(component=text_display(words) | {"id": NUMBER}, picture=picture)


def without(payload: Mapping[str, Any]) -> Json:
    """The message with words where a picture would be."""
    return {name: value for name, value in payload.items() if name != PICTURE}


def shown(payload: Mapping[str, Any]) -> Json:
    """The message with the picture, which is to be sent along (see `form`)."""
    alt = str(payload[PICTURE])[:DESCRIPTION_LIMIT]
    file = {"id": 0, "filename": FILE_NAME, "description": alt}
    gallery = {"type": GALLERY, "items": [{"media": {"url": f"attachment://{FILE_NAME}"}, "description": alt}]}
    drawn = [_replaced(component, gallery) for component in payload["components"]]
    return without(payload) | {"components": drawn, "attachments": [file]}


def form(body: Mapping[str, object], image: bytes) -> list[Json]:
    """A body and its picture as the fields of one request, as discord.py wants them."""
    file = {"name": "files[0]", "value": image, "filename": FILE_NAME, "content_type": "image/png"}
    return [{"name": "payload_json", "value": json.dumps(body), "content_type": "application/json"}, file]


def unwelcome(error: BaseException | None) -> bool:
    """Whether a message that was refused so may be taken without its picture."""
    return isinstance(error, discord.HTTPException) and (error.code in _UNWELCOME or error.status == 413)


def _replaced(component: Json, gallery: Json) -> Json:
    if component["type"] == TEXT and component.get("id") == NUMBER:
        return gallery
    if "components" not in component:
        return component
    return component | {"components": [_replaced(inner, gallery) for inner in component["components"]]}
