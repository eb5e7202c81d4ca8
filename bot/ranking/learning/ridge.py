"""Ridge regression on labels, in its dual form, since there are few examples and many words."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def predict(
    rows: NDArray[np.float32],
    known: NDArray[np.float32],
    labels: NDArray[np.float64],
    weights: NDArray[np.float64],
    penalty: float,
) -> NDArray[np.float64]:
    """Predict the labels (1 or -1) of `rows` from those of `known`, whose examples count by `weights`.

    Minimizes sum w (f(x) - y)^2 + penalty |f|^2 with a constant in f:
    (K + 1 + penalty / w) a = y, f(x) = (k(x) + 1) a (Saunders et al., https://eprints.soton.ac.uk/258942/, with
    a weight for each example). Deterministic.
    """
    examples = known.astype(np.float64)
    kernel = examples @ examples.T + 1.0
    kernel[np.diag_indices_from(kernel)] += penalty / weights
    coefficients = np.linalg.solve(kernel, labels)
    predicted: NDArray[np.float64] = rows.astype(np.float64) @ (examples.T @ coefficients) + coefficients.sum()
    return predicted


def balanced_weights(liked: Sequence[float], refused: Sequence[float], others: int) -> NDArray[np.float64]:
    """Return weights of the liked, refused and `others` unjudged examples, in this order.

    The heaviest example weighs 1; the others share the total weight of the liked ones, at least 0.5.
    """
    judged = np.array([*liked, *refused], np.float64)
    judged /= judged.max() if len(judged) else 1.0
    left = max(float(judged[: len(liked)].sum()), 0.5)
    return np.concatenate([judged, np.full(others, left / max(others, 1))])
