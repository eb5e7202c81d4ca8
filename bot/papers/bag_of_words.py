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
    """Inverse document frequencies over some hundred papers; the same weights as in `tf_idf_rows`."""

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


def tf_idf_rows(bags: Sequence[Bag], examples: int) -> NDArray[np.float32]:
    """Return the bags as rows of unit length, (bags, words): TF-IDF over all, on the words of the first `examples`.

    Words of no example, or of a single bag, don't affect similarity and have no column, but count for a row's length.
    TF-IDF is that of scikit-learn: ln((1 + n) / (1 + df)) + 1
    (https://scikit-learn.org/stable/modules/feature_extraction.html#tfidf-term-weighting).
    """
    document_counts = np.bincount(np.concatenate([numbers for numbers, _ in bags]), minlength=SIZE)
    rarity = (np.log((1 + len(bags)) / (1 + document_counts)) + 1).astype(np.float32)
    shared = np.unique(np.concatenate([numbers for numbers, _ in bags[:examples]]))
    shared = shared[document_counts[shared] > 1]
    columns = np.full(SIZE, -1, np.int64)
    columns[shared] = np.arange(len(shared))
    rows = np.zeros((len(bags), len(shared)), np.float32)
    for row, (numbers, times) in enumerate(bags):
        weights = times * rarity[numbers]
        at = columns[numbers]
        length = float(np.sqrt(weights @ weights)) or 1.0
        rows[row, at[at >= 0]] = weights[at >= 0] / length
    return rows
