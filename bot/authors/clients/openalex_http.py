"""One question to OpenAlex: asked again soon when the trouble may pass, never for long, and never once it has refused.

A record by its id costs nothing; a list costs $0.0001 and a search $0.001 of a free allowance a day: without a key
$0.10, with a free one $1, anew at midnight UTC (https://developers.openalex.org/guides/authentication).
"""

import asyncio
import json
import logging
import random
import re
import time
from collections.abc import Mapping

import httpx

from bot.domain.errors import SourceBusy, SourceDown
from bot.infra.http.bounded_body import bounded_body
from bot.infra.meter import NO_METER, Meter
from bot.infra.metrics import REQUESTS

log = logging.getLogger(__name__)

SOURCE = "OpenAlex"
ANSWER_SECONDS = 12.0
"""All that a person waits for one question, a second attempt included."""
ATTEMPTS = 2
LONGEST_WAIT_SECONDS = 3.0
"""Retry-After is this short where it is asked too quickly, and up to 15 hours where the day's allowance is spent."""
LONGEST_REST_SECONDS = 3600.0
"""How long what costs isn't asked again once the allowance is spent: a new key, or midnight, counts within an hour."""
LARGEST_BYTES = 8_000_000

# A record that was merged into another one is answered with a redirect to that
# (https://developers.openalex.org/api-entities/entities-overview#merged-entity-ids).
_MOVED = frozenset({301, 302, 307, 308})
_MERGED = re.compile(
    r"(?:https?://[^/\s]+)?/(?P<kind>authors|works)/(?:https://openalex\.org/)?(?P<id>[AW][0-9]{4,12})"
)


class OpenAlexReader:
    """Asks `url` with `key`, which is empty where there is none: OpenAlex refuses an empty one. One for all who ask.

    Once the allowance is spent, nothing that costs is asked for a while; what is free is asked all the same.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        url: str,
        key: str = "",
        answer_seconds: float = ANSWER_SECONDS,
        pause_seconds: float = 0.5,
        meter: Meter = NO_METER,
    ) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._key = key
        self._answer_seconds = answer_seconds
        self._pause_seconds = pause_seconds
        self._meter = meter
        self._spent_until = 0.0

    async def record(self, path: str, select: str) -> Mapping[str, object] | None:
        """The record at `path`, such as /authors/A5023888391, or the one it was merged into; None where none is.

        Free of charge. Raises SourceDown.
        """
        body = await self._in_time(path, {"select": select})
        answer = None if body is None else _json(body)
        if answer is not None and not isinstance(answer, dict):
            raise _unreadable()
        return answer

    async def results(self, path: str, params: Mapping[str, str]) -> list[Mapping[str, object]] | None:
        """The records of a list or a search, those that are any; None where there is no such thing to list.

        Costs. Raises SourceDown.
        """
        rest_seconds = self._spent_until - time.monotonic()
        if rest_seconds > 0:
            raise _spent(rest_seconds, bool(self._key))
        body = await self._in_time(path, params)
        if body is None:
            return None
        answer = _json(body)
        results = answer.get("results") if isinstance(answer, dict) else None
        if not isinstance(results, list):
            raise _unreadable()
        return [one for one in results if isinstance(one, dict)]

    async def _in_time(self, path: str, params: Mapping[str, str]) -> bytes | None:
        try:
            async with asyncio.timeout(self._answer_seconds):
                body = await self._patiently(path, {**params, **({"api_key": self._key} if self._key else {})})
        except TimeoutError as exc:
            self._meter.count(REQUESTS, source=SOURCE, outcome="down")
            raise SourceDown(SOURCE, "took too long to answer") from exc
        self._meter.count(REQUESTS, source=SOURCE, outcome="answered")
        return body

    async def _patiently(self, path: str, params: Mapping[str, str]) -> bytes | None:
        """As `_body`; once more after trouble that may pass soon."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await self._body(path, params)
            except SourceDown as trouble:
                self._meter.count(REQUESTS, source=SOURCE, outcome=_outcome(trouble))
                log.info("OpenAlex didn't answer as it should: why=%s attempt=%d", trouble.sentence, attempt)
                wait_seconds = trouble.retry_after_seconds if isinstance(trouble, SourceBusy) else 0.0
                if wait_seconds > LONGEST_WAIT_SECONDS:
                    self._spent_until = time.monotonic() + min(wait_seconds, LONGEST_REST_SECONDS)
                    raise _spent(wait_seconds, bool(self._key)) from trouble
                if attempt == ATTEMPTS or not isinstance(trouble, SourceBusy | _Passing):
                    raise
                await asyncio.sleep(max(wait_seconds, self._pause_seconds * random.uniform(0.5, 1.5)))
        raise AssertionError("unreachable")

    async def _body(self, path: str, params: Mapping[str, str], moved: bool = False) -> bytes | None:
        """What is there; None where OpenAlex has no such record."""
        try:
            async with self._http.stream(
                "GET", f"{self._url}{path}", params=params, follow_redirects=False
            ) as response:
                merged = _merged_into(response) if not moved else ""
                if not merged:
                    return await _read(response)
        except httpx.HTTPError as exc:
            # Not `from exc`: the request's address in it holds the key.
            raise _Passing(SOURCE) from OSError(type(exc).__name__)
        return await self._body(merged, params, moved=True)


class _Passing(SourceDown):
    """Trouble that may be over in a moment."""


async def _read(response: httpx.Response) -> bytes | None:
    """Raises a kind of SourceDown where the answer is none."""
    status = response.status_code
    if status == 429:
        raise SourceBusy(SOURCE, _seconds(response.headers.get("Retry-After", "")))
    if status in {401, 403}:
        raise SourceDown(SOURCE, f"refused us ({status}): OPENALEX_API_KEY is missing or wrong")
    if status >= 500:
        raise _Passing(SOURCE, f"answered with an error ({status})")
    if status not in {200, 404}:
        raise SourceDown(SOURCE, f"refused the question ({status})")
    if status == 404:
        return None
    return await bounded_body(response, LARGEST_BYTES, SOURCE)


def _merged_into(response: httpx.Response) -> str:
    """The path, at the host we know, of the record that took this one's place; empty where none is named."""
    if response.status_code not in _MOVED:
        return ""
    found = _MERGED.match(response.headers.get("Location", "")[:300])
    return f"/{found['kind']}/{found['id']}" if found else ""


def _outcome(trouble: SourceDown) -> str:
    """Its name in `metrics.REQUESTS`."""
    if isinstance(trouble, SourceBusy):
        return "busy"
    return "down" if isinstance(trouble, _Passing) else "rejected"


def _spent(seconds: float, with_key: bool) -> SourceDown:
    """What a person is told of a long wait."""
    wait = f"{max(round(seconds / 3600), 2)} hours" if seconds > 5400 else f"{max(round(seconds / 60), 1)} minutes"
    mend = "" if with_key else "; a free OPENALEX_API_KEY lets it answer more"
    return SourceDown(SOURCE, f"asks us to wait for {wait}{mend}")


def _seconds(header: str) -> float:
    """Retry-After in seconds; a date, or nothing that can be read, counts as none."""
    value = header.strip()
    return float(value[:9]) if value.isascii() and value.isdigit() else 0.0


def _json(body: bytes) -> object:
    try:
        found: object = json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise _unreadable() from exc
    return found


def _unreadable() -> SourceDown:
    return SourceDown(SOURCE, "answered with something that can't be read")
