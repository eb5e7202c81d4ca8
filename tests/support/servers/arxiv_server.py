"""A loopback arXiv: the query API, announcement feeds, OAI-PMH and authors over a test's papers, with faults.

async with ArxivServer() as arxiv:
    arxiv.announce(date(2026, 5, 8), papers)
    ArxivCatalogue(client, arxiv.api_url); ArxivAnnouncements(client, arxiv.rss_url)
    arxiv.faults.append("429:1")            # for the next request only; or a function of the request
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from time import monotonic
from typing import Self

from aiohttp import web

from bot.domain.arxiv_id import find_id, version_of
from bot.domain.categories import archive_of, covers, is_category
from bot.domain.paper import Paper
from bot.papers.arxiv_port import MOST_IN_FEED, Announced
from support.servers.arxiv_authors import Claimed, listing_feed
from support.servers.arxiv_feeds import atom, error_feed, query_entry, query_feed, rss, submitted
from support.servers.arxiv_harvest import PAGE, harvest, refusal
from support.servers.arxiv_query import compiled

_ATOM_TYPE, _RSS_TYPE, _XML_TYPE = "application/atom+xml", "application/rss+xml", "text/xml"
_RATE_EXCEEDED = "Rate exceeded."
_PAGE = "<!DOCTYPE html><html><head><title>arXiv</title></head><body>Down for maintenance<br></body></html>"


@dataclass(frozen=True)
class Asked:
    """One request: `at` is monotonic, in seconds; `under_way` counts the requests running on its arrival."""

    at: float
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    under_way: int


@dataclass(frozen=True)
class Verbatim:
    """An answer to send unchanged: a recording, or an answer that no correct server gives."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Fault = str | Verbatim
FaultOf = Callable[[web.Request], Fault | None]
"""Faults: "429", "503" (either with ":<Retry-After>"), any other status, "rate_exceeded_200", "empty", "html",
"truncated", "drop", "empty_page", "slow:<seconds>"; "" and None give the normal answer."""


class ArxivServer:
    """Fill `papers`, or `announce` them, and point the clients at `api_url`, `rss_url` and `oai_url`.

    The harvest has each paper on its announcement day, else on the day after its submission, unless `changed` has
    another day; a token in `forgotten` has expired. `pages` are the papers' web pages by identifier; `authors` are the
    people with an author identifier, by it or by their ORCID. `faults` is a queue, one for each future request, or a
    function of the request. `requests` is the log. The feeds show `feed_day`, which is the last announced day unless a
    test sets another, and another day for the archives in `feed_days`. They end after `most_in_feed` entries.
    """

    def __init__(self, port: int = 0) -> None:
        self.papers: list[Paper] = []
        self.announced: dict[date, list[Announced]] = {}
        self.feed_day = date(2026, 5, 8)
        self.feed_days: dict[str, date] = {}
        self.most_in_feed = MOST_IN_FEED
        self.changed: dict[str, date] = {}
        self.forgotten: set[str] = set()
        self.faults: deque[Fault] | FaultOf = deque()
        self.pages: dict[str, str] = {}
        self.authors: dict[str, Claimed] = {}
        self.requests: list[Asked] = []
        self.origin = ""
        self._port = port
        self._under_way = 0

    @property
    def api_url(self) -> str:
        return f"{self.origin}/api/query"

    @property
    def rss_url(self) -> str:
        return f"{self.origin}/rss"

    @property
    def oai_url(self) -> str:
        return f"{self.origin}/oai"

    @property
    def html_url(self) -> str:
        return f"{self.origin}/html"

    @property
    def author_url(self) -> str:
        return f"{self.origin}/a"

    def announce(self, day: date, papers: Iterable[Paper], kind: str = "") -> None:
        """Make `papers` known and announce them on `day`, which the feeds show from now on.

        Without `kind`, a feed calls a paper new if the feed includes its primary category, else cross.
        """
        listed = list(papers)
        kept = {paper.id: paper for paper in self.papers} | {paper.id: paper for paper in listed}
        self.papers = list(kept.values())
        self.announced.setdefault(day, []).extend(Announced(paper, kind) for paper in listed)
        self.feed_day = day

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=10_000_000)
        app.router.add_route("*", "/{path:.*}", self._logged)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self.origin = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _logged(self, request: web.Request) -> web.Response:
        params = dict(request.query) | {key: str(value) for key, value in (await request.post()).items()}
        self.requests.append(Asked(monotonic(), request.path, params, dict(request.headers), self._under_way))
        self._under_way += 1
        try:
            return await self._faulty(request, params)
        finally:
            self._under_way -= 1

    async def _faulty(self, request: web.Request, params: dict[str, str]) -> web.Response:
        fault = self._next_fault(request)
        if isinstance(fault, Verbatim):
            return web.Response(body=fault.body, status=fault.status, headers=fault.headers)
        name, _, value = fault.partition(":")
        if name == "slow":
            await asyncio.sleep(float(value))
        if name == "drop":
            request.transport.abort()
        if name.isdigit():
            headers = {"Retry-After": value} if value else {}
            return web.Response(status=int(name), text=_RATE_EXCEEDED, headers=headers)
        if name in _BODIES:
            return web.Response(text=_BODIES[name], content_type="text/html" if name == "html" else "text/plain")
        honest = self._honest(request.path, params, without_entries=name == "empty_page")
        if name == "truncated":
            return web.Response(body=honest.body[: len(honest.body) * 2 // 3], content_type=honest.content_type)
        return honest

    def _honest(self, path: str, params: dict[str, str], without_entries: bool) -> web.Response:
        if path == "/api/query":
            return self._query(params, without_entries)
        if path == "/oai":
            return self._harvest(params)
        if path.startswith("/html/"):
            return self._page(path.removeprefix("/html/"))
        if path.startswith("/a/"):
            return self._author(path.removeprefix("/a/"))
        flavour, _, specification = path.strip("/").partition("/")
        if flavour in {"rss", "atom"}:
            return self._feed(flavour, specification.replace(" ", "+"), without_entries)
        return web.Response(status=404, text="Not found")

    def _next_fault(self, request: web.Request) -> Fault:
        if callable(self.faults):
            return self.faults(request) or ""
        return self.faults.popleft() if self.faults else ""

    def _page(self, identifier: str) -> web.Response:
        page = self.pages.get(find_id(identifier) or "")
        return web.Response(
            text=page or "No HTML for this paper", status=200 if page else 404, content_type="text/html"
        )

    def _author(self, asked: str) -> web.Response:
        """Return an author's listing. For unknown authors, arXiv's help says 404, its program 400: both occur here."""
        own, _, ending = asked.partition(".")
        claimed = self.authors.get(own)
        if claimed is None:
            return web.Response(status=404 if own[:1].isdigit() else 400, text=f"Author {own} not found")
        return _atom(listing_feed(claimed, own, self.origin, combined=ending == "atom2"))

    def _query(self, asked: dict[str, str], without_entries: bool) -> web.Response:
        params = {"start": "0", "max_results": "10"} | asked
        start, most = int(params["start"]), int(params["max_results"])
        ids = [text for text in params.get("id_list", "").split(",") if text]
        malformed = next((text for text in ids if not _is_well_formed(text)), None)
        if malformed:
            return _atom(error_feed(f"incorrect id format for {malformed}"), 400)
        if start + most > 30_000 or most > 2000:
            return _atom(error_feed("max_results or start too large"), 400)
        try:
            found = self._found(ids, params)
        except ValueError as exc:
            return _atom(error_feed(str(exc)), 400)
        shown = [] if without_entries else found[start : start + most]
        return _atom(query_feed(params, [query_entry(paper) for paper in shown], len(found)))

    def _found(self, ids: list[str], params: dict[str, str]) -> list[Paper]:
        known = {paper.id: paper for paper in self.papers}
        test = compiled(params.get("search_query", ""))
        named = (_at_version(known.get(find_id(text) or ""), version_of(text)) for text in ids)
        pool = [paper for paper in named if paper] if ids else self.papers if params.get("search_query") else []
        found = [paper for paper in pool if test(paper)]
        if params.get("sortBy") in {"submittedDate", "lastUpdatedDate"}:
            found.sort(key=submitted, reverse=params.get("sortOrder", "descending") == "descending")
        return found

    def _harvest(self, params: dict[str, str]) -> web.Response:
        token = params.get("resumptionToken", "")
        if token and token in self.forgotten:
            self.forgotten.remove(token)
            return web.Response(text=refusal(params, "badResumptionToken"), content_type=_XML_TYPE)
        first, last, start = token.split(",") if token else (params["from"], params["until"], "0")
        dated = sorted(((self._changed(paper), paper.id, paper) for paper in self.papers), key=lambda one: one[:2])
        found = [(paper, day) for day, _, paper in dated if first <= day.isoformat() <= last]
        if not found:
            return web.Response(text=refusal(params, "noRecordsMatch"), content_type=_XML_TYPE)
        end = int(start) + PAGE
        following = f"{first},{last},{end}" if end < len(found) else ""
        return web.Response(text=harvest(params, found[int(start) : end], following), content_type=_XML_TYPE)

    def _changed(self, paper: Paper) -> date:
        listed = (day for day, items in self.announced.items() if any(item.paper.id == paper.id for item in items))
        usual = max(listed, default=(paper.updated or submitted(paper)).date() + timedelta(days=1))
        return self.changed.get(paper.id, usual)

    def _feed(self, flavour: str, specification: str, without_entries: bool) -> web.Response:
        named = [is_category(text) for text in specification.split("+")]
        if None in named:
            return web.Response(status=400, text="Invalid archive specification")
        codes = list(filter(None, named))
        items = [] if without_entries else [self._as_listed(item, codes) for item in self._todays(codes)]
        order = ("new", "cross", "replace", "replace-cross")
        listed = sorted(filter(None, items), key=lambda item: order.index(item.kind))[: self.most_in_feed]
        if flavour == "atom":
            return web.Response(text=atom(specification, self.feed_day, listed), content_type=_ATOM_TYPE)
        return web.Response(text=rss(specification, self.feed_day, listed), content_type=_RSS_TYPE)

    def _todays(self, codes: list[str]) -> list[Announced]:
        """Return what these categories' feeds show; each item once, as arXiv does where several are asked for."""
        days = {code: self.feed_days.get(archive_of(code), self.feed_day) for code in codes}
        listed = [
            item
            for day in dict.fromkeys(days.values())
            for item in self.announced.get(day, [])
            if any(days[code] == day and covers(code, own) for code in codes for own in item.paper.categories)
        ]
        return list({(item.paper.id, item.kind): item for item in listed}.values())

    def _as_listed(self, item: Announced, named: list[str]) -> Announced | None:
        paper = item.paper
        if not any(covers(code, category) for code in named for category in paper.categories):
            return None
        own = any(covers(code, paper.primary) for code in named)
        return replace(item, kind=item.kind or ("new" if own else "cross"))


_BODIES = {"rate_exceeded_200": _RATE_EXCEEDED, "empty": "", "html": _PAGE}


def _atom(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, status=status, content_type=_ATOM_TYPE)


def _is_well_formed(text: str) -> bool:
    """Return True for ids in a valid form: arXiv accepts unknown ones (0000.0000, 0808.05394), but not `abc`."""
    number = text.partition("v")[0].replace(".", "")
    return find_id(text) is not None or (number.isdigit() and len(number) in {8, 9})


def _at_version(paper: Paper | None, version: int | None) -> Paper | None:
    if paper is None or version is None:
        return paper
    return replace(paper, version=version) if version <= paper.version else None
