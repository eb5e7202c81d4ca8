"""Addresses that a person may have meant by the one they set: with more or less than the /v1 that servers answer at."""

import re
from urllib.parse import parse_qsl, urljoin, urlsplit, urlunsplit

from bot.summaries.clients.rejection import Rejection

# The end of a path that the library adds itself, or that is another protocol's (https://docs.ollama.com/api).
_PASTED = re.compile(
    r"/(?:chat/completions|chat|completions|responses|embeddings|models|messages|generate|tags)/*$", re.IGNORECASE
)
_VERSION = re.compile(r"/v\d\w*(?:/|$)")
_USUAL = ("/v1", "/api/v1")
COMPLETIONS = "/chat/completions"


def addresses(base_url: str) -> tuple[str, ...]:
    """Return the addresses to try in turn: as it was set, with /v1 or without, and the usual ones of its host."""
    parts = urlsplit(base_url.strip())
    path = _PASTED.sub("", parts.path.rstrip("/"))
    if path in _USUAL:
        paths: tuple[str, ...] = (path, path.removesuffix("/v1"), "/api")  # Perplexity; Open WebUI
    elif _VERSION.search(path):
        paths = (path, "/v1")
    else:
        paths = (path, f"{path}/v1", *_USUAL)
    return tuple(urlunsplit((parts.scheme, parts.netloc, each, "", "")) for each in dict.fromkeys(paths))


def moved(url: str, location: str, status: int) -> str:
    """Return where a redirect of a call at `url` leads. Raise Rejection if that is no call of a model.

    Neither to another host nor from https to http: the key would go there.
    """
    try:
        here, there = urlsplit(url), urlsplit(urljoin(url, location))
        is_call = bool(location) and there.path.rstrip("/").endswith(COMPLETIONS)
        is_safe = there[:2] == here[:2] or (there.scheme == "https" and there.hostname == here.hostname)
    except ValueError:
        raise Rejection(status, "to no address") from None
    if not (is_call and is_safe):
        raise Rejection(status, f"to {there.scheme}://{there.netloc.rpartition('@')[2]}{there.path}")
    return there._replace(fragment="").geturl()


def query(base_url: str) -> dict[str, str]:
    """Return the parameters of the address, which some providers require (api-version)."""
    return dict(parse_qsl(urlsplit(base_url.strip()).query))


def headers(base_url: str, api_key: str) -> dict[str, str]:
    """Return the headers that a provider wants besides the library's.

    Azure reads the key from one of its own (https://learn.microsoft.com/azure/ai-services/openai/reference).
    """
    host = urlsplit(base_url.strip()).hostname or ""
    return {"api-key": api_key} if host.endswith((".azure.com", ".azure.us", ".azure.cn")) else {}
