"""Which proxy a request goes through, by HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, alike for every client.

Libraries differ: aiohttp heeds none of them, the Slack SDK not NO_PROXY, httpx sends even this machine's addresses to
the proxy and fails where ALL_PROXY is SOCKS, whether it is used or not.
"""

import re
from dataclasses import field
from ipaddress import ip_address, ip_network
from urllib.parse import quote, unquote, urlsplit
from urllib.request import getproxies

from bot.domain.errors import BotError
from bot.domain.frozen import frozen

_PORTS = {"http": 80, "https": 443}
_SECURE = {"ws": "http", "wss": "https"}


@frozen
class Proxy:
    """A proxy and the setting that names it. `url` may hold a password: never show it; `address` is host and port."""

    setting: str
    url: str = field(repr=False)
    address: str
    has_login: bool


def proxy_of(url: str) -> Proxy | None:
    """Return the proxy for an http, https, ws or wss address; None if it is reached directly.

    This machine's own addresses always are. Raise BotError if the setting isn't a usable proxy.
    """
    parts = urlsplit(url)
    scheme, host = _SECURE.get(parts.scheme, parts.scheme), (parts.hostname or "").rstrip(".")
    if _is_here(host):
        return None
    named = getproxies()
    setting = next((name for name in (scheme, "all") if named.get(name)), "")
    port = parts.port or _PORTS.get(scheme, 0)
    if not setting or _is_exempt(host, port, named.get("no", "")):
        return None
    return _read(f"{setting.upper()}_PROXY", named[setting])


def proxy_url(url: str) -> str | None:
    """Return the address of the proxy for `url`, with its password; None if there is none. Raise as `proxy_of` does."""
    proxy = proxy_of(url)
    return proxy.url if proxy else None


def proxies() -> dict[str, Proxy]:
    """Return the proxies for http and https, by the scheme. Raise BotError if a setting isn't a usable proxy."""
    found = {scheme: proxy_of(f"{scheme}://host.invalid/") for scheme in _PORTS}
    return {scheme: proxy for scheme, proxy in found.items() if proxy}


def _read(setting: str, value: str) -> Proxy:
    """Return the proxy of the setting's value, with its user and password percent-encoded."""
    if value.lower().startswith("socks"):
        raise BotError(f"{setting} names a SOCKS proxy, which I can't use: name an http:// one.")
    scheme, _, rest = value.rpartition("://")
    scheme = scheme.lower() or "http"
    try:
        parts = urlsplit(f"{scheme}://{rest}")
        host, port = parts.hostname or "", parts.port or _PORTS.get(scheme, 0)
    except ValueError:
        raise _malformed(setting) from None
    if not host or scheme not in _PORTS or "@" in rest.removeprefix(parts.netloc):
        raise _malformed(setting)
    login = ":".join(quote(unquote(part), safe="") for part in (parts.username, parts.password) if part is not None)
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return Proxy(setting, f"{scheme}://{login and login + '@'}{address}", address, bool(login))


def _malformed(setting: str) -> BotError:
    hint = "In a password, write @ as %40, / as %2F, # as %23, ? as %3F and % as %25."
    return BotError(f"{setting} isn't the address of a proxy: write it as http://host:port.", hint)


def _is_here(host: str) -> bool:
    try:
        return host.lower() == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _is_exempt(host: str, port: int, no_proxy: str) -> bool:
    """Return True if NO_PROXY names the host: by itself, its domain or network, each with or without a port, or *.

    As curl and Go have it (https://everything.curl.dev/usingcurl/proxies/env.html#no-proxy): example.org is
    also for papers.example.org, and .example.org also for example.org.
    """
    return any(_names(entry.lower(), host.lower(), port) for entry in re.split(r"[\s,]+", no_proxy) if entry)


def _names(entry: str, host: str, port: int) -> bool:
    entry = entry.rpartition("://")[2].rstrip("/")
    if entry == "*":
        return True
    found = re.fullmatch(r"\[([^]]+)\](?::(\d+))?|([^:]+):(\d+)", entry)
    name, wanted = (found[1] or found[3], found[2] or found[4]) if found else (entry, None)
    if wanted and int(wanted) != port:
        return False
    try:
        return ip_address(host) in ip_network(name, strict=False)
    except ValueError:
        domain = name.removeprefix("*").strip(".")
        return bool(domain) and (host == domain or host.endswith(f".{domain}"))
