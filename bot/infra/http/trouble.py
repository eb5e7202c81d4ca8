"""Why an address can't be reached, as far as a proxy or a certificate is the reason: for the doctor and the log."""

import re
from http import HTTPStatus

from bot.domain.errors import BotError
from bot.infra.http.proxies import Proxy, proxy_of
from bot.infra.tls import causes, certificate_fault

_CURES = {
    "isn't trusted": ": if a proxy or server of your own signs with its own authority, set SSL_CERT_FILE to a PEM file "
    "with that authority's certificate",
    "is for another name": " than the address has",
}
_BEGINS_WITH_STATUS = re.compile(r"([345]\d\d)\b")
# Classes of httpx, of the httpx2 that openai uses, and of aiohttp, by their names: no layer imports all three.
_UNCONNECTED = frozenset({"ConnectError", "ConnectTimeout", "ClientProxyConnectionError", "ClientConnectorError"})
_LOST = frozenset({"RemoteProtocolError", "ReadError", "ReadTimeout", "ServerDisconnectedError", "TimeoutError"})


def trouble(error: BaseException, url: str) -> str:
    """Return the reason and what to change, as the end of a sentence, for any HTTP library's error; empty if unknown.

    For example "the proxy at proxy:3128 didn't answer: check HTTPS_PROXY".
    """
    if fault := certificate_fault(error):
        return f"its certificate {fault}{_CURES.get(fault, '')}"
    named = [type(cause).__name__ for cause in causes(error)]
    try:
        proxy = proxy_of(url)
    except BotError as unusable:
        return unusable.sentence.rstrip(".")
    if proxy is None:
        return ""
    status = next(filter(None, map(_status, causes(error))), 0)
    if status:
        return proxy_refusal(status, url) or f"the proxy at {proxy.address} answered with an error ({status})"
    if any(name in _UNCONNECTED for name in named):
        return f"the proxy at {proxy.address} didn't answer: check {proxy.setting}"
    return f"no answer came through the proxy at {proxy.address}" if any(name in _LOST for name in named) else ""


def proxy_refusal(status: int, url: str) -> str:
    """Return why the proxy refuses, if the status tells that: only a proxy answers 407; empty if it doesn't."""
    if status != HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        return ""
    proxy = proxy_of(url)
    return f"the proxy at {proxy.address} refused (407): {_login_cure(proxy)}" if proxy else ""


def _login_cure(proxy: Proxy) -> str:
    if proxy.has_login:
        return f"it doesn't take the user and password in {proxy.setting}"
    return f"it asks for a user and password, so set {proxy.setting} to http://user:password@{proxy.address}"


def _status(error: BaseException) -> int:
    """Return the status with which a proxy answered CONNECT; 0 if this is no such answer."""
    status = getattr(error, "status", 0)
    if isinstance(status, int) and type(error).__name__ == "ClientHttpProxyError":
        return status
    found = _BEGINS_WITH_STATUS.match(str(error)) if type(error).__name__ == "ProxyError" else None
    return int(found[1]) if found else 0
