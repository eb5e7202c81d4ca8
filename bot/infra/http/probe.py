"""One request that only tells whether a service answers, for `paperlark doctor`."""

import asyncio
from collections.abc import Mapping

import httpx

from bot.domain.errors import BotError
from bot.domain.frozen import frozen
from bot.infra.http.body import ACCEPTED_ENCODING, bounded_body
from bot.infra.http.session import http_session
from bot.infra.http.trouble import proxy_refusal, trouble

LARGEST_BODY_BYTES = 8_000_000
"""A day's feed of the largest archive has about 3 MB."""


@frozen
class Probe:
    """What a service answered."""

    status: int
    headers: Mapping[str, str]
    content: bytes


async def probe(url: str, params: Mapping[str, str], timeout_seconds: float) -> Probe:
    """Ask once. Raises BotError if the service can't be reached, with the reason as far as it is known."""
    accepted = {"Accept-Encoding": ACCEPTED_ENCODING}
    async with http_session(timeout_seconds) as http:
        try:
            async with (
                asyncio.timeout(timeout_seconds),
                http.stream("GET", url, params=dict(params), headers=accepted) as answer,
            ):
                content = await bounded_body(answer, LARGEST_BODY_BYTES, "It")
        except (httpx.HTTPError, TimeoutError) as error:
            raise _unreached(trouble(error, url)) from error
    if reason := proxy_refusal(answer.status_code, url):
        raise _unreached(reason)
    return Probe(answer.status_code, answer.headers, content)


def _unreached(reason: str) -> BotError:
    if reason:
        return BotError(f"I can't reach it: {reason}.")
    return BotError("I can't reach it.", "Check the network, and HTTPS_PROXY if there is a proxy.")
