"""The order of a digest and the score of each paper: pure.

Papers by followed authors come first, then by points; papers that may be by a namesake come last.

    points = 4 for a followed author + 1 a follow that wants it + preference + 0.2 ln(1 + upvotes) + 0.1 for code
    score  = round(100 (1 - 2 ** (-points / 2.5))), at least 0

Hence 2.5 points are a score of 50, 5 points 75, 10 points 94, and none is ever certain. The preference score is what
the channel's own feedback says of the paper (`bot/ranking/learning/preference_score.py`); without any, the
follows alone decide, and the newest paper comes first among equals. Upvotes are those of Hugging Face's readers.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.digest import Match
from bot.domain.feedback import PreferenceScore
from bot.domain.score import AUTHOR, CODE, FOLLOW, UPVOTES, score_of
from bot.domain.trend import upvotes_in_words

_LONG_AGO = datetime(1991, 8, 14, tzinfo=UTC)  # arXiv's first day
_NO_PREFERENCE = PreferenceScore(0.0)


def rank(
    matches: Sequence[Match],
    preferences: Mapping[str, PreferenceScore] | None = None,
    upvotes: Mapping[str, int] | None = None,
) -> tuple[Match, ...]:
    """The matches, best first, with their scores and every reason; the same matches give the same order always.

    `preferences` and `upvotes` by paper id, for as many as are known.
    """
    known = preferences or {}
    scored = [_scored(one, known.get(one.paper.id, _NO_PREFERENCE), (upvotes or {})) for one in matches]
    return tuple(match for _, match in sorted(scored, key=lambda pair: _place(*pair)))


def split_shown(ranked: Sequence[Match], top: int) -> tuple[tuple[Match, ...], tuple[Match, ...]]:
    """Those that are named and those that are only counted: `top`, and every paper by a followed author.

    Papers that may be by a namesake are never named, however much room there is, and counted last.
    """
    plain = [match for match in ranked if not match.perhaps_another]
    named = [match for place, match in enumerate(plain) if place < top or match.followed_author]
    rest = [match for place, match in enumerate(plain) if place >= top and not match.followed_author]
    return tuple(named), (*rest, *(match for match in ranked if match.perhaps_another))


def _scored(match: Match, preference: PreferenceScore, upvotes: Mapping[str, int]) -> tuple[float, Match]:
    paper = match.paper
    points = AUTHOR * match.followed_author + FOLLOW * len(match.reasons) + preference.points
    votes = max(upvotes.get(paper.id, 0), 0)
    points += UPVOTES * math.log1p(votes) + CODE * bool(paper.code_url)
    read = (upvotes_in_words(votes),) if votes else ()
    reasons = tuple(dict.fromkeys((*match.reasons, *preference.reasons, *read)))
    return points, replace(match, reasons=reasons, score=score_of(points))


def _place(points: float, match: Match) -> tuple[bool, bool, float, float, str]:
    age = -(match.paper.published or _LONG_AGO).timestamp()
    return (bool(match.perhaps_another), not match.followed_author, -points, age, match.paper.id)
