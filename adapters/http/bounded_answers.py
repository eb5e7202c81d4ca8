"""A limit to what a platform may answer, for the libraries that read each answer whole with aiohttp."""

from types import SimpleNamespace
from typing import Any, cast

import aiohttp

LARGEST_ANSWER_BYTES = 8 * 1024 * 1024
"""Decompressed: a thousand messages of a thread have 2 MB, and the longest fifty digests 3 MB."""


def bounded(trace: aiohttp.TraceConfig) -> aiohttp.TraceConfig:
    """Make a session with this trace raise `aiohttp.ClientPayloadError` for longer answers; return the trace."""
    trace.on_request_end.append(_bound)
    return trace


async def _bound(_: aiohttp.ClientSession, __: SimpleNamespace, ended: aiohttp.TraceRequestEndParams) -> None:
    ended.response.content = cast("aiohttp.StreamReader", _Bounded(ended.response.content))


class _Bounded:
    """An answer's body, in place of the `aiohttp.StreamReader` that it reads from."""

    def __init__(self, content: aiohttp.StreamReader) -> None:
        self._content = content

    async def read(self, size: int = -1) -> bytes:
        """Return the next bytes, by default all. Raise `aiohttp.ClientPayloadError` if that is too much."""
        if size >= 0:
            return await self._content.read(size)
        body = bytearray()
        async for part in self._content.iter_any():
            body += part
            if len(body) > LARGEST_ANSWER_BYTES:
                raise aiohttp.ClientPayloadError("The answer is too long")
        return bytes(body)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._content, name)
