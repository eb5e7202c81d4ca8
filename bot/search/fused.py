"""Words and meaning put together: both scores on one scale, and added."""

from collections.abc import Mapping, Sequence

MEANING = 0.2
"""How much meaning counts, of 1: the most by which no kind of misremembered title comes later than by words alone.

Chosen, also over the reciprocal ranks of both (Cormack et al., SIGIR 2009, k of 60 and 10), on 720 titles and sentences
with words left out or misspelt and 29 summaries by others, whole and their first 80 characters; none of them is what
`benchmarks.search` measures. Reciprocal ranks of those 80 characters: words alone 0.890, meaning alone 0.658, their
ranks 0.872, this 0.908; of halves of titles 0.888, 0.537, 0.738 and 0.889: ranks forget by how much the best is ahead.
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
