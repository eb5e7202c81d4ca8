"""What is trending, for the digests that want it: the last days' lists together, composed once for all of them."""

import asyncio
import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.digest import Match
from bot.domain.errors import StoreDown
from bot.domain.trend import Span, Trend, by_votes
from bot.trending.service import Trends

log = logging.getLogger(__name__)

DAYS = 3
"""Lists taken together: a morning's has only begun, and a day's goes on after its digest."""
BEST = 30
"""Of them; a person was told of some in the days before."""
FRESH_SECONDS = 600.0
"""For how long one composition serves; one that failed, too, so that many digests don't wait one by one."""
PATIENCE_SECONDS = 8.0
"""For all lists: a digest doesn't wait for them."""


@dataclass(frozen=True, slots=True)
class Best:
    """The best of the last days, each with its reason in words; `missing` is a sentence where the source was down."""

    papers: tuple[Match, ...] = ()
    missing: str = ""


class DailyTrends:
    """Composed for the first who asks; what isn't known is said."""

    def __init__(self, trends: Trends) -> None:
        self._trends = trends
        self._composing = asyncio.Lock()
        self._known: dict[str, tuple[float, Best]] = {}

    async def until(self, now: datetime) -> Best:
        """What is trending at `now` (UTC) and was in the days before; within seconds, never raises."""
        hour = now.isoformat(timespec="hours")
        async with self._composing:
            composed, known = self._known.get(hour, (0.0, Best()))
            if not composed or time.monotonic() - composed > FRESH_SECONDS:
                known = await self._compose(now)
                self._known = {hour: (time.monotonic(), known)}
        return known

    async def _compose(self, now: datetime) -> Best:
        found: dict[str, Trend] = {}
        trouble = ""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                for days in range(DAYS):
                    listed = await self._trends.trending(Span.DAY, now - timedelta(days=days))
                    trouble = trouble or listed.trouble
                    for one in listed.papers:
                        found.setdefault(one.paper.id, one)
        except TimeoutError:
            trouble = "Hugging Face took too long to answer."
        except StoreDown as down:
            log.warning("What is trending isn't known: why=%s", down)
        best = by_votes(found.values())[:BEST]
        return Best(tuple(map(_match, best)), trouble.rstrip("."))


def _match(one: Trend) -> Match:
    why = f"Trending: {' · '.join(one.reasons)}" if one.reasons else "Trending"
    return Match(one.paper, (why,), trending=True)
