"""Hugging Face's papers: its readers' upvotes by day, week and month, and its search.

`GET /api/daily_papers?date=|week=|month=` and `GET /api/papers/search?q=`, anonymous and without a key: 500 requests in
five minutes per address (https://huggingface.co/docs/hub/rate-limits; `HfApi.list_daily_papers` and `HfApi.list_papers`
of huggingface_hub name the fields).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.domain.arxiv_id import is_id
from bot.domain.paper import Paper
from bot.domain.trend import Period, Span, Upvoted, by_upvotes
from bot.infra.aio.timeout import within
from bot.infra.http.body import instant_of
from bot.infra.http.client import HttpClient
from bot.infra.http.errors import Rejected
from bot.papers.clients.arxiv.paper import Stated, paper_of
from bot.papers.clients.huggingface_http import SOURCE
from bot.papers.code_links import code_link

TIMEOUT_SECONDS = 10.0
"""Timeout for all pages of a list together: a person may wait for them, and so does `once`."""
PAGE = 100
"""Papers per request, reportedly the maximum."""
SHORT_PAGE = 50
"""Papers per page by default: a shorter page is the last, whatever its limit is."""
LONGEST_QUESTION = 250
"""Characters of a query: as long as a long title."""
MOST_PAGES = {Span.DAY: 3, Span.WEEK: 8, Span.MONTH: 15}
"""A day has 30 to 50 papers, a month about a thousand."""

_PARAMETER = {Span.DAY: "date", Span.WEEK: "week", Span.MONTH: "month"}
_LONGEST_TEXT = 20_000
_MOST = 10_000_000

Json = Mapping[str, object]


class HuggingFaceClient:
    """A client of the lists and the search; implements `PaperFinder`."""

    def __init__(self, client: HttpClient, url: str, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._client = client
        self._url = f"{url.rstrip('/')}/api/daily_papers"
        self._search_url = f"{url.rstrip('/')}/api/papers/search"
        self._timeout_seconds = timeout_seconds

    async def listed(self, period: Period) -> tuple[Upvoted, ...]:
        """Return all papers listed for that period, most upvotes first; empty at weekends and early in the day.

        Answers within seconds or raises SourceDown; raises SourceBusy if Hugging Face asks to wait.
        """
        return by_upvotes(tuple((await within(self._timeout_seconds, SOURCE, self._pages(period))).values()))

    async def search(self, text: str, limit: int) -> tuple[Paper, ...]:
        wanted = {"q": text[:LONGEST_QUESTION], "limit": str(min(limit, PAGE))}
        asked = self._client.get(self._search_url, wanted, read_page)
        found = await within(self._timeout_seconds, SOURCE, asked)
        return tuple({one.paper.id: one.paper for one in found}.values())[:limit]

    async def _pages(self, period: Period) -> dict[str, Upvoted]:
        """Return every paper once, by id."""
        found: dict[str, Upvoted] = {}
        for number in range(MOST_PAGES[period.span]):
            wanted = {_PARAMETER[period.span]: period.name, "p": str(number), "limit": str(PAGE)}
            page = await self._client.get(self._url, wanted, read_page)
            new = [one for one in page if one.paper.id not in found]
            found |= {one.paper.id: one for one in new}
            if len(page) < SHORT_PAGE or not new:
                break
        return found


def read_page(body: bytes) -> list[Upvoted]:
    """Return the papers of one answer, in its order. Raise Rejected if it is none."""
    try:
        entries = json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise Rejected(SOURCE, "answered with something that can't be read") from exc
    if not isinstance(entries, list):
        raise Rejected(SOURCE, "answered with something that isn't a list")
    found = [one for entry in entries[: 2 * PAGE] if (one := _upvoted(entry))]
    if entries and not found:
        raise Rejected(SOURCE, "answered with a list of something else")
    return found


def _upvoted(entry: object) -> Upvoted | None:
    """Return the paper of an entry; fields may be in the entry or in its `paper`. None without an arXiv id."""
    if not isinstance(entry, dict):
        return None
    inner = entry.get("paper")
    stated_inside = (
        {name: value for name, value in inner.items() if value is not None} if isinstance(inner, dict) else {}
    )
    both = {**entry, **stated_inside}
    paper_id = _text(both, "id")
    if not is_id(paper_id):
        return None
    stated = Stated(
        paper_id,
        _text(both, "title"),
        _text(both, "summary"),
        _names(both.get("authors")),
        (),
        published=instant_of(_text(both, "publishedAt")),
        source=SOURCE,
    )
    paper = paper_of(stated)
    if paper is None:
        return None
    linked = replace(paper, code_url=code_link(_text(both, "githubRepo")) or paper.code_url)
    return Upvoted(linked, *(_number(both, name) for name in ("upvotes", "numComments", "githubStars")))


def _names(authors: object) -> Iterator[str]:
    for author in authors if isinstance(authors, list) else ():
        if isinstance(author, dict) and author.get("hidden") is not True:
            yield _text(author, "name")


def _text(thing: Json, name: str) -> str:
    text = thing.get(name)
    return text[:_LONGEST_TEXT].strip() if isinstance(text, str) else ""


def _number(thing: Json, name: str) -> int | None:
    """Return a plausible count."""
    number = thing.get(name)
    return number if isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= _MOST else None
