"""Reading of a server's answer with embeddings: anything but one sound vector a text is refused."""

import json
from typing import TYPE_CHECKING

from bot.infra.http.errors import Rejected

if TYPE_CHECKING:  # loading takes 0.1 s, which startup avoids
    import numpy as np
    from numpy.typing import NDArray

SOURCE = "The embedding model"
_MAX_WIDTH = 8192


def read_rows(body: bytes, number: int) -> "NDArray[np.float32]":
    """Return `number` rows of unit length, in the order of `index`. Raises Rejected for any other answer."""
    import numpy as np  # noqa: PLC0415

    try:
        with np.errstate(all="ignore"):
            rows = np.array(_in_order(json.loads(body), number), np.float32)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        raise Rejected(SOURCE, "gave an answer that can't be read: check OPENAI_BASE_URL") from None
    if rows.ndim != 2 or not 0 < rows.shape[1] <= _MAX_WIDTH:
        raise Rejected(SOURCE, "gave vectors of no common length")
    lengths = np.linalg.norm(rows.astype(np.float64), axis=1, keepdims=True)
    if not np.isfinite(lengths).all() or not (lengths > 0).all():
        raise Rejected(SOURCE, "gave vectors that are no directions")
    return np.asarray(rows / lengths, np.float32)


def _in_order(said: object, number: int) -> list[object]:
    """Return the vectors by their index. Raises ValueError unless each index from 0 on is there once."""
    given = said["data"] if isinstance(said, dict) else None
    if not isinstance(given, list) or len(given) != number:
        raise ValueError
    by_index = {one["index"]: one["embedding"] for one in given if type(one["index"]) is int}
    return [by_index[n] for n in range(number)]
