"""Retries and allowance of OpenAlex: one quick retry, and no charged request once the allowance is spent.

A record by its id is free; a list costs $0.0001 and a search $0.001 of a free daily allowance: $0.10 without a key, $1
with a free one. It is renewed at midnight UTC (https://developers.openalex.org/guides/authentication).
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

import httpx

from bot.domain.errors import SourceBusy, SourceDown
from bot.infra.http.body import retry_after_seconds
from bot.infra.http.client import HttpClient
from bot.infra.http.errors import Rejected
from bot.infra.http.policy import SERVER_ERRORS, RetryPolicy

SOURCE = "OpenAlex"
LONGEST_REST_SECONDS = 3600.0
"""Pause of charged requests once the allowance is spent: a new key, or midnight, takes effect within an hour."""

_LONGEST_ALLOWANCE_SECONDS = 86_400.0
_KEY_REFUSED = "refused us ({}): OPENALEX_API_KEY is missing or wrong"
_MERGED = re.compile(
    r"(?:https?://[^/\s]+)?/(?P<kind>authors|works)/(?:https://openalex\.org/)?(?P<id>[AW][0-9]{4,12})"
)
_RECORD = re.compile(r"/(?:authors|works)/")

Json = Mapping[str, object]
Answer = TypeVar("Answer")


def _merged_into(response: httpx.Response) -> httpx.URL | None:
    """Return the address, at the host we asked, of the record into which this one was merged; None if none is named.

    https://developers.openalex.org/api-entities/entities-overview#merged-entity-ids
    """
    here = response.request.url
    asked, named = _RECORD.search(here.path), _MERGED.match(response.headers.get("Location", "")[:300])
    if response.status_code not in {301, 302, 307, 308} or not asked or not named:
        return None
    return here.copy_with(path=f"{here.path[: asked.start()]}/{named['kind']}/{named['id']}")


def _wait_asked(headers: httpx.Headers) -> float:
    """Return some seconds if we ask too fast, and up to 15 hours if the day's allowance is spent."""
    return retry_after_seconds(headers, _LONGEST_ALLOWANCE_SECONDS)


OPENALEX = RetryPolicy(
    source=SOURCE,
    largest_body_bytes=8_000_000,
    request_timeout_seconds=12.0,
    connect_timeout_seconds=None,
    total_timeout_seconds=12.0,  # the longest wait of a person for one question
    attempts=2,
    backoff_seconds=0.5,
    longest_wait_seconds=3.0,
    wait_asked=_wait_asked,
    busy=frozenset({429}),
    transient=SERVER_ERRORS,
    absent=frozenset({404}),
    refusal="refused the question",
    refusals={status: _KEY_REFUSED.format(status) for status in (401, 403)},
    most_redirects=1,
    redirect=_merged_into,
    has_key=True,
)


class OpenAlexReader:
    """A reader at `url` with `key`, shared by all callers.

    `key` is empty if there is none, and then isn't sent: OpenAlex refuses an empty one. Once the allowance is spent,
    the reader pauses charged requests for a while; free requests go on.
    """

    def __init__(self, client: HttpClient, url: str, key: str = "") -> None:
        self._client = client
        self._url = url.rstrip("/")
        self._key = key
        self._spent_until = 0.0

    async def record(self, path: str, select: str) -> Json | None:
        """Return the record at `path`, such as /authors/A5023888391, or the one it was merged into.

        None if it doesn't exist. Free of charge. Raises SourceDown.
        """
        return await self._ask(path, {"select": select}, _record)

    async def results(self, path: str, params: Mapping[str, str]) -> list[Json] | None:
        """Return the valid records of a list or a search; None if the listed object doesn't exist.

        Charged. Raises SourceDown.
        """
        rest_seconds = self._spent_until - time.monotonic()
        if rest_seconds > 0:
            raise _spent(rest_seconds, bool(self._key))
        return await self._ask(path, params, _results)

    async def _ask(self, path: str, params: Mapping[str, str], parse: Callable[[bytes], Answer]) -> Answer | None:
        keyed = {**params, "api_key": self._key} if self._key else params
        try:
            return await self._client.find(f"{self._url}{path}", keyed, parse)
        except SourceBusy as busy:
            wait_seconds = busy.retry_after_seconds
            if wait_seconds <= OPENALEX.longest_wait_seconds:
                raise
            self._spent_until = time.monotonic() + min(wait_seconds, LONGEST_REST_SECONDS)
            raise _spent(wait_seconds, bool(self._key)) from busy


def _spent(seconds: float, with_key: bool) -> SourceDown:
    """Return the error that informs a person of a long wait."""
    wait = f"{max(round(seconds / 3600), 2)} hours" if seconds > 5400 else f"{max(round(seconds / 60), 1)} minutes"
    mend = "" if with_key else "; a free OPENALEX_API_KEY lets it answer more"
    return SourceDown(SOURCE, f"asks us to wait for {wait}{mend}")


def _results(body: bytes) -> list[Json]:
    results = _record(body).get("results")
    if not isinstance(results, list):
        raise _unreadable()
    return [record for record in results if isinstance(record, dict)]


def _record(body: bytes) -> Json:
    try:
        record = json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise _unreadable() from exc
    if not isinstance(record, dict):
        raise _unreadable()
    return record


def _unreadable() -> Rejected:
    return Rejected(SOURCE, "answered with something that can't be read")
