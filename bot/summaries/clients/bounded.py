"""The HTTP client of the openai library, with a limit to what a server may answer.

The library reads every answer whole, those with an error and those that redirect too, and decompresses as it goes: a
server that never stops would fill the memory.
"""

from collections.abc import AsyncGenerator, AsyncIterator

import httpx2
import openai

from bot.infra.http.body import ACCEPTED_ENCODING, bounded
from bot.infra.http.errors import Rejected

LARGEST_ANSWER_BYTES = 1024 * 1024
"""As sent and decompressed. A summary with all its thoughts has 50 kB, as a stream of single tokens 500 kB."""


class TooLong(Exception):
    """The server answered with more than `LARGEST_ANSWER_BYTES`."""


def bounded_http() -> httpx2.AsyncClient:
    """Return a client for the openai library; it reads no answer beyond `LARGEST_ANSWER_BYTES`."""
    return openai.DefaultAsyncHttpxClient(
        headers={"Accept-Encoding": ACCEPTED_ENCODING}, event_hooks={"response": [_bound]}
    )


def is_too_long(error: Exception) -> bool:
    """Return True if the library's error means that the answer was too long."""
    return isinstance(error.__cause__, Rejected)


async def _bound(response: httpx2.Response) -> None:
    """Replace the body, unread so far, by a bounded and decompressed one."""
    encoding = response.headers.pop("Content-Encoding", "")
    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _Bounded(response.stream, encoding)


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream, encoding: str) -> None:
        self._stream = stream
        self._parts: AsyncGenerator[bytes] = bounded(stream, encoding, LARGEST_ANSWER_BYTES, "The model")

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._parts

    async def aclose(self) -> None:
        await self._parts.aclose()
        await self._stream.aclose()
