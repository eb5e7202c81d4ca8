"""Files into Slack: uploaded, and shared in a channel where that is wanted.

https://docs.slack.dev/messaging/working-with-files#uploading_files
"""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api import TIMEOUT_SECONDS, CallFailed, Json, call, on_this_machine
from adapters.slack.markup import JOINER, harmless
from bot.domain.card import Attachment, Card

CODE = 2900
"""Characters of one block, as `blocks.RICH_TEXT`."""
CODE_BLOCKS = 3
"""Ours: what is longer is for a file, and is cut where Slack takes none."""

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
    return harmless(line).replace(f"https:{JOINER}//arxiv.org/abs/", "https://arxiv.org/abs/")


def _preformatted(text: str) -> Json:
    elements = [{"type": "text", "text": text}]
    return {"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": elements}]}
