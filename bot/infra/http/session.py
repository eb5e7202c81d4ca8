"""The HTTP session of this process: its User-Agent, timeout, connection pools, proxies and certificates."""

import asyncio
import ssl
from importlib.metadata import version

import httpx

from bot.infra.http.proxies import proxies, proxy_url
from bot.infra.tls import tls_context

HttpSession = httpx.AsyncClient

USER_AGENT = f"paperlark/{version('paperlark')} (self-hosted arXiv digest bot)"


def http_session(timeout_seconds: float = 30.0) -> HttpSession:
    """Return a session to enter; `timeout_seconds` is the default of each phase of a request.

    Raise BotError if a proxy or certificate file that somebody set can't be used.
    """
    proxies()
    transport = _ProxiedTransport(tls_context())
    return HttpSession(headers={"User-Agent": USER_AGENT}, timeout=timeout_seconds, transport=transport)


class _ProxiedTransport(httpx.AsyncBaseTransport):
    """Sends each request directly or through its proxy, with a connection pool for each of them."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        self._pools: dict[str, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        via = proxy_url(str(request.url)) or ""
        if via not in self._pools:
            # In a thread: the first one loads its library, which takes 0.06 s.
            pool = await asyncio.to_thread(
                httpx.AsyncHTTPTransport, verify=self._context, trust_env=False, proxy=via or None
            )
            self._pools.setdefault(via, pool)
        return await self._pools[via].handle_async_request(request)

    async def aclose(self) -> None:
        for pool in self._pools.values():
            await pool.aclose()
