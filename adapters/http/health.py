"""The optional monitoring port: `/healthz` gives this process's health, and `/metrics` gives its metrics."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager

from aiohttp import web

from adapters.http.port import open_port
from bot.app.health import Health
from bot.app.settings import Settings
from bot.infra.metrics import PAGE_TYPE

Add = Callable[[web.Application], None]
"""Add pages to the served application."""

_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Server": "paperlark"}


@asynccontextmanager
async def health_port(
    settings: Settings, health: Health, page: Callable[[], Awaitable[bytes]], add: Iterable[Add] = ()
) -> AsyncIterator[None]:
    """Serve both, for GET and HEAD alone, on PAPERLARK_HOST and PAPERLARK_PORT; do nothing if no port is set.

    `page` makes the text of `/metrics`, and each of `add` adds pages to both. `/healthz` answers 200, or 503 if Redis
    doesn't answer or a loop hangs. Raise BotError if the port can't be opened.
    """
    if settings.paperlark_port is None:
        yield
        return
    served = _served(health, page)
    for each in add:
        each(served)
    async with open_port(served, settings.paperlark_host, settings.paperlark_port, "PAPERLARK_PORT"):
        yield


def _served(health: Health, page: Callable[[], Awaitable[bytes]]) -> web.Application:
    async def healthz(_: web.Request) -> web.Response:
        report = await health.report()
        said = {"status": "ok" if report.ok else "failing", **report.parts}
        return web.json_response(said, status=200 if report.ok else 503, headers=_HEADERS)

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=await page(), headers={**_HEADERS, "Content-Type": PAGE_TYPE})

    served = web.Application(client_max_size=1024)
    served.router.add_get("/healthz", healthz)
    served.router.add_get("/metrics", metrics)
    return served
