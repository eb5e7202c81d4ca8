"""HTTP on this machine: a client, and a port for a server."""

import socket
from typing import Any

import httpx


def local_client(**options: Any) -> httpx.AsyncClient:
    """Make a client that loads no certificates: they cost 30 ms of processor time a client, in hundreds of tests."""
    return httpx.AsyncClient(verify=False, **options)


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
