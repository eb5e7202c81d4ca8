"""What is trending, for the digests that want it: the last days' lists together, asked for once by all of them."""

import asyncio
import logging
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from bot.digest import Match
from bot.errors import SourceDown, StoreDown
from bot.ports import PaperStore
from bot.ports.popular import Popular
from bot.ports.trends import Trending
from bot.trend import Span, Upvoted, by_upvotes, period_of

log = logging.getLogger(__name__)

DAYS = 4
"""Lists taken together: a weekend has none, and a morning's has only begun."""
BEST = 30
"""Of them; a person was told of some in the days before."""
FRESH_SECONDS = 600.0
PATIENCE_SECONDS = 8.0
"""For all lists: a digest doesn't wait for them."""


class DailyTrends:
    """Fulfils `ports.Trends`. A failure is remembered as long as an answer is: the source is left alone meanwhile."""

    def __init__(self, popular: Popular, papers: PaperStore) -> None:
        self._popular = popular
        self._papers = papers
        self._asking = asyncio.Lock()
        self._known: dict[date, tuple[float, Trending]] = {}

    async def until(self, day: date) -> Trending:
        """See `ports.Trends.until`."""
        async with self._asking:
            asked, known = self._known.get(day, (0.0, Trending()))
            if not asked or time.monotonic() - asked > FRESH_SECONDS:
                known = await self._ask(day)
                self._known = {day: (time.monotonic(), known)}
        return known

    async def _ask(self, day: date) -> Trending:
        days = [period_of(Span.DAY, day - timedelta(days=n)) for n in range(DAYS)]
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                lists = [await self._popular.listed(period) for period in days]
                return Trending(await self._as_known(_merged(lists)[:BEST]))
        except SourceDown as down:
            log.warning("What is trending isn't known: why=%s", down)
            return Trending(missing=f"what is trending isn't known: {down.sentence}".rstrip("."))
        except TimeoutError:
            return Trending(missing="what is trending isn't known: the source took too long")
        except StoreDown:
            return Trending()  # then no digest is built either

    async def _as_known(self, listed: tuple[Upvoted, ...]) -> tuple[Match, ...]:
        """With each paper as arXiv has it, where it was fetched; without those that were withdrawn."""
        known = await self._papers.get([one.paper.id for one in listed])
        found = (replace(one, paper=known.get(one.paper.id, one.paper)) for one in listed)
        return tuple(Match(one.paper, (_reason(one),), trending=True) for one in found if not one.paper.withdrawn)


def _reason(one: Upvoted) -> str:
    return f"Trending: ↑ {one.upvotes:,} on Hugging Face" if one.upvotes else "Trending on Hugging Face"


def _merged(lists: Iterable[tuple[Upvoted, ...]]) -> tuple[Upvoted, ...]:
    """Each paper once, with the most upvotes that any list has of it."""
    best: dict[str, Upvoted] = {}
    for one in (one for listed in lists for one in listed):
        before = best.get(one.paper.id)
        if before is None or (before.upvotes or 0) < (one.upvotes or 0):
            best[one.paper.id] = one
    return by_upvotes(tuple(best.values()))
