"""Formulas of the novelty of papers and authors, and of a paper's score without a channel: pure.

    k        = 10 * earlier / known, rounded: earlier papers in proportion to all known papers
    distance = 1 - mean cosine of the paper's vector to its k nearest earlier papers
    novelty  = percentage of a sample of known papers with a smaller distance; equal ones count half
    points   = 4 novelty / 100 + 0.2 ln(1 + upvotes) + 0.1 for code
    score    = round(100 (1 - 2 ** (-points / 2.5))), as in a digest

An author's novelty and AI Score are means over their papers that have one. Earlier papers were submitted on a previous
day. The ten nearest of few papers are farther away than those of many, hence k is proportional: with k = 10, halving
60,000 recorded earlier papers moved the mean percentile by 8, a quarter of them by 15; with proportional k, a half and
a fifth move it by 1, and a single paper's by 3 and 7. If less than a fifth of the known papers are earlier, there is
no result. The sample is 200 of the papers announced in the 30 days before today (UTC), those with the smallest SHA-256
of their ids: equal data give equal numbers in every process. Novelty replaces what only a channel can add: follows and
feedback (`bot/ranking/order.py`).
"""

import hashlib
import math
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from bot.domain.arxiv_id import month_of
from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.domain.score import CODE, UPVOTES, score_of

MAX_NEIGHBORS = 10
NOVELTY = 4.0
"""Points of a paper with the largest distance of all: a score of 67 by itself."""
SAMPLE, MIN_SAMPLE = 200, 50
"""With 200 papers, a percentile is accurate within 4 of 100; with fewer than 50 there is no result."""
SAMPLE_DAYS = 30
MIN_EARLIER_SHARE = 0.2


@frozen
class Measure:
    """A paper's novelty and score, both 0 to 100."""

    novelty: int
    score: int


@frozen
class NoveltyScale:
    """An author's novelty and score, both 0 to 100, as means over `papers` papers."""

    novelty: int
    score: int
    papers: int


def neighbor_count(earlier: int, known: int) -> int:
    """Return k, the number of papers to compare with: 2 to 10, or 0 if too few are earlier."""
    if earlier < max(MIN_EARLIER_SHARE * known, MAX_NEIGHBORS):
        return 0
    return round(MAX_NEIGHBORS * min(earlier / known, 1.0))


def distance(cosines: Sequence[float], nearest: int) -> float | None:
    """Return the distance from the `nearest` highest cosines, 0 to 2; None if there are fewer."""
    best = sorted(cosines, reverse=True)[:nearest]
    return 1.0 - math.fsum(best) / nearest if 0 < nearest == len(best) else None


def percentile(value: float, others: Sequence[float]) -> int:
    """Return the percentage of the sorted `others` that are smaller; equal ones count half."""
    smaller, upto = bisect_left(others, value), bisect_right(others, value)
    return round(100 * (smaller + upto) / (2 * len(others)))


def measure(novelty: int, upvotes: int, code: bool) -> Measure:
    """Return the paper's novelty and score by the formula above."""
    points = NOVELTY * novelty / 100 + UPVOTES * math.log1p(max(upvotes, 0)) + CODE * code
    return Measure(novelty, score_of(points))


def author_novelty(measures: Collection[Measure]) -> NoveltyScale | None:
    """Return the means over an author's papers; None without papers."""
    if not measures:
        return None
    novelty, score = (
        round(math.fsum(values) / len(measures))
        for values in ([measured.novelty for measured in measures], [measured.score for measured in measures])
    )
    return NoveltyScale(novelty, score, len(measures))


def sample(ids: Iterable[str], most: int = SAMPLE) -> list[str]:
    """Return a sample of the ids that doesn't depend on their order."""
    return sorted(set(ids), key=lambda paper_id: hashlib.sha256(paper_id.encode()).digest())[:most]


def submitted_on(paper: Paper) -> date | None:
    """Return the day of submission (UTC), or the first of the month in the paper's id; None if neither is known."""
    return paper.published.date() if paper.published else month_of(paper.id)
