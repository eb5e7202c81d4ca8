"""A loopback Zotero that speaks as much of its Web API as is used, with the rules that keep writes apart.

async with ZoteroServer() as zotero:
    key = zotero.new_key(user_id=12)               # or zotero.new_key(12, groups={345: True})
    ZoteroClient(zotero.url)
    zotero.items["users/12"]                       # what the library holds
    zotero.faults.append("429:30")                 # for the next request alone

Rules: https://www.zotero.org/support/dev/web_api/v3/write_requests. A write token is taken once; an item whose key
exists is refused with 412 if its version is older; a library's version is checked if a request names it.

Faults: a status, with ":<seconds>" as Retry-After; "drop" closes before anything happens, "lost" after a write was
done; "backoff:<seconds>" answers with that header; "blind" finds nothing; "body:<text>" answers with it.
"""

import asyncio
import json
import secrets
from collections import defaultdict, deque
from typing import Any, Self

from aiohttp import web

MOST_ITEMS = 50
_BACKOFF = web.RequestKey("backoff", str)
_FIELDS = frozenset("""
    itemType key version title creators abstractNote genre repository archiveID place date series seriesNumber DOI
    citationKey url accessDate archive archiveLocation shortTitle language libraryCatalog callNumber rights extra tags
    collections relations dateAdded dateModified parentItem
""".split())  # fmt: skip  # noqa: SIM905


class ZoteroServer:
    """Libraries by their path, such as users/12; `requests` are (method, path) of all that was asked."""

    def __init__(self) -> None:
        self.keys: dict[str, dict[str, Any]] = {}
        self.items: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        self.versions: defaultdict[str, int] = defaultdict(int)
        self.tokens: set[tuple[str, str]] = set()
        self.groups: dict[int, str] = {}
        self.requests: list[tuple[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.faults: deque[str] = deque()
        self.write_faults: deque[str] = deque()
        """The same for the next request that writes."""
        self.written = asyncio.Event()
        self.proceed: asyncio.Event | None = None
        """What a write that was done waits for before it is answered, with `written` set."""
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=2**24)
        app.on_response_prepare.append(_with_backoff)
        app.router.add_get("/keys/current", self._current)
        app.router.add_get("/users/{id}/groups", self._groups)
        for kind in ("users", "groups"):
            app.router.add_get(f"/{kind}/{{id}}/items", self._search)
            app.router.add_get(f"/{kind}/{{id}}/items/{{key}}", self._item)
            app.router.add_post(f"/{kind}/{{id}}/items", self._write)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    def new_key(
        self, user_id: int = 12, name: str = "ada", write: bool = True, groups: dict[int, bool] | None = None
    ) -> str:
        """Make a key with rights to the person's library and to groups, by their ids."""
        key = secrets.token_hex(12)
        access: dict[str, Any] = {"user": {"library": True, "files": True, "notes": True, "write": write}}
        if groups:
            access["groups"] = {str(number): {"library": True, "write": may} for number, may in groups.items()}
        self.keys[key] = {"key": key, "userID": user_id, "username": name, "access": access}
        return key

    @property
    def writes(self) -> int:
        """Return the number of requests that tried to write."""
        return sum(method == "POST" for method, _ in self.requests)

    def titles(self, path: str) -> list[str]:
        """Return the titles in a library."""
        return [item["title"] for item in self.items[path]]

    async def _current(self, request: web.Request) -> web.StreamResponse:
        if faulty := await self._begun(request):
            return faulty
        known = self._key(request)
        return web.json_response(known) if known else web.Response(status=403, text="Invalid key")

    async def _groups(self, request: web.Request) -> web.StreamResponse:
        if faulty := await self._begun(request):
            return faulty
        if not self._key(request):
            return web.Response(status=403, text="Forbidden")
        listed = [{"id": number, "data": {"id": number, "name": name}} for number, name in self.groups.items()]
        return web.json_response(listed, headers={"Total-Results": str(len(listed))})

    async def _search(self, request: web.Request) -> web.StreamResponse:
        if self.faults and self.faults[0] == "blind":
            self.faults.popleft()
            return web.json_response([])
        if faulty := await self._begun(request):
            return faulty
        if not self._may(request, write=False):
            return web.Response(status=403, text="Forbidden")
        path, wanted = self._path(request), request.query.get("q", "").casefold()
        if request.query.get("qmode", "titleCreatorYear") not in {"titleCreatorYear", "everything"}:
            return web.Response(status=400, text="Invalid qmode")
        found = [item for item in self.items[path] if wanted in item["title"].casefold()]
        limit = int(request.query.get("limit", 25))
        shown = [{"key": item["key"], "version": item["version"], "data": item} for item in found[:limit]]
        about = {"Total-Results": str(len(found)), "Last-Modified-Version": str(self.versions[path])}
        return web.json_response(shown, headers=about)

    async def _item(self, request: web.Request) -> web.StreamResponse:
        if faulty := await self._begun(request):
            return faulty
        if not self._may(request, write=False):
            return web.Response(status=403, text="Forbidden")
        found = self._find(self._path(request), request.match_info["key"])
        if found is None:
            return web.Response(status=404, text="Item does not exist")
        return web.json_response({"key": found["key"], "version": found["version"], "data": found})

    async def _write(self, request: web.Request) -> web.StreamResponse:
        if faulty := await self._begun(request):
            return faulty
        fault = self.write_faults.popleft() if self.write_faults else ""
        if fault and fault != "lost" and (faulty := await self._fault(request, fault)):
            return faulty
        if not self._may(request, write=True):
            return web.Response(status=403, text="Write access denied")
        answer = await self._written(request)
        self.written.set()
        if self.proceed:
            await self.proceed.wait()
        if fault == "lost" and request.transport:
            request.transport.close()
        return answer

    async def _written(self, request: web.Request) -> web.Response:
        path, token = self._path(request), request.headers.get("Zotero-Write-Token", "")
        wanted = request.headers.get("If-Unmodified-Since-Version")
        if wanted is not None and int(wanted) < self.versions[path]:
            return web.Response(status=412, text=f"Library has been modified since specified version ({wanted})")
        if token and (path, token) in self.tokens:
            return web.Response(status=412, text="Write token already used")
        if token and not 5 <= len(token) <= 32:
            return web.Response(status=400, text="Write token must be 5-32 characters in length")
        try:
            items = await request.json()
        except json.JSONDecodeError:
            return web.Response(status=400, text="JSON could not be parsed")
        if not isinstance(items, list) or len(items) > MOST_ITEMS:
            return web.Response(status=413, text="Too many items")
        answer: dict[str, dict[str, Any]] = {"successful": {}, "success": {}, "unchanged": {}, "failed": {}}
        for place, item in enumerate(items):
            self._add(path, str(place), item, answer)
        if token:
            self.tokens.add((path, token))
        return web.json_response(answer, headers={"Last-Modified-Version": str(self.versions[path])})

    def _add(self, path: str, place: str, item: dict[str, Any], answer: dict[str, dict[str, Any]]) -> None:
        key = item.get("key") or "".join(secrets.choice("23456789ABCDEFGH") for _ in range(8))
        if unknown := set(item) - _FIELDS:
            answer["failed"][place] = {"code": 400, "message": f"'{unknown.pop()}' is not a valid field"}
            return
        if "key" in item and "version" not in item:
            answer["failed"][place] = {"key": key, "code": 428, "message": "version not provided"}
            return
        before = self._find(path, key)
        if before and item.get("version", 0) < before["version"]:
            answer["failed"][place] = {"key": key, "code": 412, "message": "Item has been modified since"}
            return
        self.versions[path] += 1
        stored = item | {"key": key, "version": self.versions[path]}
        self.items[path].append(stored)
        answer["success"][place] = key
        answer["successful"][place] = {"key": key, "version": stored["version"], "data": stored}

    def _find(self, path: str, key: str) -> dict[str, Any] | None:
        return next((item for item in self.items[path] if item["key"] == key), None)

    def _key(self, request: web.Request) -> dict[str, Any] | None:
        return self.keys.get(request.headers.get("Authorization", "").removeprefix("Bearer "))

    def _may(self, request: web.Request, write: bool) -> bool:
        known, kind, number = self._key(request), *self._path(request).split("/")
        if known is None:
            return False
        if kind == "users":
            rights = known["access"]["user"] if int(number) == known["userID"] else {}
        else:
            rights = known["access"].get("groups", {}).get(number, {})
        return bool(rights.get("write" if write else "library"))

    def _path(self, request: web.Request) -> str:
        kind = request.path.split("/")[1]
        return f"{kind}/{request.match_info['id']}"

    async def _begun(self, request: web.Request) -> web.StreamResponse | None:
        self.requests.append((request.method, request.path))
        self.headers.append(dict(request.headers))
        return await self._fault(request, self.faults.popleft() if self.faults else "")

    async def _fault(self, request: web.Request, fault: str) -> web.StreamResponse | None:
        kind, _, value = fault.partition(":")
        if kind == "body":
            return web.Response(text=value, content_type="application/json")
        if kind == "backoff":
            request[_BACKOFF] = value
            return None
        if kind.isdecimal():
            return web.Response(status=int(kind), text="no", headers={"Retry-After": value} if value else {})
        if kind == "drop" and request.transport:
            request.transport.close()
            return web.Response()
        return None


async def _with_backoff(request: web.Request, response: web.StreamResponse) -> None:
    if seconds := request.get(_BACKOFF):
        response.headers["Backoff"] = seconds
