"""Semantic Scholar, a second source of author figures beside OpenAlex: at most one request, for one paper's authors.

https://api.semanticscholar.org/api-docs/graph. A key allows its owner one request a second over all questions; without
one, a pool shared by everybody often answers 429 (https://github.com/allenai/s2-folks).
"""

import asyncio
import json
import time
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from bot.domain.author import Affiliation, Author, Figure
from bot.domain.errors import SourceBusy
from bot.domain.paper import Paper
from bot.domain.text.author_name import spellings
from bot.domain.text.clean import clean
from bot.domain.text.normalize import fold
from bot.infra.http.client import HttpClient
from bot.infra.http.errors import Rejected
from bot.infra.http.policy import RetryPolicy

SOURCE = "Semantic Scholar"
SPACING_SECONDS = 1.0
BUSY_SECONDS = 60.0
"""Pause if it reports that it is busy without a duration."""
FIELDS = "authorId,name,externalIds,affiliations,paperCount,citationCount,hIndex"
MOST_AUTHORS = 1000
"""The maximum of one page."""
_NAME, _WORDS, _LARGEST_FIGURE = 100, 120, 10**9

_KEY_REFUSED = "refused us ({}): SEMANTIC_SCHOLAR_API_KEY is wrong"

SEMANTIC_SCHOLAR = RetryPolicy(
    source=SOURCE,
    largest_body_bytes=2_000_000,
    request_timeout_seconds=5.0,
    absent=frozenset({404}),
    refusals={status: _KEY_REFUSED.format(status) for status in (401, 403)},
    has_key=True,
)

Json = Mapping[str, object]


class SemanticScholar:
    """`SecondSource` over Semantic Scholar.

    `key` is empty if there is none. After a refusal, it sends no requests for a while.
    """

    def __init__(self, client: HttpClient, url: str, key: str = "", spacing_seconds: float = SPACING_SECONDS) -> None:
        self._client = client
        self._url = f"{url.rstrip('/')}/graph/v1"
        self._headers = {"x-api-key": key} if key else {}
        self._spacing_seconds = spacing_seconds
        self._turn = asyncio.Lock()
        self._free_at = 0.0

    async def of_paper(self, paper: Paper, name: str) -> Author | None:
        """Raise SourceDown on failure; during a pause, raise SourceBusy at once."""
        wait_seconds = self._free_at - time.monotonic()
        if wait_seconds > self._spacing_seconds:
            raise SourceBusy(SOURCE, wait_seconds)
        async with self._turn:
            await asyncio.sleep(max(self._free_at - time.monotonic(), 0.0))
            self._free_at = time.monotonic() + self._spacing_seconds
            try:
                return await self._authors(paper, name)
            except SourceBusy as busy:
                self._free_at = time.monotonic() + (busy.retry_after_seconds or BUSY_SECONDS)
                raise

    async def _authors(self, paper: Paper, name: str) -> Author | None:
        url = f"{self._url}/paper/ARXIV:{quote(paper.id, safe='/')}/authors"
        params = {"fields": FIELDS, "limit": str(MOST_AUTHORS)}
        return await self._client.find(url, params, lambda body: found_in(body, name), self._headers)


def found_in(body: bytes, name: str) -> Author | None:
    """Return the author in an answer who is `name`; None if none or two are. Raises Rejected for invalid content.

    First names are often initials there ("E. Duflo"), which match if nobody else on the paper does.
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise Rejected(SOURCE, "answered with something that can't be read") from exc
    data = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(data, list):
        raise Rejected(SOURCE, "answered with something that can't be read")
    authors = [one for one in data if isinstance(one, dict)]
    exactly = [one for one in authors if any(spellings(text) & spellings(name) for text in _names(one))]
    nearly = exactly or [one for one in authors if any(_in_short(text, name) for text in _names(one))]
    return _author(nearly[0]) if len(nearly) == 1 else None


def _author(record: Json) -> Author | None:
    name, own = clean(_text(record.get("name")), _NAME), _text(record.get("authorId"))
    if not name or not (own.isascii() and own.isdigit() and len(own) <= 20):
        return None
    places = record.get("affiliations")
    names = [clean(_text(place), _WORDS) for place in places[:10]] if isinstance(places, list) else []
    return Author(
        name,
        s2=own,
        h_index=_figure(record.get("hIndex")),
        papers=_figure(record.get("paperCount")),
        citations=_figure(record.get("citationCount")),
        affiliations=tuple(Affiliation(place) for place in dict.fromkeys(names) if place),
        source=SOURCE,
    )


def _names(record: Json) -> Iterator[str]:
    """Yield the names as printed there, and as DBLP has them, without the number that distinguishes namesakes."""
    yield clean(_text(record.get("name")), _NAME)
    elsewhere = record.get("externalIds")
    dblp = elsewhere.get("DBLP") if isinstance(elsewhere, dict) else None
    for text in dblp[:5] if isinstance(dblp, list) else []:
        words = clean(_text(text), _NAME).split()
        yield " ".join(word for word in words if not word.isdigit())


def _in_short(printed: str, name: str) -> bool:
    """Return True if one name is the other with its first name as an initial."""
    one, other = fold(printed).split(), fold(name).split()
    if len(one) < 2 or len(other) < 2 or one[-1] != other[-1]:
        return False
    return min(len(one[0]), len(other[0])) == 1 and one[0][0] == other[0][0]


def _figure(value: object) -> Figure | None:
    sound = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST_FIGURE
    return Figure(value, SOURCE) if sound and isinstance(value, int) else None


def _text(value: object) -> str:
    return value[:1000] if isinstance(value, str) else ""
