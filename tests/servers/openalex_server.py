"""OpenAlex on loopback: lists of works in the shape of the recorded ones, paid from an allowance that may be spent."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Self

from aiohttp import web

Work = Mapping[str, object]


class OpenAlexServer:
    """Fill `works` by ORCID and point the client at `url`.

    `faults` come first, one a question: a status, "429:<seconds>", "slow:<seconds>", or a body to answer with.
    """

    def __init__(self, key: str = "") -> None:
        self.key = key
        self.works: dict[str, Sequence[Work]] = {}
        self.faults: list[str] = []
        self.asked: list[dict[str, str]] = []
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/works", self._list)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _list(self, request: web.Request) -> web.Response:
        self.asked.append(dict(request.query))
        fault = self.faults.pop(0) if self.faults else ""
        status, _, seconds = fault.partition(":")
        if status == "slow":
            await asyncio.sleep(float(seconds))
        elif status.isdigit() and len(status) == 3:
            return web.Response(status=int(status), headers={"Retry-After": seconds} if seconds else {})
        elif fault:
            return web.Response(text=fault, content_type="application/json")
        if request.query.get("api_key", self.key) != self.key:
            return web.json_response({"error": "Invalid API key"}, status=401)
        return web.json_response(self._page(request.query))

    def _page(self, query: Mapping[str, str]) -> dict[str, object]:
        """Newest first, as many as asked for, and only the fields that were selected."""
        kind, _, orcid = query["filter"].partition(":")
        assert kind == "author.orcid"
        assert query["sort"] == "publication_date:desc"
        fields = query["select"].split(",")
        found = sorted(self.works.get(orcid, ()), key=lambda work: str(work["publication_date"]), reverse=True)
        page = found[: int(query["per-page"])]
        results = [{field: work[field] for field in fields if field in work} for work in page]
        return {"meta": {"count": len(found), "page": 1, "per_page": int(query["per-page"])}, "results": results}


def preprint(paper_id: str, published: str = "2026-05-07") -> dict[str, object]:
    """A paper that is on arXiv alone."""
    doi = f"https://doi.org/10.48550/arxiv.{paper_id}"
    return _work(doi, published, [f"http://arxiv.org/abs/{paper_id}", doi])


def article(doi: str, published: str = "2026-05-07", paper_id: str = "") -> dict[str, object]:
    """A paper of a journal, that may lie on arXiv too."""
    address = f"https://doi.org/{doi}"
    return _work(address, published, [address, *([f"http://arxiv.org/abs/{paper_id}v2"] if paper_id else [])])


def _work(doi: str, published: str, addresses: Sequence[str]) -> dict[str, object]:
    number = abs(hash((doi, published))) % 10**10
    locations = [{"is_oa": True, "landing_page_url": address, "pdf_url": None, "source": None} for address in addresses]
    work = {"id": f"https://openalex.org/W{number}", "doi": doi, "publication_date": published}
    return work | {"primary_location": locations[0], "locations": locations, "title": "A title", "cited_by_count": 0}


def damaged(works: Sequence[Work]) -> str:
    """A body whose `results` are these, whatever they are."""
    return json.dumps({"results": works})
