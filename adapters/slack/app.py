"""Start and end of the Slack adapter, and the choice of connection."""

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from adapters.http.port import LARGEST_BODY_BYTES
from adapters.slack.access import SlackAccess, access
from adapters.slack.check import check, signing_secret, socket_url, tested
from adapters.slack.client import CallFailed, client, quiet_logger
from adapters.slack.clients import clients_of
from adapters.slack.connection import SocketMode, listening, page_port
from adapters.slack.handlers import Handlers
from adapters.slack.install import add_pages, flow
from adapters.slack.messenger import TOKEN, SlackMessenger
from adapters.slack.scopes import missing_needed, missing_useful
from bot.app.command_service import CommandService
from bot.app.settings import Settings
from bot.app.stores import opened_installations
from bot.delivery.installations import Installations
from bot.domain.channel import Place
from bot.domain.errors import BotError

__all__ = ["SlackAccess", "access", "check", "messenger", "opened_access", "serving"]

log = logging.getLogger(__name__)

LAST_ANSWERS_SECONDS = 5.0


@asynccontextmanager
async def opened_access(settings: Settings) -> AsyncIterator[SlackAccess]:
    """Yield the access that the settings give, with the store of installations if workspaces install the app."""
    if not (settings.slack_client_id and settings.slack_client_secret):
        yield access(settings)
        return
    async with opened_installations(settings, "slack") as store:
        yield access(settings, store)


def messenger(access: SlackAccess) -> SlackMessenger:
    """Return a messenger that posts digests; it opens nothing, so there is nothing to close."""
    called = "The workspace's token" if access.installations else TOKEN
    return SlackMessenger(clients_of(access).for_team, access.token_mark, called)


@asynccontextmanager
async def serving(door: CommandService, access: SlackAccess) -> AsyncIterator[None]:
    """Answer people in Slack while the context is open; on exit, allow answers under way 5 s to finish.

    Raise BotError if Slack refuses a token. If Slack is unreachable, start anyway and keep trying.
    """
    handlers = Handlers(door, clients_of(access))
    try:
        async with AsyncExitStack() as stack:
            await _open(access, door, handlers, stack)
            yield
    finally:
        await handlers.settle(LAST_ANSWERS_SECONDS)


async def _open(access: SlackAccess, door: CommandService, handlers: Handlers, stack: AsyncExitStack) -> None:
    """Check what can be checked, and open the connection and the pages for installations."""
    first_url = ""
    try:
        if access.bot_token:
            await _greet(access)
        first_url = await socket_url(access) if access.app_token else ""
    except CallFailed as failure:
        log.warning("Slack can't be reached yet, trying on: why=%s", failure)
    app, pages = _bolt(access), web.Application(client_max_size=LARGEST_BODY_BYTES)
    handlers.register(app)
    if store := access.installations:
        add_pages(pages, flow(access, store, lambda holder: _installed(holder, door, access, store)))
    if not access.app_token:
        await stack.enter_async_context(listening(app, signing_secret(access), access.host, access.port, pages))
        return
    if access.installations:
        await stack.enter_async_context(page_port(pages, access.host, access.port))
    socket = SocketMode(app, access.app_token, client(None, access.api_url), first_url)
    await stack.enter_async_context(socket.open())


async def _greet(access: SlackAccess) -> None:
    team, scopes = await tested(client(access.bot_token, access.api_url))
    log.info("Serving Slack: %s", team)
    if missing := missing_needed(scopes) or missing_useful(scopes):
        log.warning("The Slack app lacks scopes, paperlark doctor says how to add them: missing=%s", missing)


async def _installed(holder: str, door: CommandService, access: SlackAccess, store: Installations) -> None:
    """Let digests go on in workspaces whose app was removed and is back."""
    try:
        for team in (holder, *await store.members(holder)):
            await store.admitted(team, access.token_mark)
            await door.invited(Place("slack", team, ""))
    except BotError as error:
        log.warning("The pauses of a team go on: team=%s why=%s", holder, error)


def _bolt(access: SlackAccess) -> AsyncApp:
    """Return Bolt with all settings explicit: it would read missing ones from the environment."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=access.bot_token)

    return AsyncApp(
        name="paperlark",
        logger=quiet_logger(),
        client=client(None, access.api_url),
        signing_secret=access.signing_secret or "",
        authorize=authorize,
    )
