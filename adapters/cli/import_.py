"""`paperlark import`: write an export back into a store after checking that every line of it is valid."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from bot.app.backup.archive import Backup, Fault, cut, read_backup
from bot.app.backup.record import read_line, write_line
from bot.app.settings import Settings
from bot.app.stores import opened_backup
from bot.domain.errors import BotError, StoreDown
from bot.domain.wording import count, listed


async def main(asked: argparse.Namespace, settings: Settings) -> int:
    """Import the whole file or nothing and print the counts; return 1 and print each fault if a line is invalid."""
    with TemporaryFile() as sound:
        with _opened(asked.file) as source:
            faults = _check(source, sound)
        if faults:
            _say(f"nothing was imported: {count(faults, 'line')} can't be used")
            return 1
        sound.seek(0)
        async with opened_backup(settings) as backup:
            imported = await restore(backup, sound)
    things = [count(imported[what], what) for what in ("channel", "follow", "mute", "opinion")]
    _say(f"imported {listed(things)}")
    return 0


def _check(source: BinaryIO, sound: BinaryIO) -> int:
    """Print and count the faults, and copy the valid records to `sound`: a pipe can't be read a second time.

    Raise BotError if the file is truncated or the disk is full.
    """
    faults = 0
    try:
        for found in read_backup(cut(source)):
            if isinstance(found, Fault):
                faults += 1
                _say(str(found))
            elif not faults:
                sound.write(f"{write_line(found)}\n".encode())
    except OSError as error:
        raise BotError(f"The backup could not be read: {error.strerror}.") from error
    return faults


async def restore(backup: Backup, sound: BinaryIO) -> Counter[str]:
    """Return the counts of what was imported. On StoreDown, print the progress and raise it again."""
    imported = Counter[str]()
    try:
        for line in sound:
            kept = read_line(line)
            await backup.restore(kept)
            imported.update(
                channel=1, follow=len(kept.channel.follows), mute=len(kept.channel.mutes), opinion=len(kept.opinions)
            )
    except StoreDown:
        _say(f"stopped after {count(imported['channel'], 'channel')}: import it again, nothing is imported twice")
        raise
    return imported


@contextmanager
def _opened(name: str | None) -> Iterator[BinaryIO]:
    if name is None:
        if sys.stdin.isatty():
            _say("reading standard input; Ctrl-D ends it")
        yield sys.stdin.buffer
        return
    with _file(name) as file:
        yield file


def _file(name: str) -> BinaryIO:
    try:
        return Path(name).open("rb")
    except (OSError, ValueError) as error:
        raise BotError(f"{name!a} can't be read.", "Name a file that paperlark export wrote.") from error


def _say(sentence: str) -> None:
    print(f"paperlark: {sentence}", file=sys.stderr, flush=True)
