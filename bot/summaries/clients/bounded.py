"""The HTTP client of the openai library, with a limit to what a server may answer.

The library reads every answer whole, those with an error and those that redirect too, and decompresses as it goes: a
server that never stops would fill the memory.
"""

from collections.abc import AsyncIterator

import httpx2

from bot.domain.errors import SourceDown
from bot.infra.http.body import ACCEPTED_ENCODING, bounded
from bot.infra.http.errors import Rejected
from bot.infra.http.proxies import proxy_url
from bot.infra.tls import tls_context
from bot.summaries.clients.openai_package import DefaultAsyncHttpxClient

LARGEST_ANSWER_BYTES = 1024 * 1024
"""As sent and decompressed. A summary with all its thoughts has 50 kB, as a stream of single tokens 500 kB."""


class TooLong(Exception):
    """The server answered with more than `LARGEST_ANSWER_BYTES`."""


def bounded_http(url: str) -> httpx2.AsyncClient:
    """Return a client for the openai library at `url`; it reads no answer beyond `LARGEST_ANSWER_BYTES`.

    Raise BotError if a proxy or certificate file that somebody set can't be used.
    """
    return DefaultAsyncHttpxClient(
        proxy=proxy_url(url),
        verify=tls_context(),
        trust_env=False,
        headers={"Accept-Encoding": ACCEPTED_ENCODING},
        event_hooks={"response": [_bound]},
    )


async def _bound(response: httpx2.Response) -> None:
    """Replace the body, unread so far, by a bounded and decompressed one."""
    encoding = response.headers.pop("Content-Encoding", "")
    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _Bounded(response.stream, encoding)


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream, encoding: str) -> None:
        self._stream = stream
        self._encoding = encoding

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for part in bounded(self._stream, self._encoding, LARGEST_ANSWER_BYTES, "The model"):
                yield part
        except Rejected as error:
            raise TooLong from error
        except SourceDown as error:
            raise httpx2.DecodingError("The answer can't be decompressed") from error

    async def aclose(self) -> None:
        await self._stream.aclose()
