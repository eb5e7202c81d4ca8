"""The file `.env`: its encoding, its text, and in one sentence why it can't be read."""

import codecs
import os
import re
from pathlib import Path

from bot.domain.errors import BotError
from bot.domain.frozen import frozen

ENV_FILE = Path(".env")

_UTF_8 = "utf-8-sig"
_MARKS = ((codecs.BOM_UTF8, _UTF_8), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
"""Byte order marks; Windows PowerShell's `>` writes UTF-16 with one."""

_ASSIGNED = re.compile(r"\s*(?:export\s+)?([A-Z][A-Z0-9_]*)\s*([=:])\s*([^#\s]?)", re.ASCII)
"""The beginning of a line of `.env` that sets something, or was meant to."""


def env_file_encoding(file: Path = ENV_FILE) -> str:
    """Return the encoding of the file: UTF-8, or UTF-16 by its byte order mark. Raise BotError if it can't be read."""
    return _read(file)[0]


def env_file_text(file: Path = ENV_FILE) -> str:
    """Return the text; empty if there is no such file. Raise BotError if it can't be read."""
    return _read(file)[1]


def _read(file: Path) -> tuple[str, str]:
    content = _content(file)
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), _UTF_8)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _unreadable(file, content, encoding, error.start) from None
    if "\0" in text:
        raise _unreadable(file, content, encoding, content.index(b"\0"))
    return encoding, text


def _content(file: Path) -> bytes:
    """Return the bytes; empty if there is no such file, or none that has an end."""
    try:
        if file.is_dir():  # Docker makes a folder where a file to mount is missing
            raise BotError(f"{file} is a folder: remove it, and put a text file of that name there.")
        return file.read_bytes() if file.is_file() else b""
    except OSError as error:
        why = (error.strerror or "it can't be opened").lower()
        raise BotError(f"{file} can't be read: {why}. The user that runs Paperlark needs to read it.") from None


def _unreadable(file: Path, content: bytes, encoding: str, place: int) -> BotError:
    if encoding != _UTF_8:
        return BotError(f"{file} is damaged UTF-16 text: save it as UTF-8.")
    line = content.count(b"\n", 0, place) + 1
    what = "has a NUL byte" if content[place] == 0 else "isn't UTF-8"
    return BotError(f"{file} {what} in line {line}: save it as UTF-8.")


@frozen
class GivenNames:
    """The names of the environment's variables, and those in `.env`, without those that are empty.

    `unreadable` are sentences on lines of `.env` that were meant to set something.
    """

    environment: tuple[str, ...]
    file: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()


def given_names(env_file: Path = ENV_FILE) -> GivenNames:
    """Return the names that somebody set, whether Paperlark has such a setting or not."""
    there = tuple(name for name, value in os.environ.items() if value)
    try:
        text = env_file_text(env_file)
    except BotError:
        return GivenNames(there)
    names, unreadable = [], []
    for number, line in enumerate(text.splitlines(), 1):
        found = _ASSIGNED.match(line)
        if found and found[2] == "=":
            names += [found[1]] if found[3] else []
        elif found:
            unreadable.append(f"I can't read line {number}: write NAME=value.")
    return GivenNames(there, tuple(names), tuple(unreadable))
