"""Rows beside the text index: each paper's identifier, day, version and state in a file of fixed-length records.

A row keeps its place as long as its paper exists. What a row tells of its vector is read in `vector_rows`, with numpy,
which a bot without an embedding model never loads.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from struct import Struct

MAX_ID_LENGTH = 32
PRESENT, WITHDRAWN = 1, 2
"""Bits of a row's state: its paper is committed to the text index; its paper is withdrawn."""
CODE_BYTES = 48
MAX_VERSION = 65_535

# identifier, day, version, version of the paper at embedding (0 without a vector), state, factor of the vector's
# integers, signs of its first numbers
_ROW = Struct(f"<{MAX_ID_LENGTH}siHHB3xf{CODE_BYTES}s")
_ID = Struct(f"{MAX_ID_LENGTH}s")
_DAY_AND_VERSION = Struct("<iH")
_DAY_AT, _MEANT_AT, _STATE_AT, _SCALE_AT = MAX_ID_LENGTH, MAX_ID_LENGTH + 6, MAX_ID_LENGTH + 8, MAX_ID_LENGTH + 12
_MEANT, _SCALE_AND_CODE = Struct("<H"), Struct(f"<f{CODE_BYTES}s")

_USUAL_WIDTH = 384
"""Numbers a vector, unless the folder says otherwise: what the shipped model has."""
_ROWS, _VECTORS, _WIDTH = "rows", "vectors", "width"


class Rows:
    """The rows in `folder` as of one read: 96 bytes a paper, `data` in all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = _read(folder)

    def __len__(self) -> int:
        return len(self.data) // _ROW.size

    def existing(self, rows: Sequence[int]) -> list[int]:
        """Drop rows of a commit made between reading the text index and reading the rows."""
        return [row for row in rows if row < len(self)]

    def ids(self, rows: Sequence[int]) -> list[str]:
        """Return the identifiers of those of `rows` that exist."""
        found = (_id_at(self.data, row) for row in rows if 0 <= row < len(self))
        return [id for id in found if id]

    def withdrawn(self, rows: Sequence[int]) -> list[bool]:
        """Return for each of `rows` if it is withdrawn."""
        return [bool(self.data[row * _ROW.size + _STATE_AT] & WITHDRAWN) for row in rows]

    def check_vectors(self) -> None:
        """Raise ValueError if the file of the vectors, read later, is too short; OSError if it can't be read."""
        needed = len(self) * read_width(self.folder)
        if needed and vectors_in(self.folder).stat().st_size < needed:
            raise ValueError(f"The vectors of {len(self)} rows aren't whole")

    def with_vector(self) -> int:
        """Return how many papers have a vector."""
        return sum(1 for _, _, _, meant, state, _, _ in _ROW.iter_unpack(self.data) if meant and state & PRESENT)


class RowWriter:
    """Writes rows in `folder`, one process at a time: the holder of the text index's lock.

    All changes become visible at once, by `save`. `width` is the length of every vector, `vectors` their file.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.vectors = vectors_in(folder)
        self.vectors.touch()
        self._data, self.width = bytearray(_read(folder)), read_width(folder)
        ids = [_decoded(id) for id, *_ in _ROW.iter_unpack(self._data)]
        self._row_of = {id: row for row, id in enumerate(ids) if id}
        self._free = [row for row, id in enumerate(ids) if not id]

    @property
    def has_vectors(self) -> bool:
        """Return True if any row has a vector."""
        return any(meant for _, _, _, meant, *_ in _ROW.iter_unpack(self._data))

    def rows_of(self, ids: Sequence[str]) -> list[int]:
        """Return the row of each id, assigning new ones."""
        new = [id for id in dict.fromkeys(ids) if id not in self._row_of]
        if (lacking := len(new) - len(self._free)) > 0:
            last = len(self._data) // _ROW.size
            self._free += range(last, last + lacking)
            self._data += bytes(lacking * _ROW.size)
        for id, row in zip(new, self._free, strict=False):
            self._row_of[id] = row
            _ID.pack_into(self._data, row * _ROW.size, id.encode("ascii"))
        del self._free[: len(new)]
        return [self._row_of[id] for id in ids]

    def committed(self) -> dict[str, int]:
        """Return every committed paper with its version."""
        rows = _ROW.iter_unpack(self._data)
        return {_decoded(id): version for id, _, version, _, state, _, _ in rows if state & PRESENT}

    def write_facts(self, row: int, day: int, version: int, withdrawn: bool) -> None:
        """Set the facts of a row's paper, which counts as present from the next `save`."""
        at = row * _ROW.size
        _DAY_AND_VERSION.pack_into(self._data, at + _DAY_AT, day, min(version, MAX_VERSION))
        self._data[at + _STATE_AT] = PRESENT | WITHDRAWN * withdrawn

    def write_vector_facts(self, row: int, version: int, scale: float, code: bytes) -> None:
        """Set what the row tells of its vector: the paper's version, the factor of its integers, and its signs."""
        at = row * _ROW.size
        _MEANT.pack_into(self._data, at + _MEANT_AT, min(version, MAX_VERSION))
        _SCALE_AND_CODE.pack_into(self._data, at + _SCALE_AT, scale, code)

    def day(self, row: int) -> int:
        """Return the row's day; 0 if unknown."""
        return int(_DAY_AND_VERSION.unpack_from(self._data, row * _ROW.size + _DAY_AT)[0])

    def remove(self, ids: Sequence[str]) -> None:
        """Free the rows of removed papers, for reuse by the next writer."""
        for id in ids:
            if (row := self._row_of.pop(id, None)) is not None:
                self._data[row * _ROW.size : (row + 1) * _ROW.size] = bytes(_ROW.size)

    def save(self) -> None:
        """Make all changes visible at once."""
        self.extend_vectors()
        _replace(self._folder / _ROWS, bytes(self._data))

    def begin_width(self, width: int) -> None:
        """Set the length of the first vector. The file is long enough before a reader learns of it."""
        if width != self.width:
            self.width = width
            self.extend_vectors()
            _replace(self._folder / _WIDTH, str(width).encode("ascii"))

    def extend_vectors(self) -> None:
        """Make the file of the vectors long enough for all rows."""
        size = len(self._data) // _ROW.size * self.width
        if self.vectors.stat().st_size < size:
            os.truncate(self.vectors, size)


def read_width(folder: Path) -> int:
    """Return the numbers of each vector on disk. Raises ValueError if that is damaged."""
    path = folder / _WIDTH
    return int(path.read_text()) if path.exists() else _USUAL_WIDTH


def vectors_in(folder: Path) -> Path:
    """Return the file of the vectors in `folder`: integers of a byte, row after row."""
    return folder / _VECTORS


def _read(folder: Path) -> bytes:
    """Return the whole rows on disk."""
    path = folder / _ROWS
    data = path.read_bytes() if path.exists() else b""
    return data[: len(data) - len(data) % _ROW.size]


def _id_at(data: bytes, row: int) -> str:
    return _decoded(data[row * _ROW.size : row * _ROW.size + MAX_ID_LENGTH])


def _decoded(id: bytes) -> str:
    return id.rstrip(b"\0").decode("ascii")


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f"{path.name}.part")
    temporary.write_bytes(content)
    os.replace(temporary, path)
