"""Latent semantic analysis with numpy alone: papers as points along the directions in which papers differ most.

    papers -> TF-IDF over the common words -> their main directions

Deerwester et al. 1990, by subspace iteration (Halko et al., https://arxiv.org/abs/0909.4061).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.papers.bag_of_words import SIZE, bag_of

MAX_WORDS, MIN_PAPERS = 32_768, 5
_ITERATIONS = 3
_EPSILON = 1e-7
_CHUNK_ROWS = 4096
"""Rows gathered for one sum: the commonest words occur in twenty thousand papers."""

Rows = NDArray[np.float32]
WeightedRows = tuple[NDArray[np.int32], Rows]
"""The indices and weights of the rows in a sum."""


@frozen
class Vocabulary:
    """Known words: their numbers (`bag_of_words`), ascending, and inverse document frequencies."""

    numbers: NDArray[np.int64]
    rarity: Rows

    def weights_of(self, paper: Paper) -> WeightedRows:
        """Return the indices of a paper's known words and their weights: TF-IDF at unit length."""
        numbers, times = bag_of(paper)
        at = np.searchsorted(self.numbers, numbers)
        known = at < len(self.numbers)
        known[known] = self.numbers[at[known]] == numbers[known]
        places: NDArray[np.int32] = at[known].astype(np.int32)
        weights: Rows = times[known] * self.rarity[places]
        return places, (weights / (np.float32(np.linalg.norm(weights)) or np.float32(1))).astype(np.float32)


def build_vocabulary(papers: Sequence[Paper]) -> Vocabulary:
    """Return the words that occur in the most papers."""
    document_counts = np.zeros(SIZE, np.int64)
    for paper in papers:  # all bags together would take 200 MB
        document_counts[bag_of(paper)[0]] += 1
    most = np.argsort(-document_counts, kind="stable")[:MAX_WORDS]
    numbers = np.sort(most[document_counts[most] >= MIN_PAPERS])
    return Vocabulary(numbers, (np.log((1 + len(papers)) / (1 + document_counts[numbers])) + 1).astype(np.float32))


def main_directions(bags: Sequence[WeightedRows], words: int, size: int) -> Rows:
    """Return the directions of largest variance, (words, directions): orthonormal, widest first, at most `size`."""
    papers_of = _transpose(bags, words)
    basis = np.random.default_rng(0).normal(size=(words, min(size, words))).astype(np.float32)
    for _ in range(_ITERATIONS):
        basis = _orthonormal(weighted_sums(papers_of, weighted_sums(bags, basis)))
    projected = weighted_sums(bags, basis)
    rotated: Rows = (basis @ np.linalg.eigh(projected.T @ projected)[1][:, ::-1]).astype(np.float32)
    return rotated


def _orthonormal(rows: Rows) -> Rows:
    """Return orthonormal columns of the same span; by a Gram matrix, as a QR needs half a gigabyte more."""
    sizes, vectors = np.linalg.eigh((rows.T @ rows).astype(np.float64))
    spanned: Rows = rows @ (vectors / np.sqrt(np.maximum(sizes, sizes[-1] * _EPSILON))).astype(np.float32)
    return spanned


def weighted_sums(sums: Sequence[WeightedRows], rows: Rows) -> Rows:
    """Return one row a sum, computed one by one: the rows of one paper, 600 kB, fit in a processor's cache."""
    out = np.zeros((len(sums), rows.shape[1]), np.float32)
    for n, (at, weights) in enumerate(sums):
        for begin in range(0, len(at), _CHUNK_ROWS):
            some = slice(begin, begin + _CHUNK_ROWS)
            out[n] += weights[some] @ rows[at[some]]
    return out


def _transpose(bags: Sequence[WeightedRows], words: int) -> list[WeightedRows]:
    """Return for each word the papers that contain it."""
    places = np.concatenate([at for at, _ in bags])
    papers = np.repeat(np.arange(len(bags), dtype=np.int32), [len(at) for at, _ in bags])
    order = np.argsort(places, kind="stable")
    ends = np.cumsum(np.bincount(places, minlength=words))[:-1]
    weights = np.concatenate([weights for _, weights in bags])[order]
    return list(zip(np.split(papers[order], ends), np.split(weights, ends), strict=True))
