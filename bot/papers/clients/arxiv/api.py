"""arXiv's query API as the catalogue of all papers (https://info.arxiv.org/help/api/user-manual.html).

The `arxiv` package builds the queries and parses the entries. This module fetches and checks the answers, because the
package treats "Rate exceeded.", an empty page and a web page alike as an answer without results.
"""

import logging
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import filterfalse
from typing import TYPE_CHECKING, Any

from lxml import etree

from bot.domain.arxiv_id import find_id
from bot.domain.categories import has_subjects, is_category
from bot.domain.errors import SourceDown
from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery
from bot.domain.text import fuzzy
from bot.domain.text.author_name import spellings
from bot.domain.text.normalize import expanded, fold
from bot.infra.http.client import HttpClient
from bot.infra.http.errors import Rejected
from bot.papers.arxiv_port import Page
from bot.papers.clients.arxiv.http import SOURCE
from bot.papers.clients.arxiv.package import arxiv_package
from bot.papers.clients.arxiv.paper import paper_from
from bot.papers.clients.arxiv.search import plain_phrase, questions
from bot.papers.clients.arxiv.xml import ATOM, OPENSEARCH, parse_feed, text_of

if TYPE_CHECKING:
    import arxiv  # type: ignore[import-untyped]

log = logging.getLogger(__name__)

IDS_A_REQUEST = 200
"""Keeps the address of a request below 5,000 characters, also with the longest ids; servers take 8,000."""
PAGE_SIZE = 1000
"""Papers per page; arXiv returns 2,000 at most and asks to stay near 1,000.

Source: https://info.arxiv.org/help/api/user-manual.html#3112-start-and-max_results-paging
"""

_MOST_BY_NAME = 200
_MOST_BY_TITLE = 100
_MOST_WORDS = 12
_MOST_FORMS = 3
_TOTAL = re.compile(r"[0-9]{1,9}")
_DIGRAPH = re.compile(r"(?<=[AOUaou])e")
_SMALL_WORDS = re.compile("a|an|and|are|as|at|by|can|do|for|from|in|into|is|it|of|on|or|the|to|via|with|you")


@frozen
class _Answer:
    """One page of results: it had `counted` entries; `papers` were readable; `total` match the query."""

    papers: tuple[Paper, ...]
    counted: int
    total: int


class ArxivCatalogue:
    """`Catalogue` over arXiv. Every question is one or more requests, each under the lock, each answer checked.

    A failure at arXiv never looks like "nothing found": it raises SourceDown or SourceBusy after `attempts`.
    """

    def __init__(self, client: HttpClient, url: str, page_size: int = PAGE_SIZE) -> None:
        self._client = client
        self._url = url
        self._page_size = page_size

    async def papers(self, ids: Sequence[str]) -> list[Paper]:
        """Return the papers that exist, in the order of `ids`, whatever order and number arXiv answers with."""
        # One malformed id makes the whole request fail, so none is sent.
        wanted = list(dict.fromkeys(filter(None, map(find_id, ids))))
        found: dict[str, Paper] = {}
        for at in range(0, len(wanted), IDS_A_REQUEST):
            asked = wanted[at : at + IDS_A_REQUEST]
            # Without max_results, arXiv limits the answer to ten.
            answer = await self._ask(_search(id_list=asked, max_results=len(asked)), whole=True)
            found |= {paper.id: paper for paper in answer.papers}
        return [found[paper_id] for paper_id in wanted if paper_id in found]

    async def titled(self, title: str, limit: int) -> list[Paper]:
        """Return papers with the phrase in the title; if there are none, those with all of its words."""
        phrase = plain_phrase(title)
        words = [word for word in fold(title).split() if not _SMALL_WORDS.fullmatch(word)][:_MOST_WORDS]
        queries = [f'ti:"{phrase}"'] if phrase else []
        queries += [" AND ".join(f"ti:{word}" for word in words)] if len(words) > 1 else []
        for query in queries:
            answer = await self._ask(_search(query, max_results=_MOST_BY_TITLE))
            if answer.papers:
                return sorted(answer.papers, key=_closeness(title), reverse=True)[:limit]
        return []

    async def written_by(self, name: str, limit: int) -> list[Paper]:
        """Return papers with an author of that name. arXiv also finds longer names that contain it; they are left out.

        Müller is also Mueller and Muller, and Ming-Hao is Minghao. The second query is sent only if the first finds
        nobody.
        """
        wanted = spellings(name)
        most = min(max(4 * limit, 50), _MOST_BY_NAME)
        for query in _questions_for(name):
            answer = await self._ask(_search(query, newest=True, max_results=most))
            by_them = [p for p in answer.papers if any(wanted & spellings(author) for author in p.authors)]
            if by_them:
                return sorted(by_them, key=_submission, reverse=True)[:limit]
        return []

    async def submitted(self, archives: Sequence[str], since: datetime, until: datetime, start: int) -> Page:
        """Return one page from `start` on; arXiv's minutes include both ends.

        Call again until `start` reaches `total`.
        """
        codes = [is_category(archive) for archive in archives]
        if None in codes or not codes:
            raise ValueError(f"no archives: {archives!r}")
        terms = [f"cat:{code}.*" if has_subjects(code) else f"cat:{code}" for code in filter(None, codes)]
        categories = terms[0] if len(terms) == 1 else f"({' OR '.join(terms)})"
        query = f"{categories} AND submittedDate:[{_minute(since)} TO {_minute(until)}]"
        answer = await self._ask(_search(query, newest=True, max_results=self._page_size), start)
        return Page(answer.papers, answer.total)

    async def search(self, query: SearchQuery, limit: int) -> Page:
        """Return papers with all of the words, or, if there are none, with some of them, in arXiv's own order."""
        newest = not query.text
        answer = _Answer((), 0, 0)
        for question in questions(query):
            answer = await self._ask(_search(question, newest=newest, max_results=min(limit, self._page_size)))
            if answer.papers:
                break
        return Page(answer.papers, answer.total)

    async def _ask(self, search: Any, start: int = 0, whole: bool = False) -> _Answer:
        most = search.max_results

        def understand(body: bytes) -> _Answer:
            answer = _read(body)
            expected = max(min(answer.total - start, most), 0)
            # A retry fixes an empty page in the middle, and ids that were counted but not sent.
            if answer.counted < (expected if whole else min(expected, 1)):
                raise SourceDown(SOURCE, "answered with an incomplete page")
            return answer

        params = search._url_args() | {"start": str(start), "max_results": str(most)}
        return await self._client.get(self._url, params, understand)


def _search(query: str = "", *, newest: bool = False, **parts: Any) -> Any:
    """Return an `arxiv.Search`, in arXiv's order or newest first."""
    arxiv = arxiv_package()
    order = {"sort_by": arxiv.SortCriterion.SubmittedDate, "sort_order": arxiv.SortOrder.Descending} if newest else {}
    return arxiv.Search(query, **parts, **order)


def _read(body: bytes) -> _Answer:
    root = parse_feed(body, SOURCE)
    total = text_of(root, f"{OPENSEARCH}totalResults")
    if root.tag != f"{ATOM}feed" or not _TOTAL.fullmatch(total):
        raise SourceDown(SOURCE, "answered with something that isn't a list of papers")
    entries = root.findall(f"{ATOM}entry")
    for entry in entries:
        if "/api/errors" in text_of(entry, f"{ATOM}id"):
            raise Rejected(SOURCE, "refused the question")
    return _Answer(tuple(filter(None, map(paper_from, _results(root)))), len(entries), int(total))


def _results(root: etree._Element) -> "Sequence[arxiv.Result]":
    """Return the entries that can be read: to the package, one unreadable date would lose the whole page."""
    parse = arxiv_package()._feed.parse
    try:
        found: Sequence[arxiv.Result] = parse(etree.tostring(root)).results
    except ValueError:
        for entry in filterfalse(_has_sound_dates, root.findall(f"{ATOM}entry")):
            log.warning("Left out an entry of arXiv's that can't be read: id=%.80r", text_of(entry, f"{ATOM}id"))
            root.remove(entry)
        found = parse(etree.tostring(root)).results
    return found


def _has_sound_dates(entry: etree._Element) -> bool:
    try:
        for date in ("published", "updated"):
            datetime.fromisoformat(text_of(entry, f"{ATOM}{date}"))
    except ValueError:
        return False
    return True


def _minute(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y%m%d%H%M")


def _questions_for(name: str) -> list[str]:
    plain, german = plain_phrase(name), plain_phrase(expanded(name))
    if not fold(plain):
        return []
    others = sorted(form for form in spellings(name) if " " in form and form not in {fold(plain), fold(german)})
    return list(dict.fromkeys((_by(plain, german, *others[:_MOST_FORMS]), _by(_DIGRAPH.sub("", plain)))))


def _by(*names: str) -> str:
    return " OR ".join(f'au:"{name}"' for name in dict.fromkeys(names))


def _closeness(title: str) -> Callable[[Paper], float]:
    wanted = fold(title)
    return lambda paper: fuzzy.ratio(wanted, fold(paper.title))


def _submission(paper: Paper) -> datetime:
    return paper.published or datetime.min.replace(tzinfo=UTC)
