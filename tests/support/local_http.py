"""An HTTP client for servers on this machine."""

from typing import Any

import httpx


def local_client(**options: Any) -> httpx.AsyncClient:
    """Make a client that loads no certificates: they cost 30 ms of processor time a client, in hundreds of tests."""
    return httpx.AsyncClient(verify=False, **options)
