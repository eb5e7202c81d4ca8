"""Trending papers for digests: the last days' lists merged, once for all channels."""

import asyncio
import logging
import time
from datetime import datetime, timedelta

from bot.domain.digest import Group, Match
from bot.domain.errors import StoreDown
from bot.domain.frozen import frozen
from bot.domain.trend import Span, Trend, by_votes
from bot.trending.service import Trends

log = logging.getLogger(__name__)

MAX_DAYS = 3
"""Lists merged: a morning's list has only begun, and a day's grows after its digest."""
MAX_PAPERS = 30
"""Maximum of papers; a channel got some of them on the days before."""
CACHE_SECONDS = 600.0
"""Cache time in seconds, also of a failure, so that digests don't wait one after another."""
LISTS_TIMEOUT = 8.0
"""Timeout for all lists in seconds: digests don't wait longer."""


@frozen
class TrendingPapers:
    """The best papers of the last days, with a reason each; `missing` is a sentence if the source was down."""

    papers: tuple[Match, ...] = ()
    missing: str = ""


class DailyTrends:
    """Cache of the merged lists: the same for all channels, so with the counts that everybody may know."""

    def __init__(self, trends: Trends) -> None:
        self._trends = trends
        self._composing = asyncio.Lock()
        self._known: dict[str, tuple[float, TrendingPapers]] = {}

    async def until(self, now: datetime) -> TrendingPapers:
        """Return what is trending at `now` (UTC) and was on the days before; within seconds, never raises."""
        hour = now.isoformat(timespec="hours")
        async with self._composing:
            composed, known = self._known.get(hour, (0.0, TrendingPapers()))
            if not composed or time.monotonic() - composed > CACHE_SECONDS:
                known = await self._compose(now)
                self._known = {hour: (time.monotonic(), known)}
        return known

    async def _compose(self, now: datetime) -> TrendingPapers:
        found: dict[str, Trend] = {}
        trouble = ""
        try:
            async with asyncio.timeout(LISTS_TIMEOUT):
                for days in range(MAX_DAYS):
                    listed = await self._trends.trending(Span.DAY, now - timedelta(days=days))
                    trouble = trouble or listed.trouble
                    for one in listed.papers:
                        found.setdefault(one.paper.id, one)
        except TimeoutError:
            trouble = "Hugging Face took too long to answer."
        except StoreDown as down:
            log.warning("What is trending isn't known: why=%s", down)
        best = by_votes(found.values())[:MAX_PAPERS]
        return TrendingPapers(tuple(map(_match, best)), trouble.rstrip("."))


def _match(one: Trend) -> Match:
    why = f"Trending: {' · '.join(one.reasons)}" if one.reasons else "Trending"
    return Match(one.paper, (why,), trending=True, group=Group.TRENDING, because=" · ".join(one.reasons))
