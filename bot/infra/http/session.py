"""The HTTP session of this process: its User-Agent, timeout and connection pool."""

from importlib.metadata import version

import httpx

HttpSession = httpx.AsyncClient

USER_AGENT = f"paperlark/{version('paperlark')} (self-hosted arXiv digest bot)"


def http_session(timeout_seconds: float = 30.0) -> HttpSession:
    """Return a session to enter; `timeout_seconds` is the default of each phase of a request."""
    return HttpSession(headers={"User-Agent": USER_AGENT}, timeout=timeout_seconds)
