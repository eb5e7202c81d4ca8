"""The terms whose sum is a paper's preference score (`preference_scores.py`): pure.

Each is fitted on the rows of the examples and, behind them, of other papers of these days; what comes of it gives a row
of any other paper its number, which depends on that row alone: to the last digit that a score shows, as single
precision would not, where sums go otherwise for one row than for many.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.domain.feedback import Example
from bot.domain.frozen import frozen
from bot.ranking.learning.ridge import balanced_weights, fit_map

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
Numbers = NDArray[np.float64]
Term = Callable[[Rows], Numbers]
"""Rows of papers to their numbers."""


@frozen
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


def linear_term(known: Rows, examples: Sequence[Example], told: CoreExamples, penalty: float) -> Term:
    """As far as a row leans to what was liked and away from what was refused and from the others."""
    others = known[len(examples) :]
    rows = np.concatenate([known[told.liked], known[told.refused], others])
    labels = np.concatenate([np.ones(len(told.liked)), -np.ones(len(told.refused) + len(others))])
    liked, refused = ([examples[n].weight for n in some] for some in (told.liked, told.refused))
    line = fit_map(rows, labels, balanced_weights(liked, refused, len(others)), penalty)
    return _standard(line.of, line.left_out[len(rows) - len(others) :])


def nearest_term(known: Rows, examples: Sequence[Example], liked: Sequence[int]) -> Term:
    """The soft maximum of the likeness to what was liked, the latest counting most."""
    if not liked:
        return _nothing
    ages = np.arange(len(liked))[::-1]
    weights = np.array([examples[n].weight for n in liked]) * 0.5 ** (ages / HALF_LIFE)
    weights /= weights.sum()

    def near(rows: Rows) -> Numbers:
        cosines = rows.astype(np.float64) @ known[liked].T
        mean: Numbers = np.log(np.exp(SHARPNESS * cosines) @ weights) / SHARPNESS
        return mean

    return _standard(near, near(known[len(examples) :]))


def feedback_term(known: Rows, examples: Sequence[Example], core: Sequence[int]) -> Term:
    """As far as verdicts in passing draw a row: likeness to what they like, less half of that to what they refuse.

    The unit is the deviation of the mean similarity to the channel's core papers: contradictory or unspecific feedback
    has little effect.
    """
    liked, refused = (
        [n for n, one in enumerate(examples) if one.passing and one.liked is flag] for flag in (True, False)
    )
    others = known[len(examples) :]
    if not len(others) or not (liked or refused):
        return _nothing
    pull = _mean(known[liked], _NEUTRAL_EXAMPLES) - _REFUSED_WEIGHT * _mean(known[refused], _NEUTRAL_EXAMPLES)
    usual, own = (float((others @ _mean(known[some])).std()) for some in (core, liked or refused))
    scale, middle = max(usual, own / _MAX_STRENGTH), float((others @ pull).mean())
    return _nothing if scale < _MIN_DEVIATION else lambda rows: (rows.astype(np.float64) @ pull - middle) / scale


def standardize(values: Numbers, usual: Numbers) -> Numbers:
    """In standard deviations from the mean of what is usual; nothing where that is all alike, or nothing."""
    deviation = float(usual.std()) if len(usual) else 0.0
    return np.zeros(len(values)) if deviation < _MIN_DEVIATION else (values - usual.mean()) / deviation


def _standard(term: Term, usual: Numbers) -> Term:
    return lambda rows: standardize(term(rows), usual)


def _nothing(rows: Rows) -> Numbers:
    return np.zeros(len(rows))


def _mean(rows: Rows, neutral: int = 0) -> Rows:
    mean: Rows = rows.sum(axis=0) / np.float32(max(len(rows) + neutral, 1))
    return mean
