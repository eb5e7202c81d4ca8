"""The rows beside the words: a paper's identifier, day and vector in files of fixed length, read and mapped as arrays.

A row stays where it is for as long as its paper is known, so that a vector that comes later is written in place. Who
reads meanwhile sees the old numbers or the new ones: one result at another place, never a broken one.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 384
_WORDS = DIMENSIONS // 64
LONGEST_ID = 32

PRESENT, WITHDRAWN = 1, 2
"""What the state of a row says: that its paper is committed to the words, and that it was withdrawn."""

_ROW = np.dtype(
    [
        ("id", f"S{LONGEST_ID}"),
        ("day", "<i4"),
        ("version", "<u2"),
        ("meant", "<u2"),  # the version that the vector is of; 0 where there is none
        ("state", "u1"),
        ("spare", "u1", 3),
        ("scale", "<f4"),  # what the vector's whole numbers are multiplied by
        ("code", "<u8", _WORDS),  # the signs of the vector's numbers
    ]
)
_FACTS, _VECTORS = "rows", "vectors"
_MOST_VERSIONS = 65_535
_LARGEST = 127


class Rows:
    """The rows in `folder`, as they were when last read; the vectors themselves as they are on disk.

    In memory 150 bytes a paper; of the 384 of each vector as much as the system keeps of the file. A number of a vector
    is a whole one from -127 to 127, which moves no cosine by more than .002, and is read five times as quickly as half
    floats.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.refresh()

    def refresh(self) -> None:
        """Reads them again."""
        self._facts = read_facts(self._folder)
        self.days: NDArray[np.int32] = self._facts["day"].copy()
        self.meant: NDArray[np.bool_] = (self._facts["meant"] > 0) & (self._facts["state"] & PRESENT > 0)
        self.codes: NDArray[np.uint64] = np.ascontiguousarray(self._facts["code"].T)
        self._scales = np.where(self.meant, self._facts["scale"], np.float32(0))
        self._vectors = self._mapped()

    def __len__(self) -> int:
        return len(self._facts)

    def ids(self, rows: Sequence[int]) -> list[str]:
        """The identifiers of `rows`, those that are there."""
        known = [row for row in rows if 0 <= row < len(self._facts)]
        return [id.decode("ascii") for id in self._facts["id"][known].tolist() if id]

    def withdrawn(self, rows: Sequence[int]) -> list[bool]:
        """Whether each of `rows` was."""
        return [bool(state & WITHDRAWN) for state in self._facts["state"][np.asarray(rows, np.int64)].tolist()]

    def cosines(self, vector: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """That of a vector of unit length and each of `rows`; 0 where a row has none."""
        # Not `@`: BLAS shares so small a product out to all cores, and waits for them: 8 ms instead of 0.1.
        whole = self._vectors[rows].astype(np.float32)
        return np.asarray(np.einsum("ij,j->i", whole, vector), np.float32) * self._scales[rows]

    def lacking(self, most: int) -> list[str]:
        """The papers without the vector of their version, the newest first."""
        facts = self._facts
        rows = np.flatnonzero((facts["state"] & PRESENT > 0) & (facts["meant"] < facts["version"]))
        newest = rows[np.argsort(-self.days[rows], kind="stable")][:most]
        return self.ids(newest.tolist())

    def _mapped(self) -> NDArray[np.int8]:
        if not len(self._facts):
            return np.zeros((0, DIMENSIONS), np.int8)
        return np.memmap(self._folder / _VECTORS, np.int8, "r", shape=(len(self._facts), DIMENSIONS))


class RowWriter:
    """Changes the rows in `folder`, one process at a time: who holds the lock of the words.

    Vectors are written in place, the rest all at once, so that nobody ever reads half of it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _VECTORS).touch()
        self._facts = read_facts(folder)
        self._places = {id.decode("ascii"): row for row, id in enumerate(self._facts["id"].tolist()) if id}
        self._free = np.flatnonzero(self._facts["id"] == b"").tolist()

    def rows_of(self, ids: Sequence[str]) -> list[int]:
        """The row of each, a new one where it has none."""
        new = [id for id in dict.fromkeys(ids) if id not in self._places]
        if (lacking := len(new) - len(self._free)) > 0:
            self._free += range(len(self._facts), len(self._facts) + lacking)
            self._facts = np.concatenate([self._facts, np.zeros(lacking, _ROW)])
        for id in new:
            self._places[id] = row = self._free.pop(0)
            self._facts["id"][row] = id.encode("ascii")
        return [self._places[id] for id in ids]

    def committed(self) -> dict[str, int]:
        """Every paper that is there, with its version."""
        present = self._facts[self._facts["state"] & PRESENT > 0]
        ids, versions = present["id"].tolist(), present["version"].tolist()
        return {id.decode("ascii"): version for id, version in zip(ids, versions, strict=True)}

    def describe(self, row: int, day: int, version: int, withdrawn: bool) -> None:
        """What is known of the paper in a row; it counts as there from the next `save` on."""
        fact = self._facts[row]
        fact["day"], fact["version"] = day, min(version, _MOST_VERSIONS)
        fact["state"] = PRESENT | WITHDRAWN * withdrawn

    def day(self, row: int) -> int:
        """The day that is known of a row; 0 where none is."""
        return int(self._facts["day"][row])

    def mean(self, vectors: Mapping[int, tuple[NDArray[np.float32], int]]) -> None:
        """Writes the vector of each row, and the version that it is of; those that are no vector are left out."""
        sound = {row: found for row, found in vectors.items() if _is_sound(found[0])}
        self._stretch()
        with (self._folder / _VECTORS).open("r+b") as file:
            for row, (vector, version) in sorted(sound.items()):
                whole = np.rint(vector * (_LARGEST / np.abs(vector).max())).astype(np.int8)
                file.seek(row * DIMENSIONS)
                file.write(whole.tobytes())
                self._facts["scale"][row] = 1 / np.linalg.norm(whole.astype(np.float32))
                self._facts["code"][row] = code_of(vector)
                self._facts["meant"][row] = min(version, _MOST_VERSIONS)

    def remove(self, ids: Sequence[str]) -> None:
        """Frees the rows of papers that are gone, for others from the next writer on."""
        for id in ids:
            if (row := self._places.pop(id, None)) is not None:
                self._facts[row] = np.zeros((), _ROW)

    def save(self) -> None:
        """Shows it all at once."""
        self._stretch()
        unfinished = self._folder / f"{_FACTS}.part"
        self._facts.tofile(unfinished)
        os.replace(unfinished, self._folder / _FACTS)

    def _stretch(self) -> None:
        path, size = self._folder / _VECTORS, len(self._facts) * DIMENSIONS
        if path.stat().st_size < size:
            os.truncate(path, size)


def read_facts(folder: Path) -> NDArray[np.void]:
    """The rows as they are on disk, without their vectors."""
    path = folder / _FACTS
    return np.fromfile(path, _ROW) if path.exists() else np.zeros(0, _ROW)


def code_of(vector: NDArray[np.float32]) -> NDArray[np.uint64]:
    """The signs of a vector's numbers, 64 in a word."""
    return np.packbits(vector > 0).view("<u8")


def _is_sound(vector: NDArray[np.float32]) -> bool:
    return vector.shape == (DIMENSIONS,) and bool(np.isfinite(vector).all()) and bool(np.linalg.norm(vector) > 0)
