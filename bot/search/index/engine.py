"""The index's folder: open it, read it, add to it, and start a new generation if it can't be read.

    <home>/search/<schema>/current             name of the current generation
                          /<generation>/words/ tantivy's files
                                       /rows /vectors   rows of numbers beside them
                                       /state           position up to which the change log was read

Everything here blocks; call it in threads. The last write of a commit makes the earlier ones valid, and readers switch
to a commit as a whole: a search sees one state from beginning to end.
"""

import json
import logging
import os
import secrets
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery
from bot.search.index.snapshot import View
from bot.search.index.text_index import Adding, Entry, Words
from bot.search.index.vector_rows import LONGEST_ID, Rows, RowWriter

if sys.platform != "win32":
    import fcntl

log = logging.getLogger(__name__)

SCHEMA = 2
"""Incremented with every change of the stored data, folding or stemming; another schema starts a new index."""


@dataclass(frozen=True, slots=True)
class State:
    """The change log indexed, the position read, and `whole` if all older papers are indexed too.

    `model` made the vectors; `compared` is the day (UTC, ISO) of the last comparison with all stored papers.
    """

    origin: str = ""
    model: str = ""
    position: str = ""
    whole: bool = False
    compared: str = ""


class Engine:
    """The index under `root`, usable by several processes and by any thread."""

    def __init__(self, root: Path) -> None:
        self._root = root / str(SCHEMA)
        self._generation = ""
        self._seen: object = None
        self._words: Words | None = None
        self._view: View | None = None
        self._turn = Lock()
        self.state = State()

    def refresh(self) -> View:
        """Return the latest commit of any process. Raises any error of broken files."""
        with self._turn:
            return self._refreshed()[1]

    def renew(self) -> None:
        """Start a new generation, unless another process has done so."""
        with self._turn:
            self._begun_after(self._generation)
            self._words = self._view = None

    def sound(self) -> bool:
        """Return True if the files on disk can be read and are those that this process reads."""
        if self._current() != self._generation:
            return False
        try:
            view = _read_view(Words(self._folder / "words"), self._folder)
            return len(view.words.newest(SearchQuery(), 10)) == min(view.words.papers, 10)
        except Exception:
            return False

    def write(self) -> "Writing":
        """Return the only writer of all processes, until its `close`. Raises IndexBusy."""
        with self._turn:
            adding = self._refreshed()[0].adding()
            return Writing(self._folder, adding, _read_state(self._folder / "state"))

    def _refreshed(self) -> tuple[Words, View]:
        name = self._current() or self._begun_after("")
        words, view = self._words, self._view
        if name != self._generation or words is None:
            self._generation, view = name, None
            self._words = words = Words(self._folder / "words")
        seen = _stamp(self._folder / "state")
        if view is None or seen is None or seen != self._seen:
            self.state = _read_state(self._folder / "state")
            self._view = view = _read_view(words, self._folder)
            self._seen = seen
        return words, view

    @property
    def _folder(self) -> Path:
        return self._root / self._generation

    def _current(self) -> str:
        return _current(self._root)

    def _begun_after(self, last: str) -> str:
        """Return the generation after `last`: a new one, or that of a faster process."""
        self._root.mkdir(parents=True, exist_ok=True)
        with _locked(self._root / "beginning.lock"):
            now = self._current()
            return self._begun() if now in {last, ""} else now

    def _begun(self) -> str:
        """Create a generation; delete older ones and other schemas."""
        name = secrets.token_hex(8)
        (self._root / name / "words").mkdir(parents=True)
        _replace(self._root / "current", name)
        for folder in (*self._root.iterdir(), *self._root.parent.iterdir()):
            if folder.is_dir() and folder not in {self._root, self._root / name}:
                shutil.rmtree(folder, ignore_errors=True)
        return name


class Writing:
    """Writes to the index; nothing is visible before `commit`.

    One call at a time, from any thread: a canceled caller closes it while another thread may still use it.
    """

    def __init__(self, folder: Path, adding: Adding, state: State) -> None:
        self._folder = folder
        self._adding = adding
        self._rows = RowWriter(folder)
        self._turn = Lock()
        self.state = state

    def put(
        self, papers: Sequence[Paper], days: Mapping[str, date], vectors: Mapping[str, NDArray[np.float32]]
    ) -> None:
        """Add papers or their newer versions, with the known days and vectors by id."""
        with self._turn:
            self._put(papers, days, vectors)

    def remove(self, ids: Sequence[str]) -> None:
        """Remove papers."""
        with self._turn:
            self._adding.remove(ids)
            self._rows.remove(ids)

    def commit(self, state: State) -> None:
        """Make all changes visible and record the position read in the change log."""
        with self._turn:
            self._adding.commit()
            self._rows.save()
            _replace(self._folder / "state", json.dumps(asdict(state)))
            self.state = state

    def papers(self) -> dict[str, int]:
        """Return the indexed papers with their versions."""
        return self._rows.committed()

    def close(self) -> None:
        """Release the writer; discard everything uncommitted."""
        with self._turn:
            self._adding.close()

    def _put(
        self, papers: Sequence[Paper], days: Mapping[str, date], vectors: Mapping[str, NDArray[np.float32]]
    ) -> None:
        papers = [paper for paper in papers if paper.id.isascii() and 0 < len(paper.id) <= LONGEST_ID]
        rows = self._rows.rows_of([paper.id for paper in papers])
        self._rows.mean(
            {row: (vectors[p.id], p.version) for row, p in zip(rows, papers, strict=True) if p.id in vectors}
        )
        self._rows.save()  # before the text index refers to these rows
        entries = [
            Entry(paper, row, days[paper.id].toordinal() if paper.id in days else self._rows.day(row))
            for row, paper in zip(rows, papers, strict=True)
        ]
        self._adding.put(entries)
        for entry in entries:
            self._rows.describe(entry.row, entry.day, entry.paper.version, entry.paper.withdrawn)


def looked_at(root: Path) -> tuple[View, State] | None:
    """Return the commit under `root`, creating nothing; None if there is none. Raises any error of broken files."""
    folder = root / str(SCHEMA) / (_current(root / str(SCHEMA)) or "none")
    if not (folder / "words" / "meta.json").is_file():
        return None
    return _read_view(Words(folder / "words"), folder), _read_state(folder / "state")


def _current(root: Path) -> str:
    try:
        name = (root / "current").read_text("ascii").strip()
    except (OSError, ValueError):
        return ""
    return name if name.isalnum() and (root / name).is_dir() else ""


def _read_view(words: Words, folder: Path) -> View:
    """Read in the reverse order of writing. Raises ValueError if text index and rows don't match."""
    view = View(words.read(), Rows(folder))
    if len(view.rows) < view.words.papers:
        raise ValueError(f"{view.words.papers} papers in {len(view.rows)} rows")
    return view


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock over all processes and threads; it ends with its process."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if sys.platform != "win32":
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


def _replace(path: Path, text: str) -> None:
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        unfinished.write_text(text, "utf-8")
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def _stamp(path: Path) -> object:
    with suppress(OSError):
        stat = path.stat()
        return (stat.st_ino, stat.st_mtime_ns, stat.st_size)
    return None


def _read_state(path: Path) -> State:
    try:
        return State(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return State()
