"""Connections to Slack: a websocket that the bot keeps open (Socket Mode), or signed requests to the bot's port."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
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

from adapters.http.port import open_port
from adapters.slack.client import quiet_logger
from adapters.slack.signature import PATH, WrongSignatures, is_signed
from bot.infra.http.proxies import proxy_url

log = logging.getLogger(__name__)

PING_SECONDS = 5.0
"""Interval within which a reset connection is noticed."""

TIMEOUT_SECONDS = 60.0
"""Timeout without a connection before a restart: the library reuses one address, which expires at Slack."""

LAST_ACKS_SECONDS = 1.0
LAST_WORDS_SECONDS = 1.0


class _ProxiedClient(SocketModeClient):
    """The library's client, which otherwise has one proxy for whatever address Slack names, and heeds no NO_PROXY."""

    @property
    def proxy(self) -> str | None:
        address = getattr(self, "wss_uri", None)  # the library asks before it has set any
        return proxy_url(address) if address else None

    @proxy.setter
    def proxy(self, _: str | None) -> None:
        """Ignore what the library reads from the environment."""


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
        connection = _ProxiedClient(self._app_token, quiet_logger(), self._web_client, ping_interval=PING_SECONDS)
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


@asynccontextmanager
async def listening(
    app: AsyncApp, signing_secret: str, host: str, port: int, pages: web.Application
) -> AsyncIterator[None]:
    """Serve signed requests and `pages` on that interface. Raise BotError if the port can't be opened."""
    refused = WrongSignatures()

    async def received(request: web.Request) -> web.Response:
        body = await request.read()
        if not is_signed(signing_secret, request.headers, body, time.time()):
            refused.note(request.headers, time.time())
            return web.Response(status=HTTPStatus.UNAUTHORIZED)
        try:
            asked = AsyncBoltRequest(body=body.decode(), query=request.query_string, headers=dict(request.headers))
        except (ValueError, TypeError, AttributeError, RecursionError):
            return web.Response(status=HTTPStatus.BAD_REQUEST)
        return await to_aiohttp_response(await app.async_dispatch(asked))

    pages.router.add_post(PATH, received)
    async with page_port(pages, host, port):
        yield


def page_port(pages: web.Application, host: str, port: int) -> AbstractAsyncContextManager[None]:
    """Return the open port with those pages. Raise BotError on entry if it can't be opened."""
    return open_port(pages, host, port, "SLACK_PORT")


async def _close(connection: SocketModeClient, connecting: asyncio.Task[None]) -> None:
    """Close the connection and all its tasks, which the library leaves running."""
    connection.closed = True
    connecting.cancel()
    with suppress(TimeoutError):  # a lost peer never confirms the disconnection
        await asyncio.wait_for(connection.disconnect(), LAST_WORDS_SECONDS)  # type: ignore[no-untyped-call]
    await connection.close()  # type: ignore[no-untyped-call]
    tasks = (connecting, connection.message_processor, connection.current_session_monitor, connection.message_receiver)
    await asyncio.gather(*(task for task in tasks if task), return_exceptions=True)
