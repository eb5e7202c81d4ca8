"""Papers as points among the directions along which papers differ most: latent semantic analysis, with numpy alone.

    papers -> TF-IDF over the usual words -> their main directions

Deerwester et al. 1990, by subspace iteration (Halko et al., https://arxiv.org/abs/0909.4061).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.domain.paper import Paper
from bot.papers.bag_of_words import SIZE, bag_of

MOST_WORDS, FEWEST_SAY = 32_768, 5
_ROUNDS = 3
_ROUNDING = 1e-7
_AT_ONCE = 4096
"""Rows gathered for one sum: the most usual words are said by twenty thousand papers."""

Rows = NDArray[np.float32]
Weighed = tuple[NDArray[np.int32], Rows]
"""Of a sum of rows: their places, and what each counts."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words that are known: their numbers (`bags`), ascending, and how rare each is."""

    numbers: NDArray[np.int64]
    rarity: Rows

    def said_by(self, paper: Paper) -> Weighed:
        """Which of them a paper says, and with what weight: TF-IDF at unit length."""
        said, times = bag_of(paper)
        at = np.searchsorted(self.numbers, said)
        known = at < len(self.numbers)
        known[known] = self.numbers[at[known]] == said[known]
        places: NDArray[np.int32] = at[known].astype(np.int32)
        weights: Rows = times[known] * self.rarity[places]
        return places, (weights / (np.float32(np.linalg.norm(weights)) or np.float32(1))).astype(np.float32)


def usual_words(papers: Sequence[Paper]) -> Words:
    """The words that most papers say."""
    spread = np.zeros(SIZE, np.int64)
    for paper in papers:  # their bags together would take 200 MB
        spread[bag_of(paper)[0]] += 1
    most = np.argsort(-spread, kind="stable")[:MOST_WORDS]
    numbers = np.sort(most[spread[most] >= FEWEST_SAY])
    return Words(numbers, (np.log((1 + len(papers)) / (1 + spread[numbers])) + 1).astype(np.float32))


def main_directions(said: Sequence[Weighed], words: int, size: int) -> Rows:
    """(words, directions): those along which the papers differ most, orthonormal, the widest first; `size` at most."""
    said_in = _turned(said, words)
    basis = np.random.default_rng(0).normal(size=(words, min(size, words))).astype(np.float32)
    for _ in range(_ROUNDS):
        basis = _orthonormal(summed(said_in, summed(said, basis)))
    placed = summed(said, basis)
    turned: Rows = (basis @ np.linalg.eigh(placed.T @ placed)[1][:, ::-1]).astype(np.float32)
    return turned


def _orthonormal(rows: Rows) -> Rows:
    """Columns that span the same; by their products, as a QR of so many rows takes half a gigabyte more."""
    sizes, turns = np.linalg.eigh((rows.T @ rows).astype(np.float64))
    spanned: Rows = rows @ (turns / np.sqrt(np.maximum(sizes, sizes[-1] * _ROUNDING))).astype(np.float32)
    return spanned


def summed(sums: Sequence[Weighed], rows: Rows) -> Rows:
    """A row for each sum. Row by row: what one paper says is 600 kB, which a processor keeps at hand."""
    out = np.zeros((len(sums), rows.shape[1]), np.float32)
    for n, (at, weights) in enumerate(sums):
        for begin in range(0, len(at), _AT_ONCE):
            some = slice(begin, begin + _AT_ONCE)
            out[n] += weights[some] @ rows[at[some]]
    return out


def _turned(said: Sequence[Weighed], words: int) -> list[Weighed]:
    """For each word the papers that say it."""
    places = np.concatenate([at for at, _ in said])
    papers = np.repeat(np.arange(len(said), dtype=np.int32), [len(at) for at, _ in said])
    order = np.argsort(places, kind="stable")
    ends = np.cumsum(np.bincount(places, minlength=words))[:-1]
    weights = np.concatenate([weights for _, weights in said])[order]
    return list(zip(np.split(papers[order], ends), np.split(weights, ends), strict=True))
