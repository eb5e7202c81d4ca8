"""One question in Slack from its text to the answer: ask the core, draw its card, and send it back."""

import json
import logging
from dataclasses import replace
from functools import partial

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.client import CallFailed, ClientFor, Json, call, respond, send_with_retry
from adapters.slack.home import Home
from adapters.slack.identity import HOME, write_origin
from adapters.slack.messenger import QUIETLY
from adapters.slack.people import People
from adapters.slack.render import draw, loading_modal, modal
from adapters.slack.render_form import form_view
from adapters.slack.threads import Threads
from adapters.slack.uploads import attachments, with_files_shared
from bot.app.command_service import CommandService
from bot.app.commands import asks_role
from bot.app.parse import parse, points_at_thread
from bot.domain.card import Card, with_opener
from bot.domain.command import Caller, Command
from bot.domain.form import OPENED, Form
from bot.domain.frozen import frozen

log = logging.getLogger(__name__)

MESSAGES_AT_MOST = 5
"""Uses of one response_url (https://docs.slack.dev/interactivity/handling-user-interaction#message_responses)."""

EXPIRED = 404
"""The status of a response_url after half an hour or five messages."""


@frozen
class Asked:
    """The person who asks, and the target of the answer: `response_url`, or if empty, the channel and thread.

    `at_home`: they look at the Home tab, which then shows what changed.
    """

    caller: Caller
    response_url: str = ""
    thread: str = ""
    at_home: bool = False


METADATA_LIMIT = 3000
"""https://docs.slack.dev/reference/views/modal-views"""


def metadata(asked: Asked, form: Form) -> str:
    """Return what a form's submission must know of the question that opened it; a response_url lasts half an hour."""
    about = {"channel": asked.caller.place.channel, "thread": asked.thread, OPENED: form.opened}
    about |= {HOME: "1"} if asked.at_home else {}
    whole = json.dumps(about | {"answer": asked.response_url})
    return whole if len(whole) <= METADATA_LIMIT else json.dumps(about)


class Conversation:
    """Answers to people in Slack. Methods raise CallFailed if Slack rejects an answer."""

    def __init__(self, door: CommandService, client_for: ClientFor, threads: Threads) -> None:
        self._door = door
        self._threads = threads
        self._client_for = client_for
        self._people = People(client_for)
        self.home = Home(door, client_for)

    async def answer(self, asked: Asked, text: str) -> None:
        """Answer with one message, or as many as the card needs."""
        await self.say(asked, with_opener(await self._ask_text(asked, text)))

    async def answer_command(self, asked: Asked, command: Command) -> None:
        """Answer a command as `answer` does."""
        await self.say(asked, with_opener(await self._ask(asked, command)))
        if asked.at_home:
            await self.home.publish(asked.caller)

    async def open(self, asked: Asked, text: str, label: str, trigger: str, method: str) -> None:
        """Open a modal at once, since a trigger is valid for 3 s; then put the answer there, or else in a message."""
        origin = write_origin(asked.caller.place.channel, asked.at_home)
        web = await self._client_for(asked.caller.place.team)
        view_id = ""
        try:
            opened = await call(web, method, trigger_id=trigger, view=loading_modal(label, origin))
            view_id = str((opened.get("view") or {}).get("id", ""))
        except CallFailed as failure:
            log.info("A modal did not open: why=%s", failure)
        card = await self._ask_text(asked, text)
        view = form_view(card.form, metadata(asked, card.form)) if card.form else modal(card, label, origin)
        if not (view_id and await _filled(web, view_id, view)):
            await self.say(asked, replace(with_opener(card), private=True))

    async def turn(self, asked: Asked, text: str, view: Json) -> None:
        """Put another page of a list into the modal that shows it."""
        web = await self._client_for(asked.caller.place.team)
        origin = write_origin(asked.caller.place.channel, asked.at_home)
        title, card = str((view.get("title") or {}).get("text", "")), await self._ask_text(asked, text)
        if not await _filled(web, str(view.get("id", "")), modal(card, title, origin)):
            await self.say(asked, replace(card, private=True))

    async def shown(self, asked: Asked, text: str, title: str) -> Json:
        """Return the answer as a modal."""
        return modal(await self._ask_text(asked, text), title, write_origin(asked.caller.place.channel, asked.at_home))

    async def welcome(self, caller: Caller) -> bool:
        """Say hello in the caller's place, and return True, unless the bot did before."""
        card = await self._door.welcome(caller.place, caller.direct)
        if card:
            await self.say(Asked(caller), card)
        return card is not None

    async def say(self, asked: Asked, card: Card) -> None:
        """Send a card, as one message or as many as it needs."""
        if attachments(card) and (asked.caller.direct or not card.private):
            web = await self._client_for(asked.caller.place.team)
            card = await with_files_shared(web, card, asked.caller.place.channel, asked.thread)
        for drawn in draw(card, MESSAGES_AT_MOST):
            await send_with_retry(partial(self._send, asked, drawn.payload, card.private))

    async def _ask_text(self, asked: Asked, text: str) -> Card:
        """Answer a command as typed, which the card's buttons may run again."""
        return await self._ask(replace(asked, caller=replace(asked.caller, said=text)), parse(text))

    async def _ask(self, asked: Asked, command: Command) -> Card:
        caller = asked.caller
        if asked.thread and points_at_thread(command):
            caller = replace(caller, thread=await self._threads.papers(caller, asked.thread))
        if asks_role(command):
            person = await self._people.of(caller)
            name = person.name or caller.name
            caller = replace(caller, zone=person.zone, role=person.role, name=name)
        return await self._door.answer(command, caller)

    async def _send(self, asked: Asked, payload: Json, private: bool) -> None:
        thread = {"thread_ts": asked.thread} if asked.thread else {}
        if asked.response_url and await _responded(asked.response_url, {**thread, **payload}, private):
            return
        caller = asked.caller
        web = await self._client_for(caller.place.team)
        about = {"channel": caller.place.channel, **thread}
        if private and not caller.direct:
            await call(web, "chat.postEphemeral", user=caller.user, **about, **payload)
        else:
            await call(web, "chat.postMessage", **about, **QUIETLY, **payload)


async def _responded(url: str, payload: Json, private: bool) -> bool:
    """Answer at a response_url; return False if it has expired, as a form may stay open for longer."""
    kind = {"response_type": "ephemeral" if private else "in_channel", "replace_original": False}
    quiet = {"unfurl_links": False, "unfurl_media": False}
    try:
        await respond(url, {**kind, **quiet, **payload})
    except CallFailed as failure:
        if failure.status != EXPIRED:
            raise
        return False
    return True


async def _filled(web: AsyncWebClient, view_id: str, view: Json) -> bool:
    """Return True if the modal shows the answer or its reader closed it, so no message is needed."""
    try:
        await call(web, "views.update", view_id=view_id, view=view)
    except CallFailed as failure:
        log.info("A modal was not filled: why=%s", failure)
        return failure.error == "not_found"
    return True
