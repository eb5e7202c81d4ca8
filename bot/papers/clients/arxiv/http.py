"""One question to arXiv, in its turn: asked again when the trouble may pass, never for longer than was agreed."""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from typing import TypeVar

import httpx

from bot.domain.errors import SourceBusy, SourceDown
from bot.infra.http.bounded_body import bounded_body
from bot.infra.http.retry_after import retry_after_seconds
from bot.infra.meter import NO_METER, Meter
from bot.infra.metrics import REQUESTS
from bot.papers.clients.arxiv.lock import ArxivLock
from bot.papers.clients.arxiv.xml import LARGEST_BYTES, Rejected

log = logging.getLogger(__name__)

SOURCE = "arXiv"
LONGEST_WAIT_SECONDS = 30.0
"""A Retry-After beyond this is passed on to the caller instead of waited for."""

_CONNECT_SECONDS = 10.0
_HOPS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PASSING = frozenset({408, 425, 500, 502, 504})
_BUSY = frozenset({429, 503})

Answer = TypeVar("Answer")


class ArxivReader:
    """Asks arXiv and hands on what `understand` makes of the answer.

    At most `attempts` requests, `backoff_seconds` and more apart (with jitter), each within `request_seconds`.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        turn: ArxivLock,
        attempts: int = 3,
        backoff_seconds: float = 3.0,
        request_seconds: float = 45.0,
        meter: Meter = NO_METER,
    ) -> None:
        self._http = http
        self._turn = turn
        self._attempts = attempts
        self._backoff_seconds = backoff_seconds
        self._request_seconds = request_seconds
        self._meter = meter

    async def ask(self, url: str, params: Mapping[str, str], understand: Callable[[bytes], Answer]) -> Answer:
        """The understood answer; `understand` runs in a thread and raises SourceDown for nonsense.

        Raises SourceDown, its kind SourceBusy where arXiv asked to wait, and what the turn raises.
        """
        target = str(httpx.URL(url).copy_merge_params(dict(params)))
        attempt = 1
        while True:
            try:
                body = await self._body(target)
                answer = await asyncio.to_thread(understand, body)
                self._meter.count(REQUESTS, source=SOURCE, outcome="answered")
                return answer
            except Rejected:
                self._meter.count(REQUESTS, source=SOURCE, outcome="rejected")
                raise
            except SourceDown as trouble:
                outcome = "busy" if isinstance(trouble, SourceBusy) else "down"
                self._meter.count(REQUESTS, source=SOURCE, outcome=outcome)
                wait_seconds = self._wait_seconds(trouble, attempt)
                log.info("arXiv didn't answer as it should: why=%s attempt=%d", trouble.sentence, attempt)
                if attempt >= self._attempts or wait_seconds > LONGEST_WAIT_SECONDS:
                    raise
                await asyncio.sleep(wait_seconds)
                attempt += 1

    def _wait_seconds(self, trouble: SourceDown, attempt: int) -> float:
        backoff_seconds = min(self._backoff_seconds * 2.0 ** (attempt - 1), LONGEST_WAIT_SECONDS / 1.5)
        asked_seconds = trouble.retry_after_seconds if isinstance(trouble, SourceBusy) else 0.0
        return max(asked_seconds, backoff_seconds * random.uniform(0.5, 1.5))

    async def _body(self, url: str) -> bytes:
        """What is at `url`, or where it says it moved on the same host: SSRF needs no more than one open redirect."""
        for _ in range(_HOPS):
            async with self._turn.taken():
                answer = await self._once(url)
            if isinstance(answer, bytes):
                return answer
            url = answer
        raise Rejected(SOURCE, "redirects without end")

    async def _once(self, url: str) -> bytes | str:
        """The body, or the address to ask instead."""
        try:
            async with (
                asyncio.timeout(self._request_seconds),
                self._http.stream("GET", url, follow_redirects=False, timeout=self._timeout()) as response,
            ):
                moved = _moved(response)
                return moved if moved else await _read(response)
        except TimeoutError as exc:
            raise SourceDown(SOURCE, "took too long to answer") from exc
        except httpx.HTTPError as exc:
            raise SourceDown(SOURCE) from exc

    def _timeout(self) -> httpx.Timeout:
        return httpx.Timeout(self._request_seconds, connect=min(_CONNECT_SECONDS, self._request_seconds))


def _moved(response: httpx.Response) -> str | None:
    if response.status_code not in _REDIRECTS:
        return None
    here, there = response.request.url, response.next_request and response.next_request.url
    if (
        not there
        or there.host != here.host
        or (there.scheme, there.port) not in {(here.scheme, here.port), ("https", None)}
    ):
        raise SourceDown(SOURCE, "sent us to another host")
    return str(there)


async def _read(response: httpx.Response) -> bytes:
    status = response.status_code
    if status in _BUSY:
        raise SourceBusy(SOURCE, retry_after_seconds(response.headers))
    if status in _PASSING or not (200 <= status < 500):
        raise SourceDown(SOURCE, f"answered with an error ({status})")
    if status != 200:
        # Also 400 with a feed that says which id it didn't like, and 403, after which asking on counts as an attack.
        raise Rejected(SOURCE, f"refused the question ({status})", status)
    return await bounded_body(response, LARGEST_BYTES, SOURCE, Rejected)
