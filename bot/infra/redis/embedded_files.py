"""The embedded Valkey's files: is all of the data there, and what can be mended without losing any?

The server starts empty if its manifest is gone, and with half of its data if a file was emptied. Here such a start is
refused, in words that can be followed. Only what can't lose data is mended; a copy of the damaged file is kept.
Server and keeper must not be running.
"""

import logging
import os
import shlex
import shutil
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.errors import StoreDown
from bot.infra.redis.embedded_keeper import AOF, MANIFEST, SIZES, parts_of

log = logging.getLogger(__name__)

_BEGINNING = "appendonly.aof."


class _Damage(Exception):
    """What is wrong with the files, and a command that goes on without what is lost; empty if there is none."""

    def __init__(self, what: str, go_on: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.go_on = go_on


def refuse_if_damaged(data: Path) -> None:
    """Raise StoreDown if data is missing that was there before; mend a lost manifest if the files leave no doubt."""
    try:
        _examine(data)
    except _Damage as damage:
        raise StoreDown(_sentence(data, damage.what), _hint(data, damage.go_on)) from damage


def mend_tail(data: Path) -> bool:
    """Cut what follows the last readable command of a log that the server can't read; return False if it can be read.

    Raises StoreDown if that would lose anything that was acknowledged.
    """
    known = _recorded(data)
    for name, _ in parts_of(str(data)):
        file = data / AOF / name
        if not name.endswith(".incr.aof") or not file.is_file():
            continue
        content = file.read_bytes()
        readable = _readable(content)
        if readable == len(content):
            continue
        if readable < known.get(name, 0) or _goes_on(content[readable:]):
            what = f"{file.name} can't be read from byte {readable:,} of {len(content):,} on"
            raise StoreDown(_sentence(data, what), _hint(data, f"truncate -s {readable} {shlex.quote(str(file))}"))
        copy = _kept_aside(file)
        os.truncate(file, readable)
        log.warning(
            "The end of the store's log was damaged and is cut off, nothing acknowledged is lost: bytes=%d copy=%s",
            *(len(content) - readable, copy),
        )
        return True
    return False


def unreadable(data: Path, why: str) -> StoreDown:
    """Return the error for files that the server can't read, with its reason `why`."""
    return StoreDown(_sentence(data, f"the server can't read its files ({why})"), _hint(data, ""))


def full_disk(home: Path) -> str:
    """Return a sentence that names the disk of `home` and the room left on it."""
    mount = home
    while mount.parent != mount and (not mount.exists() or mount.stat().st_dev == mount.parent.stat().st_dev):
        mount = mount.parent
    free = shutil.disk_usage(mount).free // 1024
    left = f"{mount} has {free:,} KiB left, and PAPERLARK_HOME ({home}) is on it"
    return f"The disk is full: {left}. Free some space there."


def is_full(home: Path) -> bool:
    """Return True if less than 1 MiB is left on the disk of `home`."""
    return shutil.disk_usage(home).free < 1024 * 1024


def _examine(data: Path) -> None:
    folder, known = data / AOF, _recorded(data)
    if data.exists() and not data.is_dir():
        raise _Damage(f"{data} is no folder")
    if not folder.exists():
        if known:
            raise _Damage(f"the folder {AOF} is gone", _forget(data))
        return
    if not folder.is_dir():
        raise _Damage(f"{folder} is no folder")
    there = [name for name in os.listdir(folder) if name.startswith(_BEGINNING) and name.endswith((".aof", ".rdb"))]
    parts = parts_of(str(data))
    if not parts:
        if not there and not known and not (folder / MANIFEST).exists():
            return
        _write_manifest(data, there)
        parts = parts_of(str(data))
    for name, kind in parts:
        _examine_file(data, name, kind, known.get(name, 0))


def _examine_file(data: Path, name: str, kind: str, known: int) -> None:
    file = data / AOF / name
    if not file.is_file():
        raise _Damage(f"{name} is missing", _forget(data))
    if not os.access(file, os.R_OK | os.W_OK):
        owner = shlex.quote(str(data.parent))
        raise _Damage(f"{name} can't be read and written by this user", f'sudo chown -R "$(id -un)" {owner}')
    size = file.stat().st_size
    if size < known or (kind == "b" and not size):
        expected = f" of {known:,}" if known else ""
        raise _Damage(f"{name} has only {size:,} bytes{expected}", _forget(data) if size else "")


def _write_manifest(data: Path, there: list[str]) -> None:
    """Write a lost manifest anew: one base and one log leave no doubt about their order."""
    bases = [name for name in there if ".base." in name]
    logs = [name for name in there if ".incr." in name]
    numbers = [name.removeprefix(_BEGINNING).split(".")[0] for name in (*bases, *logs)]
    if len(bases) != 1 or len(logs) != 1 or not all(map(str.isdecimal, numbers)):
        raise _Damage(f"{MANIFEST}, the list of its files, is missing or can't be read")
    manifest = data / AOF / MANIFEST
    if manifest.exists():
        _kept_aside(manifest)
    lines = (f"file {bases[0]} seq {numbers[0]} type b", f"file {logs[0]} seq {numbers[1]} type i", "")
    written = manifest.with_suffix(".new")
    written.write_text("\n".join(lines), "ascii")
    written.replace(manifest)
    log.warning("The list of the store's files was lost and is written anew from the files: file=%s", manifest)


def _recorded(data: Path) -> dict[str, int]:
    """Return the sizes that the keeper recorded, by file."""
    try:
        lines = [line.split() for line in (data / SIZES).read_text("ascii").splitlines()]
    except (OSError, ValueError):
        return {}
    return {line[1]: int(line[0]) for line in lines if len(line) == 2 and line[0].isdecimal()}


def _readable(content: bytes) -> int:
    """Return the length of the commands at the beginning, each an array of bulk strings of the Redis protocol.

    Source: https://redis.io/docs/latest/develop/reference/protocol-spec/
    """
    at = 0
    while (after := _command_end(content, at)) is not None:
        at = after
    return at


def _command_end(content: bytes, at: int) -> int | None:
    """Return where the command that begins at `at` ends; None if there is none in full."""
    if content[at : at + 1] == b"#":  # an annotation
        end = content.find(b"\r\n", at)
        return None if end < 0 else end + 2
    count, at = _number(content, at, b"*")
    if count < 1:
        return None
    for _ in range(count):
        length, at = _number(content, at, b"$")
        if length < 0 or content[at + length : at + length + 2] != b"\r\n":
            return None
        at += length + 2
    return at


def _number(content: bytes, at: int, mark: bytes) -> tuple[int, int]:
    """Return the number after a mark and where its line ends; -1 if there is none."""
    end = content.find(b"\r\n", at, at + 24)
    digits = content[at + 1 : end]
    if end < 0 or content[at : at + 1] != mark or not digits.isdigit():
        return -1, at
    return int(digits), end + 2


def _goes_on(rest: bytes) -> bool:
    """Return True if a whole command follows somewhere in the unreadable rest: it was damaged in the middle."""
    at = rest.find(b"*")
    while at >= 0:
        if _command_end(rest, at) is not None:
            return True
        at = rest.find(b"*", at + 1)
    return False


def _kept_aside(file: Path) -> Path:
    """Copy a damaged file into a folder beside the data; return the copy."""
    folder = file.parent.parent / f"damaged-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    folder.mkdir(mode=0o700)
    copy = folder / file.name
    shutil.copyfile(file, copy)
    copy.chmod(0o600)
    return copy


def _sentence(data: Path, what: str) -> str:
    return f"The embedded store in {data.parent} is damaged: {what}. I changed nothing and don't start without it."


def _hint(data: Path, go_on: str) -> str:
    old, aside = shlex.quote(str(data)), shlex.quote(f"{data}.damaged")
    anew = f"mv {old} {aside} && paperlark import BACKUP.jsonl (what paperlark export wrote)"
    without = f" To go on without what is lost: cp -a {old} {aside} && {go_on}." if go_on else ""
    return f"Put a copy of the folder {data} back, or begin anew: {anew}.{without}"


def _forget(data: Path) -> str:
    return f"rm {shlex.quote(str(data / SIZES))}"
