"""What makes papers alike, learned from who wrote what: two papers of one author are kin, whatever words they use.

    papers -> TF-IDF over the usual words -> their main directions -> a linear map in which kin lie close

The main directions are latent semantic analysis (Deerwester et al. 1990) by subspace iteration (Halko et al.,
https://arxiv.org/abs/0909.4061); the map is fitted with the softmax over a batch of InfoNCE
(https://arxiv.org/abs/1807.03748), as Specter is on citations (https://arxiv.org/abs/2004.07180), and by Adam
(https://arxiv.org/abs/1412.6980). Names say which papers are kin while it learns; afterwards words alone place a paper.
"""

import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.folding import fold
from bot.learning.bags import SIZE, Bag, bag_of
from bot.learning.people import MOST_AUTHORS
from bot.paper import Paper

FEWEST_PAPERS, MOST_PAPERS = 3000, 50_000
"""Fewer papers say too little of what is kin; of more the latest count, as they take longer than they add."""
FEWEST_PAIRS = 2000
MOST_WORDS, FEWEST_SAY = 32_768, 5
DIRECTIONS = 384
"""A map of so many words is 25 MB of half floats. Half as many words and 256 directions gained .015 less on June."""
MOST_OF_A_NAME, PAIRS_OF_A_NAME = 40, 6
"""More papers of one name are several people's; see tests/benchmarks/ranking."""
BATCH, STEPS, MOST_ROUNDS = 1024, 350, 6
"""After more steps it knows its pairs and no others: on June a map of free words lost what one of directions gained."""
_SHARPNESS = np.float32(1 / 0.07)
_RATE, _MOMENTUM, _SPREAD = 2e-3, 0.9, 0.98
_BLOCK = 512
_REMEMBERED = 4096
_NARROWEST = 20
"""A direction so many times narrower than the widest is rounding; those of the corpus differ by less than ten."""

Rows = NDArray[np.float32]
Weighed = tuple[NDArray[np.int32], Rows]
"""The places of the words that a paper says, and their weights."""


@dataclass(frozen=True, slots=True)
class Kinship:
    """Where words place a paper: the numbers of the words known, ascending, and a row of the map for each."""

    numbers: NDArray[np.int64]
    rarity: Rows
    table: NDArray[np.float16]
    middle: Rows
    _placed: dict[tuple[str, str, tuple[str, ...]], Rows] = field(default_factory=dict, compare=False, repr=False)

    def rows(self, papers: Sequence[Paper]) -> Rows:
        """A row of unit length for each paper; zeros for one that says nothing known.

        Takes 0.2 ms a paper that is new; the last are remembered: a day's are ranked for one channel after the other.
        """
        if len(self._placed) > _REMEMBERED:
            self._placed.clear()
        return np.array([self._row(paper) for paper in papers], np.float32).reshape(len(papers), len(self.middle))

    def _row(self, paper: Paper) -> Rows:
        said = (paper.title, paper.abstract, paper.categories)
        row = self._placed.get(said)
        if row is None:
            at, weights = _weighed(bag_of(paper), self.numbers, self.rarity)
            row = weights @ self.table[at].astype(np.float32) - self.middle if len(at) else np.zeros_like(self.middle)
            row = self._placed[said] = _unit(row[None])[0]
        return row

    def written(self) -> bytes:
        """As bytes, which `read_kinship` reads: numpy's npz."""
        file = io.BytesIO()
        np.savez(file, numbers=self.numbers, rarity=self.rarity, table=self.table, middle=self.middle)
        return file.getvalue()


def read_kinship(written: bytes) -> Kinship:
    """What was written. Raises ValueError where it is anything else."""
    try:
        with np.load(io.BytesIO(written), allow_pickle=False) as file:
            numbers, table = file["numbers"].astype(np.int64), file["table"].astype(np.float16)
            rarity, middle = file["rarity"].astype(np.float32), file["middle"].astype(np.float32)
    except (OSError, EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise ValueError(f"not what was written: {type(error).__name__}") from None
    words, wide = len(numbers), len(middle)
    fits = (
        words > 0 and rarity.shape == (words,) and table.shape == (words, wide) and bool((np.diff(numbers) > 0).all())
    )
    if not (fits and all(np.isfinite(part).all() for part in (rarity, table, middle))):
        raise ValueError("not what was written: its parts don't fit")
    return Kinship(numbers, rarity, table, middle)


def learned(papers: Sequence[Paper]) -> Kinship | None:
    """What these papers, the latest last, teach; None where they are too few.

    Deterministic. Takes two minutes of one core for 50,000, and some 600 MB at its peak.
    """
    papers = papers[-MOST_PAPERS:]
    pairs = _kin(papers)
    if len(papers) < FEWEST_PAPERS or len(pairs) < FEWEST_PAIRS:
        return None
    numbers, rarity = _usual(papers)
    weighed = [_weighed(bag_of(paper), numbers, rarity) for paper in papers]
    directions = _main_directions(weighed, len(numbers))
    placed = np.concatenate([block @ directions for block in _blocks(weighed, len(numbers))])
    middle = placed.mean(axis=0)
    spread = placed.std(axis=0)
    evened = 1 / np.sqrt(np.maximum(spread, spread.max() / _NARROWEST))
    kin = _fitted(_unit((placed - middle) * evened), pairs)
    bend = evened[:, None] * kin
    return Kinship(numbers, rarity, (directions @ bend).astype(np.float16), (middle @ bend).astype(np.float32))


def _kin(papers: Sequence[Paper]) -> NDArray[np.int64]:
    """Places of two papers each by one author: a ring through up to `PAIRS_OF_A_NAME` of hers, drawn."""
    by: defaultdict[str, list[int]] = defaultdict(list)
    for place, paper in enumerate(papers):
        if len(paper.authors) <= MOST_AUTHORS:
            for name in {fold(author) for author in paper.authors}:
                by[name].append(place)
    rng = np.random.default_rng(0)
    pairs: list[tuple[int, int]] = []
    for name in sorted(by):
        if " " in name and 1 < len(by[name]) <= MOST_OF_A_NAME:
            drawn = rng.permutation(by[name]).tolist()
            pairs += list(pairwise([*drawn, drawn[0]] if len(drawn) > 2 else drawn))[:PAIRS_OF_A_NAME]
    return np.array(pairs, np.int64).reshape(-1, 2)


def _usual(papers: Sequence[Paper]) -> tuple[NDArray[np.int64], Rows]:
    """The numbers of the words that most papers say, ascending, with their rarity."""
    spread = np.zeros(SIZE, np.int64)
    for paper in papers:  # their bags together would take 200 MB
        spread[bag_of(paper)[0]] += 1
    most = np.argsort(-spread, kind="stable")[:MOST_WORDS]
    numbers = np.sort(most[spread[most] >= FEWEST_SAY])
    return numbers, (np.log((1 + len(papers)) / (1 + spread[numbers])) + 1).astype(np.float32)


def _weighed(bag: Bag, numbers: NDArray[np.int64], rarity: Rows) -> Weighed:
    """Which of the known words it says, and with what weight: TF-IDF at unit length."""
    said, times = bag
    at = np.searchsorted(numbers, said)
    known = at < len(numbers)
    known[known] = numbers[at[known]] == said[known]
    places: NDArray[np.int32] = at[known].astype(np.int32)
    weights: Rows = times[known] * rarity[places]
    return places, (weights / (np.float32(np.linalg.norm(weights)) or np.float32(1))).astype(np.float32)


def _blocks(weighed: Sequence[Weighed], width: int) -> Iterator[Rows]:
    """The papers as rows of all words, some at a time: dense numbers are multiplied quicker than a few far apart."""
    for begin in range(0, len(weighed), _BLOCK):
        some = weighed[begin : begin + _BLOCK]
        block = np.zeros((len(some), width), np.float32)
        for row, (at, weights) in enumerate(some):
            block[row, at] = weights
        yield block


def _main_directions(weighed: Sequence[Weighed], width: int) -> Rows:
    """(width, directions): those along which the papers differ most, orthonormal, the widest first."""
    size = min(DIRECTIONS, width)
    basis = np.random.default_rng(0).normal(size=(width, size)).astype(np.float32)
    for _ in range(3):
        basis = np.linalg.qr(sum(block.T @ (block @ basis) for block in _blocks(weighed, width)))[0]
    within = sum((seen := block @ basis).T @ seen for block in _blocks(weighed, width))
    turned: Rows = (basis @ np.linalg.eigh(within)[1][:, ::-1]).astype(np.float32)
    return turned


def _fitted(rows: Rows, pairs: NDArray[np.int64]) -> Rows:
    """The map of rows under which both papers of a pair are nearer to one another than to those of other pairs."""
    rng = np.random.default_rng(0)
    size = min(BATCH, len(pairs))
    steps = min(STEPS, MOST_ROUNDS * (len(pairs) // size))
    bend = np.eye(rows.shape[1], dtype=np.float32)
    pace, spread = np.zeros_like(bend), np.zeros_like(bend)
    order = np.concatenate([rng.permutation(len(pairs)) for _ in range(MOST_ROUNDS + 1)])
    for step in range(steps):
        some = pairs[order[step * size : (step + 1) * size]]
        slope = _slope(rows[some[:, 0]], rows[some[:, 1]], bend)
        pace = _MOMENTUM * pace + (1 - _MOMENTUM) * slope
        spread = _SPREAD * spread + (1 - _SPREAD) * slope**2
        lean = (pace / (1 - _MOMENTUM ** (step + 1))) / (np.sqrt(spread / (1 - _SPREAD ** (step + 1))) + 1e-8)
        bend -= _RATE * (1 - step / steps) * lean
    return bend


def _slope(ones: Rows, others: Rows, bend: Rows) -> Rows:
    """The gradient, by the map, of how unlikely each is to be told as the other's kin among the batch."""
    (a, length_a), (b, length_b) = _lengths_apart(ones @ bend), _lengths_apart(others @ bend)
    likeness = (_SHARPNESS * a @ b.T).astype(np.float32)
    wrong = (_softmax(likeness) + _softmax(likeness.T).T) / 2
    wrong[np.diag_indices_from(wrong)] -= 1
    wrong *= _SHARPNESS / len(ones)
    to_a, to_b = wrong @ b, wrong.T @ a
    to_a = (to_a - (to_a * a).sum(axis=1, keepdims=True) * a) / length_a
    to_b = (to_b - (to_b * b).sum(axis=1, keepdims=True) * b) / length_b
    slope: Rows = ones.T @ to_a + others.T @ to_b
    return slope


def _lengths_apart(rows: Rows) -> tuple[Rows, Rows]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True) + np.float32(1e-6)
    return rows / lengths, lengths


def _softmax(values: Rows) -> Rows:
    shares = np.exp(values - values.max(axis=1, keepdims=True))
    softmax: Rows = shares / shares.sum(axis=1, keepdims=True)
    return softmax


def _unit(rows: Rows) -> Rows:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1.0), np.float32)
