"""The papers that mean nearly the same: found by the signs of their vectors, and put in order by the vectors."""

import numpy as np
from numpy.typing import NDArray

from bot.search.index.vector_rows import Rows, code_of

_LOOKED_AT = 8_000
"""So many rows of the most equal signs are compared number by number, in a millisecond. Of the 50 nearest of 72,000
real papers to titles and sentences 99.7 % are among them; of 4,000 99.0 %, of 1,500 95.8 %."""
_NEVER = 400
"""More signs than can differ."""


def nearest(
    rows: Rows, vector: NDArray[np.float32], limit: int, allowed: NDArray[np.bool_] | None = None
) -> tuple[list[int], list[float]]:
    """The rows nearest to a vector of unit length, nearest first, and their cosines."""
    open_to = rows.meant if allowed is None else rows.meant & allowed
    likely = _likely(rows, vector, open_to, max(_LOOKED_AT, 2 * limit))
    found = rows.cosines(vector, likely)
    order = np.argsort(-found, kind="stable")[:limit]
    return likely[order].tolist(), found[order].tolist()


def _likely(rows: Rows, vector: NDArray[np.float32], open_to: NDArray[np.bool_], most: int) -> NDArray[np.int64]:
    """Column by column, as that is ten times as quick; by counting instead of sorting, as 384 is a small number."""
    code, differing = code_of(vector), np.zeros(len(rows), np.uint16)
    for column, word in zip(rows.codes, code, strict=True):
        differing += np.bitwise_count(column ^ word)
    differing[~open_to] = _NEVER
    up_to = np.searchsorted(np.cumsum(np.bincount(differing, minlength=_NEVER + 1)[:_NEVER]), most, side="right")
    return np.flatnonzero(differing <= min(int(up_to), _NEVER - 1))
