"""Report on the index on disk, read from outside: it creates, repairs and updates nothing."""

import asyncio
from pathlib import Path

from bot.domain.errors import BotError
from bot.domain.frozen import frozen

_HINT = "The next search begins it anew; where that doesn't help, read_index_report at the disk of PAPERLARK_HOME."


@frozen
class IndexReport:
    """Number of papers, of those with vectors of `model` ("" if none), and size on disk in bytes.

    `whole` is False while the index is being built.
    """

    papers: int
    meant: int
    model: str
    whole: bool
    size: int


async def read_index_report(home: Path) -> IndexReport | None:
    """Return a report on the index under `home`; None if there is none. Raises BotError if it can't be read."""
    try:
        return await asyncio.to_thread(_read_report, home / "search")
    except (KeyboardInterrupt, SystemExit, asyncio.CancelledError):
        raise
    except BaseException as broken:  # files may hold anything; a panic of tantivy is no Exception
        raise BotError(f"It can't be read ({type(broken).__name__}).", _HINT) from broken


def _read_report(root: Path) -> IndexReport | None:
    from bot.search.index.engine import read_committed  # noqa: PLC0415 - tantivy loads in 0.1 s

    found = read_committed(root)
    if found is None:
        return None
    snapshot, state = found
    return IndexReport(
        snapshot.words.papers,
        snapshot.rows.with_vector(),
        state.model,
        state.whole,
        sum(map(_size, root.rglob("*"))),
    )


def _size(path: Path) -> int:
    """Return the file's bytes; files may vanish while another process writes."""
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0
