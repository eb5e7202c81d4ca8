"""Papers that nobody asked to be brought, as a digest of the channel that asks would judge them: their scores, and why.

A digest that embeds all papers of a week may score them a little otherwise. Topics match by their words.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bot.digest import Match
from bot.match import Candidate, match_of
from bot.paper import Paper
from bot.ports import ChannelStore, Clock, PaperStore
from bot.rank import rank
from bot.reading import saved_of
from bot.schedule import CATCH_UP
from bot.subscription import Channel, Place, Timetable
from bot.taste import Appeal, Opinion
from bot.tasting import MOST_COMPARED, Tastes
from bot.upvotes import Upvotes
from bot.vectors import Vectors

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 2.0
"""Somebody waits: a card goes without the taste then, and a list without scores, which is better than late."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Reads what a channel follows and thinks."""

    papers: PaperStore
    channels: ChannelStore
    tastes: Tastes
    vectors: Vectors
    clock: Clock
    upvotes: Upvotes

    async def of(self, paper: Paper, place: Place) -> tuple[Match | None, Opinion | None]:
        """The paper with score and reasons, None where the channel follows and says nothing; and whether it saved it.

        It may be embedded for it.
        """
        channel, opinions = await self.channels.get(place), await self.tastes.store.opinions(place)
        saved = next((one for one in saved_of(opinions) if one.paper_id == paper.id), None)
        if not channel.follows and not opinions:
            return None, saved
        appeals: Mapping[str, Appeal] = {}
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                appeals = await self._appeals(self.tastes, [paper], place) if opinions else {}
        except TimeoutError:
            log.info("A paper is shown without what the channel's taste says of it: place=%s id=%s", place, paper.id)
        return (await self._ranked([paper], channel, appeals))[0], saved

    async def of_many(self, papers: Sequence[Paper], place: Place) -> Mapping[str, Match]:
        """Each with its score, by id; none where the channel follows nothing and has said nothing.

        Nothing is embedded for it.
        """
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._of_many(papers, place)
        except TimeoutError:
            log.info("Papers found go without scores: place=%s papers=%d why=time is up", place, len(papers))
            return {}

    async def _of_many(self, papers: Sequence[Paper], place: Place) -> Mapping[str, Match]:
        channel, opinions = await self.channels.get(place), await self.tastes.store.opinions(place)
        if not papers or not (channel.follows or opinions):
            return {}
        quick = replace(self.tastes, find_vectors=partial(self.vectors.of, budget_seconds=0.0))
        appeals = await self._appeals(quick, papers, place) if opinions else {}
        return {match.paper.id: match for match in await self._ranked(papers, channel, appeals)}

    async def _ranked(
        self, papers: Sequence[Paper], channel: Channel, appeals: Mapping[str, Appeal]
    ) -> tuple[Match, ...]:
        """By all that a digest counts."""
        cross, upvotes = (channel.timetable or Timetable()).cross, await self.upvotes.of([one.id for one in papers])
        found = [match_of(Candidate(paper), channel.follows, cross) or Match(paper, ()) for paper in papers]
        return rank(found, appeals, upvotes)

    async def _appeals(self, tastes: Tastes, papers: Sequence[Paper], place: Place) -> Mapping[str, Appeal]:
        """Beside some papers of the last days, which they are compared with."""
        now = self.clock.now()
        ids = sorted(await self.papers.announced(now - CATCH_UP, now))
        week = await self.papers.get(ids[:: max(len(ids) // MOST_COMPARED, 1)][:MOST_COMPARED])
        return await tastes.appeals(place, papers, list(week.values()))
