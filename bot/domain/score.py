"""The score of a paper, 0 to 100, from its points."""

HALF = 2.5
"""Points of a score of 50."""

AUTHOR, FOLLOW, UPVOTES, CODE = 4.0, 1.0, 0.2, 0.1
"""Points for a followed author, for each matching follow, for ln(1 + upvotes) and for a code link."""


def score_of(points: float) -> int:
    """Return round(100 (1 - 2 ** (-points / 2.5))), at least 0."""
    return round(100 * (1 - 2 ** (-max(points, 0.0) / HALF)))
