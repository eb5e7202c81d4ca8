"""A loopback OpenAlex: records by id are free; lists and searches use up a limited allowance.

Works have the shape of the recorded ones (../shared/corpus/openalex); authors that of OpenAlex's documentation
(https://developers.openalex.org/api-reference/authors).
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Self

from aiohttp import web

from bot.domain.text.normalize import fold

Work = Mapping[str, object]

LIST, SEARCH = 0.0001, 0.001
"""Dollars (https://developers.openalex.org/guides/authentication)."""


class OpenAlexServer:
    """Fill `works` by ORCID, or `add` people and their papers, and point the client at `url`.

    `faults` come first, one a request: a status, "429:<seconds>", "slow:<seconds>", or a body to answer with.
    `allowance` is the dollars left; a request that costs more gets 429 and a wait of 15 hours. `merged` maps an old id
    to the one that replaced it.
    """

    def __init__(self, key: str = "") -> None:
        self.key = key
        self.works: dict[str, Sequence[Work]] = {}
        self.authors: dict[str, Work] = {}
        self.papers: dict[str, Work] = {}
        self.merged: dict[str, str] = {}
        self.written: defaultdict[str, list[Work]] = defaultdict(list)
        self.faults: list[str] = []
        self.asked: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.allowance = 0.10
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/works", self._works)
        app.router.add_get("/authors", self._authors)
        app.router.add_get("/autocomplete/authors", self._complete)
        app.router.add_get("/works/{id:.+}", self._work)
        app.router.add_get("/authors/{id:.+}", self._author)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    def add(self, person: Work, *papers: Work) -> None:
        """Add a person and their papers: works made by `preprint` and `article`, which get them as an author."""
        own = str(person["id"]).rpartition("/")[2]
        self.authors[own] = person
        for paper in papers:
            doi = str(paper["doi"]).removeprefix("https://doi.org/").lower()
            work = dict(self.papers.get(doi, paper))
            there = work.get("authorships", [])
            work["authorships"] = [*(there if isinstance(there, list) else []), authorship(person)]
            self.papers[doi] = work
            self.written[own].append(work)

    def forget(self) -> None:
        """Forget all people and requests, and restore the day's allowance."""
        for held in (self.works, self.authors, self.papers, self.merged, self.written):
            held.clear()
        for said in (self.faults, self.asked, self.paths):
            said.clear()
        self.allowance = 0.10

    async def _work(self, request: web.Request) -> web.Response:
        kind, _, doi = request.match_info["id"].partition(":")
        assert kind == "doi", "works are asked by their DOI"
        return await self._answered(request, 0, lambda: self.papers.get(doi.lower()))

    async def _author(self, request: web.Request) -> web.Response:
        asked = request.match_info["id"]
        if asked in self.merged:
            raise web.HTTPMovedPermanently(f"https://api.openalex.org/authors/{self.merged[asked]}")
        kind, _, orcid = asked.partition(":")
        owners = (one for one in self.authors.values() if one["orcid"] == f"https://orcid.org/{orcid}")
        return await self._answered(
            request, 0, lambda: next(owners, None) if kind == "orcid" else self.authors.get(asked)
        )

    async def _authors(self, request: web.Request) -> web.Response:
        return await self._answered(request, SEARCH, lambda: self._found(request.query))

    async def _complete(self, request: web.Request) -> web.Response:
        return await self._answered(request, LIST, lambda: self._begun(request.query["q"]))

    async def _works(self, request: web.Request) -> web.Response:
        return await self._answered(request, LIST, lambda: self._page(request.query))

    async def _answered(self, request: web.Request, dollars: float, answer) -> web.Response:
        self.asked.append(dict(request.query))
        self.paths.append(request.path)
        fault = self.faults.pop(0) if self.faults else ""
        status, _, seconds = fault.partition(":")
        if status == "slow":
            await asyncio.sleep(float(seconds))
        elif status.isdigit() and len(status) == 3:
            return web.Response(status=int(status), headers={"Retry-After": seconds} if seconds else {})
        elif fault:
            return web.Response(text=fault, content_type="application/json")
        if request.query.get("api_key", self.key) != self.key or request.query.get("api_key") == "":
            return web.json_response({"error": "Invalid API key"}, status=401)
        if dollars > self.allowance:
            return web.json_response({"error": "Daily budget exceeded"}, status=429, headers={"Retry-After": "54000"})
        self.allowance -= dollars
        found = answer()
        if found is None:
            return web.json_response({"error": "Not found"}, status=404)
        fields = request.query.get("select", "").split(",")
        return web.json_response(found if "results" in found else {name: found[name] for name in fields})

    def _page(self, query: Mapping[str, str]) -> dict[str, object]:
        """Return the newest works first, as many as requested, with the selected fields only."""
        kind, _, whose = query["filter"].partition(":")
        assert kind in {"author.orcid", "author.id"}
        assert query["sort"] == "publication_date:desc"
        works = self.works.get(whose, ()) if kind == "author.orcid" else self.written.get(whose, ())
        found = sorted(works, key=lambda work: str(work["publication_date"]), reverse=True)
        return _results(found, query)

    def _found(self, query: Mapping[str, str]) -> dict[str, object]:
        """Return all people with each word of the search in one of their names, ignoring accents."""
        wanted = set(fold(query["search"]).split())
        assert not set(query["search"]) & set('"*()|~?'), "operators would be read as such"
        spelt = {
            own: [set(fold(str(name)).split()) for name in (one["display_name"], *_list(one))]
            for own, one in self.authors.items()
        }
        found = [self.authors[own] for own, names in spelt.items() if any(wanted <= name for name in names)]
        return _results(found, query)

    def _begun(self, text: str) -> dict[str, object]:
        found = [one for one in self.authors.values() if fold(str(one["display_name"])).startswith(fold(text))]
        hints = [{"id": one["id"], "display_name": one["display_name"], "external_id": one["orcid"]} for one in found]
        return {"meta": {"count": len(found)}, "results": hints[:10]}


def _results(found: Sequence[Work], query: Mapping[str, str]) -> dict[str, object]:
    fields, most = query["select"].split(","), int(query["per-page"])
    results = [{field: work[field] for field in fields if field in work} for work in found[:most]]
    return {"meta": {"count": len(found), "page": 1, "per_page": most}, "results": results}


def _list(person: Work) -> list[object]:
    names = person["display_name_alternatives"]
    return names if isinstance(names, list) else []


def person(own: str, name: str, **changes: object) -> dict[str, object]:
    """Return a profile in OpenAlex's format; `changes` are its fields, `at` a pair of institution and years."""
    institution, years = changes.pop("at", ("Technion – Israel Institute of Technology", [2026, 2025, 2024]))  # type: ignore[misc]
    place = {"id": "https://openalex.org/I174306211", "display_name": institution, "country_code": "IL"}
    record: dict[str, object] = {
        "id": f"https://openalex.org/{own}",
        "orcid": None,
        "display_name": name,
        "display_name_alternatives": [name],
        "works_count": 8,
        "cited_by_count": 34,
        "summary_stats": {"2yr_mean_citedness": 2.5, "h_index": 4, "i10_index": 1},
        "affiliations": [{"institution": place, "years": years}],
        "last_known_institutions": [place],
        "topics": [
            {
                "id": "https://openalex.org/T11273",
                "display_name": "Advanced Graph Neural Networks",
                "count": 5,
                "field": {"id": "https://openalex.org/fields/17", "display_name": "Computer Science"},
            }
        ],
        "counts_by_year": [],
    }
    return record | changes


def authorship(person: Work, raw_name: str = "") -> dict[str, object]:
    """Return a person as an author of a work."""
    author = {"id": person["id"], "display_name": person["display_name"], "orcid": person["orcid"]}
    raw = raw_name or person["display_name"]
    return {"author_position": "middle", "author": author, "institutions": [], "raw_author_name": raw}


def preprint(paper_id: str, published: str = "2026-05-07") -> dict[str, object]:
    """Return a paper that is only on arXiv."""
    doi = f"https://doi.org/10.48550/arxiv.{paper_id}"
    return _work(doi, published, [f"http://arxiv.org/abs/{paper_id}", doi])


def article(doi: str, published: str = "2026-05-07", paper_id: str = "") -> dict[str, object]:
    """Return a journal paper, which may be on arXiv too."""
    address = f"https://doi.org/{doi}"
    return _work(address, published, [address, *([f"http://arxiv.org/abs/{paper_id}v2"] if paper_id else [])])


def _work(doi: str, published: str, addresses: Sequence[str]) -> dict[str, object]:
    number = abs(hash((doi, published))) % 10**10
    locations = [{"is_oa": True, "landing_page_url": address, "pdf_url": None, "source": None} for address in addresses]
    work = {"id": f"https://openalex.org/W{number}", "doi": doi, "publication_date": published, "authorships": []}
    return work | {"primary_location": locations[0], "locations": locations, "title": "A title", "cited_by_count": 0}
