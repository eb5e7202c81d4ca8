"""The index as it lies on disk, looked at from outside: nothing is begun, mended or caught up by it."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from bot.domain.errors import BotError

_HINT = "The next search begins it anew; where that doesn't help, look at the disk of PAPERLARK_HOME."


@dataclass(frozen=True, slots=True)
class Look:
    """How many papers it holds, how many of them with vectors of `model` ("" where none has), and its bytes on disk.

    Not `whole`: it is still being made.
    """

    papers: int
    meant: int
    model: str
    whole: bool
    size: int


async def look(home: Path) -> Look | None:
    """The index under `home`; None where nobody has begun one. Raises BotError where it can't be read."""
    try:
        return await asyncio.to_thread(_look, home / "search")
    except (KeyboardInterrupt, SystemExit, asyncio.CancelledError):
        raise
    except BaseException as broken:  # whatever files may hold; a panic of tantivy's is no Exception
        raise BotError(f"It can't be read ({type(broken).__name__}).", _HINT) from broken


def _look(root: Path) -> Look | None:
    from bot.search.index.engine import looked_at  # noqa: PLC0415 - numpy and tantivy take a tenth of a second

    found = looked_at(root)
    if found is None:
        return None
    view, state = found
    return Look(
        view.words.papers, int(view.rows.meant.sum()), state.model, state.whole, sum(map(_size, root.rglob("*")))
    )


def _size(path: Path) -> int:
    """Its bytes; files come and go while another process adds to the index."""
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0
