"""A linear map under which the two rows of a pair lie close, and far from those of other pairs.

Fitted with the softmax over a batch of InfoNCE (https://arxiv.org/abs/1807.03748), as Specter is on citations
(https://arxiv.org/abs/2004.07180), and by Adam (https://arxiv.org/abs/1412.6980).
"""

import numpy as np
from numpy.typing import NDArray

BATCH, STEPS, MOST_ROUNDS = 1024, 350, 6
"""After more steps it knows its pairs and no others: on June a map of free words lost what one of directions gained."""
_SHARPNESS = np.float32(1 / 0.07)
_RATE, _MOMENTUM, _SPREAD = 2e-3, 0.9, 0.98

Rows = NDArray[np.float32]


def fitted(rows: Rows, pairs: NDArray[np.int64], wide: int) -> Rows:
    """The map of rows, (their width, `wide`); `pairs` are places of two rows each. Deterministic."""
    rng = np.random.default_rng(0)
    size = min(BATCH, len(pairs))
    steps = min(STEPS, MOST_ROUNDS * (len(pairs) // size))
    bend = np.eye(rows.shape[1], wide, dtype=np.float32)
    pace, spread = np.zeros_like(bend), np.zeros_like(bend)
    order = np.concatenate([rng.permutation(len(pairs)) for _ in range(MOST_ROUNDS + 1)])
    for step in range(steps):
        some = pairs[order[step * size : (step + 1) * size]]
        slope = _slope(rows[some[:, 0]], rows[some[:, 1]], bend)
        pace = _MOMENTUM * pace + (1 - _MOMENTUM) * slope
        spread = _SPREAD * spread + (1 - _SPREAD) * slope**2
        lean = (pace / (1 - _MOMENTUM ** (step + 1))) / (np.sqrt(spread / (1 - _SPREAD ** (step + 1))) + 1e-8)
        bend -= _RATE * (1 - step / steps) * lean
    return bend


def at_unit_length(rows: NDArray[np.floating]) -> Rows:
    """Each row at unit length; one of zeros stays as it is."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1.0), np.float32)


def _slope(ones: Rows, others: Rows, bend: Rows) -> Rows:
    """The gradient, by the map, of how unlikely each is to be told as the other's among the batch."""
    (a, length_a), (b, length_b) = _lengths_apart(ones @ bend), _lengths_apart(others @ bend)
    profile_similarity = (_SHARPNESS * a @ b.T).astype(np.float32)
    wrong = (_softmax(profile_similarity) + _softmax(profile_similarity.T).T) / 2
    wrong[np.diag_indices_from(wrong)] -= 1
    wrong *= _SHARPNESS / len(ones)
    to_a, to_b = wrong @ b, wrong.T @ a
    to_a = (to_a - (to_a * a).sum(axis=1, keepdims=True) * a) / length_a
    to_b = (to_b - (to_b * b).sum(axis=1, keepdims=True) * b) / length_b
    slope: Rows = ones.T @ to_a + others.T @ to_b
    return slope


def _lengths_apart(rows: Rows) -> tuple[Rows, Rows]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True) + np.float32(1e-6)
    return rows / lengths, lengths


def _softmax(values: Rows) -> Rows:
    shares = np.exp(values - values.max(axis=1, keepdims=True))
    softmax: Rows = shares / shares.sum(axis=1, keepdims=True)
    return softmax
