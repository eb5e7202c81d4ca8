"""A proxy between a client and a server on loopback, which breaks connections as a test requests.

    async with Proxy(slack.api_url, fault_of) as proxy:
        ...the client calls proxy.url in the place of slack.api_url...

`fault_of` gets every request and returns its fault; None forwards it. The proxy handles HTTP/1.1 with kept connections
and any kind of body; once a connection is upgraded, its bytes pass unchanged. The server executes a request even if the
client dies before the answer, as on a real network.
"""

import asyncio
import socket
import struct
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import Self
from urllib.parse import urlsplit, urlunsplit

from support.servers.connections import HEAD_BYTES, ConnectionServer

_BROKEN = (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)


class Kind(StrEnum):
    """Faults of a request or its answer; the first three never reach the server."""

    CUT = "cut"
    RESET = "reset"
    REFUSE = "refuse"
    LOSE = "reply lost"
    TRUNCATE = "truncated"
    PASS = "passed"


@dataclass(frozen=True)
class Fault:
    """`REFUSE` answers with status, headers and body; the delays come before the request and before the answer."""

    kind: Kind = Kind.PASS
    status: int = 503
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    before_seconds: float = 0.0
    after_seconds: float = 0.0


@dataclass(frozen=True)
class Request:
    """One request; `body` excludes the chunk headers."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


FaultOf = Callable[[Request], Fault | None]


class Proxy(ConnectionServer):
    """`url` leads to the same path as `origin`; `done` counts by kind."""

    broken = _BROKEN

    def __init__(self, origin: str, fault_of: FaultOf = lambda _: None) -> None:
        super().__init__()
        self.origin = origin
        self.fault_of = fault_of
        self.url = ""
        self.done: Counter[Kind] = Counter()
        self._parts = urlsplit(origin)

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        self.url = urlunsplit(self._parts._replace(netloc=f"127.0.0.1:{self.port}"))
        return self

    async def carried(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve the connection's requests one by one."""
        while await self._one(reader, writer):
            pass

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Serve one request; return False if the connection ends with it."""
        head = await _head(reader)
        raw, body = await _body(reader, head)
        method, target, _ = head.first.split(" ", 2)
        fault = self.fault_of(Request(method, target, head.headers, body)) or Fault()
        self.done[fault.kind] += 1
        await asyncio.sleep(fault.before_seconds)
        if fault.kind is Kind.RESET:
            _reset(writer)
        if fault.kind in {Kind.RESET, Kind.CUT}:
            return False
        if fault.kind is Kind.REFUSE:
            writer.write(_refusal(fault))
            await writer.drain()
            return True
        return await self._forwarded(method, head.raw + raw, fault, reader, writer)

    async def _forwarded(
        self, method: str, request: bytes, fault: Fault, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Return the answer, or as much of it as the fault leaves."""
        there, back = await asyncio.open_connection(self._parts.hostname, self._parts.port, limit=HEAD_BYTES)
        try:
            back.write(request)
            head = await _head(there)
            if head.status == HTTPStatus.SWITCHING_PROTOCOLS:
                writer.write(head.raw)
                await _both_ways((reader, back), (there, writer))
                return False
            answer = head.raw + (await _body(there, head, until_end=True))[0] * (method != "HEAD" and head.has_body)
        finally:
            back.close()
        await asyncio.sleep(fault.after_seconds)
        if fault.kind is Kind.LOSE:
            return False
        kept = len(head.raw) + (len(answer) - len(head.raw)) // 2 if fault.kind is Kind.TRUNCATE else len(answer)
        writer.write(answer[:kept])
        await writer.drain()
        return fault.kind is not Kind.TRUNCATE and head.is_kept


@dataclass(frozen=True)
class _Head:
    """The first line and headers of a message, with lowercase names."""

    raw: bytes
    first: str
    headers: Mapping[str, str]

    @property
    def status(self) -> int:
        return int(self.first.split(" ")[1])

    @property
    def has_body(self) -> bool:
        return self.status not in {204, 304}

    @property
    def is_kept(self) -> bool:
        """Return True if the client can find the end of the answer without an end of the connection."""
        framed = "content-length" in self.headers or "transfer-encoding" in self.headers or not self.has_body
        return framed and self.headers.get("connection", "").lower() != "close"


async def _head(reader: asyncio.StreamReader) -> _Head:
    raw = await reader.readuntil(b"\r\n\r\n")
    first, *lines = raw.decode("latin-1").rstrip("\r\n").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return _Head(raw, first, {name.strip().lower(): value.strip() for name, _, value in pairs})


async def _body(reader: asyncio.StreamReader, head: _Head, until_end: bool = False) -> tuple[bytes, bytes]:
    """Return the raw and the decoded bytes. `until_end`: an answer without a length ends with its connection."""
    if "chunked" in head.headers.get("transfer-encoding", "").lower():
        return await _chunks(reader)
    if "content-length" in head.headers:
        body = await reader.readexactly(int(head.headers["content-length"]))
    else:
        body = await reader.read() if until_end and head.has_body else b""
    return body, body


async def _chunks(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    raw, body = b"", b""
    while True:
        line = await reader.readuntil(b"\r\n")
        size = int(line.partition(b";")[0], 16)
        chunk = await reader.readexactly(size + 2) if size else b""
        raw, body = raw + line + chunk, body + chunk[:-2]
        if not size:
            while (trailer := await reader.readuntil(b"\r\n")) != b"\r\n":
                raw += trailer
            return raw + trailer, body


def _refusal(fault: Fault) -> bytes:
    headers = {"Content-Length": str(len(fault.body)), "Content-Type": "application/json", **fault.headers}
    lines = [f"HTTP/1.1 {fault.status} {HTTPStatus(fault.status).phrase}", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + fault.body


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST: lingering is on, with zero seconds."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _both_ways(*pairs: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> None:
    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(*_BROKEN):
            while data := await reader.read(2**16):
                writer.write(data)
                await writer.drain()
        writer.close()

    await asyncio.gather(*(one(*pair) for pair in pairs))
