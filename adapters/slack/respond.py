"""One question in Slack from its text to the answer: ask the core, draw its card, and send it back."""

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import partial

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.client import CallFailed, ClientFor, Json, call, respond, send_with_retry
from adapters.slack.identity import remember
from adapters.slack.messenger import QUIETLY
from adapters.slack.render import draw, loading_modal, modal
from adapters.slack.threads import Threads
from adapters.slack.uploads import attachments, with_files_shared
from bot.app.command_service import CommandService
from bot.app.parse import parse, points_at_thread
from bot.digests.follow import AddFollow
from bot.digests.settings import DigestOn
from bot.domain.card import Card
from bot.domain.command import Caller

log = logging.getLogger(__name__)

MESSAGES_AT_MOST = 5
"""Uses of one response_url (https://docs.slack.dev/interactivity/handling-user-interaction#message_responses)."""

ZONE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Asked:
    """The person who asks, and the target of the answer: `response_url`, or if empty, the channel and thread."""

    caller: Caller
    response_url: str = ""
    thread: str = ""


class Conversation:
    """Answers to people in Slack. Methods raise CallFailed if Slack rejects an answer."""

    def __init__(self, door: CommandService, client_for: ClientFor, threads: Threads) -> None:
        self._door = door
        self._threads = threads
        self._client_for = client_for
        self._zones: OrderedDict[str, str] = OrderedDict()

    async def answer(self, asked: Asked, text: str) -> None:
        """Answer with one message, or as many as the card needs."""
        await self._say(asked, await self._ask(asked, text))

    async def open(self, asked: Asked, text: str, label: str, trigger: str, method: str) -> None:
        """Open a modal at once, since a trigger is valid for 3 s; then put the answer there, or else in a message."""
        channel = asked.caller.place.channel
        web = await self._client_for(asked.caller.place.team)
        view_id = ""
        try:
            opened = await call(web, method, trigger_id=trigger, view=loading_modal(label, channel))
            view_id = str((opened.get("view") or {}).get("id", ""))
        except CallFailed as failure:
            log.info("A modal did not open: why=%s", failure)
        card = await self._ask(asked, text)
        if not (view_id and await _filled(web, view_id, modal(card, label, channel))):
            await self._say(asked, replace(card, private=True))

    async def _say(self, asked: Asked, card: Card) -> None:
        if attachments(card) and (asked.caller.direct or not card.private):
            web = await self._client_for(asked.caller.place.team)
            card = await with_files_shared(web, card, asked.caller.place.channel, asked.thread)
        for drawn in draw(card, MESSAGES_AT_MOST):
            await send_with_retry(partial(self._send, asked, drawn.payload, card.private))

    async def _ask(self, asked: Asked, text: str) -> Card:
        command, caller = parse(text), replace(asked.caller, said=text)
        if asked.thread and points_at_thread(command):
            caller = replace(caller, thread=await self._threads.papers(caller, asked.thread))
        if isinstance(command, AddFollow) or (isinstance(command, DigestOn) and not command.zone):
            caller = replace(caller, zone=await self._zone(caller))
        return await self._door.answer(command, caller)

    async def _send(self, asked: Asked, payload: Json, private: bool) -> None:
        caller = asked.caller
        thread = {"thread_ts": asked.thread} if asked.thread else {}
        if asked.response_url:
            kind = {"response_type": "ephemeral" if private else "in_channel", "replace_original": False}
            quiet = {"unfurl_links": False, "unfurl_media": False}
            await respond(asked.response_url, {**kind, **quiet, **thread, **payload})
            return
        web = await self._client_for(caller.place.team)
        about = {"channel": caller.place.channel, **thread}
        if private and not caller.direct:
            await call(web, "chat.postEphemeral", user=caller.user, **about, **payload)
        else:
            await call(web, "chat.postMessage", **about, **QUIETLY, **payload)

    async def _zone(self, caller: Caller) -> str:
        """Return the person's time zone if Slack gives it soon (it needs users:read), else an empty string."""
        key = f"{caller.place.team}:{caller.user}"
        if key not in self._zones:
            web = await self._client_for(caller.place.team)
            try:
                told = await asyncio.wait_for(call(web, "users.info", user=caller.user), ZONE_SECONDS)
            except (CallFailed, TimeoutError):
                return ""
            remember(self._zones, key, str((told.get("user") or {}).get("tz") or ""))
        return self._zones[key]


async def _filled(web: AsyncWebClient, view_id: str, view: Json) -> bool:
    """Return True if the modal shows the answer or its reader closed it, so no message is needed."""
    try:
        await call(web, "views.update", view_id=view_id, view=view)
    except CallFailed as failure:
        log.info("A modal was not filled: why=%s", failure)
        return failure.error == "not_found"
    return True
