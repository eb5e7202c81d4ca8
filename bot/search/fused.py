"""Words and meaning put together: both scores on one scale, and added."""

from collections.abc import Mapping, Sequence

MEANING = 0.4
"""How much meaning counts, of 1. Chosen over the reciprocal ranks of both (Cormack et al., SIGIR 2009, k of 60 and 10)
on 720 titles and sentences with words left out or misspelt, and the summaries of 30 papers by others, whole and their
first 80 characters: none of them is what `benchmarks.search` measures. Of those 80 characters words alone found 0.86
first, meaning alone 0.59, reciprocal ranks 0.79, this 0.86 (0.83 to 0.90 from 0.2 to 0.7); of halves of titles 0.86,
0.46, 0.67 and 0.85: ranks forget by how much the best is ahead."""


def fused(rows: Sequence[int], by_words: Mapping[int, float], by_meaning: Sequence[float]) -> list[int]:
    """`rows`, the best first: by how well each says the words (BM25) and how near it lies in meaning (cosine)."""
    best_words = max(by_words.values(), default=0.0) or 1.0
    best_meaning = max(by_meaning, default=0.0)
    scale = MEANING / best_meaning if best_meaning > 0 else 0.0
    score = {
        row: scale * max(near, 0.0) + (1 - MEANING) * by_words.get(row, 0.0) / best_words
        for row, near in zip(rows, by_meaning, strict=True)
    }
    return sorted(rows, key=lambda row: -score[row])
