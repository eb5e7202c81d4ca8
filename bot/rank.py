"""The order of a digest: pure. Papers by followed authors first, then what several follows agree on, then the newest.

A score comes with learned ranking; until then none is shown rather than one that means nothing.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.digest import Match

_LONG_AGO = datetime(1991, 8, 14, tzinfo=UTC)  # arXiv's first day


def rank(matches: Sequence[Match]) -> tuple[Match, ...]:
    """The matches, best first; the same matches give the same order always."""
    return tuple(sorted(matches, key=_place))


def shown(ranked: Sequence[Match], top: int) -> tuple[tuple[Match, ...], tuple[Match, ...]]:
    """Those that are named and those that are only counted: `top`, and every paper by a followed author."""
    named: list[Match] = []
    rest: list[Match] = []
    for place, match in enumerate(ranked):
        (named if place < top or match.followed_author else rest).append(match)
    return tuple(named), tuple(rest)


def _place(match: Match) -> tuple[bool, int, bool, float, str]:
    paper = match.paper
    age = -(paper.published or _LONG_AGO).timestamp()
    return (not match.followed_author, -len(match.reasons), not paper.code_url, age, paper.id)
