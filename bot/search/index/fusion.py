"""Words, titles and meaning put together: all scores on one scale, and added."""

from collections.abc import Mapping, Sequence

TITLED = 0.3
"""How much more a paper counts whose title says all that was asked for, of 1: what the best by words alone has.

Mostly, who types words of a title has that paper in mind. Of 800 titles with a third of the words left out 0.994 came
first with it and 0.976 without, with half of them left out 0.889 and 0.820, with every fourth word misspelt 0.980 and
0.969; of 1,600 sentences and halves of them none came worse. 0.5 does the same.
"""
MEANING = 0.2
"""How much meaning counts, of 1, where words alone leave it open which paper is the best."""
CERTAIN = 0.1
"""How far the best by words must be ahead, of 1, for meaning not to count at all; before that in proportion.

Chosen together, on 800 titles with words left out or misspelt, 1,600 whole and halved sentences, and 29 summaries by
others, of papers that `benchmarks.search` doesn't ask for. Mean reciprocal ranks by words, with meaning at 0.2 always,
and as it is: halves of titles 0.909, 0.907, 0.908; sentences with most words left out 0.884, 0.869, 0.879; beginnings
of sentences 0.951, 0.940, 0.947; the first 80 characters of summaries 0.894, 0.911, 0.908. Earlier the sum was
compared with the reciprocal ranks of both (Cormack et al., SIGIR 2009), which forget by how much the best is ahead.
"""


def weighed(said: Mapping[int, float], titled: Mapping[int, float]) -> dict[int, float]:
    """By row how well it answers by words, 1 the best, and the best first.

    `said` are scores of words (BM25), `titled` such scores of those whose title says all that was asked for.
    """
    every = {**said, **titled}
    best = max(every.values(), default=0.0) or 1.0
    score = {row: every[row] / best + TITLED * (row in titled) for row in every}
    order = sorted(score, key=lambda row: -score[row])
    most = (score[order[0]] if order else 0.0) or 1.0
    return {row: score[row] / most for row in order}


def fused(rows: Sequence[int], by_words: Mapping[int, float], by_meaning: Sequence[float]) -> list[int]:
    """`rows`, the best first: by how well each says the words (`weighed`) and how near it lies in meaning (cosine)."""
    best_meaning = max(by_meaning, default=0.0)
    meaning = MEANING * _open(by_words)
    scale = meaning / best_meaning if best_meaning > 0 else 0.0
    score = {
        row: scale * max(near, 0.0) + (1 - meaning) * by_words.get(row, 0.0)
        for row, near in zip(rows, by_meaning, strict=True)
    }
    return sorted(rows, key=lambda row: -score[row])


def _open(by_words: Mapping[int, float]) -> float:
    """How open words leave it which paper is the best, 0 to 1."""
    best, *others = sorted(by_words.values(), reverse=True)[:2] or [0.0]
    return max(0.0, 1 - (best - (others[0] if others else best)) / CERTAIN)
