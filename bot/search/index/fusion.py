"""Fusion of word, title and embedding scores on one scale."""

from collections.abc import Mapping, Sequence

TITLE_BONUS = 0.3
"""Bonus of a paper whose title contains all query words, relative to the best word score.

People who type title words mostly mean that paper. Of 800 titles with a third of the words left out, 0.994 ranked
first with it and 0.976 without; with half of them left out, 0.889 and 0.820; with every fourth word misspelled, 0.980
and 0.969. Of 1,600 sentences and half sentences none ranked lower. 0.5 has the same effect.
"""
MEANING_WEIGHT = 0.2
"""Weight of the embedding score, of 1, if words alone leave the best paper open."""
DECISIVE_LEAD = 0.1
"""Lead of the best paper by words, of 1, that makes the embedding weight 0; below it the weight is proportional.

Chosen together, on 800 titles with words left out or misspelled, 1,600 whole and half sentences, and 29 summaries by
other people, of papers that `benchmarks.search` doesn't use. Mean reciprocal ranks by words, with embeddings at 0.2
always, and as implemented: half titles 0.909, 0.907, 0.908; sentences with most words left out 0.884, 0.869, 0.879;
beginnings of sentences 0.951, 0.940, 0.947; the first 80 characters of summaries 0.894, 0.911, 0.908. The sum was also
compared with reciprocal rank fusion (Cormack et al., SIGIR 2009), which ignores the size of the lead.
"""


def score_words(by_text: Mapping[int, float], by_title: Mapping[int, float]) -> dict[int, float]:
    """Return each row's word score, 1 for the best, best first.

    `by_text` are BM25 scores; `by_title` are those of papers whose title contains all query words.
    """
    scores = {**by_text, **by_title}
    best = max(scores.values(), default=0.0) or 1.0
    score = {row: scores[row] / best + TITLE_BONUS * (row in by_title) for row in scores}
    order = sorted(score, key=lambda row: -score[row])
    most = (score[order[0]] if order else 0.0) or 1.0
    return {row: score[row] / most for row in order}


def fuse(rows: Sequence[int], by_words: Mapping[int, float], by_meaning: Sequence[float]) -> list[int]:
    """Return `rows`, best first, by word score (`score_words`) and embedding cosine."""
    best_meaning = max(by_meaning, default=0.0)
    meaning = MEANING_WEIGHT * _uncertainty(by_words)
    scale = meaning / best_meaning if best_meaning > 0 else 0.0
    score = {
        row: scale * max(near, 0.0) + (1 - meaning) * by_words.get(row, 0.0)
        for row, near in zip(rows, by_meaning, strict=True)
    }
    return sorted(rows, key=lambda row: -score[row])


def _uncertainty(by_words: Mapping[int, float]) -> float:
    """Return how open word scores leave the best paper, from 0 to 1."""
    best, *others = sorted(by_words.values(), reverse=True)[:2] or [0.0]
    return max(0.0, 1 - (best - (others[0] if others else best)) / DECISIVE_LEAD)
