"""A loopback Hugging Face: lists of a test's papers, in the shape of the recorded answers, with faults.

async with HuggingFaceServer() as face:
    face.lists["2026-07-31"] = [entry("2607.28227", upvotes=283)]
    HuggingFace(HttpClient(http, HUGGING_FACE), face.url)
    face.fault = "429:120"                  # for every request until it is ""; or `faults.append` for the next alone
"""

import asyncio
import json
import re
from collections import deque
from functools import cache
from typing import Any, Self

from aiohttp import web

from support.recorded_corpus import CORPUS

RECORDED = {
    "2026-07-31": CORPUS / "hf" / "scout-cpu__personal-news-feed__hf_papers.json",
    "2026-06-12": CORPUS / "hf" / "lucas-m-lopes__sotawhat__hf_daily_papers.json",
}
RECORDED_MISSING = (
    "" if all(path.is_file() for path in RECORDED.values()) else "no recorded answers beside this checkout"
)

_SHAPES = {"date": r"\d{4}-\d\d-\d\d", "week": r"\d{4}-W\d\d", "month": r"\d{4}-\d\d"}
_USUAL, _MOST = 50, 100


@cache
def recorded(day: str) -> tuple[dict[str, Any], ...]:
    """Return the recorded list of that day, unchanged."""
    return tuple(json.loads(RECORDED[day].read_text()))


class HuggingFaceServer:
    """Fill `lists` by period and point the client at `url`; a period without a list has an empty one.

    Every search returns `searched`.

    Tests of other things set a status such as 404 as its fault: without a server, the client would try three times in
    1.5 s.

    Faults: a status, with ":<seconds>" for the time until the next window; "slow:<seconds>", "drop", "trickle", or
    a body to answer with. `most` is the size of its largest page.
    """

    def __init__(self, fault: str = "") -> None:
        self.lists: dict[str, list[dict[str, Any]]] = {}
        self.searched: list[dict[str, Any]] = []
        self.fault = fault
        self.faults: deque[str] = deque()
        self.asked: list[dict[str, str]] = []
        self.most = _MOST
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/api/daily_papers", self._daily)
        app.router.add_get("/api/papers/search", self._search)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    @property
    def periods(self) -> list[str]:
        """Return the requested periods, page by page."""
        return [next(query[name] for name in _SHAPES if name in query) for query in self.asked if "q" not in query]

    async def _search(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(dict(request.query))
        if faulty := await _faulty(request, self.faults.popleft() if self.faults else self.fault):
            return faulty
        if not request.query.get("q"):
            return web.json_response({"error": "q is required"}, status=400)
        return web.json_response(self.searched[: int(request.query.get("limit", _USUAL))])

    async def _daily(self, request: web.Request) -> web.StreamResponse:
        query = dict(request.query)
        self.asked.append(query)
        fault = self.faults.popleft() if self.faults else self.fault
        if faulty := await _faulty(request, fault):
            return faulty
        named = [name for name in _SHAPES if name in query]
        if len(named) > 1 or any(not re.fullmatch(_SHAPES[name], query[name]) for name in named):
            return web.json_response({"error": "Invalid date"}, status=400)
        listed = self.lists.get(query[named[0]], []) if named else next(iter(self.lists.values()), [])
        size = min(int(query.get("limit", _USUAL)), self.most)
        start = int(query.get("p", 0)) * size
        limits = {"RateLimit": '"api";r=499;t=300', "RateLimit-Policy": '"fixed window";"api";q=500;w=300'}
        return web.json_response(listed[start : start + size], headers=limits)


async def _faulty(request: web.Request, fault: str) -> web.StreamResponse | None:
    kind, _, seconds = fault.partition(":")
    if kind == "slow":
        await asyncio.sleep(float(seconds))
        return None
    if kind == "drop":
        if request.transport:
            request.transport.close()
        return web.Response()
    if kind == "trickle":
        return await _trickled(request)
    if kind.isdigit():
        limit = {"RateLimit": f'"api";r=0;t={seconds}'} if seconds else {}
        return web.json_response({"error": "no"}, status=int(kind), headers=limit | {"Location": "http://127.0.0.1:1/"})
    return web.Response(text=fault, content_type="application/json") if fault else None


async def _trickled(request: web.Request) -> web.StreamResponse:
    """Send a space now and then, without end."""
    answer = web.StreamResponse()
    await answer.prepare(request)
    while True:
        await answer.write(b" ")
        await asyncio.sleep(0.05)


def entry(paper_id: str, upvotes: int | None = 3, **changes: Any) -> dict[str, Any]:
    """Return one paper of a list; `changes` apply to its inner fields, `numComments` to the outer."""
    title = changes.pop("title", f"On the Matter of {paper_id}")
    outer = {"numComments": changes.pop("numComments", 2)}
    day = "2026-07-30T00:00:00.000Z"
    inner = {
        "id": paper_id,
        "authors": [{"_id": "1", "name": "Ada Lovelace", "hidden": False}, {"_id": "2", "name": "X", "hidden": True}],
        "publishedAt": day,
        "submittedOnDailyAt": "2026-07-31T00:00:00.000Z",
        "title": title,
        "summary": "We build a machine.",
        "upvotes": upvotes,
        "discussionId": "1",
        **changes,
    }
    shown = {"title": title, "summary": inner["summary"], "publishedAt": "2026-07-29T20:00:00.000Z"}
    return {"paper": {name: value for name, value in inner.items() if value is not None}, **shown, **outer}
