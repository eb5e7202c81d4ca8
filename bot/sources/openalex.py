"""OpenAlex, which knows people by their ORCID: what its owner wrote, as far as it is on arXiv.

https://developers.openalex.org/api-reference/works/list-works. A list costs $0.0001 of a free allowance a day: without
a key $0.10, with a free one $1 (https://developers.openalex.org/guides/authentication). One question is one list.
"""

import asyncio
import json
from collections.abc import Iterator, Mapping

import httpx

from bot.errors import SourceBusy, SourceDown
from bot.identifiers import find_id

SOURCE = "OpenAlex"
ANSWER_SECONDS = 12.0
"""All that a person waits for this, a second attempt included."""
ATTEMPTS = 2
LONGEST_WAIT_SECONDS = 3.0
"""Retry-After is this short where it is asked too quickly, and up to 15 hours where the day's allowance is spent."""

WORKS = 100
"""The most that one page holds."""
LARGEST_BYTES = 8_000_000

Json = Mapping[str, object]


class OpenAlexBibliography:
    """Fulfils `Bibliography`. `key` is empty where there is none: OpenAlex refuses an empty one."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        url: str,
        key: str = "",
        answer_seconds: float = ANSWER_SECONDS,
        pause_seconds: float = 0.5,
    ) -> None:
        self._http = http
        self._url = f"{url.rstrip('/')}/works"
        self._key = key
        self._answer_seconds = answer_seconds
        self._pause_seconds = pause_seconds

    async def written_under(self, orcid: str) -> list[str] | None:
        """See `ports.Bibliography.written_under`. Raises SourceDown."""
        params = {
            "filter": f"author.orcid:{orcid}",
            "sort": "publication_date:desc",
            "per-page": str(WORKS),
            "select": "id,doi,locations",
        }
        try:
            async with asyncio.timeout(self._answer_seconds):
                body = await self._patiently(params | ({"api_key": self._key} if self._key else {}))
        except TimeoutError as exc:
            raise SourceDown(SOURCE, "took too long to answer") from exc
        return None if body is None else _read(body)

    async def _patiently(self, params: Mapping[str, str]) -> bytes | None:
        """As `_body`; once more after trouble that may pass soon."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await self._body(params)
            except SourceBusy as busy:
                if attempt == ATTEMPTS or busy.retry_after_seconds > LONGEST_WAIT_SECONDS:
                    raise _spent(busy, bool(self._key)) from busy
                await asyncio.sleep(max(busy.retry_after_seconds, self._pause_seconds))
            except _Passing:
                if attempt == ATTEMPTS:
                    raise
                await asyncio.sleep(self._pause_seconds)
        raise AssertionError("unreachable")

    async def _body(self, params: Mapping[str, str]) -> bytes | None:
        """What is there; None where OpenAlex knows nobody of that kind."""
        try:
            async with self._http.stream("GET", self._url, params=params, follow_redirects=False) as response:
                _check(response)
                if response.status_code == 404:
                    return None
                body = bytearray()
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > LARGEST_BYTES:
                        raise SourceDown(SOURCE, "answered with more than can be read")
        except httpx.HTTPError as exc:
            # Not `from exc`: the request's address in it holds the key.
            raise _Passing(SOURCE) from OSError(type(exc).__name__)
        return bytes(body)


class _Passing(SourceDown):
    """Trouble that may be over in a moment."""


def _check(response: httpx.Response) -> None:
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


def _spent(busy: SourceBusy, with_key: bool) -> SourceDown:
    """What a person is told of a long wait."""
    seconds = busy.retry_after_seconds
    if seconds <= LONGEST_WAIT_SECONDS:
        return busy
    wait = f"{max(round(seconds / 3600), 2)} hours" if seconds > 5400 else f"{max(round(seconds / 60), 1)} minutes"
    mend = "" if with_key else "; a free OPENALEX_API_KEY lets it answer more"
    return SourceDown(SOURCE, f"asks us to wait for {wait}{mend}")


def _seconds(header: str) -> float:
    """Retry-After in seconds; a date, or nothing that can be read, counts as none."""
    value = header.strip()
    return float(value[:9]) if value.isascii() and value.isdigit() else 0.0


def _read(body: bytes) -> list[str] | None:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise SourceDown(SOURCE, "answered with something that can't be read") from exc
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, list):
        raise SourceDown(SOURCE, "answered with something that can't be read")
    works = [work for work in results if isinstance(work, dict)]
    if not works:
        return None
    return list(dict.fromkeys(found for work in works if (found := next(_ids(work), None))))


def _ids(work: Json) -> Iterator[str]:
    """The arXiv ids of one work: of a preprint by its DOI, of what came out in a journal by where else it lies."""
    locations = work.get("locations")
    places = [one for one in locations if isinstance(one, dict)] if isinstance(locations, list) else []
    for text in (work.get("doi"), *(place.get(name) for place in places for name in ("landing_page_url", "pdf_url"))):
        if isinstance(text, str) and (found := find_id(text)):
            yield found
