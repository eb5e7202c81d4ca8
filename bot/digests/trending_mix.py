"""Adds trending papers to a digest, after the followed ones and within `top`: pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from bot.domain.channel import Mute
from bot.domain.digest import Match
from bot.papers.candidate import Candidate
from bot.ranking.match import is_muted

MIN_TRENDING = 3
"""Places for trending papers in a digest of ten or more; a third in a shorter one. They also fill free places."""


def undelivered(trending: Iterable[Match], delivered: Collection[str], mutes: Sequence[Mute]) -> tuple[Match, ...]:
    """Drop the papers that the channel already got or has muted; keep the order."""
    offered = (match for match in trending if match.paper.id not in delivered)
    return tuple(match for match in offered if not any(is_muted(Candidate(match.paper), mute) for mute in mutes))


def mix_trending(
    named: Sequence[Match], rest: Sequence[Match], trending: Sequence[Match], top: int
) -> tuple[tuple[Match, ...], tuple[Match, ...]]:
    """Return the papers shown and the papers counted, with trending ones mixed in.

    Papers by followed authors are always shown, and first. A matched paper that is trending carries both reasons. A
    paper that may be by a namesake is treated as trending only. Trending papers without a place are neither counted
    nor delivered.
    """
    reasons = {match.paper.id: match.reasons for match in trending}
    matched = [replace(m, reasons=(*m.reasons, *reasons.get(m.paper.id, ()))) for m in (*named, *rest)]
    known = {match.paper.id for match in matched if not match.perhaps_another}
    fresh = [match for match in trending if match.paper.id not in known]
    reserved = min(MIN_TRENDING, top // 3, len(fresh))
    authors = sum(match.followed_author for match in named)
    first = max(min(len(named), top - reserved), authors)
    room = max(top - first, 0)
    added = {match.paper.id for match in fresh[:room]}
    return (*matched[:first], *fresh[:room]), tuple(match for match in matched[first:] if match.paper.id not in added)
