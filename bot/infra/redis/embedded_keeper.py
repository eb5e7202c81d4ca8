"""Keeps the embedded Valkey: a small process of its own that starts it, waits until nobody uses it, and ends it.

Run as a script by `embedded.py`, so that the server belongs to no user of it in particular. Standard library only, and
little of it: this process stays in memory as long as the server does.

Every user holds a shared lock on `users.lock` as long as it lives, however it ends. The keeper asks for the exclusive
one and gets it when the last has gone. `keeper.lock` is held by the one keeper, `server.lock` by the server itself: no
two servers ever write to one folder.
"""

import os
import signal
import sys
import time

if sys.platform != "win32":
    import fcntl

USERS_LOCK = "users.lock"
KEEPER_LOCK = "keeper.lock"
DATA = "valkey"

_SERVER_LOCK = "server.lock"
_SHUTDOWN_SECONDS = 20
_SERVER_GOES_SECONDS = 8.0
_GLANCE_SECONDS = 0.05
_PR_SET_PDEATHSIG = 1
_TAIL = 64 * 1024

# `always`: what somebody made is on the disk before he is told so.
_FLAGS = (
    *("--port", "0", "--protected-mode", "yes", "--unixsocketperm", "700"),
    *("--daemonize", "no", "--loglevel", "warning", "--always-show-logo", "no"),
    *("--save", "", "--appendonly", "yes", "--appendfsync", "always", "--aof-load-truncated", "yes"),
    *("--maxmemory", "0", "--maxmemory-policy", "noeviction"),
)


def try_lock(path: str, shared: bool = False) -> int | None:
    """The descriptor that holds the lock on the file at `path` until it is closed; None where others have it."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    return file


def main(home: str, socket: str, binary: str) -> None:
    """Returns to the starter once the one keeper runs, which may be another's, and never in the keeper itself."""
    os.umask(0o077)
    # Somebody who looks whether a keeper lives holds the lock for an instant.
    lock = _insist(f"{home}/{KEEPER_LOCK}", _GLANCE_SECONDS)
    if lock is None or os.fork():
        return
    try:
        _keep(home, socket, binary)
    except OSError as error:
        os.write(2, f"{error}\n".encode())
    finally:
        os._exit(0)


def _insist(path: str, seconds: float) -> int | None:
    deadline = time.monotonic() + seconds
    while True:
        lock = try_lock(path)
        if lock is not None or time.monotonic() > deadline:
            return lock
        time.sleep(0.005)


def _keep(home: str, socket: str, binary: str) -> None:
    for ended_by_users_only in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(ended_by_users_only, _ignore)
    users = os.open(f"{home}/{USERS_LOCK}", os.O_RDWR | os.O_CREAT, 0o600)
    # The server of a keeper that was killed may need a moment to go.
    server_lock = _insist(f"{home}/{_SERVER_LOCK}", _SERVER_GOES_SECONDS)
    if server_lock is None:
        os.write(2, b"Another server still writes to this folder.\n")
        return
    _clear_the_way(f"{home}/{DATA}", socket)
    server = _start([binary, "--unixsocket", socket, "--dir", f"{home}/{DATA}", *_FLAGS], server_lock)
    os.close(server_lock)

    def leave_with_the_server(*_: object) -> None:
        if os.waitpid(server, os.WNOHANG)[0]:
            os._exit(1)

    signal.signal(signal.SIGCHLD, leave_with_the_server)
    leave_with_the_server()
    fcntl.flock(users, fcntl.LOCK_EX)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _end(server)
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


def _end(server: int) -> None:
    signal.signal(signal.SIGALRM, lambda *_: os.kill(server, signal.SIGKILL))
    signal.alarm(_SHUTDOWN_SECONDS)
    os.kill(server, signal.SIGTERM)
    os.waitpid(server, 0)


def _clear_the_way(data: str, socket: str) -> None:
    """Remove remains of a crash or power failure that would keep the server from starting."""
    _unlink(socket)
    log = f"{data}/appendonlydir"
    if os.path.isdir(log):
        for name in os.listdir(log):
            if name.endswith(".incr.aof"):
                _cut_zeros(f"{log}/{name}")


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
