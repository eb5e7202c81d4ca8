"""Forms in Slack: completions while a person fills one in, and its submission."""

import json
import re
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest

from adapters.slack.identity import HOME, caller_of
from adapters.slack.markup import Json
from adapters.slack.render_form import FIND, FORM, FREE, options
from adapters.slack.respond import Asked, Conversation
from bot.app.command_service import CommandService
from bot.app.parse import TEXT_LIMIT, parse_form
from bot.digests.cards.setup import bad_form_card
from bot.domain.errors import BadForm
from bot.domain.form import OPENED
from bot.domain.text.clean import clean, shorten

ERROR_LIMIT = 200
"""Our limit: the sentence stands under its field."""

_FORMS = re.compile(rf"{FORM}:[a-z]+")
_FINDS = re.compile(rf"{FIND}:[a-z]+(?::{FREE})?")

Attend = Callable[[Callable[[], Awaitable[Any]], Coroutine[Any, Any, None], AsyncBoltRequest], Awaitable[None]]
"""Acknowledge, then work, once for each request."""


class Forms:
    """Handlers of forms. `attend` acknowledges and works, and never raises."""

    def __init__(self, door: CommandService, conversation: Conversation, attend: Attend) -> None:
        self._door = door
        self._conversation = conversation
        self._attend = attend

    def register(self, app: AsyncApp) -> None:
        """Register the handlers."""
        app.options(_FINDS)(self.typed)
        app.view(_FORMS)(self.submitted)

    async def typed(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        """Complete what a person types into a field; the acknowledgement is the answer."""
        _, kind, *free = str(body.get("action_id", "")).split(":")
        begun = clean(str(body.get("value") or ""), TEXT_LIMIT)
        channel = _metadata(body.get("view") or {}).get("channel", "")
        found = await self._door.suggest(kind, begun, caller_of(context, channel))
        await ack(options=options(found, begun if free else ""))

    async def submitted(self, ack: AsyncAck, body: Json, context: AsyncBoltContext, request: AsyncBoltRequest) -> None:
        """Show each field's error at the field, or close the form and answer."""
        view = body.get("view") or {}
        told = _metadata(view)
        caller = caller_of(context, told.get("channel", ""), body)
        asked = Asked(caller, told.get("answer", ""), told.get("thread", ""), at_home=HOME in told)
        name, clear = str(view.get("callback_id", "")).partition(":")[2], partial(ack, response_action="clear")
        try:
            command = parse_form(name, _values(view) | {OPENED: (told.get(OPENED, ""),)})
        except BadForm as bad:
            shown = {block.get("block_id") for block in view.get("blocks") or ()}
            errors = {field: shorten(text, ERROR_LIMIT) for field, text in bad.errors.items() if field in shown}
            if errors:
                await ack(response_action="errors", errors=errors)
            else:
                await self._attend(clear, self._conversation.say(asked, bad_form_card(bad)), request)
            return
        await self._attend(clear, self._conversation.answer_command(asked, command), request)


def _metadata(view: Json) -> dict[str, str]:
    try:
        told = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return {}
    return {key: value for key, value in told.items() if isinstance(value, str)} if isinstance(told, dict) else {}


def _values(view: Json) -> dict[str, tuple[str, ...]]:
    """Return what the fields hold, by their names."""
    fields = (view.get("state") or {}).get("values") or {}
    return {str(name): _held(element) for name, within in fields.items() for element in within.values()}


def _held(element: Json) -> tuple[str, ...]:
    if "selected_options" in element:
        return tuple(str(option.get("value", "")) for option in element["selected_options"] or ())
    if "selected_option" in element:
        return (str((element["selected_option"] or {}).get("value", "")),)
    return (str(element.get("selected_time") or element.get("value") or ""),)
