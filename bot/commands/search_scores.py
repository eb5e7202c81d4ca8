"""What a channel would think of papers that it didn't ask to be brought: scores and reasons as in its digest."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot.digest import Match
from bot.match import Candidate, match_of
from bot.paper import Paper
from bot.ports import ChannelStore, PaperStore
from bot.rank import rank
from bot.schedule import CATCH_UP
from bot.subscription import Place
from bot.tasting import MOST_COMPARED, Tastes
from bot.vectors import Vectors

log = logging.getLogger(__name__)

SECONDS = 2.0
"""Somebody waits: an answer without scores is better than a late one."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Reads what a channel follows and thinks. Topics count by their words, and nothing is embedded for it."""

    channels: ChannelStore
    papers: PaperStore
    tastes: Tastes
    vectors: Vectors

    async def judged(self, papers: Sequence[Paper], place: Place, now: datetime) -> Mapping[str, Match]:
        """Each with its score, by id; none where the channel follows nothing and has said nothing."""
        try:
            async with asyncio.timeout(SECONDS):
                return await self._judged(papers, place, now)
        except TimeoutError:
            log.info("Papers found go without scores: place=%s papers=%d why=time is up", place, len(papers))
            return {}

    async def _judged(self, papers: Sequence[Paper], place: Place, now: datetime) -> Mapping[str, Match]:
        follows = (await self.channels.get(place)).follows
        said = await self.tastes.store.opinions(place)
        if not papers or not (follows or said):
            return {}
        quick = replace(self.tastes, find_vectors=partial(self.vectors.of, budget_seconds=0.0))
        appeals = await quick.appeals(place, papers, await self._others(now)) if said else {}
        matches = [match_of(Candidate(paper), follows) or Match(paper, ()) for paper in papers]
        return {match.paper.id: match for match in rank(matches, appeals)}

    async def _others(self, now: datetime) -> list[Paper]:
        """Papers of the last days, to compare with."""
        ids = list(await self.papers.announced(now - CATCH_UP, now))
        return list((await self.papers.get(ids[:: max(len(ids) // MOST_COMPARED, 1)][:MOST_COMPARED])).values())
