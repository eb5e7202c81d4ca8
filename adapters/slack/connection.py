"""Connections to Slack: a websocket that the bot keeps open (Socket Mode), or signed requests to the bot's port."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.client import quiet_logger
from bot.domain.errors import BotError

log = logging.getLogger(__name__)

PATH = "/slack/events"

PING_SECONDS = 5.0
"""Interval within which a reset connection is noticed."""

TIMEOUT_SECONDS = 60.0
"""Timeout without a connection before a restart: the library reuses one address, which expires at Slack."""

STAMP = "X-Slack-Request-Timestamp"
SIGNATURE_AGE_SECONDS = 300
"""A signature's lifetime (https://docs.slack.dev/authentication/verifying-requests-from-slack)."""
SIGNATURE_LOG_SECONDS = 600.0

LAST_ACKS_SECONDS = 1.0
LAST_WORDS_SECONDS = 1.0


class SocketMode:
    """A series of connections. `first_url` avoids requesting an address, which Slack allows once a minute."""

    def __init__(self, app: AsyncApp, app_token: str, web_client: AsyncWebClient, first_url: str) -> None:
        self._app = app
        self._app_token = app_token
        self._web_client = web_client
        self._first_url = first_url
        self._dispatched: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Stay connected, or keep trying; on exit, acknowledge what was received before closing the connection."""
        keeping = asyncio.create_task(self._keep())
        try:
            yield
        finally:
            if self._dispatched:
                await asyncio.wait(set(self._dispatched), timeout=LAST_ACKS_SECONDS)
            keeping.cancel()
            with suppress(asyncio.CancelledError):
                await keeping

    async def _keep(self) -> None:
        while True:
            async with self._connection() as connection:
                lost_at = time.monotonic()
                while time.monotonic() - lost_at < TIMEOUT_SECONDS:
                    await asyncio.sleep(PING_SECONDS)
                    if await connection.is_connected():
                        lost_at = time.monotonic()
            log.warning("No connection to Slack for a minute: beginning anew")

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[SocketModeClient]:
        connection = SocketModeClient(self._app_token, quiet_logger(), self._web_client, ping_interval=PING_SECONDS)
        connection.proxy = self._web_client.proxy
        connection.wss_uri, self._first_url = self._first_url or None, ""
        connection.socket_mode_request_listeners.append(self._dispatch)
        connecting = asyncio.create_task(connection.connect())  # type: ignore[no-untyped-call]
        try:
            yield connection
        finally:
            await _close(connection, connecting)

    async def _dispatch(self, connection: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        task = asyncio.create_task(self._acknowledge(connection, request))
        self._dispatched.add(task)
        task.add_done_callback(self._dispatched.discard)
        await task

    async def _acknowledge(self, connection: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        try:
            answer = await run_async_bolt_app(self._app, request)
            await send_async_response(connection, request, answer, time.time())
        except Exception as fault:
            log.warning("An acknowledgement was not sent to Slack: fault=%s", type(fault).__name__)


class WrongSignatures:
    """A log of signed requests that were refused: one line at first, then at most one in ten minutes."""

    def __init__(self) -> None:
        self._logged_at = 0.0
        self._since = 0

    def note(self, headers: Mapping[str, str], now: float) -> None:
        """Note a refused request at `now`, in seconds of the epoch; one without a signature isn't Slack's."""
        stamp = headers.get(STAMP, "")
        if not _is_stamp(stamp) or not headers.get("X-Slack-Signature"):
            return
        self._since += 1
        if now - self._logged_at < SIGNATURE_LOG_SECONDS:
            return
        is_old = abs(now - int(stamp)) > SIGNATURE_AGE_SECONDS
        why = "this machine's clock may be wrong" if is_old else "SLACK_SIGNING_SECRET may be wrong"
        log.warning("Requests to %s have a signature that doesn't fit, %s: requests=%s", PATH, why, self._since)
        self._logged_at, self._since = now, 0


@asynccontextmanager
async def listening(app: AsyncApp, host: str, port: int) -> AsyncIterator[None]:
    """Serve signed requests on that interface. Raise BotError if the port can't be opened."""
    refused = WrongSignatures()

    async def received(request: web.Request) -> web.Response:
        raw = await request.read()
        if not _is_stamp(request.headers.get(STAMP, "0")):  # the library's verifier raises
            return web.Response(status=401)
        try:
            asked = AsyncBoltRequest(body=raw.decode(), query=request.query_string, headers=dict(request.headers))
        except (ValueError, TypeError, AttributeError, RecursionError):
            return web.Response(status=400)
        answer = await to_aiohttp_response(await app.async_dispatch(asked))
        if answer.status == HTTPStatus.UNAUTHORIZED:
            refused.note(request.headers, time.time())
        return answer

    server = web.Application()
    server.router.add_post(PATH, received)
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=LAST_ACKS_SECONDS)
    await runner.setup()
    try:
        await _bind(runner, host, port)
        yield
    finally:
        await runner.cleanup()


def _is_stamp(text: str) -> bool:
    return text.isdecimal() and len(text) < 15


async def _bind(runner: web.AppRunner, host: str, port: int) -> None:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as taken:
        why = taken.strerror or "it is taken"
        raise BotError(f"Port {port} (SLACK_PORT) can't be opened on {host} (SLACK_HOST): {why}.") from taken


async def _close(connection: SocketModeClient, connecting: asyncio.Task[None]) -> None:
    """Close the connection and all its tasks, which the library leaves running."""
    connection.closed = True
    connecting.cancel()
    with suppress(TimeoutError):  # a lost peer never confirms the disconnection
        await asyncio.wait_for(connection.disconnect(), LAST_WORDS_SECONDS)  # type: ignore[no-untyped-call]
    await connection.close()  # type: ignore[no-untyped-call]
    tasks = (connecting, connection.message_processor, connection.current_session_monitor, connection.message_receiver)
    await asyncio.gather(*(task for task in tasks if task), return_exceptions=True)
