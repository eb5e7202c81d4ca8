"""One question to Hugging Face: asked again soon when the trouble may pass, never for long."""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from typing import TypeVar

import httpx

from bot.domain.errors import SourceBusy, SourceDown
from bot.infra.http.bounded_body import bounded_body
from bot.infra.http.retry_after import reset_seconds, retry_after_seconds
from bot.infra.meter import NO_METER, Meter
from bot.infra.metrics import REQUESTS

log = logging.getLogger(__name__)

SOURCE = "Hugging Face"
LARGEST_BYTES = 4_000_000
"""A page of 100 papers has some 600 kB."""
LONGEST_WAIT_SECONDS = 2.0
"""To be left alone for longer than this is passed on to the caller instead of waited for."""

_PASSING = frozenset({408, 425, 500, 502, 504})
_BUSY = frozenset({429, 503})

Answer = TypeVar("Answer")


class _Passing(SourceDown):
    """Worth another try at once."""


class HuggingFaceReader:
    """At most `attempts` requests, `backoff_seconds` and more apart (with jitter), each within `request_seconds`."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        attempts: int = 3,
        backoff_seconds: float = 0.5,
        request_seconds: float = 5.0,
        meter: Meter = NO_METER,
    ) -> None:
        self._http = http
        self._attempts = attempts
        self._backoff_seconds = backoff_seconds
        self._timeout = httpx.Timeout(request_seconds, connect=min(request_seconds, 3.0))
        self._request_seconds = request_seconds
        self._meter = meter

    async def ask(self, url: str, params: Mapping[str, str], understand: Callable[[bytes], Answer]) -> Answer:
        """What `understand` makes of the answer, in a thread; it raises SourceDown for nonsense.

        Raises SourceDown, its kind SourceBusy where Hugging Face asked to wait for long.
        """
        attempt = 1
        while True:
            try:
                answer = await asyncio.to_thread(understand, await self._body(url, params))
                self._meter.count(REQUESTS, source=SOURCE, outcome="answered")
                return answer
            except SourceDown as trouble:
                outcome = _outcome(trouble)
                self._meter.count(REQUESTS, source=SOURCE, outcome=outcome)
                log.info("Hugging Face didn't answer as it should: why=%s attempt=%d", trouble.sentence, attempt)
                wait_seconds = self._wait_seconds(trouble, attempt)
                if outcome == "rejected" or attempt >= self._attempts or wait_seconds > LONGEST_WAIT_SECONDS:
                    raise
                await asyncio.sleep(wait_seconds)
                attempt += 1

    def _wait_seconds(self, trouble: SourceDown, attempt: int) -> float:
        asked_seconds = trouble.retry_after_seconds if isinstance(trouble, SourceBusy) else 0.0
        backoff_seconds = min(self._backoff_seconds * 2.0 ** (attempt - 1), LONGEST_WAIT_SECONDS / 1.5)
        return max(asked_seconds, backoff_seconds * random.uniform(0.5, 1.5))

    async def _body(self, url: str, params: Mapping[str, str]) -> bytes:
        """Within the time for one request, whatever trickles in; to no other host than the one that was set."""
        try:
            async with (
                asyncio.timeout(self._request_seconds),
                self._http.stream(
                    "GET", url, params=dict(params), follow_redirects=False, timeout=self._timeout
                ) as response,
            ):
                return await _read(response)
        except TimeoutError as exc:
            raise _Passing(SOURCE, "took too long to answer") from exc
        except httpx.HTTPError as exc:
            raise _Passing(SOURCE) from exc


def _outcome(trouble: SourceDown) -> str:
    """Its name in `metrics.REQUESTS`; what is rejected would be so again."""
    if isinstance(trouble, SourceBusy):
        return "busy"
    return "down" if isinstance(trouble, _Passing) else "rejected"


async def _read(response: httpx.Response) -> bytes:
    status = response.status_code
    if status in _BUSY:
        asked_seconds = retry_after_seconds(response.headers) or reset_seconds(response.headers)
        raise SourceBusy(SOURCE, asked_seconds)
    if status in _PASSING:
        raise _Passing(SOURCE, f"answered with an error ({status})")
    if status != 200:
        raise SourceDown(SOURCE, f"answered with an error ({status})")
    return await bounded_body(response, LARGEST_BYTES, SOURCE)
