"""Terms of a preference score (`score.py`). Pure; one number a row, the examples' rows first."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.domain.feedback import Example
from bot.ranking.learning.ridge import balanced_weights, predict

SHARPNESS = 10.0
"""Sharpness s of the soft maximum ln(mean(exp(s cos)))/s: the nearest interest counts most, the others a little."""
HALF_LIFE = 12
"""Half-life in examples of a liked paper's weight in `nearest_term`. Interests change, faster in active channels."""
_MIN_SAVED = 4
"""The minimum in the simulated teams; fewer weren't measured."""
_REFUSED_WEIGHT = 0.5
"""Weight of similarity to refused papers, which resemble many wanted ones."""
_NEUTRAL_EXAMPLES = 2
"""Number of neutral examples added to the feedback, since a single click may be a whim."""
_MAX_STRENGTH = 4
"""Maximum strength of feedback relative to saved papers; on June their deviations are about equal."""
_MIN_DEVIATION = 1e-9
"""Deviations below this are rounding errors."""

Rows = NDArray[np.float32]
Terms = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CoreExamples:
    """Indices of the examples that define a channel's interests."""

    liked: list[int]
    refused: list[int]


def select_core(examples: Sequence[Example]) -> CoreExamples:
    """Select the saved papers if most liked papers are saved; else all examples, as for channels that use More."""
    saved = [n for n, example in enumerate(examples) if not example.passing]
    liked_in_passing = sum(example.passing and example.liked for example in examples)
    core = saved if len(saved) >= max(_MIN_SAVED, liked_in_passing) else range(len(examples))
    liked, refused = ([n for n in core if examples[n].liked is flag] for flag in (True, False))
    return CoreExamples(liked, refused)


def linear_term(rows: Rows, examples: Sequence[Example], core: CoreExamples, others: int, penalty: float) -> Terms:
    """Return how much each row resembles liked papers rather than refused ones and `others` background papers."""
    known = rows[[*core.liked, *core.refused, *range(len(examples), len(examples) + others)]]
    labels = np.concatenate([np.ones(len(core.liked)), -np.ones(len(core.refused) + others)])
    liked, refused = ([examples[n].weight for n in some] for some in (core.liked, core.refused))
    return predict(rows, known, labels, balanced_weights(liked, refused, others), penalty)


def nearest_term(rows: Rows, examples: Sequence[Example], liked: Sequence[int]) -> Terms:
    """Return the soft maximum of the similarity to liked papers, weighting the latest most."""
    if not liked:
        return np.zeros(len(rows))
    ages = np.arange(len(liked))[::-1]
    weights = np.array([examples[n].weight for n in liked]) * 0.5 ** (ages / HALF_LIFE)
    near = np.exp(SHARPNESS * (rows @ rows[liked].T).astype(np.float64))
    mean: Terms = np.log(near @ (weights / weights.sum())) / SHARPNESS
    return mean


def feedback_term(rows: Rows, examples: Sequence[Example], core: Sequence[int]) -> Terms:
    """Return the effect of More and Less on each row: similarity to liked papers less half that to refused ones.

    The unit is the deviation of the mean similarity to the channel's core papers: contradictory or unspecific feedback
    has little effect.
    """
    liked, refused = (
        [n for n, one in enumerate(examples) if one.passing and one.liked is flag] for flag in (True, False)
    )
    if not liked and not refused:
        return np.zeros(len(rows))
    effect = rows @ (_mean(rows[liked], _NEUTRAL_EXAMPLES) - _REFUSED_WEIGHT * _mean(rows[refused], _NEUTRAL_EXAMPLES))
    count = len(examples)
    typical, own = (_deviation(rows @ _mean(rows[some]), count) for some in (core, liked or refused))
    scale = max(typical, own / _MAX_STRENGTH)
    return np.zeros(len(rows)) if scale < _MIN_DEVIATION else _centered(effect, count) / scale


def standardize(values: Terms, examples: int) -> Terms:
    """Standardize by mean and deviation of the rows after the examples; zeros if those are all equal."""
    deviation = _deviation(values, examples)
    return np.zeros(len(values)) if deviation < _MIN_DEVIATION else _centered(values, examples) / deviation


def _mean(rows: Rows, neutral: int = 0) -> Rows:
    mean: Rows = rows.sum(axis=0) / np.float32(max(len(rows) + neutral, 1))
    return mean


def _centered(values: NDArray[np.floating], examples: int) -> Terms:
    return values.astype(np.float64) - float(values[examples:].mean())


def _deviation(values: NDArray[np.floating], examples: int) -> float:
    return float(values[examples:].std())
