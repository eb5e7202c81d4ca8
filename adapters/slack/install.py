"""Installation by OAuth: Bolt's flow with our store, clients and pages (https://docs.slack.dev/authentication/installing-with-oauth)."""

import logging
import re
from collections.abc import Awaitable, Callable
from urllib.parse import urljoin

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store import Installation

from adapters.slack import install_pages as pages
from adapters.slack.access import SlackAccess
from adapters.slack.client import BROKEN, client
from adapters.slack.installations import BoltInstallations, BoltStates, holder_of
from adapters.slack.scopes import NEEDED, USEFUL
from bot.delivery.installations import Installations
from bot.domain.errors import BotError

log = logging.getLogger(__name__)

INSTALL_PATH, REDIRECT_PATH = "/slack/install", "/slack/oauth_redirect"

AUTHORIZE = "/oauth/v2/authorize"
"""Slack's page on the host of its API (https://docs.slack.dev/authentication/installing-with-oauth#asking)."""

Installed = Callable[[str], Awaitable[None]]
"""Take note of a team or organization that has just installed the app. Never raises."""

_TEAM = re.compile(r"[TE][A-Z0-9]{1,30}")
_COOKIE = "Set-Cookie"


class Flow(AsyncOAuthFlow):
    """Bolt's flow, which here shows our page, logs no code, and lets no broken answer of Slack through."""

    async def build_install_page_html(self, url: str, request: AsyncBoltRequest) -> str:  # noqa: ARG002 - Bolt's name
        """Return our page."""
        return pages.install_page(url)

    async def build_authorize_url(self, state: str, request: AsyncBoltRequest) -> str:
        """Return Slack's address; Bolt's own puts whatever `team` says into it."""
        team = next(iter(request.query.get("team") or ()), "")
        return self.settings.authorize_url_generator.generate(state, team if _TEAM.fullmatch(team) else None)

    async def run_installation(self, code: str) -> Installation | None:
        """Trade the code for a token; return None if Slack doesn't give a whole one."""
        try:
            found = await super().run_installation(code)
        except (*BROKEN, KeyError, UnboundLocalError) as broken:
            log.warning("Slack's answer to an installation can't be used: fault=%s", type(broken).__name__)
            return None
        return found if found and found.bot_token and _TEAM.fullmatch(holder_of(found)) else None


def flow(access: SlackAccess, store: Installations, installed: Installed) -> Flow:
    """Return the flow with all settings explicit: Bolt would read missing ones from the environment."""

    async def succeeded(args: AsyncSuccessArgs) -> BoltResponse:
        found = args.installation
        log.info("The app is installed: team=%s", holder_of(found))
        await installed(holder_of(found))
        name = (found.enterprise_name if found.is_enterprise_install else found.team_name) or ""
        return _response(200, pages.success_page(found.app_id or "", found.team_id or "", name), args)

    async def failed(args: AsyncFailureArgs) -> BoltResponse:
        status = 503 if args.reason == "storage_error" else args.suggested_status_code
        log.info("An installation didn't succeed: status=%s", status)
        return _response(status, pages.failure_page(args.reason), args)

    settings = AsyncOAuthSettings(
        client_id=access.client_id,
        client_secret=access.client_secret,
        scopes=[*NEEDED, *USEFUL],
        user_scopes=[],
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        authorization_url=urljoin(access.api_url, AUTHORIZE),
        installation_store=BoltInstallations(store),
        state_store=BoltStates(store),
        callback_options=AsyncCallbackOptions(success=succeeded, failure=failed),
    )
    # Without one, Slack sends people to the redirect URL of the app's manifest; Bolt takes it from the environment.
    settings.redirect_uri = settings.authorize_url_generator.redirect_uri = None
    return Flow(client=client(None, access.api_url), logger=_silent_logger(), settings=settings)


def add_pages(served: web.Application, flow: Flow) -> None:
    """Add the install page and the one to which Slack sends people back."""

    async def begin(request: web.Request) -> web.Response:
        return await _answered(request, flow.handle_installation)

    async def end(request: web.Request) -> web.Response:
        return await _answered(request, flow.handle_callback)

    served.router.add_get(INSTALL_PATH, begin)
    served.router.add_get(REDIRECT_PATH, end)


async def _answered(
    request: web.Request, handle: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]
) -> web.Response:
    try:
        asked = AsyncBoltRequest(body="", query=request.query_string, headers=dict(request.headers))
    except (ValueError, TypeError, AttributeError):
        return web.Response(status=400)
    try:
        answer = await handle(asked)
    except BotError as error:
        log.warning("An install page can't be shown: why=%s", error)
        answer = BoltResponse(status=503, body=pages.failure_page("storage_error"))
    shown = await to_aiohttp_response(answer)
    shown.headers.update(pages.HEADERS)
    return shown


def _response(status: int, page: str, args: AsyncSuccessArgs | AsyncFailureArgs) -> BoltResponse:
    cookie = args.settings.state_utils.build_set_cookie_for_deletion()
    return BoltResponse(status=status, body=page, headers={_COOKIE: cookie})


def _silent_logger() -> logging.Logger:
    """Return a logger for Bolt's flow, whose warnings hold codes; ours say the same without."""
    logger = logging.getLogger("adapters.slack.library.flow")
    logger.setLevel(logging.CRITICAL + 1)
    return logger
