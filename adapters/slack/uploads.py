"""Upload files and pictures to Slack (https://docs.slack.dev/messaging/working-with-files#uploading_files).

A file is shared in a channel. A picture is uploaded first and then shown by a block of the message, which alone counts:
an upload that is repeated, or that no message follows, leaves a file that nobody sees.
"""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Iterator, Mapping
from dataclasses import replace
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.client import TIMEOUT_SECONDS, CallFailed, Json, call, on_this_machine
from adapters.slack.markup import JOINER, harmless
from bot.delivery.messenger import Message
from bot.domain.card import Attachment, Card
from bot.domain.paper_source import PAPER_SOURCES

CODE = 2900
"""Characters of one block, as `render_blocks.RICH_TEXT`."""
CODE_BLOCKS = 3
"""Ours: what is longer is for a file, and is cut where Slack takes none."""

PICTURE = "picture"
"""Where in a drawn message its `place_for` stands; Slack never sees it."""
ALT_TEXT = 2000
"""https://docs.slack.dev/reference/block-kit/blocks/image-block"""
FILE_NAME = "recap.png"

UNREADY = "invalid_blocks"
PAUSES_SECONDS = (0.5, 1.0, 2.0, 4.0)
"""Slack takes an upload before it has looked at it, and refuses blocks that show a file until then
(github.com/slackapi/python-slack-sdk/issues/1521)."""

log = logging.getLogger(__name__)


def code_blocks(attachment: Attachment) -> Iterator[Json]:
    """The text as it is to be copied: in a block that shows every character; of a long one the beginning."""
    lines, shown = [_copied(line) for line in attachment.text.splitlines()], 0
    for _ in range(CODE_BLOCKS):
        words = ""
        while shown < len(lines) and len(words) + len(lines[shown]) < CODE - 1:
            words += f"{lines[shown]}\n"
            shown += 1
        if words.strip():
            yield _preformatted(words.rstrip("\n"))
    if left := len(lines) - shown:
        yield _preformatted(f"… {left:,} more lines, in a file where the bot is in the channel and may write files")


def attachments(card: Card) -> list[Attachment]:
    """The files of a card."""
    return [block for block in card.blocks if isinstance(block, Attachment)]


async def with_files_shared(web: AsyncWebClient, card: Card, channel: str, thread: str = "") -> Card:
    """Puts the card's files into the channel, where everybody sees them, and takes them out of the card.

    One that Slack doesn't take stays, to come as text.
    """
    where = {"channel_id": channel, **({"thread_ts": thread} if thread else {})}
    kept = []
    for block in card.blocks:
        shared = isinstance(block, Attachment) and await uploaded(web, block.name, _bytes(block), **where)
        kept += [] if shared else [block]
    return replace(card, blocks=tuple(kept))


async def uploaded(web: AsyncWebClient, name: str, content: bytes, alt: str = "", **where: str) -> str:
    """The id of the file; empty where Slack doesn't take it, which is said in the log and nowhere else.

    `where` it is to be shared; without it, nobody sees it until a message shows it.
    """
    try:
        about: Json = {"filename": name, "length": len(content), **({"alt_txt": alt} if alt else {})}
        begun = await call(web, "files.getUploadURLExternal", **about)
        file = str(begun.get("file_id", ""))
        await _sent(web, str(begun.get("upload_url", "")), content)
        await call(web, "files.completeUploadExternal", files=json.dumps([{"id": file, "title": name}]), **where)
    except CallFailed as failure:
        hint = ": add files:write and install the app again" if failure.error == "missing_scope" else ""
        log.warning("A file was not uploaded to Slack, words go out instead: why=%s%s", failure, hint)
        return ""
    return file


def place_for(alt: str, number: int) -> Json:
    """Which of a message's blocks a picture replaces, counted from 0, and what it says in words."""
    return {"alt": alt[:ALT_TEXT], "block": number}


def without_picture(payload: Mapping[str, object]) -> Json:
    """The message with words where a picture would be."""
    return {name: value for name, value in payload.items() if name != PICTURE}


async def versions(web: AsyncWebClient, message: Message) -> AsyncGenerator[Json]:
    """The message with its picture, as often as Slack may be asked whether it is ready for it, then without."""
    place: Any = message.payload.get(PICTURE)
    file = await uploaded(web, FILE_NAME, message.image, place["alt"]) if message.image and place else ""
    for pause_seconds in PAUSES_SECONDS if file else ():
        yield _shown(message.payload, place, file)
        await asyncio.sleep(pause_seconds)
    yield without_picture(message.payload)


async def _sent(web: AsyncWebClient, url: str, content: bytes) -> None:
    """Puts the bytes there, without our token. Raises CallFailed."""
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
    proxy = None if on_this_machine(url) else web.proxy
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(url, data=content, proxy=proxy, ssl=web.ssl or True) as answer,
        ):
            if answer.status != 200:
                raise CallFailed(status=answer.status)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as caught:
        raise CallFailed() from caught


def _bytes(attachment: Attachment) -> bytes:
    return attachment.text.encode("utf-8", "replace")


def _copied(line: str) -> str:
    """A line without anything that Slack might bring to life, but with our own address as it is: it is to be copied."""
    copied = harmless(line)
    for source in PAPER_SOURCES.values():
        page = source.abs_url.partition("{")[0]
        copied = copied.replace(page.replace(":", f":{JOINER}", 1), page)
    return copied


def _preformatted(text: str) -> Json:
    elements = [{"type": "text", "text": text}]
    return {"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": elements}]}


def _shown(payload: Mapping[str, Any], place: Json, file: str) -> Json:
    block = {"type": "image", "slack_file": {"id": file}, "alt_text": place["alt"]}
    blocks = payload["blocks"]
    return without_picture(payload) | {"blocks": [*blocks[: place["block"]], block, *blocks[place["block"] + 1 :]]}
