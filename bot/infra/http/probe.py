"""One request that only tells whether a service answers, for `paperlark doctor`."""

from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from bot.domain.errors import BotError
from bot.infra.http.session import http_session


@dataclass(frozen=True, slots=True)
class Probe:
    """What a service answered."""

    status: int
    headers: Mapping[str, str]
    content: bytes


async def probe(url: str, params: Mapping[str, str], timeout_seconds: float) -> Probe:
    """Ask once. Raises BotError if the service can't be reached."""
    async with http_session(timeout_seconds) as http:
        try:
            answer = await http.get(url, params=dict(params))
        except httpx.HTTPError as error:
            raise BotError("I can't reach it.", "Check the network, and HTTPS_PROXY if there is a proxy.") from error
    return Probe(answer.status_code, answer.headers, answer.content)
