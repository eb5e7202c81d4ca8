"""Pictures into Slack: uploaded first, then shown by a block of the message that alone counts.

An upload that is repeated, or that no message follows, leaves a file that nobody sees.
https://docs.slack.dev/messaging/working-with-files#uploading_files
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api import Json
from adapters.slack.files import uploaded
from bot.delivery.messenger import Message

PICTURE = "picture"
"""Where in a drawn message its `place_for` stands; Slack never sees it."""
ALT_TEXT = 2000
"""https://docs.slack.dev/reference/block-kit/blocks/image-block"""
FILE_NAME = "recap.png"

UNREADY = "invalid_blocks"
PAUSES_SECONDS = (0.5, 1.0, 2.0, 4.0)
"""Slack takes an upload before it has looked at it, and refuses blocks that show a file until then
(github.com/slackapi/python-slack-sdk/issues/1521)."""


def place_for(alt: str, number: int) -> Json:
    """Which of a message's blocks a picture replaces, counted from 0, and what it says in words."""
    return {"alt": alt[:ALT_TEXT], "block": number}


def without(payload: Mapping[str, object]) -> Json:
    """The message with words where a picture would be."""
    return {name: value for name, value in payload.items() if name != PICTURE}


async def versions(web: AsyncWebClient, message: Message) -> AsyncGenerator[Json]:
    """The message with its picture, as often as Slack may be asked whether it is ready for it, then without."""
    place: Any = message.payload.get(PICTURE)
    file = await uploaded(web, FILE_NAME, message.image, place["alt"]) if message.image and place else ""
    for pause_seconds in PAUSES_SECONDS if file else ():
        yield _shown(message.payload, place, file)
        await asyncio.sleep(pause_seconds)
    yield without(message.payload)


def _shown(payload: Mapping[str, Any], place: Json, file: str) -> Json:
    block = {"type": "image", "slack_file": {"id": file}, "alt_text": place["alt"]}
    blocks = payload["blocks"]
    return without(payload) | {"blocks": [*blocks[: place["block"]], block, *blocks[place["block"] + 1 :]]}
