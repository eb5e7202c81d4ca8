"""Shortcuts of manifest.yaml: two in the menu of a message, and one from anywhere, which opens a form.

https://docs.slack.dev/interactivity/implementing-shortcuts
"""

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest

from adapters.slack.buttons import plain_text
from adapters.slack.client import CallFailed, ClientFor, Json, call
from adapters.slack.identity import Identities, caller_of
from adapters.slack.reactions import is_by, papers_of
from adapters.slack.render import MODAL_TITLE, loading_modal, modal
from adapters.slack.respond import Asked, Conversation
from bot.domain.card import Card, Paragraph, line
from bot.domain.paper_source import find_id, find_ids
from bot.papers.cards import unnamed_card

log = logging.getLogger(__name__)

PAPER_CARD, SAVE_PAPER, FIND_PAPER = "paper_card", "save_paper", "find_paper"

TITLE = "Find a paper"
ACK_SECONDS = 2.0
"""Of the 3 s that Slack waits. An answer that is sent separately may arrive before the acknowledgement's view, which
would then replace it."""

QUERY_LIMIT = 300
"""Characters of a search: more than any title on arXiv."""

_MESSAGE = re.compile(f"{PAPER_CARD}|{SAVE_PAPER}")
_ADDRESS = re.compile(r"https?://[^\s\"\\<>|]+")

Attend = Callable[[Callable[[], Awaitable[Any]], Coroutine[Any, Any, None], AsyncBoltRequest], Awaitable[None]]


class Shortcuts:
    """Handlers of shortcuts. `attend` acknowledges and works, and never raises."""

    def __init__(
        self, client_for: ClientFor, identities: Identities, conversation: Conversation, attend: Attend
    ) -> None:
        self._client_for = client_for
        self._identities = identities
        self._conversation = conversation
        self._attend = attend

    def register(self, app: AsyncApp) -> None:
        """Register the handlers."""
        app.shortcut(_MESSAGE)(self.used_on_message)
        app.shortcut(FIND_PAPER)(self.used_to_find)
        app.view(FIND_PAPER)(self.searched)

    async def used_on_message(
        self, ack: AsyncAck, body: Json, context: AsyncBoltContext, request: AsyncBoltRequest
    ) -> None:
        """Show or save the paper that a message names; if it names several, ask which."""
        await self._attend(ack, self._answer(body, context), request)

    async def used_to_find(
        self, ack: AsyncAck, body: Json, context: AsyncBoltContext, request: AsyncBoltRequest
    ) -> None:
        """Open the form with one field."""
        await self._attend(ack, self._open(body, context), request)

    async def searched(self, ack: AsyncAck, body: Json, context: AsyncBoltContext, request: AsyncBoltRequest) -> None:
        """Answer in the form's place: with the acknowledgement, or after it if that takes long."""
        finding = asyncio.create_task(self._found(body, context))
        await asyncio.wait({finding}, timeout=ACK_SECONDS)
        if finding.done():
            await ack(response_action="update", view=finding.result())
        else:
            wait = partial(ack, response_action="update", view=loading_modal(TITLE))
            await self._attend(wait, self._fill(body, context, finding), request)

    async def _answer(self, body: Json, context: AsyncBoltContext) -> None:
        message: Json = body.get("message") or {}
        caller = caller_of(context, body=body)
        asked = Asked(caller, str(body.get("response_url") or ""), str(message.get("thread_ts") or ""))
        ours = is_by(await self._identities.of(caller.place.team), message)
        ids = papers_of(message) if ours else papers_in(message)
        if not ids:
            await self._conversation.say(asked, unnamed_card())
        elif body.get("callback_id") == SAVE_PAPER and len(ids) == 1:
            await self._conversation.answer(asked, f"/save {ids[0]}")
        else:
            about = (str(body.get("trigger_id", "")), "views.open")
            await self._conversation.open(asked, f"/peek {' '.join(ids)}", "Paper", *about)

    async def _open(self, body: Json, context: AsyncBoltContext) -> None:
        caller = caller_of(context, body=body)
        web = await self._client_for(caller.place.team)
        await call(web, "views.open", trigger_id=body.get("trigger_id"), view=_form())

    async def _found(self, body: Json, context: AsyncBoltContext) -> Json:
        """Return what a person searched for, as a modal whose buttons work for their direct messages with the bot."""
        typed, team = _typed(body.get("view") or {}), caller_of(context).place.team
        try:
            opened = await call(await self._client_for(team), "conversations.open", users=context.user_id)
        except CallFailed as failure:
            log.warning("A person's direct messages can't be opened: why=%s", failure)
            return modal(_elsewhere(), TITLE)
        asked = Asked(caller_of(context, str((opened.get("channel") or {}).get("id") or ""), body))
        return await self._conversation.shown(asked, f"/{'peek' if find_ids(typed) else 'papers'} {typed}", TITLE)

    async def _fill(self, body: Json, context: AsyncBoltContext, finding: "asyncio.Task[Json]") -> None:
        web, view_id = await self._client_for(caller_of(context).place.team), (body.get("view") or {}).get("id")
        await call(web, "views.update", view_id=view_id, view=await finding)


def papers_in(message: Json) -> list[str]:
    """Return the papers that a message of a person or of another app names: its text, else its blocks' links."""
    if found := find_ids(str(message.get("text") or "")):
        return found
    return list(dict.fromkeys(_linked(message)))


def _linked(message: Json) -> Iterator[str]:
    written = json.dumps([message.get("blocks") or [], message.get("attachments") or []])
    yield from filter(None, map(find_id, _ADDRESS.findall(written)))


def _elsewhere() -> Card:
    text = "I can't search from here: the app may not open direct messages. Type /papers and your words in a channel."
    return Card("error", text, (Paragraph((line(text),)),), private=True, tone="bad")


def _form() -> Json:
    field: Json = {"type": "plain_text_input", "action_id": "text", "max_length": QUERY_LIMIT}
    field |= {"placeholder": plain_text("2605.05971, a link, a title, or words", 150)}
    block = {"type": "input", "block_id": "query", "label": plain_text("Title, ID, link or words", 100)}
    return {
        "type": "modal",
        "callback_id": FIND_PAPER,
        "title": plain_text(TITLE, MODAL_TITLE),
        "submit": plain_text("Find", MODAL_TITLE),
        "close": plain_text("Cancel", MODAL_TITLE),
        "blocks": [block | {"element": field}],
    }


def _typed(view: Json) -> str:
    fields = ((view.get("state") or {}).get("values") or {}).get("query") or {}
    return " ".join(str(element.get("value") or "") for element in fields.values())[:QUERY_LIMIT]
