"""A loopback server whose answers never end, or unpack to gigabytes; it counts what it gets rid of."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain, repeat
from typing import Self

from aiohttp import web

_PART = 64 * 1024
_EVENT = b'data: {"choices": [{"delta": {"content": "and "}}]}\n\n'


def _bomb() -> Iterator[bytes]:
    """Yield gzip without end: each part of 64 kB unpacks to 64 MB."""
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    head = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    zeros = b"".join(packer.compress(bytes(_PART)) for _ in range(1000))
    return chain([head], repeat(zeros + packer.flush(zlib.Z_FULL_FLUSH)))


FORMS = {
    "a text": lambda: chain([b'{"ok": true, "choices": [{"message": {"content": "'], repeat(b"x" * _PART)),
    "blanks": lambda: repeat(b" " * _PART),
    "a stream": lambda: repeat(_EVENT * (_PART // len(_EVENT))),
    "a bomb": _bomb,
    "more after gzip's end": lambda: chain([gzip.compress(b"{}")], repeat(b"x" * _PART)),
    "an error": lambda: repeat(b"x" * _PART),
    "a redirect": lambda: repeat(b"x" * _PART),
}
_STATUS = {"an error": 500, "a redirect": 307}
_PACKED = ("a bomb", "more after gzip's end")


class EndlessServer:
    """`async with EndlessServer("a bomb") as server`: it answers every request so, and `sent` counts the bytes."""

    def __init__(self, form: str) -> None:
        self._form = form
        self.sent = 0
        self.requests = 0

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.requests += 1
        answer = web.StreamResponse(status=_STATUS.get(self._form, 200))
        answer.content_type = "text/event-stream" if self._form == "a stream" else "application/json"
        if self._form == "a redirect":
            answer.headers["Location"] = f"{self.url}/elsewhere"
        if self._form in _PACKED:
            answer.headers["Content-Encoding"] = "gzip"
        await answer.prepare(request)
        with suppress(ConnectionError):
            for part in FORMS[self._form]():
                await answer.write(part)
                self.sent += len(part)
        return answer
