"""A command of the bot, started by the fork server of this test process."""

import asyncio
import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

START_SECONDS = 60.0


class ForkedProcess:
    """The part of `asyncio.subprocess.Process` that tests use."""

    def __init__(self, pid: int, streams: Sequence[asyncio.StreamReader]) -> None:
        self.pid = pid
        self.stdout, self.stderr, report = streams
        self.returncode: int | None = None
        self._ended = asyncio.create_task(self._read_code(report))

    async def wait(self) -> int:
        """Wait for its end and return the exit code."""
        return await asyncio.shield(self._ended)

    async def communicate(self) -> tuple[bytes, bytes]:
        """Read both streams to their ends and wait for its end."""
        out, err, _ = await asyncio.gather(self.stdout.read(), self.stderr.read(), self.wait())
        return out, err

    def send_signal(self, number: int) -> None:
        """Send a signal to the process."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill the process (kill -9)."""
        self.send_signal(signal.SIGKILL)

    async def _read_code(self, report: asyncio.StreamReader) -> int:
        code = int(await report.readline())
        await report.read()
        self.returncode = code
        return code


async def fork(arguments: Sequence[str], environment: Mapping[str, str], folder: str) -> ForkedProcess:
    """Run a command of the bot; its standard input is empty."""
    request = {"arguments": list(arguments), "environment": dict(environment), "folder": folder}
    pipes = [os.pipe() for _ in range(3)]
    theirs = [written for _, written in pipes]
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
        connection.connect(str(_server()))
        socket.send_fds(connection, [json.dumps(request).encode()], theirs)
    for stream in theirs:
        os.close(stream)
    streams = [await _reader(read) for read, _ in pipes]
    return ForkedProcess(int(await streams[2].readline()), streams)


async def _reader(descriptor: int) -> asyncio.StreamReader:
    stream = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(descriptor, "rb", 0))
    return stream


@cache
def _server() -> Path:
    """Start the server once for this process and return its socket."""
    folder = Path(tempfile.mkdtemp(prefix="fork-"))
    address = folder / "socket"
    command = [sys.executable, "-m", "support.fork_server", str(address)]
    tests = Path(__file__).resolve().parents[1]
    paths = f"{tests.parent}:{tests}"
    server = subprocess.Popen(command, stdin=subprocess.PIPE, env=os.environ | {"PYTHONPATH": paths})
    atexit.register(_end, server, folder)
    deadline = time.monotonic() + START_SECONDS
    while not address.exists():
        assert server.poll() is None, "the fork server ended"
        assert time.monotonic() < deadline, f"the fork server did not start within {START_SECONDS} s"
        time.sleep(0.02)
    return address


def _end(server: subprocess.Popen[bytes], folder: Path) -> None:
    assert server.stdin
    server.stdin.close()
    server.wait(10)
    shutil.rmtree(folder)
