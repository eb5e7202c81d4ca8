"""The score of a paper, 0 to 100, from its points."""

HALF = 2.5
"""The points of a score of 50."""


AUTHOR, FOLLOW, UPVOTES, CODE = 4.0, 1.0, 0.2, 0.1


def score_of(points: float) -> int:
    """0 to 100, by the formula above."""
    return round(100 * (1 - 2 ** (-max(points, 0.0) / HALF)))
