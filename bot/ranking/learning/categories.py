"""Frequency of a paper's categories among liked papers. Pure."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.domain.paper import Paper

_PRIOR = 5.0
"""Pseudo-count of liked papers distributed like all papers; chosen on days of June."""

Liked = Sequence[tuple[Paper, float]]


def category_odds(papers: Sequence[Paper], liked: Liked, background: Sequence[Paper]) -> NDArray[np.float64]:
    """Return for each paper the log odds of its categories among liked papers against those of `background`.

    Half is the primary category's, half the mean over all categories; 0 without a category. `liked` has weights.
    """
    primary = _Odds(liked, background, lambda paper: paper.categories[:1])
    listed = _Odds(liked, background, lambda paper: paper.categories)
    return np.array([(primary.mean(paper) + listed.mean(paper)) / 2 for paper in papers])


class _Odds:
    """Log odds of the categories that `categories_of` returns for a paper."""

    def __init__(
        self, liked: Liked, background: Sequence[Paper], categories_of: Callable[[Paper], Sequence[str]]
    ) -> None:
        self._categories_of = categories_of
        self._weight = sum(weight for _, weight in liked)
        self._liked: defaultdict[str, float] = defaultdict(float)
        for paper, weight in liked:
            for category in dict.fromkeys(categories_of(paper)):
                self._liked[category] += weight
        self._background = Counter(category for paper in background for category in dict.fromkeys(categories_of(paper)))
        self._count = len(background)

    def mean(self, paper: Paper) -> float:
        categories = dict.fromkeys(self._categories_of(paper))
        return sum(map(self._odds, categories)) / len(categories) if categories else 0.0

    def _odds(self, category: str) -> float:
        share = (self._background[category] + 1) / (self._count + 1)
        return math.log((self._liked.get(category, 0.0) + _PRIOR * share) / (self._weight + _PRIOR) / share)
