"""Vectors beside the text index, a row each. A later vector is written in place.

A concurrent reader sees the old numbers or the new ones: one result may rank differently, and none is broken. All
vectors have the length of the first one; a model with another length begins another index.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from bot.search.index.row_file import CODE_BYTES, MAX_ID_LENGTH, PRESENT, Rows, RowWriter, read_width, vectors_in

_MAX_WIDTH = 8192
_SIGNS = 8 * CODE_BYTES
"""Numbers of a vector whose signs preselect it."""
_WORDS = _SIGNS // 64

# As in `row_file`.
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
_MAX_COMPONENT = 127


class VectorRows:
    """The vectors of `rows`, which stay on disk.

    60 bytes a paper are in memory, plus the cached pages of the vectors, a byte a number. These are integers from -127
    to 127, which changes no cosine by over .002 and reads five times as fast as half floats.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._facts = np.frombuffer(rows.data, _ROW)
        self.width = read_width(rows.folder)
        self.days: NDArray[np.int32] = self._facts["day"].copy()
        self.has_vector: NDArray[np.bool_] = (self._facts["meant"] > 0) & (self._facts["state"] & PRESENT > 0)
        self.codes: NDArray[np.uint64] = np.ascontiguousarray(self._facts["code"].T)
        self._scales = np.where(self.has_vector, self._facts["scale"], np.float32(0))
        self._vectors = self._map_vectors()

    def __len__(self) -> int:
        return len(self._facts)

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
        return self._rows.ids(newest.tolist())

    def _map_vectors(self) -> NDArray[np.int8]:
        if not len(self._facts):
            return np.zeros((0, self.width), np.int8)
        return np.memmap(vectors_in(self._rows.folder), np.int8, "r", shape=(len(self._facts), self.width))


def write_vectors(writer: RowWriter, vectors: Mapping[int, tuple[NDArray[np.float32], int]]) -> None:
    """Write the vector and version of each row; skip invalid vectors, and those of another length than others."""
    sound = {row: found for row, found in vectors.items() if _is_sound(found[0])}
    if sound and not writer.has_vectors:
        writer.begin_width(len(next(iter(sound.values()))[0]))
    valid = {row: found for row, found in sound.items() if len(found[0]) == writer.width}
    writer.extend_vectors()
    with writer.vectors.open("r+b") as file:
        for row, (vector, version) in sorted(valid.items()):
            integers = np.rint(vector * (_MAX_COMPONENT / np.abs(vector).max())).astype(np.int8)
            file.seek(row * writer.width)
            file.write(integers.tobytes())
            scale = 1 / float(np.linalg.norm(integers.astype(np.float32)))
            writer.write_vector_facts(row, version, scale, code_of(vector).tobytes())


def code_of(vector: NDArray[np.float32]) -> NDArray[np.uint64]:
    """Return the signs of a vector's first components, 64 a word."""
    positive = np.zeros(_SIGNS, np.bool_)
    positive[: len(vector)] = vector[:_SIGNS] > 0
    return np.packbits(positive).view("<u8")


def _is_sound(vector: NDArray[np.float32]) -> bool:
    short = vector.ndim == 1 and 0 < len(vector) <= _MAX_WIDTH
    return short and bool(np.isfinite(vector).all()) and bool(np.linalg.norm(vector) > 0)
