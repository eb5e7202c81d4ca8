"""Centering of vectors on the mean of many papers: what all papers share says nothing about one."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bot.domain.paper import Paper

if TYPE_CHECKING:  # numpy loads in 0.1 s; a bot without a model avoids it
    import numpy as np
    from numpy.typing import NDArray

MIN_COMPARED = 200
"""Papers whose mean is as good as that of thousands; see `match.MIN_COSINE`."""


def centered(
    vectors: "Mapping[str, NDArray[np.float32]]", mean: "NDArray[np.float32] | None" = None
) -> "dict[str, NDArray[np.float32]]":
    """Return the vectors less the mean, at unit length; the mean is that of the vectors unless given."""
    import numpy as np  # noqa: PLC0415

    rows = np.stack(list(vectors.values()))
    rows -= rows.mean(axis=0) if mean is None else mean
    rows /= np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9
    return dict(zip(vectors, rows, strict=True))


def mean_of(papers: Sequence[Paper], vectors: "Mapping[str, NDArray[np.float32]]") -> "NDArray[np.float32] | None":
    """Return the mean of the papers' vectors; None if fewer than MIN_COMPARED have one."""
    known = [vectors[paper.id] for paper in papers if paper.id in vectors]
    if len(known) < MIN_COMPARED:
        return None
    import numpy as np  # noqa: PLC0415

    mean: NDArray[np.float32] = np.mean(known, axis=0)
    return mean
