"""A loopback Semantic Scholar: the authors of papers, recorded or from a test, with faults."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Self

import yaml
from aiohttp import web

from support.recorded_corpus import CORPUS

RECORDED = CORPUS / "s2" / "danielnsilva__semanticscholar__test_get_paper_authors.yaml"
MISSING_PAPER = CORPUS / "s2" / "danielnsilva__semanticscholar__test_not_found.yaml"
RECORDED_MISSING = "" if RECORDED.is_file() else "no recorded answers beside this checkout"

FIELDS = {"authorId", "name", "externalIds", "affiliations", "paperCount", "citationCount", "hIndex"}


def recorded(path=RECORDED) -> tuple[int, str]:
    """Return status and body of the first exchange of a recording, unchanged."""
    response = yaml.safe_load(path.read_text())["interactions"][0]["response"]
    return response["status"]["code"], response["body"]["string"]


class SemanticScholarServer:
    """Fill `authors` by arXiv id, or `bodies` with recordings, and point the client at `url`.

    `faults` come first, one a request: a status, "429:<seconds>", "slow:<seconds>", or a body to answer with.
    """

    def __init__(self, key: str = "") -> None:
        self.key = key
        self.authors: dict[str, Sequence[Mapping[str, object]]] = {}
        self.bodies: dict[str, str] = {}
        self.faults: list[str] = []
        self.asked: list[str] = []
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/graph/v1/paper/ARXIV:{id:.+}/authors", self._authors)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _authors(self, request: web.Request) -> web.Response:
        own = request.match_info["id"]
        self.asked.append(own)
        assert set(request.query["fields"].split(",")) == FIELDS
        fault = self.faults.pop(0) if self.faults else ""
        status, _, seconds = fault.partition(":")
        if status == "slow":
            await asyncio.sleep(float(seconds))
        elif status.isdigit() and len(status) == 3:
            return web.Response(status=int(status), headers={"Retry-After": seconds} if seconds else {})
        elif fault:
            return web.Response(text=fault, content_type="application/json")
        if request.headers.get("x-api-key", self.key) != self.key:
            return web.json_response({"message": "Forbidden"}, status=403)
        if own in self.bodies:
            return web.Response(text=self.bodies[own], content_type="application/json")
        if own not in self.authors:
            return web.json_response({"error": f"Paper with id ARXIV:{own} not found"}, status=404)
        return web.json_response({"offset": 0, "data": list(self.authors[own])})


def scholar(own: str, name: str, h_index: int = 5, **changes: object) -> dict[str, object]:
    """Return an author in the shape of recorded ones; `changes` are its fields."""
    record: dict[str, object] = {
        "authorId": own,
        "externalIds": {},
        "url": f"https://www.semanticscholar.org/author/{own}",
        "name": name,
        "affiliations": [],
        "homepage": None,
        "paperCount": 10,
        "citationCount": 51,
        "hIndex": h_index,
    }
    return record | changes
