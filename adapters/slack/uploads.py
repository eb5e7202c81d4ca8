"""Uploads of files and pictures to Slack (https://docs.slack.dev/messaging/working-with-files#uploading_files).

A file is shared in a channel. A picture is uploaded first and then shown by a block of the message, which alone counts.
A repeated upload, or one without a message, leaves only a file that nobody sees.
"""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Iterator, Mapping
from dataclasses import replace
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.client import TIMEOUT_SECONDS, CallFailed, Json, call
from adapters.slack.markup import JOINER, harmless
from bot.delivery.messenger import Message
from bot.domain.card import Attachment, Card
from bot.domain.paper_source import PAPER_SOURCES
from bot.infra.http.proxies import proxy_url

CODE = 2900
"""Characters of one block, as `render_blocks.RICH_TEXT`."""
CODE_BLOCKS = 3
"""Our limit: longer text goes into a file, and is cut if Slack accepts no file."""

PICTURE = "picture"
"""The key of a drawn message's `place_for`; Slack never sees it."""
ALT_TEXT = 2000
"""https://docs.slack.dev/reference/block-kit/blocks/image-block"""
FILE_NAME = "recap.png"

UNREADY = "invalid_blocks"
PAUSES_SECONDS = (0.5, 1.0, 2.0, 4.0)
"""Slack accepts an upload before inspecting it, and until then refuses blocks that show the file
(github.com/slackapi/python-slack-sdk/issues/1521)."""

log = logging.getLogger(__name__)


def code_blocks(attachment: Attachment) -> Iterator[Json]:
    """Yield the text for copying, in blocks that show every character; cut a long text after its beginning."""
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
    """Return the files of a card."""
    return [block for block in card.blocks if isinstance(block, Attachment)]


async def with_files_shared(web: AsyncWebClient, card: Card, channel: str, thread: str = "") -> Card:
    """Share the card's files in the channel, where everybody sees them, and remove them from the card.

    A file that Slack rejects stays in the card and is sent as text.
    """
    where = {"channel_id": channel, **({"thread_ts": thread} if thread else {})}
    kept = []
    for block in card.blocks:
        shared = isinstance(block, Attachment) and await uploaded(web, block.name, _bytes(block), **where)
        kept += [] if shared else [block]
    return replace(card, blocks=tuple(kept))


async def uploaded(web: AsyncWebClient, name: str, content: bytes, alt: str = "", **where: str) -> str:
    """Upload and return the file's id; if Slack rejects it, log that alone and return an empty string.

    `where` names the channel to share it in; without it, nobody sees the file until a message shows it.
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
    """Return the number, from 0, of the block that a picture replaces, and the picture's description."""
    return {"alt": alt[:ALT_TEXT], "block": number}


def without_picture(payload: Mapping[str, object]) -> Json:
    """Return the message with text in place of its picture."""
    return {name: value for name, value in payload.items() if name != PICTURE}


async def versions(web: AsyncWebClient, message: Message) -> AsyncGenerator[Json]:
    """Yield the message with its picture, up to the limit of attempts until Slack is ready, then without it."""
    place: Any = message.payload.get(PICTURE)
    file = await uploaded(web, FILE_NAME, message.image, place["alt"]) if message.image and place else ""
    for pause_seconds in PAUSES_SECONDS if file else ():
        yield _shown(message.payload, place, file)
        await asyncio.sleep(pause_seconds)
    yield without_picture(message.payload)


async def _sent(web: AsyncWebClient, url: str, content: bytes) -> None:
    """Send the bytes to the URL without our token. Raise CallFailed."""
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(url, data=content, proxy=proxy_url(url), ssl=web.ssl or True) as answer,
        ):
            if answer.status != 200:
                raise CallFailed(status=answer.status)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as caught:
        raise CallFailed() from caught


def _bytes(attachment: Attachment) -> bytes:
    return attachment.text.encode("utf-8", "replace")


def _copied(line: str) -> str:
    """Return a line without anything that Slack might format or link, but leave our own address intact for copying."""
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
