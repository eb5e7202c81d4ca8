"""Fit a linear map that brings the two rows of a pair close together and keeps other pairs apart.

The loss is InfoNCE with a softmax over the batch (https://arxiv.org/abs/1807.03748), as Specter uses on citations
(https://arxiv.org/abs/2004.07180); the optimizer is Adam (https://arxiv.org/abs/1412.6980).
"""

import numpy as np
from numpy.typing import NDArray

BATCH_SIZE, MAX_STEPS, MAX_EPOCHS = 1024, 350, 6
"""More steps overfit the pairs: on June a map of words alone lost what one of directions gained."""
_INVERSE_TEMPERATURE = np.float32(1 / 0.07)
_LEARNING_RATE, _BETA_1, _BETA_2 = 2e-3, 0.9, 0.98

Rows = NDArray[np.float32]


def fit_map(rows: Rows, pairs: NDArray[np.int64], width: int) -> Rows:
    """Return the map of shape (row width, `width`); `pairs` are indices of two rows each. Deterministic."""
    rng = np.random.default_rng(0)
    size = min(BATCH_SIZE, len(pairs))
    steps = min(MAX_STEPS, MAX_EPOCHS * (len(pairs) // size))
    projection = np.eye(rows.shape[1], width, dtype=np.float32)
    momentum, variance = np.zeros_like(projection), np.zeros_like(projection)
    order = np.concatenate([rng.permutation(len(pairs)) for _ in range(MAX_EPOCHS + 1)])
    for step in range(steps):
        batch = pairs[order[step * size : (step + 1) * size]]
        gradient = _gradient(rows[batch[:, 0]], rows[batch[:, 1]], projection)
        momentum = _BETA_1 * momentum + (1 - _BETA_1) * gradient
        variance = _BETA_2 * variance + (1 - _BETA_2) * gradient**2
        update = (momentum / (1 - _BETA_1 ** (step + 1))) / (np.sqrt(variance / (1 - _BETA_2 ** (step + 1))) + 1e-8)
        projection -= _LEARNING_RATE * (1 - step / steps) * update
    return projection


def normalize_rows(rows: NDArray[np.floating]) -> Rows:
    """Each row at unit length; one of zeros stays as it is."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1.0), np.float32)


def _gradient(left: Rows, right: Rows, projection: Rows) -> Rows:
    """Return the gradient, by the map, of the loss of matching the pairs within the batch."""
    (a, length_a), (b, length_b) = _split_lengths(left @ projection), _split_lengths(right @ projection)
    logits = (_INVERSE_TEMPERATURE * a @ b.T).astype(np.float32)
    error = (_softmax(logits) + _softmax(logits.T).T) / 2
    error[np.diag_indices_from(error)] -= 1
    error *= _INVERSE_TEMPERATURE / len(left)
    gradient_a, gradient_b = error @ b, error.T @ a
    gradient_a = (gradient_a - (gradient_a * a).sum(axis=1, keepdims=True) * a) / length_a
    gradient_b = (gradient_b - (gradient_b * b).sum(axis=1, keepdims=True) * b) / length_b
    gradient: Rows = left.T @ gradient_a + right.T @ gradient_b
    return gradient


def _split_lengths(rows: Rows) -> tuple[Rows, Rows]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True) + np.float32(1e-6)
    return rows / lengths, lengths


def _softmax(values: Rows) -> Rows:
    exponentials = np.exp(values - values.max(axis=1, keepdims=True))
    softmax: Rows = exponentials / exponentials.sum(axis=1, keepdims=True)
    return softmax
