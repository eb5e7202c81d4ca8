"""Addresses that a person may have meant by the one they set: with more or less than the /v1 that servers answer at."""

import re
from urllib.parse import parse_qsl, urlsplit, urlunsplit

# The end of a path that the library adds itself, or that is another protocol's (https://docs.ollama.com/api).
_PASTED = re.compile(r"(?:/(?:chat/completions|chat|completions|responses|embeddings|models|generate|tags))/*$", re.I)
_VERSION = "/v1"


def addresses(base_url: str) -> tuple[str, ...]:
    """Return the addresses to try in turn, the most likely first: as it was set, with /v1, and /v1 of the host."""
    parts = urlsplit(base_url.strip())
    path = _PASTED.sub("", parts.path.rstrip("/"))
    named = path if re.search(r"/v\d\w*(?:/|$)", path) else f"{path}{_VERSION}"
    paths = dict.fromkeys((path, named, _VERSION))
    return tuple(urlunsplit((parts.scheme, parts.netloc, path, "", "")) for path in paths)


def query(base_url: str) -> dict[str, str]:
    """Return the parameters of the address, which some providers require (api-version)."""
    return dict(parse_qsl(urlsplit(base_url.strip()).query))
