"""Keeper of the embedded Valkey: a small process that starts the server, waits until it has no users, and stops it.

`embedded.py` runs it as a script, so that the server belongs to no single user. It uses little of the standard library
alone, since it stays in memory as long as the server.

Every user holds a shared lock on `users.lock` for its lifetime, however it ends. The keeper waits for the exclusive
lock, which it gets after the last user. The only keeper holds `keeper.lock`, the server `server.lock`: two servers
never write to one folder.
"""

import os
import signal
import sys
import time

if sys.platform != "win32":
    import fcntl

USERS_LOCK = "users.lock"
KEEPER_LOCK = "keeper.lock"
SERVER_LOCK = "server.lock"
DATA = "valkey"
AOF = "appendonlydir"
MANIFEST = "appendonly.aof.manifest"
SIZES = "sizes"
"""Record of how large the files were that are in use: a file that has less has lost data."""

_SHUTDOWN_SECONDS = 20
_SERVER_EXIT_SECONDS = 8.0
_CHECK_SECONDS = 0.05
_PR_SET_PDEATHSIG = 1
_TAIL = 64 * 1024
_RECORD_SECONDS = 30

# `always`: data is on disk before its write is acknowledged.
_FLAGS = (
    *("--port", "0", "--protected-mode", "yes", "--unixsocketperm", "700"),
    *("--daemonize", "no", "--loglevel", "warning", "--always-show-logo", "no"),
    *("--save", "", "--appendonly", "yes", "--appendfsync", "always", "--aof-load-truncated", "yes"),
    *("--maxmemory", "0", "--maxmemory-policy", "noeviction"),
)


def try_lock(path: str, shared: bool = False) -> int | None:
    """Return a descriptor that holds the lock on `path` until closed; None if another process holds it."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    return file


def main(home: str, socket: str, binary: str) -> None:
    """Return in the starter once a keeper runs, perhaps another one's; never return in the keeper itself."""
    os.umask(0o077)
    # A process that checks for a keeper holds the lock for an instant.
    lock = _wait_for_lock(f"{home}/{KEEPER_LOCK}", _CHECK_SECONDS)
    if lock is None or os.fork():
        return
    try:
        _keep(home, socket, binary)
    except OSError as error:
        os.write(2, f"{error}\n".encode())
    finally:
        os._exit(0)


def _wait_for_lock(path: str, seconds: float) -> int | None:
    deadline = time.monotonic() + seconds
    while True:
        lock = try_lock(path)
        if lock is not None or time.monotonic() > deadline:
            return lock
        time.sleep(0.005)


def _keep(home: str, socket: str, binary: str) -> None:
    for ignored in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(ignored, _ignore)
    users = os.open(f"{home}/{USERS_LOCK}", os.O_RDWR | os.O_CREAT, 0o600)
    # The server of a killed keeper may need a moment to exit.
    server_lock = _wait_for_lock(f"{home}/{SERVER_LOCK}", _SERVER_EXIT_SECONDS)
    if server_lock is None:
        os.write(2, b"Another server still writes to this folder.\n")
        return
    _remove_leftovers(f"{home}/{DATA}", socket)
    server = _start([binary, "--unixsocket", socket, "--dir", f"{home}/{DATA}", *_FLAGS], server_lock)
    os.close(server_lock)

    def exit_with_server(*_: object) -> None:
        if os.waitpid(server, os.WNOHANG)[0]:
            os._exit(1)

    signal.signal(signal.SIGCHLD, exit_with_server)
    exit_with_server()
    signal.signal(signal.SIGALRM, lambda *_: record_sizes(f"{home}/{DATA}"))
    signal.setitimer(signal.ITIMER_REAL, _RECORD_SECONDS, _RECORD_SECONDS)
    fcntl.flock(users, fcntl.LOCK_EX)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    record_sizes(f"{home}/{DATA}")
    _stop(server)
    _unlink(socket)


def _start(command: list[str], server_lock: int) -> int:
    keeper = os.getpid()
    server = os.fork()
    if server:
        return server
    try:
        _die_with(keeper)
        os.set_inheritable(server_lock, True)
        # The user's locale may be missing on this machine, and their tokens are none of the server's business.
        os.execve(command[0], command, {"LC_ALL": "C"})  # noqa: S606
    except OSError as error:
        os.write(2, f"{error}\n".encode())
    finally:
        os._exit(127)


def _die_with(keeper: int) -> None:
    """On Linux, let a killed keeper take the server with it; elsewhere the next starter stops an orphan."""
    if sys.platform != "linux":
        return
    import ctypes  # noqa: PLC0415  # imported only here, to keep the keeper small

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != keeper:
        os._exit(1)


def _stop(server: int) -> None:
    signal.signal(signal.SIGALRM, lambda *_: os.kill(server, signal.SIGKILL))
    signal.alarm(_SHUTDOWN_SECONDS)
    os.kill(server, signal.SIGTERM)
    os.waitpid(server, 0)


def parts_of(data: str) -> list[tuple[str, str]]:
    """Return the files in the manifest, each with its kind, b (base) or i (log); empty if it can't be read."""
    parts = []
    try:
        with open(f"{data}/{AOF}/{MANIFEST}", encoding="ascii") as manifest:
            for line in manifest.read().splitlines():
                words = line.split()
                name, kind = words[words.index("file") + 1], words[words.index("type") + 1]
                if "/" in name or kind not in ("b", "i", "h"):
                    return []
                parts.append((name, kind))
    except (OSError, ValueError, IndexError):
        return []
    return [(name, kind) for name, kind in parts if kind != "h"]


def record_sizes(data: str) -> None:
    """Record the sizes of the files in use, once they are on disk; what can't be recorded is left out."""
    lines = []
    try:
        for name, _ in parts_of(data):
            file = os.open(f"{data}/{AOF}/{name}", os.O_RDONLY)
            size = os.fstat(file).st_size
            os.fsync(file)
            os.close(file)
            lines.append(f"{size} {name}\n")
        written = os.open(f"{data}/{SIZES}.new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.write(written, "".join(lines).encode())
        os.fsync(written)
        os.close(written)
        os.rename(f"{data}/{SIZES}.new", f"{data}/{SIZES}")
    except OSError:
        return


def _remove_leftovers(data: str, socket: str) -> None:
    """Remove remains of a crash or power failure: some keep the server from starting, some hold deleted data."""
    _unlink(socket)
    log = f"{data}/{AOF}"
    if os.path.isdir(log):
        for name in os.listdir(log):
            if name.endswith(".incr.aof"):
                _cut_zeros(f"{log}/{name}")
            elif name.startswith("temp-rewriteaof-"):
                _unlink(f"{log}/{name}")
    if os.path.isdir(data):
        for name in os.listdir(data):
            if name.startswith("temp-"):
                _unlink(f"{data}/{name}")


def _cut_zeros(path: str) -> None:
    """Cut trailing zeros off an append-only file, in which every command ends in a line feed.

    A file system may have extended the file without writing its last block. The server itself cuts a partial command,
    but treats zeros as corruption.
    """
    file = os.open(path, os.O_RDWR)
    size = os.fstat(file).st_size
    while size:
        start = max(size - _TAIL, 0)
        kept = len(os.pread(file, size - start, start).rstrip(b"\0"))
        size = start + kept
        if kept:
            break
    if size < os.fstat(file).st_size:
        os.ftruncate(file, size)
    os.close(file)


def _unlink(path: str) -> None:
    if os.path.lexists(path):
        os.unlink(path)


def _ignore(*_: object) -> None:
    """Ignore a signal; unlike SIG_IGN, the server doesn't inherit a handler."""


if __name__ == "__main__":
    main(*sys.argv[1:])
