"""A loopback DataCite: the registrations of a test's papers, as arXiv registers them."""

import asyncio
from typing import Self

from aiohttp import web

from bot.domain.paper import Paper


class DataciteServer:
    """Fill `papers` and point the client at `url`. `fault` is a status, "slow:<seconds>", or a body to answer with."""

    def __init__(self) -> None:
        self.papers: list[Paper] = []
        self.fault = ""
        self.asked: list[str] = []
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/dois/10.48550/arXiv.{id:.*}", self._doi)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _doi(self, request: web.Request) -> web.Response:
        wanted = request.match_info["id"]
        self.asked.append(wanted)
        if self.fault.startswith("slow:"):
            await asyncio.sleep(float(self.fault.removeprefix("slow:")))
        elif self.fault.isdigit():
            return web.Response(status=int(self.fault), headers={"Location": "http://127.0.0.1:1/"})
        elif self.fault:
            return web.Response(text=self.fault, content_type="application/vnd.api+json")
        paper = next((paper for paper in self.papers if paper.id == wanted), None)
        if paper is None:
            return web.json_response({"errors": [{"status": "404", "title": "not found"}]}, status=404)
        return web.json_response({"data": {"type": "dois", "attributes": registration(paper)}})


def registration(paper: Paper) -> dict[str, object]:
    """Return the value of `attributes`."""
    dates = [("Submitted", "v1", paper.published), ("Updated", "v1", paper.published)]
    dates += [("Updated", f"v{paper.version}", paper.updated)] if paper.version > 1 else []
    comment = [{"description": f"Comments: {paper.comment}", "descriptionType": "Other"}] if paper.comment else []
    return {
        "doi": f"10.48550/arxiv.{paper.id}",
        "titles": [{"title": paper.title}],
        "creators": [_creator(name) for name in paper.authors],
        "publisher": "arXiv",
        "subjects": [
            *({"subject": f"Some Subject ({category})", "subjectScheme": "arXiv"} for category in paper.categories),
            {"subject": "FOS: Computer and information sciences"},
        ],
        "dates": [
            *({"date": when.isoformat(), "dateType": kind, "dateInformation": v} for kind, v, when in dates if when),
            {"date": "2026-05", "dateType": "Available", "dateInformation": "v1"},
        ],
        "version": str(paper.version),
        "descriptions": [{"description": paper.abstract, "descriptionType": "Abstract"}, *comment],
        "url": paper.abs_url,
    }


def _creator(name: str) -> dict[str, object]:
    first, _, last = name.rpartition(" ")
    if not first:
        return {"name": name, "nameType": "Organizational"}
    return {"name": f"{last}, {first}", "nameType": "Personal", "givenName": first, "familyName": last}
