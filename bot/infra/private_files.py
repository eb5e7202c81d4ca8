"""Makes everything under PAPERLARK_HOME private to its user, also what an older version made readable for others."""

import logging
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)

OURS = frozenset({
    "valkey", "search", "models", "encryption.key", "users.lock", "keeper.lock", "server.lock", "keeper.log",
    "valkey.sock",
})  # fmt: skip
"""What Paperlark makes in its home; nothing else is touched, since a home may be any folder."""


def make_private(home: Path) -> None:
    """Take the rights of group and others from our own files and folders under `home`, and from it if it is ours alone.

    Links, other people's files and a disk that can't be written are left alone.
    """
    try:
        there = set(os.listdir(home))
    except OSError:
        return
    changed = sum(_closed(path) for name in sorted(there & OURS) for path in _tree(home / name))
    if there <= OURS:
        changed += _closed(home)
    if changed:
        log.warning("Files were readable by others and are private now: home=%s number=%d", home, changed)


def _tree(top: Path) -> Iterator[Path]:
    yield top
    if top.is_dir() and not top.is_symlink():
        for folder, folders, files in os.walk(top):
            yield from (Path(folder) / name for name in (*folders, *files))


def _closed(path: Path) -> bool:
    with suppress(OSError):
        found = path.lstat()
        is_ours = found.st_uid == os.getuid() and not stat.S_ISLNK(found.st_mode)
        if is_ours and found.st_mode & 0o077:
            path.chmod(stat.S_IMODE(found.st_mode) & 0o700)
            return True
    return False
