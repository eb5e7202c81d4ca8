"""Read what a service answers: its body within a limit, its Retry-After, its instants."""

import zlib
from collections.abc import AsyncGenerator, AsyncIterable, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from bot.domain.errors import SourceDown
from bot.infra.http.errors import Rejected

ACCEPTED_ENCODING = "gzip"
LONGEST_RETRY_AFTER_SECONDS = 3600.0

_LONGEST_INSTANT = 40


async def bounded_body(response: httpx.Response, most_bytes: int, source: str) -> bytes:
    """Return the body, decompressed. Raise as `bounded` does, and what httpx raises."""
    encoding = response.headers.get("Content-Encoding", "")
    return b"".join([part async for part in bounded(response.aiter_raw(), encoding, most_bytes, source)])


async def bounded(
    chunks: AsyncIterable[bytes], encoding: str, most_bytes: int, source: str
) -> AsyncGenerator[bytes, None]:
    """Yield what `chunks` hold, decompressed.

    Raise Rejected if they are longer than `most_bytes`, as sent or decompressed, and SourceDown if they can't be
    decompressed. HTTP libraries decompress each chunk whole, 64 kB to 66 MB, and once more for each encoding that the
    header names: a bomb would fill the memory before the first count. So we decompress here, and gzip alone. Any other
    encoding stays as it is; the reader takes it for nonsense.
    """
    decompress = _decompress(encoding, source)
    sent = made = 0
    async for chunk in chunks:
        sent += len(chunk)
        if sent > most_bytes:
            raise _too_long(source)
        part = decompress(chunk, most_bytes + 1 - made)
        made += len(part)
        if made > most_bytes:
            raise _too_long(source)
        yield part


def _too_long(source: str) -> Rejected:
    return Rejected(source, "answered with more than can be read")


def _decompress(encoding: str, source: str) -> Callable[[bytes, int], bytes]:
    """Return a function of a chunk and of the most bytes to make of it."""
    if encoding.strip().lower() not in {"gzip", "x-gzip"}:
        return lambda chunk, _: chunk
    gzip = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def decompress(chunk: bytes, most_bytes: int) -> bytes:
        try:
            return gzip.decompress(chunk, most_bytes)
        except zlib.error as exc:
            raise SourceDown(source) from exc

    return decompress


def retry_after_seconds(headers: httpx.Headers, most_seconds: float = LONGEST_RETRY_AFTER_SECONDS) -> float:
    """Return Retry-After in either form (RFC 9110, 10.2.3), at most `most_seconds`; 0 if it can't be read."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:10]), most_seconds)
    try:
        until, sent = parsedate_to_datetime(value), parsedate_to_datetime(headers.get("Date", ""))
        return min(max((until - sent).total_seconds(), 0.0), most_seconds)
    except (TypeError, ValueError, OverflowError):
        return 0.0


def instant_of(text: str) -> datetime | None:
    """Return an ISO 8601 instant in UTC; None if it can't be read or names no zone."""
    try:
        when = datetime.fromisoformat(text[:_LONGEST_INSTANT])
        return when.astimezone(UTC) if when.tzinfo else None
    except (ValueError, OverflowError):
        return None
