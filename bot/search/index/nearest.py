"""Nearest-neighbor search: preselection by the vectors' signs, ranking by their cosines."""

import numpy as np
from numpy.typing import NDArray

from bot.search.index.vector_rows import Rows, code_of

_LOOKED_AT = 8_000
"""Rows with the most equal signs whose cosines are computed, in a millisecond. They contain 99.7 % of the 50 nearest of
72,000 real papers to titles and sentences; 4,000 rows contain 99.0 %, 1,500 95.8 %."""
_NEVER = 400
"""Above the greatest number of differing signs."""


def nearest(
    rows: Rows, vector: NDArray[np.float32], limit: int, allowed: NDArray[np.bool_] | None = None
) -> tuple[list[int], list[float]]:
    """Return the rows nearest to a unit-length vector, nearest first, and their cosines."""
    open_to = rows.meant if allowed is None else rows.meant & allowed
    likely = _likely(rows, vector, open_to, max(_LOOKED_AT, 2 * limit))
    found = rows.cosines(vector, likely)
    order = np.argsort(-found, kind="stable")[:limit]
    return likely[order].tolist(), found[order].tolist()


def _likely(rows: Rows, vector: NDArray[np.float32], open_to: NDArray[np.bool_], most: int) -> NDArray[np.int64]:
    """Preselect by column, ten times as fast; count instead of sorting, since 384 is a small number."""
    code, differing = code_of(vector), np.zeros(len(rows), np.uint16)
    for column, word in zip(rows.codes, code, strict=True):
        differing += np.bitwise_count(column ^ word)
    differing[~open_to] = _NEVER
    up_to = np.searchsorted(np.cumsum(np.bincount(differing, minlength=_NEVER + 1)[:_NEVER]), most, side="right")
    return np.flatnonzero(differing <= min(int(up_to), _NEVER - 1))
