"""`paperlark export`: print everything that people made as JSON lines on standard output."""

import argparse
import os
import shutil
import sys
from tempfile import TemporaryFile
from typing import TextIO

from bot.app.backup.archive import Backup, write_header
from bot.app.backup.record import write_line
from bot.app.backup.schema import Unsound
from bot.app.settings import Settings
from bot.app.stores import opened_backup
from bot.domain.errors import BotError
from bot.domain.wording import count
from bot.infra.clock import SystemClock


async def main(_: argparse.Namespace, settings: Settings) -> int:
    """Print a header and one line per channel, all or nothing; return 1 if a channel had to be left out."""
    try:
        # Collect everything before printing: a reader of the pipe couldn't tell a partial export from a full one.
        with TemporaryFile("w+", encoding="ascii") as whole:
            written, left_out = await _collect(settings, whole)
            print(write_header(SystemClock().now(), written))
            whole.seek(0)
            shutil.copyfileobj(whole, sys.stdout)
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        # Discard what remains in the buffer: Python would try to write it again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise BotError(f"The backup could not be written: {error.strerror}.") from error
    return 1 if left_out else 0


async def _collect(settings: Settings, whole: TextIO) -> tuple[int, int]:
    """Do as `_write` does, and print the number of digests under way."""
    async with opened_backup(settings) as backup:
        counted = await _write(backup, whole)
        under_way = len(await backup.ledger.waiting())
    if under_way:
        digests = count(under_way, "digest is", "digests are")
        _say(f"{digests} still being sent; after an import, the rest comes with the next one")
    return counted


async def _write(backup: Backup, whole: TextIO) -> tuple[int, int]:
    """Return the numbers of channels written and left out; report each omission on standard error."""
    written = left_out = 0
    async for kept in backup.all():
        try:
            whole.write(f"{write_line(kept)}\n")
            written += 1
        except Unsound as unsound:
            left_out += 1
            _say(f"left out: {str(kept.channel.place)!a}: {unsound}")
    return written, left_out


def _say(sentence: str) -> None:
    print(f"paperlark: {sentence}", file=sys.stderr, flush=True)
