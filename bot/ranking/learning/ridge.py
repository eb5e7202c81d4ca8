"""Ridge regression on labels, in its dual form, since there are few examples and many words."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.domain.frozen import frozen

Rows = NDArray[np.float32]
Numbers = NDArray[np.float64]


@frozen
class Line:
    """A fitted model. `left_out` is what it would say of each row it learned from, had it not learned from that row."""

    slope: Numbers
    constant: float
    left_out: Numbers

    def of(self, rows: Rows) -> Numbers:
        """How far each row leans to the labels."""
        lean: Numbers = rows.astype(np.float64) @ self.slope + self.constant
        return lean


def fit_map(known: Rows, labels: Numbers, weights: Numbers, penalty: float) -> Line:
    """Learn from the labels (1 or -1) of the rows `known`; `weights`: how much each label counts.

    Minimizes sum w (f(x) - y)^2 + stiffness |f|^2 with a constant in f:
    (K + 1 + stiffness / w) a = y, f(x) = (k(x) + 1) a (Saunders et al., https://eprints.soton.ac.uk/258942/, with
    a weight for each example). Without row i, f(x_i) = y_i - a_i / inverse_ii. Deterministic.
    """
    profile_similarity = (known @ known.T).astype(np.float64) + 1.0
    profile_similarity[np.diag_indices_from(profile_similarity)] += penalty / weights
    inverse = np.linalg.inv(profile_similarity)
    shares = inverse @ labels
    slope = np.asarray(known.T @ shares, np.float64)
    return Line(slope, float(shares.sum()), labels - shares / np.diag(inverse))


def balanced_weights(liked: Sequence[float], refused: Sequence[float], others: int) -> Numbers:
    """The weights of these examples and as many others as nobody judged, in this order.

    The heaviest example weighs 1; the others share the total weight of the liked ones, at least 0.5.
    """
    judged = np.array([*liked, *refused], np.float64)
    judged /= judged.max() if len(judged) else 1.0
    left = max(float(judged[: len(liked)].sum()), 0.5)
    return np.concatenate([judged, np.full(others, left / max(others, 1))])
