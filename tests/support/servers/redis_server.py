"""A real Redis on loopback with the faults that its options and its access control list give it."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis

from support.servers.redis_cluster import BINARY

_TIMEOUT_SECONDS = 20.0


@dataclass(frozen=True)
class RedisServer:
    """One server; `port` is encrypted if it was started with a certificate."""

    port: int

    @property
    def url(self) -> str:
        """Return its unencrypted address, without a database."""
        return f"redis://127.0.0.1:{self.port}"

    def does(self, *command: str) -> object:
        """Send a command as its administrator."""
        with redis.Redis(port=self.port) as client:
            return client.execute_command(*command)

    def url_of_user(self, *rules: str) -> str:
        """Give the user bob these rights alone; return the address with their name and password."""
        self.does("ACL", "SETUSER", "bob", "reset", "on", ">5ecret", *rules)
        return f"redis://bob:5ecret@127.0.0.1:{self.port}/0"


@contextmanager
def redis_server(folder: Path, *options: str, pem: Path | None = None) -> Iterator[RedisServer]:
    """Yield a server with these options; with a certificate and key in `pem` it speaks TLS alone."""
    port = _free_port()
    ports = ["--port", str(port)]
    if pem:
        ports = ["--port", "0", "--tls-port", str(port), "--tls-cert-file", str(pem), "--tls-key-file", str(pem)]
        ports += ["--tls-ca-cert-file", str(pem)]
    command = [BINARY, "--bind", "127.0.0.1", "--dir", str(folder), "--save", "", *ports, *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _await_port(port)
        yield RedisServer(port)
    finally:
        process.kill()
        process.wait(10)


def _free_port() -> int:
    """Return a free port below 55,000: a cluster's nodes talk to each other on the one 10,000 above."""
    while True:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            if (port := int(free.getsockname()[1])) < 55_000:
                return port


def _await_port(port: int) -> None:
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.02)
    raise AssertionError(f"redis-server did not start within {_TIMEOUT_SECONDS} s")
