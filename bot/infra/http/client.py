"""One client for every service: ask as its policy says, and ask again if that may help."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
from typing import TypeVar

import httpx

from bot.domain.errors import SourceBusy, SourceDown
from bot.domain.frozen import frozen
from bot.infra.http.body import ACCEPTED_ENCODING, bounded_body
from bot.infra.http.errors import Rejected
from bot.infra.http.policy import RetryPolicy
from bot.infra.http.trouble import proxy_refusal, trouble
from bot.infra.meter import NO_METER, Meter
from bot.infra.metrics import REQUESTS
from bot.infra.shares import Charge, free

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")
Lock = Callable[[], AbstractAsyncContextManager[None]]

_TOO_LONG = "took too long to answer"


@frozen
class _Request:
    """One request: a GET, or a POST if it has a body."""

    url: httpx.URL
    headers: Mapping[str, str]
    body: bytes | None = None

    @property
    def method(self) -> str:
        return "GET" if self.body is None else "POST"


class HttpClient:
    """Asks one service. Holds `lock` during each request, also during each one that follows a redirect.

    Each question counts as one step of `charge`, however many requests it takes.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        policy: RetryPolicy,
        meter: Meter = NO_METER,
        lock: Lock = nullcontext,
        charge: Charge = free,
    ) -> None:
        self._http = http
        self._policy = policy
        self._meter = meter
        self._lock = lock
        self._charge = charge

    async def get(
        self,
        url: str,
        params: Mapping[str, str],
        parse: Callable[[bytes], Answer],
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Return what `parse` makes of the body, in a thread. It raises Rejected for a body that will stay as it is.

        Raises SourceDown, as SourceBusy if the service asks us to wait, as Rejected if asking again brings the same;
        HeldBack of `charge`; and what the lock raises.
        """
        return await self._ask(_Request(httpx.URL(url).copy_merge_params(dict(params)), headers or {}), parse)

    async def post(
        self, url: str, body: bytes, parse: Callable[[bytes], Answer], headers: Mapping[str, str] | None = None
    ) -> Answer:
        """As `get`, for a question that is sent as a body of JSON; it may be sent more than once."""
        return await self._ask(
            _Request(httpx.URL(url), {"Content-Type": "application/json", **(headers or {})}, body), parse
        )

    async def find(
        self,
        url: str,
        params: Mapping[str, str],
        parse: Callable[[bytes], Answer],
        headers: Mapping[str, str] | None = None,
    ) -> Answer | None:
        """As `get`; None if the service has no such thing."""
        try:
            return await self.get(url, params, parse, headers)
        except Rejected as refused:
            if refused.status in self._policy.absent:
                return None
            raise

    async def _ask(self, request: _Request, parse: Callable[[bytes], Answer]) -> Answer:
        await self._charge()
        try:
            async with asyncio.timeout(self._policy.total_timeout_seconds):
                return await self._attempted(request, parse)
        except TimeoutError as exc:
            self._count("down")
            raise SourceDown(self._policy.source, _TOO_LONG) from exc

    async def _attempted(self, request: _Request, parse: Callable[[bytes], Answer]) -> Answer:
        attempt = 1
        while True:
            try:
                answer = await asyncio.to_thread(parse, await self._body(request))
                self._count("answered")
                return answer
            except SourceDown as down:
                self._note(down, attempt)
                wait_seconds = self._policy.wait_seconds(down, attempt)
                if wait_seconds is None:
                    raise
            await asyncio.sleep(wait_seconds)
            attempt += 1

    async def _body(self, request: _Request) -> bytes:
        for _ in range(self._policy.most_redirects + 1):
            async with self._lock():
                answer = await self._once(request)
            if isinstance(answer, bytes):
                return answer
            request = replace(request, url=answer)
        raise Rejected(self._policy.source, "redirects without end")

    async def _once(self, request: _Request) -> bytes | httpx.URL:
        """Return the body, or the address to ask instead."""
        headers = {"Accept-Encoding": ACCEPTED_ENCODING, **request.headers}
        policy, timeout = self._policy, httpx.Timeout(None, connect=self._policy.connect_timeout_seconds)
        try:
            async with (
                asyncio.timeout(policy.request_timeout_seconds),
                self._http.stream(
                    request.method,
                    request.url,
                    content=request.body,
                    headers=headers,
                    follow_redirects=False,
                    timeout=timeout,
                ) as response,
            ):
                return self._moved(response) or await self._read(response)
        except TimeoutError as exc:
            raise SourceDown(policy.source, _TOO_LONG) from exc
        except httpx.HTTPError as exc:
            reason = trouble(exc, str(request.url))
            cause: Exception = OSError(type(exc).__name__) if policy.has_key else exc
        # Raised out here since inside the handler httpx's error, whose request holds the key, would be its context.
        raise SourceDown(policy.source, reason=reason) from cause

    def _moved(self, response: httpx.Response) -> httpx.URL | None:
        """Return where else to ask. Raise SourceDown for another host: it may lie in the operator's own network."""
        there = self._policy.redirect(response) if self._policy.most_redirects else None
        here = response.request.url
        if there and (
            there.host != here.host or (there.scheme, there.port) not in {(here.scheme, here.port), ("https", None)}
        ):
            raise SourceDown(self._policy.source, "sent us to another host")
        return there

    async def _read(self, response: httpx.Response) -> bytes:
        if reason := proxy_refusal(response.status_code, str(response.request.url)):
            raise SourceDown(self._policy.source, reason=reason)
        if refused := self._policy.trouble(response.status_code, response.headers):
            raise refused
        return await bounded_body(response, self._policy.largest_body_bytes, self._policy.source)

    def _note(self, down: SourceDown, attempt: int) -> None:
        outcome = self._outcome(down)
        self._count(outcome)
        if outcome != "answered":
            why = f"{down.sentence} ({down.reason})" if down.reason else down.sentence
            log.info("A source didn't answer as it should: why=%s attempt=%d", why, attempt)

    def _outcome(self, down: SourceDown) -> str:
        if isinstance(down, Rejected):
            return "answered" if down.status in self._policy.absent else "rejected"
        return "busy" if isinstance(down, SourceBusy) else "down"

    def _count(self, outcome: str) -> None:
        self._meter.count(REQUESTS, source=self._policy.source, outcome=outcome)
