"""Semantic Scholar as who counts, beside OpenAlex, what people write: asked of one paper's authors, once, at best.

https://api.semanticscholar.org/api-docs/graph. A key, of one's own, allows one request a second over all questions;
without one a pool shared by everybody often answers 429 (https://github.com/allenai/s2-folks).
"""

import asyncio
import json
import time
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from bot.domain.author import Affiliation, Author, Figure
from bot.domain.errors import SourceBusy
from bot.domain.paper import Paper
from bot.domain.text.clean import clean
from bot.domain.text.normalize import fold, spellings
from bot.infra.http.client import HttpClient
from bot.infra.http.errors import Rejected
from bot.infra.http.policy import RetryPolicy

SOURCE = "Semantic Scholar"
SPACING_SECONDS = 1.0
BUSY_SECONDS = 60.0
"""How long it is left alone where it says that it is busy and not for how long."""
FIELDS = "authorId,name,externalIds,affiliations,paperCount,citationCount,hIndex"
MOST_AUTHORS = 1000
"""The most that one page holds."""
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
    """Fulfils `SecondSource`. `key` is empty where there is none. Whoever is refused leaves it alone for a while."""

    def __init__(self, client: HttpClient, url: str, key: str = "", spacing_seconds: float = SPACING_SECONDS) -> None:
        self._client = client
        self._url = f"{url.rstrip('/')}/graph/v1"
        self._headers = {"x-api-key": key} if key else {}
        self._spacing_seconds = spacing_seconds
        self._turn = asyncio.Lock()
        self._free_at = 0.0

    async def of_paper(self, paper: Paper, name: str) -> Author | None:
        """Raises SourceDown, its kind SourceBusy at once while it is to be left alone."""
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
    """Who is `name` among the authors in an answer; None where none or two are. Raises Rejected for nonsense.

    First names are often initials there ("E. Duflo"), which will do where nobody else on the paper fits.
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
    """As they are printed there, and as DBLP has them, less the number by which that tells namesakes apart."""
    yield clean(_text(record.get("name")), _NAME)
    elsewhere = record.get("externalIds")
    dblp = elsewhere.get("DBLP") if isinstance(elsewhere, dict) else None
    for text in dblp[:5] if isinstance(dblp, list) else []:
        words = clean(_text(text), _NAME).split()
        yield " ".join(word for word in words if not word.isdigit())


def _in_short(printed: str, name: str) -> bool:
    """Whether one is the other with its first name as an initial."""
    one, other = fold(printed).split(), fold(name).split()
    if len(one) < 2 or len(other) < 2 or one[-1] != other[-1]:
        return False
    return min(len(one[0]), len(other[0])) == 1 and one[0][0] == other[0][0]


def _figure(value: object) -> Figure | None:
    sound = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST_FIGURE
    return Figure(value, SOURCE) if sound and isinstance(value, int) else None


def _text(value: object) -> str:
    return value[:1000] if isinstance(value, str) else ""
