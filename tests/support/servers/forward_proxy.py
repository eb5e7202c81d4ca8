"""A forward proxy on loopback, as companies have them: the only way to the hosts of the domain .test.

    async with ForwardProxy() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)

Any name of .test leads to this machine. `requests` lists what was asked of the proxy: "CONNECT host:port" for
encrypted connections, "GET http://…" for others.
"""

import asyncio
from base64 import b64encode
from contextlib import suppress
from urllib.parse import unquote, urlsplit

from support.servers.connections import HEAD_BYTES, ConnectionServer


class ForwardProxy(ConnectionServer):
    """With `login` ("user:password") it refuses requests without that; with `refusal` (a status) it refuses all."""

    def __init__(self, login: str = "", refusal: int = 0) -> None:
        super().__init__()
        self.requests: list[str] = []
        self.refusal = refusal
        self._login = login

    @property
    def address(self) -> str:
        """Return host and port."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """Return the address without a login."""
        return f"http://{self.address}"

    def asked(self, host: str) -> list[str]:
        """Return the requests for a host."""
        return [request for request in self.requests if host in request]

    async def carried(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
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
    with suppress(*ConnectionServer.broken):
        while data := await reader.read(2**16):
            writer.write(data)
            await writer.drain()
    writer.close()
