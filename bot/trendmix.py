"""Trending papers among those of a digest: pure. They come behind what the channel follows, within `top`."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from bot.digest import Match
from bot.match import Candidate, is_muted
from bot.subscription import Mute
from bot.trend import Upvoted

LEAST = 3
"""Places kept for them in a digest of ten or more; a third in a shorter one. The others are theirs where free."""


def trending_matches(papers: Iterable[Upvoted], told: Collection[str], mutes: Sequence[Mute]) -> tuple[Match, ...]:
    """As matches of their own, in their order, without what was told before or is muted."""
    offered = (one for one in papers if one.paper.id not in told)
    wanted = (one for one in offered if not any(is_muted(Candidate(one.paper), mute) for mute in mutes))
    return tuple(Match(one.paper, (_reason(one),), trending=True) for one in wanted)


def mixed(
    named: Sequence[Match], rest: Sequence[Match], trending: Sequence[Match], top: int
) -> tuple[tuple[Match, ...], tuple[Match, ...]]:
    """What is named and what is only counted, with the trending papers: who is followed is always named, and first.

    A paper that is wanted anyway says so and that it is trending. Trending papers without a place stay what they are:
    neither counted nor told.
    """
    reasons = {match.paper.id: match.reasons for match in trending}
    wanted = [replace(m, reasons=(*m.reasons, *reasons.get(m.paper.id, ()))) for m in (*named, *rest)]
    known = {match.paper.id for match in wanted}
    fresh = [match for match in trending if match.paper.id not in known]
    kept = min(LEAST, top // 3, len(fresh))
    authors = sum(match.followed_author for match in named)
    first = max(min(len(named), top - kept), authors)
    room = max(top - first, 0)
    return (*wanted[:first], *fresh[:room]), tuple(wanted[first:])


def _reason(one: Upvoted) -> str:
    return f"Trending: ↑ {one.upvotes:,} on Hugging Face" if one.upvotes else "Trending on Hugging Face"
