"""The terms whose sum is a paper's preference score (`preference_scores.py`): pure.

Each is fitted on the rows of the examples and, behind them, of other papers of these days; what comes of it gives a row
of any other paper its number, which depends on that row alone: to the last digit that a score shows, as single
precision would not, where sums go otherwise for one row than for many.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.domain.feedback import Example
from bot.ranking.learning.ridge import balanced, fitted

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
Numbers = NDArray[np.float64]
Term = Callable[[Rows], Numbers]
"""Rows of papers to their numbers."""


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


def leaning(known: Rows, examples: Sequence[Example], told: Telling, stiffness: float) -> Term:
    """As far as a row leans to what was liked and away from what was refused and from the others."""
    others = known[len(examples) :]
    rows = np.concatenate([known[told.liked], known[told.refused], others])
    labels = np.concatenate([np.ones(len(told.liked)), -np.ones(len(told.refused) + len(others))])
    liked, refused = ([examples[n].weight for n in some] for some in (told.liked, told.refused))
    line = fitted(rows, labels, balanced(liked, refused, len(others)), stiffness)
    return _standard(line.of, line.left_out[len(rows) - len(others) :])


def nearness(known: Rows, examples: Sequence[Example], liked: Sequence[int]) -> Term:
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


def drawn(known: Rows, examples: Sequence[Example], core: Sequence[int]) -> Term:
    """As far as verdicts in passing draw a row: likeness to what they like, less half of that to what they refuse.

    In deviations of the mean likeness to what the channel is about, the places in `core`, so that verdicts which
    contradict each other, or single nothing out, move little.
    """
    liked, refused = (
        [n for n, one in enumerate(examples) if one.passing and one.liked is flag] for flag in (True, False)
    )
    others = known[len(examples) :]
    if not len(others) or not (liked or refused):
        return _nothing
    pull = _mean(known[liked], _UNSAID) - _REFUSED * _mean(known[refused], _UNSAID)
    usual, own = (float((others @ _mean(known[some])).std()) for some in (core, liked or refused))
    scale, middle = max(usual, own / _MOST_TIMES), float((others @ pull).mean())
    return _nothing if scale < _ALIKE else lambda rows: (rows.astype(np.float64) @ pull - middle) / scale


def standard(values: Numbers, usual: Numbers) -> Numbers:
    """In standard deviations from the mean of what is usual; nothing where that is all alike, or nothing."""
    deviation = float(usual.std()) if len(usual) else 0.0
    return np.zeros(len(values)) if deviation < _ALIKE else (values - usual.mean()) / deviation


def _standard(term: Term, usual: Numbers) -> Term:
    return lambda rows: standard(term(rows), usual)


def _nothing(rows: Rows) -> Numbers:
    return np.zeros(len(rows))


def _mean(rows: Rows, unsaid: int = 0) -> Rows:
    mean: Rows = rows.sum(axis=0) / np.float32(max(len(rows) + unsaid, 1))
    return mean
