"""Start and end of the Slack adapter, the choice of connection, and checks of tokens and connection."""

import logging
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.client import CallFailed, Json, call, client, quiet_logger, scoped_call
from adapters.slack.connection import SocketMode, listening
from adapters.slack.handlers import Handlers
from adapters.slack.messenger import SlackMessenger
from adapters.slack.scopes import CURE, missing_needed, missing_useful
from bot.app.command_service import CommandService
from bot.app.doctor.findings import Reservation
from bot.app.settings import Settings, plain
from bot.domain.errors import BotError

log = logging.getLogger(__name__)

LAST_ANSWERS_SECONDS = 5.0

_WRONG_TOKEN = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})
_WRONG_KIND = frozenset({"not_allowed_token_type", "missing_scope", "no_permission"})


@dataclass(frozen=True, slots=True)
class SlackAccess:
    """Slack credentials. With an app token the bot connects by Socket Mode; otherwise Slack calls `port` on `host`."""

    bot_token: str | None = field(default=None, repr=False)
    app_token: str | None = field(default=None, repr=False)
    signing_secret: str | None = field(default=None, repr=False)
    host: str = "127.0.0.1"
    port: int = 3000
    api_url: str = "https://slack.com/api/"


def access(settings: Settings) -> SlackAccess:
    """Return the access that the settings give."""
    return SlackAccess(
        bot_token=plain(settings.slack_bot_token),
        app_token=plain(settings.slack_app_token),
        signing_secret=plain(settings.slack_signing_secret),
        host=settings.slack_host,
        port=settings.slack_port,
        api_url=settings.slack_api_url,
    )


def messenger(access: SlackAccess) -> SlackMessenger:
    """Return a messenger that posts digests; it opens nothing, so there is nothing to close."""
    return SlackMessenger(_Clients(access).for_team, access.bot_token or "")


@asynccontextmanager
async def serving(door: CommandService, access: SlackAccess) -> AsyncIterator[None]:
    """Answer people in Slack while the context is open; on exit, allow answers under way 5 s to finish.

    Raise BotError if Slack refuses a token. If Slack is unreachable, start anyway and keep trying.
    """
    clients = _Clients(access)
    handlers = Handlers(door, clients.for_team)
    try:
        async with await _intake(access, clients.bot, handlers):
            yield
    finally:
        await handlers.settle(LAST_ANSWERS_SECONDS)


async def check(access: SlackAccess) -> str:
    """Return the team, the bot and the connection type. Raise BotError that says what is wrong and how to fix it."""
    clients = _Clients(access)
    try:
        team, scopes = await _tested(clients.bot)
        if access.app_token:
            await _socket_url(access)
        else:
            _signing_secret(access)
    except CallFailed as failure:
        raise BotError(f"Slack can't be reached at {urlsplit(access.api_url).netloc} ({failure}).") from failure
    if missing := missing_needed(scopes):
        raise BotError(f"{team}. The app lacks these scopes: {missing}.", CURE)
    works = f"{team}, by {'Socket Mode' if access.app_token else f'signed requests to port {access.port}'}"
    if missing := missing_useful(scopes):
        raise Reservation(f"{works}. The app lacks these scopes: {missing}.", CURE)
    return works


class _Clients:
    """The only client: that of the workspace whose token is set."""

    def __init__(self, access: SlackAccess) -> None:
        self.bot = client(access.bot_token, access.api_url)

    async def for_team(self, team: str) -> AsyncWebClient:  # noqa: ARG002 - one token, one workspace
        return self.bot


async def _intake(access: SlackAccess, web: AsyncWebClient, handlers: Handlers) -> AbstractAsyncContextManager[None]:
    """Check what can be checked, and return the connection, not yet open."""
    first_url = ""
    try:
        team, scopes = await _tested(web)
        log.info("Serving Slack: %s", team)
        if missing := missing_needed(scopes) or missing_useful(scopes):
            log.warning("The Slack app lacks scopes, paperlark doctor says how to add them: missing=%s", missing)
        first_url = await _socket_url(access) if access.app_token else ""
    except CallFailed as failure:
        log.warning("Slack can't be reached yet, trying on: why=%s", failure)
    app = _bolt(access)
    handlers.register(app)
    if access.app_token:
        return SocketMode(app, access.app_token, client(None, access.api_url), first_url).open()
    return listening(app, _signing_secret(access), access.host, access.port)


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


async def _tested(web: AsyncWebClient) -> tuple[str, frozenset[str]]:
    """Return the bot and the team, and the token's scopes. Raise BotError if the token is refused, CallFailed if Slack
    is unreachable."""
    try:
        answer, scopes = await scoped_call(web, "auth.test")
    except CallFailed as failure:
        _raise_if_refused("SLACK_BOT_TOKEN", "OAuth & Permissions", "xoxb-", failure)
        raise
    return f"{answer.get('user', 'the bot')} in {answer.get('team', 'the workspace')}", scopes


async def _socket_url(access: SlackAccess) -> str:
    """Return the websocket URL. Raise as `_tested` does."""
    try:
        answer: Json = await call(client(access.app_token, access.api_url), "apps.connections.open")
    except CallFailed as failure:
        _raise_if_refused("SLACK_APP_TOKEN", "Basic Information, App-Level Tokens", "xapp-", failure)
        raise
    return str(answer.get("url", ""))


def _raise_if_refused(setting: str, page: str, begins: str, failure: CallFailed) -> None:
    if failure.error in _WRONG_TOKEN:
        raise BotError(f"{setting} is refused by Slack ({failure.error}): copy it again from {page}.") from failure
    if failure.error in _WRONG_KIND:
        raise BotError(f"{setting} is the wrong kind of token ({failure.error}): it begins with {begins}, see {page}.")


def _signing_secret(access: SlackAccess) -> str:
    if not access.signing_secret:
        raise BotError("SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP) is missing: set one of them.")
    return access.signing_secret
