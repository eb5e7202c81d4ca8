"""A forward proxy on loopback, as companies have them: the only way to the hosts of the domain .test.

    async with ForwardProxy() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)

Any name of .test leads to this machine. `requests` lists what was asked of the proxy: "CONNECT host:port" for
encrypted connections, "GET http://…" for others.
"""

import asyncio
from base64 import b64encode
from contextlib import suppress
from typing import Self
from urllib.parse import unquote, urlsplit

HEAD_BYTES = 2**18
_BROKEN = (OSError, asyncio.IncompleteReadError)


class ForwardProxy:
    """With `login` ("user:password") it refuses requests without that; with `refusal` (a status) it refuses all."""

    def __init__(self, login: str = "", refusal: int = 0) -> None:
        self.requests: list[str] = []
        self.refusal = refusal
        self._login = login
        self._lines: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Return the address without a login."""
        return f"http://{self.address}"

    def asked(self, host: str) -> list[str]:
        """Return the requests for a host."""
        return [request for request in self.requests if host in request]

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0, limit=HEAD_BYTES)
        self.port = self._server.sockets[0].getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for line in self._lines:
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = asyncio.current_task()
        assert line
        self._lines.add(line)
        try:
            with suppress(*_BROKEN):
                await self._carry(reader, writer)
        except asyncio.CancelledError:
            pass  # the test has ended; a task of start_server must not end cancelled
        finally:
            writer.close()
            self._lines.discard(line)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *headers = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").rstrip("\r\n").split("\r\n")
        method, target, version = first.split(" ")
        self.requests.append(f"{method} {target}")
        if status := self._refused(headers):
            challenge = "Proxy-Authenticate: Basic\r\n" if status == 407 else ""
            writer.write(f"HTTP/1.1 {status} No\r\n{challenge}Content-Length: 0\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
            return
        there = urlsplit(target if "://" in target else f"//{target}")
        assert there.hostname
        assert there.hostname.endswith(".test"), target
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", there.port, limit=HEAD_BYTES)
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            path = there._replace(scheme="", netloc="").geturl() or "/"
            request = "\r\n".join([f"{method} {path} {version}", *_forwarded(headers), "", ""])
            far_writer.write(request.encode("latin-1"))
        await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))

    def _refused(self, headers: list[str]) -> int:
        given = {name.lower(): value.strip() for name, _, value in (header.partition(":") for header in headers)}
        expected = f"Basic {b64encode(unquote(self._login).encode()).decode()}"
        if self._login and given.get("proxy-authorization") != expected:
            return 407
        return self.refusal


def _forwarded(headers: list[str]) -> list[str]:
    """Return the headers for the server: one request a connection, unless it is upgraded to a websocket."""
    kept = [header for header in headers if not header.lower().startswith("proxy-")]
    if any(header.lower().startswith("upgrade:") for header in kept):
        return kept
    return [header for header in kept if not header.lower().startswith("connection:")] + ["Connection: close"]


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(*_BROKEN):
        while data := await reader.read(2**16):
            writer.write(data)
            await writer.drain()
    writer.close()
