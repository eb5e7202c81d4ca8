"""What a service answers, as far as it can be read: nobody fills our memory."""

import httpx

from bot.domain.errors import SourceDown


async def bounded_body(
    response: httpx.Response, most_bytes: int, source: str, too_much: type[SourceDown] = SourceDown
) -> bytes:
    """The body, decoded. Raises `too_much` for `source` once it is longer than `most_bytes`, and what httpx raises."""
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > most_bytes:
            raise too_much(source, "answered with more than can be read")
    return bytes(body)
