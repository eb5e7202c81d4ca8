"""Rows beside the text index: each paper's identifier, day and vector in files of fixed-length records.

A row keeps its place as long as its paper exists, and a later vector is written in place. A concurrent reader sees the
old numbers or the new ones: one result may rank differently, and none is broken.

All vectors have the length of the first one; a model with another length begins another index.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_USUAL_WIDTH = 384
"""Numbers a vector, unless the folder says otherwise: what the shipped model has."""
_MAX_WIDTH = 8192
_SIGNS = 384
"""Numbers of a vector whose signs preselect it."""
_WORDS = _SIGNS // 64
MAX_ID_LENGTH = 32

PRESENT, WITHDRAWN = 1, 2
"""Bits of a row's state: its paper is committed to the text index; its paper is withdrawn."""

_ROW = np.dtype(
    [
        ("id", f"S{MAX_ID_LENGTH}"),
        ("day", "<i4"),
        ("version", "<u2"),
        ("meant", "<u2"),  # the paper's version at embedding; 0 without a vector
        ("state", "u1"),
        ("spare", "u1", 3),
        ("scale", "<f4"),  # factor of the vector's integers
        ("code", "<u8", _WORDS),  # the signs of the vector's first numbers
    ]
)
_FACTS, _VECTORS, _WIDTH = "rows", "vectors", "width"
_MAX_VERSION = 65_535
_MAX_COMPONENT = 127


class Rows:
    """The rows in `folder` as of the last read; the vectors themselves stay on disk.

    150 bytes a paper are in memory, plus the cached pages of the vectors, a byte a number. These are integers from -127
    to 127, which changes no cosine by over .002 and reads five times as fast as half floats.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.refresh()

    def refresh(self) -> None:
        """Read the rows again."""
        self._facts = read_facts(self._folder)
        self.width = read_width(self._folder)
        self.days: NDArray[np.int32] = self._facts["day"].copy()
        self.has_vector: NDArray[np.bool_] = (self._facts["meant"] > 0) & (self._facts["state"] & PRESENT > 0)
        self.codes: NDArray[np.uint64] = np.ascontiguousarray(self._facts["code"].T)
        self._scales = np.where(self.has_vector, self._facts["scale"], np.float32(0))
        self._vectors = self._map_vectors()

    def __len__(self) -> int:
        return len(self._facts)

    def ids(self, rows: Sequence[int]) -> list[str]:
        """Return the identifiers of those of `rows` that exist."""
        known = [row for row in rows if 0 <= row < len(self._facts)]
        return [id.decode("ascii") for id in self._facts["id"][known].tolist() if id]

    def withdrawn(self, rows: Sequence[int]) -> list[bool]:
        """Return for each of `rows` if it is withdrawn."""
        return [bool(state & WITHDRAWN) for state in self._facts["state"][np.asarray(rows, np.int64)].tolist()]

    def cosines(self, vector: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the cosines of a unit-length vector and each of `rows`.

        0 for a row without a vector, and for all if the vector is of a model with another length: the index is about to
        be begun anew.
        """
        if len(vector) != self.width:
            return np.zeros(len(rows), np.float32)
        # Not `@`: BLAS distributes so small a product to all cores and waits for them: 8 ms instead of 0.1.
        integers = self._vectors[rows].astype(np.float32)
        return np.asarray(np.einsum("ij,j->i", integers, vector), np.float32) * self._scales[rows]

    def lacking(self, most: int) -> list[str]:
        """Return the papers without a vector of their current version, newest first."""
        facts = self._facts
        rows = np.flatnonzero((facts["state"] & PRESENT > 0) & (facts["meant"] < facts["version"]))
        newest = rows[np.argsort(-self.days[rows], kind="stable")][:most]
        return self.ids(newest.tolist())

    def _map_vectors(self) -> NDArray[np.int8]:
        if not len(self._facts):
            return np.zeros((0, self.width), np.int8)
        return np.memmap(self._folder / _VECTORS, np.int8, "r", shape=(len(self._facts), self.width))


class RowWriter:
    """Writes rows in `folder`, one process at a time: the holder of the text index's lock.

    Vectors are written in place, the rest at once, so that no reader sees half of it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _VECTORS).touch()
        self._facts, self._width = read_facts(folder), read_width(folder)
        self._row_of = {id.decode("ascii"): row for row, id in enumerate(self._facts["id"].tolist()) if id}
        self._free = np.flatnonzero(self._facts["id"] == b"").tolist()

    def rows_of(self, ids: Sequence[str]) -> list[int]:
        """Return the row of each id, assigning new ones."""
        new = [id for id in dict.fromkeys(ids) if id not in self._row_of]
        if (lacking := len(new) - len(self._free)) > 0:
            self._free += range(len(self._facts), len(self._facts) + lacking)
            self._facts = np.concatenate([self._facts, np.zeros(lacking, _ROW)])
        for id in new:
            self._row_of[id] = row = self._free.pop(0)
            self._facts["id"][row] = id.encode("ascii")
        return [self._row_of[id] for id in ids]

    def committed(self) -> dict[str, int]:
        """Return every committed paper with its version."""
        present = self._facts[self._facts["state"] & PRESENT > 0]
        ids, versions = present["id"].tolist(), present["version"].tolist()
        return {id.decode("ascii"): version for id, version in zip(ids, versions, strict=True)}

    def write_facts(self, row: int, day: int, version: int, withdrawn: bool) -> None:
        """Set the facts of a row's paper, which counts as present from the next `save`."""
        fact = self._facts[row]
        fact["day"], fact["version"] = day, min(version, _MAX_VERSION)
        fact["state"] = PRESENT | WITHDRAWN * withdrawn

    def day(self, row: int) -> int:
        """Return the row's day; 0 if unknown."""
        return int(self._facts["day"][row])

    def write_vectors(self, vectors: Mapping[int, tuple[NDArray[np.float32], int]]) -> None:
        """Write the vector and version of each row; skip invalid vectors, and those of another length than others."""
        sound = {row: found for row, found in vectors.items() if _is_sound(found[0])}
        if sound and not self._facts["meant"].any():
            self._begin_width(len(next(iter(sound.values()))[0]))
        valid = {row: found for row, found in sound.items() if len(found[0]) == self._width}
        self._extend_vectors()
        with (self._folder / _VECTORS).open("r+b") as file:
            for row, (vector, version) in sorted(valid.items()):
                integers = np.rint(vector * (_MAX_COMPONENT / np.abs(vector).max())).astype(np.int8)
                file.seek(row * self._width)
                file.write(integers.tobytes())
                self._facts["scale"][row] = 1 / np.linalg.norm(integers.astype(np.float32))
                self._facts["code"][row] = code_of(vector)
                self._facts["meant"][row] = min(version, _MAX_VERSION)

    def remove(self, ids: Sequence[str]) -> None:
        """Free the rows of removed papers, for reuse by the next writer."""
        for id in ids:
            if (row := self._row_of.pop(id, None)) is not None:
                self._facts[row] = np.zeros((), _ROW)

    def save(self) -> None:
        """Make all changes visible at once."""
        self._extend_vectors()
        temporary = self._folder / f"{_FACTS}.part"
        self._facts.tofile(temporary)
        os.replace(temporary, self._folder / _FACTS)

    def _begin_width(self, width: int) -> None:
        """Set the length of the first vector. The file is long enough before a reader learns of it."""
        if width != self._width:
            self._width = width
            self._extend_vectors()
            temporary = self._folder / f"{_WIDTH}.part"
            temporary.write_text(str(width))
            os.replace(temporary, self._folder / _WIDTH)

    def _extend_vectors(self) -> None:
        path, size = self._folder / _VECTORS, len(self._facts) * self._width
        if path.stat().st_size < size:
            os.truncate(path, size)


def read_facts(folder: Path) -> NDArray[np.void]:
    """Return the rows on disk, without their vectors."""
    path = folder / _FACTS
    return np.fromfile(path, _ROW) if path.exists() else np.zeros(0, _ROW)


def read_width(folder: Path) -> int:
    """Return the numbers of each vector on disk. Raises ValueError if that is damaged."""
    path = folder / _WIDTH
    return int(path.read_text()) if path.exists() else _USUAL_WIDTH


def code_of(vector: NDArray[np.float32]) -> NDArray[np.uint64]:
    """Return the signs of a vector's first components, 64 a word."""
    positive = np.zeros(_SIGNS, np.bool_)
    positive[: len(vector)] = vector[:_SIGNS] > 0
    return np.packbits(positive).view("<u8")


def _is_sound(vector: NDArray[np.float32]) -> bool:
    short = vector.ndim == 1 and 0 < len(vector) <= _MAX_WIDTH
    return short and bool(np.isfinite(vector).all()) and bool(np.linalg.norm(vector) > 0)
