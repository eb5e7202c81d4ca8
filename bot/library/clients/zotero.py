"""Zotero's Web API, version 3, by pyzotero: what a key may do, and adding an item once.

https://www.zotero.org/support/dev/web_api/v3/start. pyzotero blocks, so each call runs in a thread, one of few. It is
loaded with the first call, since it takes half a second and 10 MB.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from bot.domain.errors import BotError, SourceBusy, SourceDown
from bot.domain.paper_source import find_id
from bot.domain.text.clean import clean
from bot.domain.zotero import KeyRights, Library
from bot.infra.http.errors import Rejected
from bot.infra.http.trouble import trouble

if TYPE_CHECKING:
    from pyzotero import Zotero

log = logging.getLogger(__name__)

SOURCE = "Zotero"
THREADS = 4
CALL_SECONDS = 60.0
"""A call sends four requests at most, of 15 s each."""
MAX_FOUND = 25
MAX_SEARCHED = 200
"""Characters of a title to search for: more than tell papers apart."""

T = TypeVar("T")


class _TokenSpent(Exception):
    """The token was used, but the item isn't there: it was refused then, or deleted since."""


class NotAllowed(BotError):
    """Zotero doesn't take the key, or the key may not do that."""

    sentence = "Zotero doesn't accept this key."


class ZoteroClient:
    """A client of the server at `url`. Methods raise SourceDown, SourceBusy, Rejected and NotAllowed."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="zotero")

    async def rights(self, key: str) -> KeyRights:
        """Return what the key may write to."""

        def ask(zotero: "Zotero") -> KeyRights:
            # pyzotero's own method puts the key into the address, which proxies log.
            answer = zotero.client.get(f"{self._url}/keys/current", headers=zotero.default_headers())  # type: ignore[union-attr]
            if answer.status_code in {401, 403, 404}:
                raise NotAllowed
            answer.raise_for_status()
            return _read_rights(answer.json())

        found, _ = await self._call(key, Library("user", 0), "", ask)
        return found

    async def group_name(self, key: str, user_id: int, group_id: int) -> str:
        """Return the name of a group that the person belongs to; empty if they belong to no such group."""

        def ask(zotero: "Zotero") -> str:
            listed = zotero.groups(limit=100)
            return next((clean(str(one["data"]["name"]), 100) for one in listed if one["id"] == group_id), "")

        found, _ = await self._call(key, Library("user", user_id), "", ask)
        return found

    async def add(self, key: str, library: Library, item: Mapping[str, Any], token: str) -> float:
        """Add an item unless the library has the paper; return for how many seconds Zotero wants to be left alone.

        Whatever became of an earlier attempt, there is one item afterwards. The library is searched first, since the
        person may have filed the paper themselves. Then three things keep a repeated request from adding a second one:
        the search, the token, and the item's own key.
        """

        def ask(zotero: "Zotero") -> None:
            if not _has(zotero, item):
                _create(zotero, item)

        try:
            return (await self._call(key, library, token, ask))[1]
        except _TokenSpent:
            return (await self._call(key, library, "", ask))[1]

    async def _call(self, key: str, library: Library, token: str, ask: "Callable[[Zotero], T]") -> tuple[T, float]:
        """Run `ask` in a thread; return its result and the pause that Zotero asked for."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CALL_SECONDS):
                return await loop.run_in_executor(self._threads, self._run, key, library, token, ask)
        except TimeoutError:
            raise SourceDown(SOURCE) from None

    def _run(self, key: str, library: Library, token: str, ask: "Callable[[Zotero], T]") -> tuple[T, float]:
        import httpx2  # noqa: PLC0415 - slow to load, as the next two are
        from pyzotero import Zotero, errors  # noqa: PLC0415

        from bot.library.clients.zotero_http import TIMEOUT, Busy, ZoteroTransport  # noqa: PLC0415

        transport = ZoteroTransport(self._url, token)
        with httpx2.Client(transport=transport, timeout=TIMEOUT, trust_env=False) as client:
            zotero = Zotero(library.id, library.kind, key, client=client)
            zotero.endpoint = self._url
            try:
                return ask(zotero), transport.rest_seconds
            except Busy as busy:
                raise SourceBusy(SOURCE, busy.seconds) from None
            except (errors.UserNotAuthorisedError, errors.ResourceNotFoundError):
                raise NotAllowed from None
            except (errors.UnsupportedParamsError, errors.RequestEntityTooLargeError) as error:
                log.warning("Zotero refused a request: why=%.300s", clean(str(error), 300))
                raise Rejected(SOURCE, "refused the request") from None
            except (errors.PyZoteroError, httpx2.HTTPError) as error:
                reason = trouble(error, self._url)
                raise SourceDown(SOURCE, f"isn't responding{reason and ': ' + reason}", reason) from error
            except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
                raise SourceDown(SOURCE, "gave an answer that I can't read") from error


def _has(zotero: "Zotero", item: Mapping[str, Any]) -> bool:
    """Return True if a search for the title finds the paper by its id, in whichever field it is."""
    paper_id = find_id(item["url"])
    found = zotero.items(q=item["title"][:MAX_SEARCHED], qmode="titleCreatorYear", limit=MAX_FOUND)
    fields = [one["data"].get(name, "") for one in found for name in ("archiveID", "url", "DOI")]
    return any(find_id(str(text)) == paper_id for text in fields if text)


def _create(zotero: "Zotero", item: Mapping[str, Any]) -> None:
    """Create the item; being told that it was created before is as good."""
    from pyzotero import errors  # noqa: PLC0415 - slow to load

    try:
        answer = zotero.create_items([dict(item)])
    except errors.PreConditionFailedError:  # the token was used: a reply got lost, or another process was faster
        try:
            zotero.item(item["key"])
        except errors.ResourceNotFoundError:
            raise _TokenSpent from None
        return
    if failed := answer.get("failed"):
        why = failed["0"]
        if why["code"] == 412:
            return
        log.warning("Zotero refused an item: item=%s code=%s", item["key"], why["code"])
        if why["code"] >= 500:
            raise SourceDown(SOURCE)
        raise Rejected(SOURCE, "refused the item")
    if "0" not in answer["success"] and "0" not in answer.get("unchanged", {}):
        raise ValueError("neither taken nor refused")


def _read_rights(answer: Mapping[str, Any]) -> KeyRights:
    access = answer["access"]
    user, groups = access.get("user") or {}, dict(access.get("groups") or {})
    everywhere = bool((groups.pop("all", None) or {}).get("write"))
    return KeyRights(
        int(answer["userID"]),
        clean(str(answer.get("username", "")), 100),
        bool(user.get("library")) and bool(user.get("write")),
        {int(number): bool(rights.get("write")) for number, rights in groups.items()},
        everywhere,
    )
