"""Nearest-neighbor search: preselection by the vectors' signs, ranking by their cosines."""

import numpy as np
from numpy.typing import NDArray

from bot.search.index.vector_rows import VectorRows, code_of

_MAX_COMPARED = 8_000
"""Rows with the most equal signs whose cosines are computed, in a millisecond. They contain 99.7 % of the 50 nearest of
72,000 real papers to titles and sentences; 4,000 rows contain 99.0 %, 1,500 95.8 %."""
_EXCLUDED = 400
"""Above the greatest number of different signs."""


def nearest(
    rows: VectorRows, vector: NDArray[np.float32], limit: int, allowed: NDArray[np.bool_] | None = None
) -> tuple[list[int], list[float]]:
    """Return the rows nearest to a unit-length vector, nearest first, and their cosines.

    None is near to a vector of another length, that of another model.
    """
    if len(vector) != rows.width:
        return [], []
    allowed_rows = rows.has_vector if allowed is None else rows.has_vector & allowed
    candidates = _preselect(rows, vector, allowed_rows, max(_MAX_COMPARED, 2 * limit))
    found = rows.cosines(vector, candidates)
    order = np.argsort(-found, kind="stable")[:limit]
    return candidates[order].tolist(), found[order].tolist()


def _preselect(
    rows: VectorRows, vector: NDArray[np.float32], allowed: NDArray[np.bool_], most: int
) -> NDArray[np.int64]:
    """Preselect by column, ten times as fast; count instead of sorting, since there are only 384 signs."""
    code, differences = code_of(vector), np.zeros(len(rows), np.uint16)
    for column, word in zip(rows.codes, code, strict=True):
        differences += np.bitwise_count(column ^ word)
    differences[~allowed] = _EXCLUDED
    up_to = np.searchsorted(
        np.cumsum(np.bincount(differences, minlength=_EXCLUDED + 1)[:_EXCLUDED]), most, side="right"
    )
    return np.flatnonzero(differences <= min(int(up_to), _EXCLUDED - 1))
