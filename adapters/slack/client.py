"""Calls to Slack's Web API, each sent once; failures say if the call may have taken effect."""

import asyncio
import logging
from base64 import b64encode
from collections.abc import Awaitable, Callable
from copy import copy
from functools import cache
from math import isnan
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.http.bounded_answers import bounded
from bot.infra.http.proxies import proxy_url
from bot.infra.http.trouble import proxy_refusal, trouble
from bot.infra.tls import tls_context

Json = dict[str, Any]

ClientFor = Callable[[str], Awaitable[AsyncWebClient]]
"""Return a team's client by the team's id. Raise CallFailed("not_installed") if it has none, and StoreDown."""

TIMEOUT_SECONDS = 15
LONGEST_WAIT_SECONDS = 3600.0
MAX_RETRY_WAIT_SECONDS = 10.0

_PERHAPS_DONE = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", "unknown_error"})
_BUSY = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_READS = frozenset(
    {"conversations.history", "conversations.info", "conversations.members", "conversations.replies", "users.info"}
)
_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.InvalidURL)

# The SDK also lets aiohttp's errors through, and its validation fails on bodies that are not JSON.
BROKEN = (aiohttp.ClientError, SlackClientError, TimeoutError, OSError, ValueError, AttributeError, TypeError)


class CallFailed(Exception):
    """A failed call: Slack answered `error` instead of ok, or, if `error` is empty, gave no valid answer.

    `unreached`: nothing was sent. `retry_after`: the seconds that Slack asks to wait, at most an hour. `scopes`: those
    of the token, if Slack told them. `reason`: why Slack can't be reached, if a proxy or a certificate is the reason.
    """

    def __init__(
        self,
        error: str = "",
        status: int = 0,
        retry_after: float = 10.0,
        unreached: bool = False,
        scopes: frozenset[str] = frozenset(),
        reason: str = "",
    ) -> None:
        self.error = error
        self.status = status
        self.retry_after = retry_after
        self.unreached = unreached
        self.scopes = scopes
        super().__init__(error or reason or (f"HTTP {status}" if status else "no answer"))

    @property
    def busy(self) -> bool:
        """Return True if the call certainly had no effect and may be retried later."""
        return self.unreached or self.status == 429 or self.error in _BUSY

    @property
    def vague(self) -> bool:
        """Return True if the call may have taken effect: a broken connection, a fault of Slack, or a foreign answer."""
        if self.busy:
            return False
        return self.error in _PERHAPS_DONE or self.status >= 500 or (not self.error and self.status in {0, 200})


@cache  # setting a level makes logging forget what it knew of all loggers
def quiet_logger() -> logging.Logger:
    """Return the logger for Slack's libraries. At DEBUG and INFO they log bodies, response_urls and signatures, and at
    ERROR tracebacks of lost connections; it passes only messages at WARNING and above, without tracebacks."""
    logger = logging.getLogger("adapters.slack.library")
    logger.setLevel(logging.WARNING)
    logger.addFilter(_without_traceback)
    return logger


def client(token: str | None, api_url: str) -> AsyncWebClient:
    """Return a client that never retries a call: the SDK's own retries one whose reply was lost, and so posts twice."""
    web = _BoundedClient(
        token=token,
        base_url=api_url,
        timeout=TIMEOUT_SECONDS,
        retry_handlers=[],
        logger=quiet_logger(),
        ssl=tls_context(),
    )
    web.proxy = proxy_url(api_url)  # set here, as the SDK reads the environment if it is given none
    return web


class _BoundedClient(AsyncWebClient):
    """The SDK's client, which reads no answer that is too long."""

    async def api_call(self, api_method: str, **arguments: Any) -> AsyncSlackResponse:
        """Call a method in a session of its own, as the SDK does. `auth` becomes a header, as aiohttp wants it."""
        if auth := arguments.pop("auth", None):
            basic = b64encode(f"{auth['client_id']}:{auth['client_secret']}".encode()).decode()
            arguments["headers"] = {**(arguments.get("headers") or {}), "Authorization": f"Basic {basic}"}
        async with _session() as session:
            once = copy(self)
            once.session = session
            return await AsyncWebClient.api_call(once, api_method, **arguments)


def _session() -> aiohttp.ClientSession:
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
    return aiohttp.ClientSession(timeout=timeout, trace_configs=[bounded(aiohttp.TraceConfig())])


async def call(web: AsyncWebClient, method: str, **body: object) -> Json:
    """Return the answer of `method`. Raise only CallFailed."""
    return (await scoped_call(web, method, **body))[0]


async def scoped_call(web: AsyncWebClient, method: str, **body: object) -> tuple[Json, frozenset[str]]:
    """Return the answer of `method` and the token's scopes, which are empty if Slack didn't tell them. Raise CallFailed
    only."""
    try:
        answer = await web.api_call(method, **_sent_as(method, body))
        return answer.data if isinstance(answer.data, dict) else {}, _scopes(answer.headers)
    except SlackApiError as caught:
        raise _failure(caught, web.base_url) from caught
    except _NEVER_SENT as caught:
        raise CallFailed(unreached=True, reason=trouble(caught, web.base_url)) from caught
    except BROKEN as caught:
        raise CallFailed(reason=trouble(caught, web.base_url)) from caught


async def respond(response_url: str, payload: Json) -> None:
    """Send a message to an interaction's response_url; Slack accepts five within 30 minutes. Raise CallFailed."""
    try:
        async with _session() as session:
            hook = AsyncWebhookClient(
                response_url, retry_handlers=[], logger=quiet_logger(), session=session, ssl=tls_context()
            )
            hook.proxy = proxy_url(response_url)
            answer = await hook.send_dict(payload)
    except _NEVER_SENT as caught:
        raise CallFailed(unreached=True) from caught
    except BROKEN as caught:
        raise CallFailed() from caught
    if answer.status_code != 200:
        raise CallFailed(status=answer.status_code, retry_after=_seconds(answer.headers.get("Retry-After")))


async def send_with_retry(send: Callable[[], Awaitable[None]], longest: float = MAX_RETRY_WAIT_SECONDS) -> None:
    """Send, and retry once if Slack certainly rejected it and asks to wait at most `longest` seconds. Raise
    CallFailed."""
    try:
        await send()
    except CallFailed as failure:
        if not failure.busy or failure.retry_after > longest:
            raise
        await asyncio.sleep(failure.retry_after)
        await send()


def _sent_as(method: str, body: Json) -> Json:
    """Return the arguments in the form Slack documents: JSON for methods that write, a query for methods that read."""
    if method.startswith(("assistant.", "chat.", "views.")):
        return {"json": body}
    return {"params": body, "http_verb": "GET" if method in _READS else "POST"}


def _failure(caught: SlackApiError, url: str) -> CallFailed:
    """Convert the SDK's error, whose response may be Slack's, a proxy's page or none."""
    response = caught.response
    data = getattr(response, "data", None)
    headers = getattr(response, "headers", None) or {}
    status = getattr(response, "status_code", None) or getattr(response, "status", None) or 0
    error = str(data.get("error", "")) if isinstance(data, dict) else ""
    reason = proxy_refusal(int(status), url)
    return CallFailed(error, int(status), _seconds(headers.get("Retry-After")), scopes=_scopes(headers), reason=reason)


def _scopes(headers: Any) -> frozenset[str]:
    """Return the scopes in X-OAuth-Scopes, which every answer of Slack has."""
    told = next((str(value) for name, value in dict(headers or {}).items() if name.lower() == "x-oauth-scopes"), "")
    return frozenset(filter(None, (scope.strip() for scope in told.split(","))))


def _seconds(header: object) -> float:
    try:
        seconds = float(str(header))
    except ValueError:
        return 10.0
    return 10.0 if isnan(seconds) else min(max(seconds, 1.0), LONGEST_WAIT_SECONDS)


def _without_traceback(record: logging.LogRecord) -> bool:
    record.exc_info = record.exc_text = None
    return True
