"""Checks of Slack's tokens, scopes, connection and installations."""

import random
from urllib.parse import urlsplit

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.access import SlackAccess
from adapters.slack.client import CallFailed, Json, call, client, scoped_call
from adapters.slack.clients import TeamClients
from adapters.slack.install import INSTALL_PATH
from adapters.slack.scopes import CURE, missing_needed, missing_useful
from bot.app.doctor.findings import Reservation
from bot.delivery.installations import Installations
from bot.domain.errors import BotError
from bot.domain.wording import listed

SAMPLE = 5
"""Installations that `paperlark doctor` tries, of however many there are."""
NAMED = 5

_WRONG_TOKEN = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})
_WRONG_KIND = frozenset({"not_allowed_token_type", "missing_scope", "no_permission"})
_CONNECT = "SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP) is missing: set one of them."


async def check(access: SlackAccess) -> str:
    """Return the team, the bot and the connection type. Raise BotError that says what is wrong and how to fix it."""
    found, scopes = [], frozenset[str]()
    try:
        if access.bot_token:
            team, scopes = await tested(client(access.bot_token, access.api_url))
            found.append(team)
        if access.app_token:
            await socket_url(access)
        else:
            signing_secret(access)
    except CallFailed as failure:
        raise BotError(f"Slack can't be reached at {urlsplit(access.api_url).netloc} ({failure}).") from failure
    if missing := missing_needed(scopes):
        raise BotError(f"{found[0]}. The app lacks these scopes: {missing}.", CURE)
    found.append(f"by {'Socket Mode' if access.app_token else f'signed requests to port {access.port}'}")
    if access.installations:
        found.append(await _installed(access, access.installations))
    works = ", ".join(found)
    if missing := missing_useful(scopes):
        raise Reservation(f"{works}. The app lacks these scopes: {missing}.", CURE)
    return works


async def tested(web: AsyncWebClient) -> tuple[str, frozenset[str]]:
    """Return the bot and the team, and the token's scopes. Raise BotError if the token is refused, CallFailed if Slack
    is unreachable."""
    try:
        answer, scopes = await scoped_call(web, "auth.test")
    except CallFailed as failure:
        _raise_if_refused("SLACK_BOT_TOKEN", "OAuth & Permissions", "xoxb-", failure)
        raise
    return f"{answer.get('user', 'the bot')} in {answer.get('team', 'the workspace')}", scopes


async def socket_url(access: SlackAccess) -> str:
    """Return the websocket URL. Raise as `tested` does."""
    try:
        answer: Json = await call(client(access.app_token, access.api_url), "apps.connections.open")
    except CallFailed as failure:
        _raise_if_refused("SLACK_APP_TOKEN", "Basic Information, App-Level Tokens", "xapp-", failure)
        raise
    return str(answer.get("url", ""))


def signing_secret(access: SlackAccess) -> str:
    """Return the secret. Raise BotError if it isn't set."""
    if not access.signing_secret:
        raise BotError(_CONNECT)
    return access.signing_secret


async def _installed(access: SlackAccess, store: Installations) -> str:
    """Return how many installed the app. Raise Reservation if some have to install it again, after trying a few."""
    there, lost = await store.all(), await store.lost()
    said = f"installed by {len(there)}, the install page is {INSTALL_PATH} on port {access.port}"
    clients, refused = TeamClients(access, store), set(lost)
    for holder in random.sample(there, min(SAMPLE, len(there))):
        try:
            await call(await clients.for_team(holder), "auth.test")
        except CallFailed as failure:
            refused |= {holder} if failure.error else set()
    if refused:
        named = listed(sorted(refused)[:NAMED])
        raise Reservation(
            f"{said}. Slack doesn't let me into {len(refused)} of them any more, for example {named}.",
            f"They have to install the app again: {INSTALL_PATH}.",
        )
    return said


def _raise_if_refused(setting: str, page: str, begins: str, failure: CallFailed) -> None:
    if failure.error in _WRONG_TOKEN:
        raise BotError(f"{setting} is refused by Slack ({failure.error}): copy it again from {page}.") from failure
    if failure.error in _WRONG_KIND:
        raise BotError(f"{setting} is the wrong kind of token ({failure.error}): it begins with {begins}, see {page}.")
