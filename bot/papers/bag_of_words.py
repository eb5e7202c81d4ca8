"""Bags of words and word pairs of papers, each word or pair hashed to a number for numpy."""

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.domain.paper import Paper

Bag = tuple[NDArray[np.int64], NDArray[np.float32]]
"""The numbers of a paper's words, ascending, and 1 + the logarithm of each count."""

SIZE = 1 << 20
"""Number of hash values: of some 60,000 words and pairs in a thousand papers, one in twenty collides."""
_TITLE_WEIGHT = 2
"""A title's words count twice: chosen on May and June of the corpus (tests/benchmarks/ranking/RESULTS.md)."""
_MAX_CHARACTERS = 6000
_WORD = re.compile(r"[^\W_]+")
_STOP_WORD_LIST = (
    "a an and are as at be been but by can for from has have in into is it its not of on or our over such than that "
    "the their then there these they this those through to under using via was we were where whereas which while will "
    "with within without also both between each however more most other show shows new propose proposed present paper "
    "based"
)
_STOP_WORDS = frozenset(_STOP_WORD_LIST.split())


def bag_of(paper: Paper) -> Bag:
    """Return the bag of a paper's title, abstract and categories."""
    return _bag(paper.title[:_MAX_CHARACTERS], paper.abstract[:_MAX_CHARACTERS], paper.categories[:20])


# A day's papers are ranked for one channel after the other.
@lru_cache(maxsize=4096)
def _bag(title: str, abstract: str, categories: tuple[str, ...]) -> Bag:
    grams = [*_grams(title) * _TITLE_WEIGHT, *_grams(abstract), *(f"category {category}" for category in categories)]
    numbers = np.fromiter((zlib.crc32(gram.encode(errors="replace")) % SIZE for gram in grams), np.int64, len(grams))
    known, times = np.unique(numbers, return_counts=True)
    return known, (1 + np.log(times)).astype(np.float32)


def _grams(text: str) -> list[str]:
    words = [word for word in _WORD.findall(text.lower()) if len(word) > 1 and word not in _STOP_WORDS]
    return words + [f"{first} {second}" for first, second in pairwise(words)]


class Rarity:
    """How rare words are among some hundred papers, by their numbers."""

    def __init__(self, bags: Sequence[Bag]) -> None:
        grams = np.concatenate([numbers for numbers, _ in bags]) if bags else np.empty(0, np.int64)
        document_counts = np.bincount(grams, minlength=SIZE)
        self._weights = (np.log((1 + len(bags)) / (1 + document_counts)) + 1).astype(np.float32)

    def tf_idf(self, bag: Bag) -> Bag:
        """Return the bag with TF-IDF instead of counts, at unit length."""
        numbers, times = bag
        weights = times * self._weights[numbers]
        return numbers, weights / (float(np.sqrt(weights @ weights)) or 1.0)


def cosine(left: Bag, right: Bag) -> float:
    """Return the cosine of two bags at unit length."""
    _, here, there = np.intersect1d(left[0], right[0], assume_unique=True, return_indices=True)
    return float(left[1][here] @ right[1][there])


class WordRows:
    """Papers as rows of the words that some examples say: TF-IDF by how rare words are among the papers given here.

    `bags` are those of the examples, so many, then those of papers to compare with. Words that no example says have no
    column, but count for a row's length. TF-IDF as scikit-learn does it: ln((1 + n) / (1 + df)) + 1
    (https://scikit-learn.org/stable/modules/feature_extraction.html#tfidf-term-weighting).
    """

    def __init__(self, bags: Sequence[Bag], examples: int) -> None:
        self._rarity = Rarity(bags)
        said = np.unique(np.concatenate([numbers for numbers, _ in bags[:examples]]))
        self._columns = np.full(SIZE, -1, np.int32)
        self._columns[said] = np.arange(len(said))
        self._width = len(said)

    def of(self, bags: Sequence[Bag]) -> NDArray[np.float32]:
        """A row of unit length at most for each bag, (bags, words); it depends on no other bag of the call."""
        rows = np.zeros((len(bags), self._width), np.float32)
        for row, (numbers, weights) in enumerate(map(self._rarity.tf_idf, bags)):
            at = self._columns[numbers]
            rows[row, at[at >= 0]] = weights[at >= 0]
        return rows
