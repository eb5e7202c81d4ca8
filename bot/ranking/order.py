"""Order of a digest's papers, and their scores: pure.

Papers by followed authors come first, then by points; papers that may be by a namesake come last.

    points = 4 for a followed author + 1 a matching follow + preference + 0.2 ln(1 + upvotes) + 0.1 for code
    score  = round(100 (1 - 2 ** (-points / 2.5))), at least 0

Hence 2.5 points are a score of 50, 5 points 75 and 10 points 94; no score reaches certainty. The preference score
comes from the channel's feedback (`bot/ranking/learning/preference_score.py`); without feedback, the follows alone
decide, and the newest paper comes first among equals. Upvotes are from Hugging Face.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache

from bot.domain.digest import GROUPS, Group, Match
from bot.domain.feedback import PreferenceScore
from bot.domain.score import AUTHOR, CODE, FOLLOW, UPVOTES, score_of
from bot.domain.trend import upvotes_in_words

_LONG_AGO = datetime(1991, 8, 14, tzinfo=UTC)  # arXiv's first day
_NO_PREFERENCE = PreferenceScore(0.0)

_score_of = lru_cache(maxsize=4096)(score_of)  # without feedback, a hundred papers have the same points


def rank(
    matches: Sequence[Match],
    preferences: Mapping[str, PreferenceScore] | None = None,
    upvotes: Mapping[str, int] | None = None,
    top: int | None = None,
) -> tuple[Match, ...]:
    """Return the matches, best first, with scores and all reasons; equal input gives equal order.

    `preferences` and `upvotes` are by paper id; both may lack papers. With `top`, only what `split_shown` shows, and
    what may be by a namesake, gets score and reasons: a digest counts hundreds of others.
    """
    known, votes = preferences or {}, upvotes or {}
    keyed = sorted(_keyed(matches, known, votes))
    return tuple(
        _scored(match, known.get(paper_id, _NO_PREFERENCE), votes, -points)
        if top is None or place < top or match.followed_author or match.perhaps_another
        else match
        for place, (_, points, _, paper_id, _, match) in enumerate(keyed)
    )


def split_shown(ranked: Sequence[Match], top: int) -> tuple[tuple[Match, ...], tuple[Match, ...]]:
    """Split ranked matches into those shown and those counted: the `top` ones and all by followed authors are shown.

    Papers that may be by a namesake are never shown, and come last among those counted.
    """
    plain = [match for match in ranked if not match.perhaps_another]
    named = [match for place, match in enumerate(plain) if place < top or match.followed_author]
    rest = [match for place, match in enumerate(plain) if place >= top and not match.followed_author]
    return tuple(named), (*rest, *(match for match in ranked if match.perhaps_another))


def in_groups(matches: Sequence[Match]) -> tuple[Match, ...]:
    """Return the matches part by part of the digest, each part in the order given."""
    return tuple(sorted(matches, key=lambda match: GROUPS.index(match.group) if match.group else len(GROUPS)))


Keyed = tuple[int, float, float, str, int, Match]
"""Sorts matches, the best first: followed authors, then others, unsure ones last; by points, the newest, and by id."""


def _keyed(
    matches: Sequence[Match], preferences: Mapping[str, PreferenceScore], upvotes: Mapping[str, int]
) -> Iterator[Keyed]:
    for place, match in enumerate(matches):  # hundreds in each digest, hence no call for each
        paper, followed = match.paper, match.followed_author
        points = FOLLOW * len(match.reasons)
        if followed:
            points += AUTHOR
        if preferences:
            points += preferences.get(paper.id, _NO_PREFERENCE).points
        if paper.code_url:
            points += CODE
        if upvotes and (votes := upvotes.get(paper.id, 0)):
            points += UPVOTES * math.log1p(max(votes, 0))
        part = 2 * bool(match.perhaps_another) + (not followed)
        yield part, -points, -(paper.published or _LONG_AGO).timestamp(), paper.id, place, match


def _scored(match: Match, preference: PreferenceScore, upvotes: Mapping[str, int], points: float) -> Match:
    """Return the match with its score and all reasons: most have one and nothing else counts."""
    reasons, votes = match.reasons, max(upvotes.get(match.paper.id, 0), 0)
    if preference.reasons or votes or len(reasons) > 1:
        upvote_reasons = (upvotes_in_words(votes),) if votes else ()
        reasons = tuple(dict.fromkeys((*reasons, *preference.reasons, *upvote_reasons)))
    scored = match.scored(reasons, _score_of(points))
    if preference.like and preference.points >= FOLLOW and not match.followed_author:
        scored = replace(scored, group=Group.LIKED, because=preference.like)
    return scored
