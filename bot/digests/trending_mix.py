"""Trending papers among those of a digest: pure. They come behind what the channel follows, within `top`."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from bot.domain.channel import Mute
from bot.domain.digest import Match
from bot.papers.candidate import Candidate
from bot.ranking.match import is_muted

LEAST = 3
"""Places kept for them in a digest of ten or more; a third in a shorter one. The others are theirs where free."""


def undelivered(trending: Iterable[Match], delivered: Collection[str], mutes: Sequence[Mute]) -> tuple[Match, ...]:
    """Those that weren't delivered to a channel before and that it hasn't muted, in their order."""
    offered = (match for match in trending if match.paper.id not in delivered)
    return tuple(match for match in offered if not any(is_muted(Candidate(match.paper), mute) for mute in mutes))


def mixed(
    named: Sequence[Match], rest: Sequence[Match], trending: Sequence[Match], top: int
) -> tuple[tuple[Match, ...], tuple[Match, ...]]:
    """What is named and what is only counted, with the trending papers: who is followed is always named, and first.

    A paper that is wanted anyway says so and that it is trending; one that is perhaps by a namesake of somebody
    followed comes as any other that is trending. Trending papers without a place stay what they are: neither counted
    nor delivered.
    """
    reasons = {match.paper.id: match.reasons for match in trending}
    wanted = [replace(m, reasons=(*m.reasons, *reasons.get(m.paper.id, ()))) for m in (*named, *rest)]
    known = {match.paper.id for match in wanted if not match.perhaps_another}
    fresh = [match for match in trending if match.paper.id not in known]
    kept = min(LEAST, top // 3, len(fresh))
    authors = sum(match.followed_author for match in named)
    first = max(min(len(named), top - kept), authors)
    room = max(top - first, 0)
    brought = {match.paper.id for match in fresh[:room]}
    return (*wanted[:first], *fresh[:room]), tuple(match for match in wanted[first:] if match.paper.id not in brought)
