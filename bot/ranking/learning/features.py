"""The terms whose sum is a preference score (`score.py`): pure, a number for each row, the examples' rows first."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.domain.feedback import Example
from bot.ranking.learning.ridge import balanced, leanings

SHARPNESS = 10.0
"""Of the soft maximum ln(mean(exp(s cos)))/s: of several interests the nearest counts most, and each a little."""
HALF_LIFE = 12
"""Of examples: so many later, one counts half for what is near. A taste changes, and more so where much was written."""
_ENOUGH_SAVED = 4
"""As many as the simulated teams have at least; of fewer nothing was measured."""
_REFUSED = 0.5
"""Of a likeness to what was liked: what was refused is like much that is wanted."""
_UNSAID = 2
"""So many verdicts that say nothing are added to those given, as one alone may be a whim."""
_MOST_TIMES = 4
"""Verdicts pull this much stronger at most than what is saved; on June their deviations are much the same."""
_ALIKE = 1e-9
"""A deviation that is rounding alone."""

Rows = NDArray[np.float32]
Terms = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Telling:
    """The places of the examples that say what a channel is about."""

    liked: list[int]
    refused: list[int]


def telling(examples: Sequence[Example]) -> Telling:
    """What it saved, where that is most of what it likes; else all: who saves little or used /more is known by that."""
    saved = [n for n, example in enumerate(examples) if not example.passing]
    liked_in_passing = sum(example.passing and example.liked for example in examples)
    told = saved if len(saved) >= max(_ENOUGH_SAVED, liked_in_passing) else range(len(examples))
    liked, refused = ([n for n in told if examples[n].liked is flag] for flag in (True, False))
    return Telling(liked, refused)


def leaning(rows: Rows, examples: Sequence[Example], told: Telling, others: int, stiffness: float) -> Terms:
    """As far as each row leans to what was liked and away from what was refused and from so many others."""
    known = rows[[*told.liked, *told.refused, *range(len(examples), len(examples) + others)]]
    labels = np.concatenate([np.ones(len(told.liked)), -np.ones(len(told.refused) + others)])
    liked, refused = ([examples[n].weight for n in some] for some in (told.liked, told.refused))
    return leanings(rows, known, labels, balanced(liked, refused, others), stiffness)


def nearness(rows: Rows, examples: Sequence[Example], liked: Sequence[int]) -> Terms:
    """The soft maximum of the likeness to what was liked, the latest counting most."""
    if not liked:
        return np.zeros(len(rows))
    ages = np.arange(len(liked))[::-1]
    weights = np.array([examples[n].weight for n in liked]) * 0.5 ** (ages / HALF_LIFE)
    near = np.exp(SHARPNESS * (rows @ rows[liked].T).astype(np.float64))
    mean: Terms = np.log(near @ (weights / weights.sum())) / SHARPNESS
    return mean


def drawn(rows: Rows, examples: Sequence[Example], core: Sequence[int]) -> Terms:
    """As far as verdicts in passing draw each row: likeness to what they like, less half of that to what they refuse.

    In deviations of the mean likeness to what the channel is about, the places in `core`, so that verdicts which
    contradict each other, or single nothing out, move little.
    """
    liked, refused = (
        [n for n, one in enumerate(examples) if one.passing and one.liked is flag] for flag in (True, False)
    )
    if not liked and not refused:
        return np.zeros(len(rows))
    pull = rows @ (_mean(rows[liked], _UNSAID) - _REFUSED * _mean(rows[refused], _UNSAID))
    given = len(examples)
    usual, own = (_deviation(rows @ _mean(rows[some]), given) for some in (core, liked or refused))
    scale = max(usual, own / _MOST_TIMES)
    return np.zeros(len(rows)) if scale < _ALIKE else _centred(pull, given) / scale


def standard(values: Terms, examples: int) -> Terms:
    """In standard deviations from the mean of those that are no examples; nothing where they are all alike."""
    deviation = _deviation(values, examples)
    return np.zeros(len(values)) if deviation < _ALIKE else _centred(values, examples) / deviation


def _mean(rows: Rows, unsaid: int = 0) -> Rows:
    mean: Rows = rows.sum(axis=0) / np.float32(max(len(rows) + unsaid, 1))
    return mean


def _centred(values: NDArray[np.floating], examples: int) -> Terms:
    return values.astype(np.float64) - float(values[examples:].mean())


def _deviation(values: NDArray[np.floating], examples: int) -> float:
    return float(values[examples:].std())
