"""A process that has imported the bot and forks a copy of itself for each command.

A test that starts `paperlark` as its own process spends most of its processor time on imports: 1.4 s of 1.8 s for
`once`. `make test` forks instead; everything after the imports is the same: own process, signals, exit code, streams.

    python -m support.fork_server <socket>

A request is one packet: the arguments, the environment and the folder as JSON, with three file descriptors: standard
output, standard error, and a pipe for the process id and the exit code, a line each. The server ends with its standard
input.
"""

import gc
import json
import os
import select
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module

REQUEST_BYTES = 200_000
IMPORTED = (
    "adapters.cli.once",
    "adapters.cli.run",
    "adapters.discord.app",
    "adapters.email.app",
    "adapters.slack.app",
    "bot.app.external_clients",
    "bot.app.jobs.queue",
    "numpy",
    "openai.types",
)


def main(path: str) -> None:
    """Answer requests until standard input ends; in a forked process, run the requested command."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # a process with threads must not fork
    for name in IMPORTED:
        import_module(name)
    gc.freeze()
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as server:
        server.bind(f"{path}.new")
        server.listen()
        os.rename(f"{path}.new", path)  # a test that sees the socket may connect at once
        request = _serve(server)
    if not request:
        _reap(0)
    elif (pid := os.fork()) == 0:
        _become(request)
    else:
        _report(pid, request)


@dataclass
class Request:
    """One command to run."""

    arguments: list[str]
    environment: dict[str, str]
    folder: str
    out: int
    err: int
    report: int


def _serve(server: socket.socket) -> Request | None:
    """Fork a waiter for each request. Return its request in a waiter, and None in the server at its end."""
    while sys.stdin not in select.select([server, sys.stdin], [], [])[0]:
        connection, _ = server.accept()
        with connection:
            packet, streams, *_ = socket.recv_fds(connection, REQUEST_BYTES, 3)
        if os.fork() == 0:
            return Request(**json.loads(packet), **dict(zip(("out", "err", "report"), streams, strict=True)))
        _close(*streams)
        _reap(os.WNOHANG)
    return None


def _report(pid: int, request: Request) -> None:
    """Send the command's process id and, when it has ended, its exit code."""
    _close(request.out, request.err)
    os.write(request.report, f"{pid}\n".encode())
    _, status = os.waitpid(pid, 0)
    os.write(request.report, f"{os.waitstatus_to_exitcode(status)}\n".encode())


def _become(request: Request) -> None:
    null = os.open(os.devnull, os.O_RDONLY)
    for number, stream in enumerate((null, request.out, request.err)):
        os.dup2(stream, number)
    _close(null, request.out, request.err, request.report)
    # The interpreter opened these three for the server's own streams.
    sys.stdin, sys.stdout = open(0), open(1, "w")  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, errors="backslashreplace")  # noqa: SIM115
    os.chdir(request.folder)
    os.environ.clear()
    os.environ.update(request.environment)
    sys.argv = ["paperlark", *request.arguments]
    import_module("adapters.__main__").main()


def _reap(options: int) -> None:
    """Collect the waiters that have ended; with 0, wait for all of them. The server's CPU time then includes theirs."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, options) != (0, 0):
            pass


def _close(*streams: int) -> None:
    for stream in streams:
        os.close(stream)


if __name__ == "__main__":
    main(sys.argv[1])
