"""What became of the requests of one post: refused, limited, or perhaps accepted without our knowledge."""

import re
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from types import SimpleNamespace

import aiohttp

from bot.domain.errors import Scope

INVALID_SECONDS = 600.0
"""Wait after a 403, 404 or 429 that may be temporary: 10,000 of them in ten minutes cause a ban.
https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans"""
RETRY_AFTER_LIMIT = 3600.0
_SECONDS = re.compile(r"\d{1,9}(\.\d{1,9})?")


class Limited(Exception):
    """An answer of 429 from Discord; raised before the library would wait on its own, so all processes wait."""

    def __init__(self, scope: Scope, seconds: float) -> None:
        self.scope = scope
        self.seconds = seconds
        super().__init__(scope)


class Again(Exception):
    """An attempt of the library to retry a request that may not be retried."""


@dataclass(slots=True)
class Exchange:
    """The state of one post's requests; `doubtful` means that Discord may have accepted one without our knowledge.

    `once`: Discord can't recognize a second request as a retry, so the library may not retry.
    """

    once: bool = False
    begun: bool = False
    in_flight: bool = False
    failed: bool = False

    @property
    def doubtful(self) -> bool:
        return self.in_flight or self.failed


exchange_under_way: ContextVar[Exchange | None] = ContextVar("exchange", default=None)
"""The exchange that the running task takes part in."""


def tracing() -> aiohttp.TraceConfig:
    """Return a trace for the client's `http_trace` that distinguishes refused from broken connections."""
    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(_note_begun)
    trace.on_request_headers_sent.append(_note_sent)
    trace.on_request_end.append(_note_answered)
    return trace


async def _note_begun(_session: object, _context: SimpleNamespace, _params: object) -> None:
    if exchange := exchange_under_way.get():
        if exchange.once and exchange.begun:
            raise Again
        exchange.begun = True


async def _note_sent(_session: object, _context: SimpleNamespace, _params: object) -> None:
    if exchange := exchange_under_way.get():
        exchange.in_flight = True


async def _note_answered(_session: object, _context: SimpleNamespace, params: aiohttp.TraceRequestEndParams) -> None:
    if exchange := exchange_under_way.get():
        exchange.in_flight = False
        exchange.failed = exchange.failed or params.response.status >= 500
        if params.response.status == 429:
            params.response.close()
            raise _limited(params.response.headers)


def _limited(headers: Mapping[str, str]) -> Limited:
    """Return the limit's scope and wait: without Discord's own headers, it is Cloudflare's and applies everywhere."""
    said = (headers.get(name, "") for name in ("Retry-After", "X-RateLimit-Reset-After"))
    told = next((float(seconds) for seconds in said if _SECONDS.fullmatch(seconds)), INVALID_SECONDS)
    own = headers.get("X-RateLimit-Scope", "global" if "X-RateLimit-Global" in headers else "")
    scope: Scope = "channel" if own in {"user", "shared"} else "platform"
    return Limited(scope, min(told, RETRY_AFTER_LIMIT))
