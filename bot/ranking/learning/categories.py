"""How usual a paper's categories are among what was liked: pure."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.domain.paper import Paper

_PRIOR = 5.0
"""So many liked papers are taken for granted to be spread as all papers are; chosen on days of June."""

Liked = Sequence[tuple[Paper, float]]


def field_odds(papers: Sequence[Paper], liked: Liked, usual: Sequence[Paper]) -> NDArray[np.float64]:
    """For each paper the log odds of its categories among what was liked, beside those among what is usual.

    Half is the primary category's, half the mean of all; 0 without a category. `liked`: with what each weighs.
    """
    primary = _Odds(liked, usual, lambda paper: paper.categories[:1])
    listed = _Odds(liked, usual, lambda paper: paper.categories)
    return np.array([(primary.mean(paper) + listed.mean(paper)) / 2 for paper in papers])


class _Odds:
    """Of the categories that `told` tells of a paper."""

    def __init__(self, liked: Liked, usual: Sequence[Paper], told: Callable[[Paper], Sequence[str]]) -> None:
        self._told = told
        self._weight = sum(weight for _, weight in liked)
        self._liked: defaultdict[str, float] = defaultdict(float)
        for one, weight in ((one, weight) for paper, weight in liked for one in dict.fromkeys(told(paper))):
            self._liked[one] += weight
        self._usual = Counter(one for paper in usual for one in dict.fromkeys(told(paper)))
        self._number = len(usual)

    def mean(self, paper: Paper) -> float:
        every = dict.fromkeys(self._told(paper))
        return sum(map(self._odds, every)) / len(every) if every else 0.0

    def _odds(self, category: str) -> float:
        share = (self._usual[category] + 1) / (self._number + 1)
        return math.log((self._liked.get(category, 0.0) + _PRIOR * share) / (self._weight + _PRIOR) / share)
