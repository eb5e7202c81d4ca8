"""The order of a digest and the score of each paper: pure. Papers by followed authors first, then by points, and last
what is perhaps by a namesake.

    points = 4 where a followed author wrote it + 1 a follow that wants it + appeal + 0.2 ln(1 + upvotes) + 0.1 for code
    score  = round(100 (1 - 2 ** (-points / 2.5))), at least 0

So 2.5 points are a score of 50, 5 points 75, 10 points 94, and none is ever certain. The appeal is what the channel's
own verdicts say of the paper (`bot/ranking/learning/score.py`); without any, the follows alone decide, and the newest
paper comes first among equals. Upvotes are those of Hugging Face's readers.
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
_NO_APPEAL = PreferenceScore(0.0)


def rank(
    matches: Sequence[Match],
    preference_scores: Mapping[str, PreferenceScore] | None = None,
    upvotes: Mapping[str, int] | None = None,
) -> tuple[Match, ...]:
    """The matches, best first, with their scores and every reason; the same matches give the same order always.

    `preference_scores` and `upvotes` by paper id, for as many as are known.
    """
    judged = [_judged(one, (preference_scores or {}).get(one.paper.id, _NO_APPEAL), (upvotes or {})) for one in matches]
    return tuple(match for _, match in sorted(judged, key=lambda pair: _place(*pair)))


def shown(ranked: Sequence[Match], top: int) -> tuple[tuple[Match, ...], tuple[Match, ...]]:
    """Those that are named and those that are only counted: `top`, and every paper by a followed author.

    What is perhaps by a namesake of hers is never named, however much room there is, and counted last.
    """
    plain = [match for match in ranked if not match.perhaps_another]
    named = [match for place, match in enumerate(plain) if place < top or match.followed_author]
    rest = [match for place, match in enumerate(plain) if place >= top and not match.followed_author]
    return tuple(named), (*rest, *(match for match in ranked if match.perhaps_another))


def _judged(match: Match, appeal: PreferenceScore, upvotes: Mapping[str, int]) -> tuple[float, Match]:
    paper = match.paper
    points = AUTHOR * match.followed_author + FOLLOW * len(match.reasons) + appeal.points
    votes = max(upvotes.get(paper.id, 0), 0)
    points += UPVOTES * math.log1p(votes) + CODE * bool(paper.code_url)
    read = (upvotes_in_words(votes),) if votes else ()
    reasons = tuple(dict.fromkeys((*match.reasons, *appeal.reasons, *read)))
    return points, replace(match, reasons=reasons, score=score_of(points))


def _place(points: float, match: Match) -> tuple[bool, bool, float, float, str]:
    age = -(match.paper.published or _LONG_AGO).timestamp()
    return (bool(match.perhaps_another), not match.followed_author, -points, age, match.paper.id)
