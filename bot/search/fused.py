"""Words and meaning put together: both scores on one scale, and added."""

from collections.abc import Mapping, Sequence

MEANING = 0.2
"""How much meaning counts, of 1.

Compared with the reciprocal ranks of both (Cormack et al., SIGIR 2009, k of 60 and 10) and other scales on 720 titles
and sentences with words left out or misspelt and 29 summaries by others, of papers that `benchmarks.search` doesn't ask
for. It was 0.4 at first, with which that table's titles and 80 characters came behind words alone; that made us look
again, and the value is from the others: 0.1 to 0.25 were never behind on titles and summaries, sentences lose with any.
Mean reciprocal ranks of words, of meaning, of their ranks (k 60) and of this: 80 characters 0.890, 0.658,
0.872, 0.908; halves of titles 0.888, 0.537, 0.738, 0.889; sentences with most words left out 0.919, 0.267, 0.530,
0.906. Ranks forget by how much the best is ahead.
"""


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
