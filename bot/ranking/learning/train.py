"""An installation's papers to what makes papers alike (`kinship.py`): who wrote what says which of them are kin."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.domain.paper import Paper
from bot.domain.text.normalize import fold
from bot.papers.bag_of_authors import MOST_AUTHORS
from bot.ranking.learning.contrastive import at_unit_length, fitted
from bot.ranking.learning.lsa import main_directions, summed, usual_words
from bot.ranking.learning.similarity import Places, SimilarityModel, Vectors, meant, rounded

FEWEST_PAPERS, MOST_PAPERS = 3000, 50_000
"""Fewer papers say too little of what is kin; of more the latest count, as they take longer than they add."""
FEWEST_PAIRS = 2000
DIRECTIONS = 768
"""Of 32,768 words they are 25 MB. Half as many gained .007 less on June."""
MOST_OF_A_NAME, PAIRS_OF_A_NAME = 40, 6
"""More papers of one name are several people's; see tests/benchmarks/ranking."""
_NARROWEST = 20
"""A direction so many times narrower than the widest is rounding; those of the corpus differ by less than ten."""

Rows = NDArray[np.float32]
Pairs = NDArray[np.int64]


def learned(papers: Sequence[Paper], vectors: Vectors | None = None) -> SimilarityModel | None:
    """What these papers, the latest last, teach; None where they are too few.

    `vectors`: their embeddings at unit length by id, as far as there are any; meaning counts where enough have one.
    Deterministic. Takes two minutes of one core for 50,000, and some 700 MB at its peak.
    """
    papers = papers[-MOST_PAPERS:]
    pairs = _kin(papers)
    if len(papers) < FEWEST_PAPERS or len(pairs) < FEWEST_PAIRS:
        return None
    places, placed = _places(papers)
    by_words = fitted(placed, pairs, placed.shape[1]).astype(np.float16)
    by_both, usual = _by_both(papers, placed, pairs, vectors or {})
    return SimilarityModel(places, by_words, by_both, usual)


def _places(papers: Sequence[Paper]) -> tuple[Places, Rows]:
    """Where the usual words lie, and where they place each paper: the directions evened, as few of them are wide."""
    words = usual_words(papers)
    said = [words.said_by(paper) for paper in papers]
    directions = main_directions(said, len(words.numbers), DIRECTIONS)
    placed = summed(said, directions)
    spread = placed.std(axis=0)
    evened = 1 / np.sqrt(np.maximum(spread, spread.max() / _NARROWEST))
    table, scales = rounded(directions * evened)
    placed *= evened
    middle = placed.mean(axis=0)
    return Places(words, table, scales, middle), at_unit_length(placed - middle)


def _by_both(papers: Sequence[Paper], placed: Rows, pairs: Pairs, vectors: Vectors) -> tuple[NDArray[np.float16], Rows]:
    """The map of words and meaning together, of those that have a vector, and the middle of these; or nothing."""
    some = [place for place, paper in enumerate(papers) if paper.id in vectors]
    again = np.full(len(papers), -1, np.int64)
    again[some] = np.arange(len(some))
    both_known = pairs[(again[pairs] >= 0).all(axis=1)]
    if len(some) < FEWEST_PAPERS or len(both_known) < FEWEST_PAIRS:
        return np.zeros((0, placed.shape[1]), np.float16), np.zeros(0, np.float32)
    usual: Rows = np.stack([vectors[papers[place].id] for place in some]).mean(axis=0)
    meanings = meant([papers[place] for place in some], vectors, usual)
    rows = np.concatenate([placed[some], meanings], axis=1)
    return fitted(rows, again[both_known], placed.shape[1]).astype(np.float16), usual


def _kin(papers: Sequence[Paper]) -> Pairs:
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
