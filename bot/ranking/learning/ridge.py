"""A small linear model: ridge regression on the labels, in its dual form, as there are few examples and many words."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def leanings(
    rows: NDArray[np.float32],
    known: NDArray[np.float32],
    labels: NDArray[np.float64],
    weights: NDArray[np.float64],
    stiffness: float,
) -> NDArray[np.float64]:
    """How far each of `rows` leans to the labels (1 or -1) of those `known`; `weights`: how much each label counts.

    Minimises sum w (f(x) - y)^2 + stiffness |f|^2 with a constant in f:
    (K + 1 + stiffness / w) a = y, f(x) = (k(x) + 1) a (Saunders et al., https://eprints.soton.ac.uk/258942/, with
    a weight for each example). Deterministic.
    """
    learned = known.astype(np.float64)
    profile_similarity = learned @ learned.T + 1.0
    profile_similarity[np.diag_indices_from(profile_similarity)] += stiffness / weights
    shares = np.linalg.solve(profile_similarity, labels)
    lean: NDArray[np.float64] = rows.astype(np.float64) @ (learned.T @ shares) + shares.sum()
    return lean


def balanced(liked: Sequence[float], refused: Sequence[float], others: int) -> NDArray[np.float64]:
    """The weights of these examples and as many others as nobody judged, in this order.

    The heaviest example weighs 1; the others share as much as all that was liked weighs, and half of one at least.
    """
    judged = np.array([*liked, *refused], np.float64)
    judged /= judged.max() if len(judged) else 1.0
    left = max(float(judged[: len(liked)].sum()), 0.5)
    return np.concatenate([judged, np.full(others, left / max(others, 1))])
