"""Handlers of Slack events: acknowledge at once, then answer."""

import asyncio
import logging
import re
import traceback
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import replace
from html import unescape
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest

from adapters.slack.agent import suggest_prompts
from adapters.slack.client import CallFailed, Json
from adapters.slack.clients import Clients
from adapters.slack.forms import Forms
from adapters.slack.identity import HOME, Identities, caller_of, is_direct, read_origin, request_ids
from adapters.slack.links import Links
from adapters.slack.reactions import Reactions
from adapters.slack.respond import Asked, Conversation
from adapters.slack.shortcuts import Shortcuts
from adapters.slack.threads import Threads
from adapters.slack.workspaces import forget_removed, placing
from bot.app.command_service import CommandService
from bot.app.commands import COMMANDS as REGISTRY
from bot.app.commands import opens_form
from bot.app.parse import greets, parse
from bot.app.plain.words import around_mention
from bot.domain.channel import Place
from bot.domain.command import Caller
from bot.domain.command_spec import CommandSpec, listed_commands

log = logging.getLogger(__name__)

_OURS = re.compile(r"(?:panel|command|menu|link):\d+")
_ANY = re.compile(r".*")
_PAGE = re.compile(r"\spage=\d")
"""A button of a list in a modal: Slack stacks three modals at most, so the next page replaces this one."""
_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")


def slash_commands(specs: Iterable[CommandSpec]) -> tuple[str, ...]:
    """Return the slash commands that the app's manifest must name."""
    return tuple(f"/{spec.name}" for spec in listed_commands(specs))


COMMANDS = slash_commands(REGISTRY)
"""manifest.yaml names the same commands; a test compares them."""


class Handlers:
    """Event handlers, one instance per app. They never raise: Bolt would lose the preceding acknowledgement."""

    def __init__(self, door: CommandService, clients: Clients) -> None:
        client_for = clients.for_team
        self._door = door
        self._clients = clients
        self._identities = Identities(client_for)
        self._conversation = Conversation(door, client_for, Threads(client_for, self._identities))
        self._reactions = Reactions(door, client_for, self._identities)
        self._links = Links(door, client_for, self._identities)
        self._running: set[asyncio.Task[Any]] = set()
        self._forms = Forms(door, self._conversation, self._attend)
        self._shortcuts = Shortcuts(client_for, self._identities, self._conversation, self._attend)

    def register(self, app: AsyncApp) -> None:
        """Register the handlers; acknowledge unhandled events without an answer."""
        app.use(placing(self._clients))
        app.command(_ANY)(self.commanded)  # includes commands in other releases' manifests, which get a sentence
        app.action(_OURS)(self.pressed)
        app.event("app_mention")(self.mentioned)
        app.event("message")(self.wrote)
        app.event("app_uninstalled")(self.removed)
        app.event("tokens_revoked")(self.removed)
        app.event("team_access_revoked")(self.removed)
        for event in ("member_joined_channel", "channel_unarchive", "group_unarchive"):
            app.event(event)(self.invited)
        app.event("member_left_channel")(self.left)
        app.event("app_home_opened")(self.opened)
        app.event("link_shared")(self.shared)
        app.event("assistant_thread_started")(self.began)
        for event in ("reaction_added", "reaction_removed"):
            app.event(event)(self.reacted)
        self._forms.register(app)
        self._shortcuts.register(app)
        app.action(_ANY)(self.passed_over)
        app.event(_ANY)(self.passed_over)

    async def commanded(self, ack: AsyncAck, body: Json, context: AsyncBoltContext, request: AsyncBoltRequest) -> None:
        """Handle a slash command."""
        await self._attend(ack, self._command(body, context), request)

    async def pressed(self, ack: AsyncAck, body: Json, context: AsyncBoltContext, request: AsyncBoltRequest) -> None:
        """Handle a button or a menu's option; a link needs only the acknowledgement."""
        await self._attend(ack, self._press(body, context), request)

    async def mentioned(self, ack: AsyncAck, body: Json, context: AsyncBoltContext, request: AsyncBoltRequest) -> None:
        """Handle a mention in a channel: the only way to ask in a thread, where Slack accepts no slash commands."""
        await self._attend(ack, self._hear(body, context, mention=True), request)

    async def wrote(self, ack: AsyncAck, body: Json, context: AsyncBoltContext, request: AsyncBoltRequest) -> None:
        """Handle a direct message to the bot; ignore messages elsewhere."""
        await self._attend(ack, self._hear(body, context, mention=False), request)

    async def removed(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        """Handle the removal of the app or its bot token from a workspace or an organization."""
        await self._attend(ack, forget_removed(body, context, self._clients, self._door))

    async def invited(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        """Handle the bot's addition to a channel, or a channel's return from the archive."""
        await self._attend(ack, self._resume(body, context))

    async def left(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        """Handle a person's departure from a channel."""
        await self._attend(ack, self._part(body, context))

    async def opened(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        """Handle a person's look at their direct messages with the bot, or at its Home tab."""
        await self._attend(ack, self._greet(body, context))

    async def shared(self, ack: AsyncAck, body: Json, context: AsyncBoltContext, request: AsyncBoltRequest) -> None:
        """Handle a link that a person shares or is about to share."""
        await self._attend(ack, self._links.unfurl(body.get("event") or {}, caller_of(context)), request)

    async def began(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        """Handle a new thread in the agent view."""
        team = context.team_id or context.enterprise_id or ""
        await self._attend(ack, suggest_prompts(self._clients.for_team, body.get("event") or {}, team))

    async def reacted(self, ack: AsyncAck, body: Json, context: AsyncBoltContext, request: AsyncBoltRequest) -> None:
        """Handle an emoji on a message, which may be ours."""
        await self._attend(ack, self._react(body, context), request)

    async def passed_over(self, ack: AsyncAck) -> None:
        """Acknowledge events that have no handler."""
        await ack()

    async def settle(self, seconds: float) -> None:
        """Wait for the answers under way, and cancel those that take longer."""
        if self._running:
            await asyncio.wait(set(self._running), timeout=seconds)
        late = set(self._running)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _attend(
        self,
        ack: Callable[[], Awaitable[Any]],
        work: Coroutine[Any, Any, None],
        request: AsyncBoltRequest | None = None,
    ) -> None:
        """Acknowledge at once, then work, once for each `request`, which Slack or others may repeat.

        Log a fault by its location, since its text may contain a response_url.
        """
        task = asyncio.current_task()
        if task:
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        try:
            await ack()
            if request is None or await self._door.is_new(*request_ids(request)):
                await work
            else:
                work.close()
                log.info("Slack's request came before and isn't answered again")
        except CallFailed as failure:
            log.warning("An answer could not be sent to Slack: why=%s", failure)
        except Exception as fault:
            place = traceback.extract_tb(fault.__traceback__)[-1]
            log.error("A Slack interaction failed: fault=%s at=%s:%s", type(fault).__name__, place.name, place.lineno)

    async def _command(self, body: Json, context: AsyncBoltContext) -> None:
        asked = Asked(caller_of(context, body=body), str(body.get("response_url", "")))
        text = unescape(f"{body.get('command', '')} {body.get('text', '')}")
        if opens_form(parse(text)):
            await self._conversation.open(asked, text, "Paperlark", str(body.get("trigger_id", "")), "views.open")
        else:
            await self._conversation.answer(asked, text)

    async def _press(self, body: Json, context: AsyncBoltContext) -> None:
        kind, text, label = _choice((body.get("actions") or [{}])[0])
        view = body.get("view") or {}
        container = body.get("container") or {}
        channel, at_home = read_origin(view)
        caller = caller_of(context, channel or str(container.get("channel_id") or ""), body)
        asked = Asked(caller, str(body.get("response_url") or ""), str(container.get("thread_ts") or ""), at_home)
        is_modal = bool(view) and view.get("type") != HOME
        if is_modal and _PAGE.search(text):
            await self._conversation.turn(asked, text, view)
        elif kind == "panel" or (kind == "command" and (view or opens_form(parse(text)))):
            await self._conversation.open(
                asked, text, label, str(body.get("trigger_id", "")), "views.push" if is_modal else "views.open"
            )
        elif kind == "command":
            await self._conversation.answer(asked, text)
        if at_home and kind == "command":
            await self._conversation.home.publish(caller)

    async def _hear(self, body: Json, context: AsyncBoltContext, mention: bool) -> None:
        event = body.get("event") or {}
        from_person = event.get("user") and not event.get("bot_id") and not event.get("subtype")
        if not from_person or not (mention or event.get("channel_type") == "im"):
            return
        text = str(event.get("text") or "")
        if mention:
            before, *after = _MENTION.split(text, maxsplit=1)
            text = around_mention(before, "".join(after))
        text = unescape(text)
        asked = Asked(replace(caller_of(context), aloud=mention), thread=str(event.get("thread_ts") or ""))
        greeted = not mention and await self._conversation.welcome(asked.caller)
        if not (greeted and greets(parse(text))):
            await self._conversation.answer(asked, text)

    async def _resume(self, body: Json, context: AsyncBoltContext) -> None:
        event = body.get("event") or {}
        team, channel = context.team_id or context.enterprise_id or "", str(event.get("channel") or "")
        somebody_else = (
            event.get("type") == "member_joined_channel" and event.get("user") != (await self._identities.of(team)).user
        )
        if channel and not somebody_else:
            place = Place("slack", team, channel)
            await self._door.invited(place)
            if event.get("type") == "member_joined_channel":
                await self._conversation.welcome(Caller(place, ""))

    async def _part(self, body: Json, context: AsyncBoltContext) -> None:
        """End the e-mails of somebody who left a private channel; a public one they may still read."""
        event = body.get("event") or {}
        user, channel = str(event.get("user") or ""), str(event.get("channel") or "")
        if user and channel and event.get("channel_type") != "C":
            place = Place("slack", context.team_id or context.enterprise_id or "", channel)
            await self._door.left(place, user)

    async def _greet(self, body: Json, context: AsyncBoltContext) -> None:
        event = body.get("event") or {}
        channel = str(event.get("channel") or "")
        if event.get("tab") == "messages" and is_direct(channel):
            await self._conversation.welcome(caller_of(context, channel))
        elif event.get("tab") == HOME and is_direct(channel):
            await self._conversation.home.publish(caller_of(context, channel))

    async def _react(self, body: Json, context: AsyncBoltContext) -> None:
        event = body.get("event") or {}
        channel = str((event.get("item") or {}).get("channel") or "")
        await self._reactions.take(event, caller_of(context, channel))


def _choice(action: Json) -> tuple[str, str, str]:
    """Return the pressed button's or option's kind, command and label."""
    option = action.get("selected_option")
    if option:
        kind, _, text = str(option.get("value", "")).partition(":")
        return kind, text, _label(option)
    kind, _, _ = str(action.get("action_id", "")).partition(":")
    return kind, str(action.get("value", "")), _label(action)


def _label(pressed: Json) -> str:
    return str((pressed.get("text") or {}).get("text", ""))
