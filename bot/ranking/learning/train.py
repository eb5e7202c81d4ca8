"""Train the similarity model (`similarity.py`) on an installation's papers: shared authors tell which are similar."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.domain.paper import Paper
from bot.domain.text.normalize import fold
from bot.papers.bag_of_authors import MAX_AUTHORS
from bot.ranking.learning.contrastive import fit_map, normalize_rows
from bot.ranking.learning.lsa import build_vocabulary, main_directions, weighted_sums
from bot.ranking.learning.similarity import SimilarityModel, Vectors, WordSpace, centered_embeddings, quantize

MIN_PAPERS, MAX_PAPERS = 3000, 50_000
"""Fewer papers give too few pairs; of more, the latest are used, since they take longer than they add."""
MIN_PAIRS = 2000
DIRECTIONS = 768
"""For 32,768 words, 25 MB. Half as many gained .007 less on June."""
MAX_PAPERS_PER_NAME, PAIRS_PER_NAME = 40, 6
"""A name with more papers belongs to several people; see tests/benchmarks/ranking."""
_MAX_WIDTH_RATIO = 20
"""Directions this much narrower than the widest are rounding errors; the corpus's differ by less than ten."""

Rows = NDArray[np.float32]
Pairs = NDArray[np.int64]


def train(papers: Sequence[Paper], vectors: Vectors | None = None) -> SimilarityModel | None:
    """Train a model on these papers, latest last; return None if they are too few.

    `vectors`: the available embeddings at unit length by id, used if enough papers have one. Deterministic. Takes two
    minutes of one core for 50,000 papers, and peaks at some 700 MB.
    """
    papers = papers[-MAX_PAPERS:]
    pairs = _author_pairs(papers)
    if len(papers) < MIN_PAPERS or len(pairs) < MIN_PAIRS:
        return None
    places, projected = _word_space(papers)
    by_words = fit_map(projected, pairs, projected.shape[1]).astype(np.float16)
    by_both, usual = _by_both(papers, projected, pairs, vectors or {})
    return SimilarityModel(places, by_words, by_both, usual)


def _word_space(papers: Sequence[Paper]) -> tuple[WordSpace, Rows]:
    """Return the space of the common words and each paper's row in it, with the few wide directions evened out."""
    words = build_vocabulary(papers)
    bags = [words.weights_of(paper) for paper in papers]
    directions = main_directions(bags, len(words.numbers), DIRECTIONS)
    projected = weighted_sums(bags, directions)
    spread = projected.std(axis=0)
    scaling = 1 / np.sqrt(np.maximum(spread, spread.max() / _MAX_WIDTH_RATIO))
    table, scales = quantize(directions * scaling)
    projected *= scaling
    middle = projected.mean(axis=0)
    return WordSpace(words, table, scales, middle), normalize_rows(projected - middle)


def _by_both(
    papers: Sequence[Paper], projected: Rows, pairs: Pairs, vectors: Vectors
) -> tuple[NDArray[np.float16], Rows]:
    """Return the map of words and embeddings and the mean embedding, over papers with one; empty if too few."""
    some = [place for place, paper in enumerate(papers) if paper.id in vectors]
    new_index = np.full(len(papers), -1, np.int64)
    new_index[some] = np.arange(len(some))
    both_known = pairs[(new_index[pairs] >= 0).all(axis=1)]
    if len(some) < MIN_PAPERS or len(both_known) < MIN_PAIRS:
        return np.zeros((0, projected.shape[1]), np.float16), np.zeros(0, np.float32)
    usual: Rows = np.stack([vectors[papers[place].id] for place in some]).mean(axis=0)
    meanings = centered_embeddings([papers[place] for place in some], vectors, usual)
    rows = np.concatenate([projected[some], meanings], axis=1)
    return fit_map(rows, new_index[both_known], projected.shape[1]).astype(np.float16), usual


def _author_pairs(papers: Sequence[Paper]) -> Pairs:
    """Return pairs of indices of papers by one author: a random ring through up to `PAIRS_PER_NAME` of their papers."""
    by: defaultdict[str, list[int]] = defaultdict(list)
    for place, paper in enumerate(papers):
        if len(paper.authors) <= MAX_AUTHORS:
            for name in {fold(author) for author in paper.authors}:
                by[name].append(place)
    rng = np.random.default_rng(0)
    pairs: list[tuple[int, int]] = []
    for name in sorted(by):
        if " " in name and 1 < len(by[name]) <= MAX_PAPERS_PER_NAME:
            shuffled = rng.permutation(by[name]).tolist()
            pairs += list(pairwise([*shuffled, shuffled[0]] if len(shuffled) > 2 else shuffled))[:PAIRS_PER_NAME]
    return np.array(pairs, np.int64).reshape(-1, 2)
