"""One request that only tells whether a service answers, for `paperlark doctor`."""

from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from bot.domain.errors import BotError
from bot.infra.http.session import http_session
from bot.infra.http.trouble import proxy_refusal, trouble


@dataclass(frozen=True, slots=True)
class Probe:
    """What a service answered."""

    status: int
    headers: Mapping[str, str]
    content: bytes


async def probe(url: str, params: Mapping[str, str], timeout_seconds: float) -> Probe:
    """Ask once. Raises BotError if the service can't be reached, with the reason as far as it is known."""
    async with http_session(timeout_seconds) as http:
        try:
            answer = await http.get(url, params=dict(params))
        except httpx.HTTPError as error:
            raise _unreached(trouble(error, url)) from error
    if reason := proxy_refusal(answer.status_code, url):
        raise _unreached(reason)
    return Probe(answer.status_code, answer.headers, answer.content)


def _unreached(reason: str) -> BotError:
    if reason:
        return BotError(f"I can't reach it: {reason}.")
    return BotError("I can't reach it.", "Check the network, and HTTPS_PROXY if there is a proxy.")
