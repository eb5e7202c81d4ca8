"""One-click unsubscription: a signed address for each mailbox, and its page (RFC 8058).

The address names the mailbox and is signed, so nobody can forge one; it is valid for as long as the secret is.
The page shows a button, since mail programs and filters open links by themselves; only a POST unsubscribes.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

from bot.domain.channel import Place
from bot.domain.errors import BotError
from bot.domain.mailbox import origin_of

_CUT_OFF = ("This link doesn't work", "It may be cut off. Copy the whole link from the e-mail.")

PATH = "/unsubscribe"
LONGEST = 2000
"""Limit of a link's content in characters, more than the longest names of a team and a channel need."""

_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Server": "paperlark",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
}

Forget = Callable[[Place], Awaitable[None]]
"""Delete a mailbox and all data about it; raise StoreDown."""


class Signer:
    """Creation and verification of addresses. `base` is the public URL; `secret` belongs to this bot alone."""

    def __init__(self, base: str, secret: str) -> None:
        self._base = base.rstrip("/")
        self._secret = secret.encode()

    def url(self, place: Place) -> str:
        """Return the address that unsubscribes this mailbox."""
        named = _encoded(json.dumps([place.platform, place.team, place.channel]).encode())
        return f"{self._base}{PATH}/{named}.{self._signature(named)}"

    def read(self, token: str) -> Place | None:
        """Return the mailbox of a valid address, else None. Take the same time for every wrong signature."""
        named, _, signature = token[:LONGEST].partition(".")
        try:
            if not hmac.compare_digest(signature.encode(), self._signature(named).encode()):
                return None
            place = Place(*json.loads(base64.urlsafe_b64decode(named + "=" * (-len(named) % 4))))
        except (ValueError, TypeError):
            return None
        return place if origin_of(place) else None

    def _signature(self, named: str) -> str:
        said = f"paperlark unsubscribe {named}".encode(errors="surrogatepass")
        return _encoded(hmac.digest(self._secret, said, hashlib.sha256))


def add_pages(served: web.Application, signer: Signer, forget: Forget) -> None:
    """Add the page to the served application, under any path prefix of the public address."""

    async def show(request: web.Request) -> web.Response:
        if signer.read(request.match_info["token"]) is None:
            return _page(*_CUT_OFF, status=404)
        form = '<form method="post"><button>Unsubscribe</button></form>'
        return _page("Stop these e-mails?", "The digest in the chat goes on.", form)

    async def end(request: web.Request) -> web.Response:
        place = signer.read(request.match_info["token"])
        if place is None:
            return _page(*_CUT_OFF, status=404)
        try:
            await forget(place)
        except BotError:
            return _page("That didn't work", "Please try again in a few minutes.", status=503)
        return _page("Stopped", "I've deleted this address. The digest in the chat goes on.")

    prefix = urlsplit(signer.url(Place("", "", ""))).path.rpartition(PATH)[0]
    for path in {PATH, f"{prefix}{PATH}"}:
        served.router.add_get(f"{path}/{{token}}", show)
        served.router.add_post(f"{path}/{{token}}", end)


def _page(title: str, words: str, form: str = "", status: int = 200) -> web.Response:
    page = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><style>
:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }}
main {{ max-width: 28rem; margin: 15vh auto 0; padding: 0 16px; }} button {{ font: inherit; padding: 8px 20px; }}
</style></head><body><main><h1>{title}</h1><p>{words}</p>{form}</main></body></html>
"""
    return web.Response(text=page, status=status, content_type="text/html", headers=_HEADERS)


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
