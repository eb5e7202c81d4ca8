"""Novelty of papers and people, and the score of a paper that no channel judges: pure, and all of the formulas.

    k        = 10 earlier / known, rounded: of the papers known, as many as are earlier than this one
    distance = 1 - mean cosine of the paper's vector to its k nearest among those earlier ones
    novelty  = share of a sample of the papers known whose distance is smaller, equal ones half, in percent
    points   = 4 novelty / 100 + 0.2 ln(1 + upvotes) + 0.1 for code
    score    = round(100 (1 - 2 ** (-points / 2.5))), as in a digest

A person's novelty and AI Score are the means over those of her papers that have one. Earlier: submitted on a day
before. The nearest ten of few lie farther than the nearest ten of many, which is why k goes along: with ten always, a
half of 60,000 recorded papers as what came before moved the mean percentile by 8 and a quarter by 15; with k, a half
and a fifth move it by 1, and a single paper's by 3 and 7. Where less than a fifth of the papers known are earlier,
nothing is told. The sample are 200 of the papers announced in the 30 days before today (UTC), those with the smallest
SHA-256 of their ids: the same data give the same numbers, whoever works them out. Novelty takes the place of what only
a channel can say of a paper: its follows and its verdicts (`bot/ranking/order.py`).
"""

import hashlib
import math
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.arxiv_id import month_of
from bot.domain.paper import Paper
from bot.domain.score import CODE, UPVOTES, score_of

NEIGHBOURS = 10
NOVELTY = 4.0
"""The points of a paper that is farther from everything earlier than any other: a score of 67 by itself."""
SAMPLE, SMALLEST_SAMPLE = 200, 50
"""Of so many, a percentile is right within 4 of 100; with fewer than 50 nothing is told."""
SAMPLE_DAYS = 30
EARLIER_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Measure:
    """What we make of a paper: both 0 to 100."""

    novelty: int
    score: int


@dataclass(frozen=True, slots=True)
class NoveltyScale:
    """What we make of a person, over `papers` of hers."""

    novelty: int
    score: int
    papers: int


def neighbours(earlier: int, known: int) -> int:
    """The k of the formula: with how many a paper is compared, 2 to 10; 0 where too few came before it."""
    if earlier < max(EARLIER_SHARE * known, NEIGHBOURS):
        return 0
    return round(NEIGHBOURS * min(earlier / known, 1.0))


def distance(cosines: Sequence[float], nearest: int) -> float | None:
    """From so many of the nearest, 0 to 2; None where there are fewer."""
    kept = sorted(cosines, reverse=True)[:nearest]
    return 1.0 - math.fsum(kept) / nearest if 0 < nearest == len(kept) else None


def percentile(value: float, others: Sequence[float]) -> int:
    """How many of `others`, which are sorted, are smaller, equal ones half: 0 to 100."""
    smaller, upto = bisect_left(others, value), bisect_right(others, value)
    return round(100 * (smaller + upto) / (2 * len(others)))


def measure(novelty: int, upvotes: int, code: bool) -> Measure:
    """The paper's measure by the formula above."""
    points = NOVELTY * novelty / 100 + UPVOTES * math.log1p(max(upvotes, 0)) + CODE * code
    return Measure(novelty, score_of(points))


def standing(measures: Collection[Measure]) -> NoveltyScale | None:
    """A person's, from the measures of her papers; None where none has one."""
    if not measures:
        return None
    novelty, score = (
        round(math.fsum(values) / len(measures))
        for values in ([one.novelty for one in measures], [one.score for one in measures])
    )
    return NoveltyScale(novelty, score, len(measures))


def sample(ids: Iterable[str], most: int = SAMPLE) -> list[str]:
    """The same ones of the same ids, in whatever order they come."""
    return sorted(set(ids), key=lambda paper_id: hashlib.sha256(paper_id.encode()).digest())[:most]


def submitted_on(paper: Paper) -> date | None:
    """The day (UTC) of submission, as far as it is known: that of arXiv, else the first of the month its id names."""
    return paper.published.date() if paper.published else month_of(paper.id)
