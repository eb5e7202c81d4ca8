"""The ports that strangers can reach: how long a request may take, how large it may be, and how many there may be.

A connection carries one request, so an idle one needs no timeout of its own. Whoever holds connections without sending
their requests loses the oldest ones to newcomers, so the port goes on answering.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.domain.errors import BotError

EVERY_INTERFACE = "0.0.0.0"  # noqa: S104 - Slack calls from outside

READ_SECONDS = 10.0
"""Limit for a request with its headers and body, from the connection on."""
TAKE_SECONDS = 10.0
"""Limit for the caller to take the answer."""
LAST_ANSWERS_SECONDS = 1.0
MOST_CONNECTIONS = 256
"""Connections of one port: two ports stay far below 1,024 open files, the usual limit of a process."""
LARGEST_BODY_BYTES = 128 * 1024

_MOST_AT_A_TIME, _MOST_WAITING = 8, 512
"""Connections accepted in one go: few, so that no flood pushes out one whose request is here but not read yet. asyncio
lets only as many wait, and a caller who finds no room among them tries again after a second; so we let more wait."""
_MOST_HEADERS = 64
_LINGER_SECONDS = 1.0
"""A caller whose body was too large goes on sending for a moment, and only then reads the answer."""
_TOO_LATE = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_TOO_MANY = b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\nRetry-After: 10\r\n\r\n"


@asynccontextmanager
async def open_port(served: web.Application, host: str, port: int, setting: str) -> AsyncIterator[None]:
    """Serve on `host` and `port` with limits. Raise BotError that names `setting` if the port can't be opened.

    `setting` is the port's, such as SLACK_PORT; that of the host ends in HOST instead.

    Bodies are limited by the application's `client_max_size`, and read before a handler runs.
    """
    served.middlewares.append(_whole_requests)
    runner = web.AppRunner(served, shutdown_timeout=LAST_ANSWERS_SECONDS)
    await runner.setup()
    try:
        listening = await _bound(_Connections(cast("web.Server", runner.server)), host, port, setting)
        try:
            yield
        finally:
            listening.close()
    finally:
        await runner.cleanup()


async def _bound(connections: "_Connections", host: str, port: int, setting: str) -> asyncio.Server:
    try:
        server = await asyncio.get_running_loop().create_server(connections.accept, host, port, backlog=_MOST_AT_A_TIME)
        for one in server.sockets:
            with socket.fromfd(one.fileno(), one.family, one.type) as same:
                same.listen(_MOST_WAITING)
        return server
    except OSError as taken:
        where = "" if host == EVERY_INTERFACE else f" on {host} ({setting.removesuffix('PORT')}HOST)"
        why = os.strerror(taken.errno).lower() if taken.errno else "it is taken"
        raise BotError(f"Port {port} ({setting}) can't be opened{where}: {why}.") from taken


class _Connections:
    """The open connections of one port."""

    def __init__(self, server: web.Server) -> None:
        self._server = server
        self.open: dict[_Connection, None] = {}  # oldest first

    def accept(self) -> asyncio.Protocol:
        """Return the protocol of a new connection. It takes the place of another that hasn't sent its request.

        A request that began and stopped goes first, then a silent one: people's requests begin late and come whole.
        """
        if len(self.open) >= MOST_CONNECTIONS:
            waiting = [one for one in self.open if not one.is_read]
            if not waiting:
                return _Refusal()
            next((one for one in waiting if one.has_begun), waiting[0]).abort()
        return _Connection(self._server, self.open)


class _Connection(web.RequestHandler):
    """One connection, from its beginning until the answer to its one request is taken."""

    def __init__(self, server: web.Server, connections: "dict[_Connection, None]") -> None:
        self._alarm = asyncio.get_running_loop().call_later(READ_SECONDS, self._too_late)
        super().__init__(
            server,
            loop=asyncio.get_running_loop(),
            access_log=None,  # type: ignore[arg-type] # None turns it off
            auto_decompress=False,
            lingering_time=_LINGER_SECONDS,
            max_headers=_MOST_HEADERS,
        )
        self._connections = connections
        self._connections[self] = None
        self.has_begun = self.is_read = False

    def data_received(self, data: bytes) -> None:
        """Read on."""
        self.has_begun = True
        super().data_received(data)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Forget the connection, and cancel what would end it."""
        self._alarm.cancel()
        self._connections.pop(self, None)
        super().connection_lost(exc)

    def read(self) -> None:
        """Note that the request is here whole; read no further, since nobody has to send another one."""
        self._alarm.cancel()
        self.is_read = True
        if self.transport:
            self.transport.pause_reading()

    def answering(self) -> None:
        """Note that the answer begins."""
        self._alarm.cancel()
        if self.transport:
            self._alarm = asyncio.get_running_loop().call_later(TAKE_SECONDS, self.abort)

    def abort(self) -> None:
        """Close the connection at once."""
        self._connections.pop(self, None)
        if self.transport:
            self.transport.abort()

    def _too_late(self) -> None:
        if self.transport:
            self.transport.write(_TOO_LATE)
            self.transport.close()


class _Refusal(asyncio.Protocol):
    """A connection that gets no request read: every other one is being answered."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say so and close."""
        caller = cast("asyncio.Transport", transport)
        caller.write(_TOO_MANY)
        caller.close()


@web.middleware
async def _whole_requests(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let a request through once it is here whole, and close the connection after its answer."""
    connection = cast("_Connection", request.protocol)
    try:
        await _read(request)
        connection.read()
        answer = await handler(request)
    except web.HTTPException as refusal:
        refusal.force_close()
        raise
    finally:
        connection.answering()
    answer.force_close()
    return answer


async def _read(request: web.Request) -> None:
    """Read the body, which the request then holds. Raise HTTPException if it is too large, compressed or broken."""
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise web.HTTPUnsupportedMediaType
    declared = request.content_length or 0
    if declared > request.client_max_size:
        raise web.HTTPRequestEntityTooLarge(max_size=request.client_max_size, actual_size=declared)
    if request.transport is None:  # the caller has left already
        raise web.HTTPBadRequest
    try:
        await request.read()
    except (ConnectionError, web.RequestPayloadError) as broken:
        raise web.HTTPBadRequest from broken
