"""How pyzotero reaches Zotero: our proxies and certificates, limits in time and size, and no waiting inside.

pyzotero sleeps in its thread for as long as Zotero asks for; here a request to wait becomes `Busy`, or is noted for
later, and the thread is free at once.
"""

import time
from collections.abc import Iterator

import httpx2

from bot.infra.http.proxies import proxy_url
from bot.infra.tls import tls_context

LARGEST_BODY_BYTES = 2_000_000
"""50 items with long abstracts are 300 kB."""
TOTAL_SECONDS = 20.0
TIMEOUT = httpx2.Timeout(10.0, connect=5.0)
LONGEST_WAIT_SECONDS = 3600.0
UNSTATED_WAIT_SECONDS = 60.0


class Busy(Exception):
    """Zotero asked to wait for `seconds`, already capped."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"asked to wait {seconds:.0f} s")


class OverLimit(httpx2.TransportError):
    """The answer is too long, took too long or is compressed, which was not asked for."""


class ZoteroTransport(httpx2.BaseTransport):
    """Sends one call's requests. `write_token` goes with what it writes; `rest_seconds` is the pause asked for."""

    def __init__(self, url: str, write_token: str = "") -> None:
        self.write_token = write_token
        self.rest_seconds = 0.0
        self._ends = time.monotonic() + TOTAL_SECONDS
        self._inner = httpx2.HTTPTransport(verify=tls_context(), trust_env=False, proxy=proxy_url(url))

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request. Raise Busy, OverLimit, or what httpx2 raises."""
        request.headers["Accept-Encoding"] = "identity"  # a compressed answer would be unpacked before it is counted
        request.headers.pop("Zotero-Write-Token", None)  # pyzotero's own is new in each attempt
        if self.write_token and request.method == "POST":
            request.headers["Zotero-Write-Token"] = self.write_token
        response = self._inner.handle_request(request)
        seconds = max(_seconds(response.headers.get(name, "")) for name in ("Backoff", "Retry-After"))
        if response.status_code in {429, 503}:
            response.close()
            raise Busy(seconds or UNSTATED_WAIT_SECONDS)
        self.rest_seconds = max(self.rest_seconds, seconds)
        for name in ("Backoff", "Retry-After"):
            response.headers.pop(name, None)
        return httpx2.Response(
            response.status_code,
            headers=response.headers,
            stream=_Bounded(response, self._ends),
            extensions=response.extensions,
        )

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


class _Bounded(httpx2.SyncByteStream):
    def __init__(self, response: httpx2.Response, ends: float) -> None:
        self._response = response
        self._ends = ends

    def __iter__(self) -> Iterator[bytes]:
        if self._response.headers.get("Content-Encoding", "identity") != "identity":
            raise OverLimit("a compressed answer")
        read = 0
        for chunk in self._response.stream:  # type: ignore[union-attr] # a transport's own stream is synchronous
            read += len(chunk)
            if read > LARGEST_BODY_BYTES or time.monotonic() > self._ends:
                raise OverLimit("too long an answer")
            yield chunk

    def close(self) -> None:
        self._response.close()


def _seconds(value: str) -> float:
    return min(float(value), LONGEST_WAIT_SECONDS) if value.isascii() and value.isdecimal() else 0.0
