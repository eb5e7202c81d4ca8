"""A small linear model: ridge regression on the labels, in its dual form, as there are few examples and many words."""

import numpy as np
from numpy.typing import NDArray


def leanings(
    rows: NDArray[np.float32], labels: NDArray[np.float64], weights: NDArray[np.float64], stiffness: float
) -> NDArray[np.float64]:
    """How far each of `rows` leans to the labels (1 or -1) of the first of them; `weights`: how much each label counts.

    The first len(labels) rows are learned from. Minimises sum w (f(x) - y)^2 + stiffness |f|^2 with a constant in f:
    (K + 1 + stiffness / w) a = y, f(x) = (k(x) + 1) a (Saunders et al., https://eprints.soton.ac.uk/258942/, with
    a weight for each example). Deterministic.
    """
    known = rows[: len(labels)].astype(np.float64)
    likeness = known @ known.T + 1.0
    likeness[np.diag_indices_from(likeness)] += stiffness / weights
    shares = np.linalg.solve(likeness, labels)
    lean: NDArray[np.float64] = rows.astype(np.float64) @ (known.T @ shares) + shares.sum()
    return lean


def balanced(liked: int, refused: int, others: int) -> NDArray[np.float64]:
    """The weights of that many examples in this order: the liked together as much as all others together.

    What was refused counts as much as what was liked, one by one; what nobody judged shares what is left, and at least
    half of the other side's weight.
    """
    total = 2.0 * max(liked, 1)
    each = total / (2 * max(liked, 1)) * (liked + refused + others) / total
    left = max(liked - refused, liked / 2, 0.5) * each
    return np.concatenate([np.full(liked + refused, each), np.full(others, left / max(others, 1))])
