"""Addresses of a server with OpenAI's protocol, and what its provider wants with each request.

A person may have set one with more or less than the /v1 that servers answer at.
"""

import re
from urllib.parse import parse_qsl, urlsplit, urlunsplit

# The end of a path that the library adds itself, or that is another protocol's (https://docs.ollama.com/api).
_PASTED = re.compile(
    r"/(?:chat/completions|chat|completions|responses|embeddings|models|messages|generate|tags)/*$", re.IGNORECASE
)
_VERSION = re.compile(r"/v\d\w*(?:/|$)")
_USUAL = ("/v1", "/api/v1")


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


def query(base_url: str) -> dict[str, str]:
    """Return the parameters of the address, which some providers require (api-version)."""
    return dict(parse_qsl(urlsplit(base_url.strip()).query))


def headers(base_url: str, api_key: str) -> dict[str, str]:
    """Return the headers that a provider wants besides the library's.

    Azure reads the key from one of its own (https://learn.microsoft.com/azure/ai-services/openai/reference).
    """
    host = urlsplit(base_url.strip()).hostname or ""
    return {"api-key": api_key} if host.endswith((".azure.com", ".azure.us", ".azure.cn")) else {}
