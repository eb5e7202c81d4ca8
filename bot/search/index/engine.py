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
from dataclasses import asdict
from datetime import date
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery
from bot.infra.spare_memory import give_back_memory
from bot.search.index.row_file import MAX_ID_LENGTH, Rows, RowWriter
from bot.search.index.snapshot import Snapshot
from bot.search.index.text_index import Entry, TextIndex, TextWriter

if TYPE_CHECKING:  # numpy takes 12 MB, which a bot without an embedding model does without
    import numpy as np
    from numpy.typing import NDArray

if sys.platform != "win32":
    import fcntl

log = logging.getLogger(__name__)

SCHEMA = 3
"""Incremented with every change of the stored data, folding or stemming; another schema starts a new index."""


@frozen
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
        self._last_stamp: object = None
        self._words: TextIndex | None = None
        self._snapshot: Snapshot | None = None
        self._lock = Lock()
        self.state = State()

    def refresh(self) -> Snapshot:
        """Return the latest commit of any process. Raises any error of broken files."""
        with self._lock:
            return self._refresh()[1]

    def rebuild(self) -> None:
        """Start a new generation, unless another process has done so."""
        with self._lock:
            self._generation_after(self._generation)
            self._words = self._snapshot = None

    def is_readable(self) -> bool:
        """Return True if the files on disk can be read and are those that this process reads."""
        if self._current() != self._generation:
            return False
        try:
            snapshot = _read_snapshot(TextIndex(self._folder / "words"), self._folder)
            return len(snapshot.words.newest(SearchQuery(), 10)) == min(snapshot.words.papers, 10)
        except Exception:
            return False

    def write(self) -> "EngineWriter":
        """Return the only writer of all processes, until its `close`. Raises IndexBusy."""
        with self._lock:
            writer = self._refresh()[0].writer()
            return EngineWriter(self._folder, writer, _read_state(self._folder / "state"))

    def _refresh(self) -> tuple[TextIndex, Snapshot]:
        name = self._current() or self._generation_after("")
        words, snapshot = self._words, self._snapshot
        if name != self._generation or words is None:
            self._generation, snapshot = name, None
            self._words = words = TextIndex(self._folder / "words")
        stamp = _stamp(self._folder / "state")
        if snapshot is None or stamp is None or stamp != self._last_stamp:
            self.state = _read_state(self._folder / "state")
            self._snapshot = snapshot = _read_snapshot(words, self._folder)
            self._last_stamp = stamp
        return words, snapshot

    @property
    def _folder(self) -> Path:
        return self._root / self._generation

    def _current(self) -> str:
        return _current(self._root)

    def _generation_after(self, last: str) -> str:
        """Return the generation after `last`: a new one, or that of a faster process."""
        self._root.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._root.mkdir(mode=0o700, exist_ok=True)
        with _locked(self._root / "beginning.lock"):
            now = self._current()
            return self._create_generation() if now in {last, ""} else now

    def _create_generation(self) -> str:
        """Create a generation; delete older ones and other schemas."""
        name = secrets.token_hex(8)
        (self._root / name / "words").mkdir(parents=True)
        _replace(self._root / "current", name)
        for folder in (*self._root.iterdir(), *self._root.parent.iterdir()):
            if folder.is_dir() and folder not in {self._root, self._root / name}:
                shutil.rmtree(folder, ignore_errors=True)
        return name


class EngineWriter:
    """Writes to the index; nothing is visible before `commit`.

    One call at a time, from any thread: a canceled caller closes it while another thread may still use it.
    """

    def __init__(self, folder: Path, writer: TextWriter, state: State) -> None:
        self._folder = folder
        self._adding = writer
        self._rows = RowWriter(folder)
        self._lock = Lock()
        self.state = state

    def put(
        self, papers: Sequence[Paper], days: Mapping[str, date], vectors: "Mapping[str, NDArray[np.float32]]"
    ) -> None:
        """Add papers or their newer versions, with the known days and vectors by id."""
        with self._lock:
            self._put(papers, days, vectors)

    def remove(self, ids: Sequence[str]) -> None:
        """Remove papers."""
        with self._lock:
            self._adding.remove(ids)
            self._rows.remove(ids)

    def commit(self, state: State) -> None:
        """Make all changes visible and record the position read in the change log."""
        with self._lock:
            self._adding.commit()
            self._rows.save()
            _replace(self._folder / "state", json.dumps(asdict(state)))
            self.state = state

    def papers(self) -> dict[str, int]:
        """Return the indexed papers with their versions."""
        return self._rows.committed()

    def close(self) -> None:
        """Release the writer and its tens of megabytes; discard everything uncommitted."""
        with self._lock:
            self._adding.close()
        give_back_memory()

    def _put(
        self, papers: Sequence[Paper], days: Mapping[str, date], vectors: "Mapping[str, NDArray[np.float32]]"
    ) -> None:
        papers = [paper for paper in papers if paper.id.isascii() and 0 < len(paper.id) <= MAX_ID_LENGTH]
        rows = self._rows.rows_of([paper.id for paper in papers])
        known = {row: p for row, p in zip(rows, papers, strict=True) if p.id in vectors}
        if known:
            self._write_vectors({row: (vectors[paper.id], paper.version) for row, paper in known.items()})
        self._rows.save()  # before the text index refers to these rows
        entries = [
            Entry(paper, row, days[paper.id].toordinal() if paper.id in days else self._rows.day(row))
            for row, paper in zip(rows, papers, strict=True)
        ]
        self._adding.put(entries)
        for entry in entries:
            self._rows.write_facts(entry.row, entry.day, entry.paper.version, entry.paper.withdrawn)

    def _write_vectors(self, vectors: "Mapping[int, tuple[NDArray[np.float32], int]]") -> None:
        from bot.search.index.vector_rows import write_vectors  # noqa: PLC0415 - loads numpy

        write_vectors(self._rows, vectors)


def read_committed(root: Path) -> tuple[Snapshot, State] | None:
    """Return the commit under `root`, creating nothing; None if there is none. Raises any error of broken files."""
    folder = root / str(SCHEMA) / (_current(root / str(SCHEMA)) or "none")
    if not (folder / "words" / "meta.json").is_file():
        return None
    return _read_snapshot(TextIndex(folder / "words"), folder), _read_state(folder / "state")


def _current(root: Path) -> str:
    try:
        name = (root / "current").read_text("ascii").strip()
    except (OSError, ValueError):
        return ""
    return name if name.isalnum() and (root / name).is_dir() else ""


def _read_snapshot(words: TextIndex, folder: Path) -> Snapshot:
    """Read in the reverse order of writing. Raises ValueError if text index, rows and vectors don't match."""
    snapshot = Snapshot(words.read(), Rows(folder))
    if len(snapshot.rows) < snapshot.words.papers:
        raise ValueError(f"{snapshot.words.papers} papers in {len(snapshot.rows)} rows")
    snapshot.rows.check_vectors()
    return snapshot


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
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        temporary.write_text(text, "utf-8")
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


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
