"""Papers that nobody asked to be brought, as a digest of the channel that asks would judge them: their scores, and why.

A digest compares with all papers of a week, and may score them a little otherwise.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bot.delivery.store.channels import ChannelStore
from bot.digests.build import News, asks_for_meaning, with_meaning, with_persons
from bot.domain.channel import Channel, Follow, Place, Timetable
from bot.domain.digest import Match
from bot.domain.feedback import Feedback
from bot.domain.paper import Paper
from bot.domain.reading_list import saved_of
from bot.domain.schedule import CATCH_UP
from bot.infra.clock_port import Clock
from bot.papers.candidate import Candidate
from bot.papers.embeddings import Vectors
from bot.papers.store.papers import PaperStore
from bot.papers.upvotes import Upvotes
from bot.ranking.match import NO_MEANINGS, Meanings, match_of
from bot.ranking.preferences import MOST_COMPARED, Preferences
from bot.ranking.score import rank

log = logging.getLogger(__name__)

EMBEDDING_TIMEOUT = 2.0
"""Somebody waits: a card goes by words and names alone then, and a list without scores, which is better than late."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Reads what a channel follows and thinks."""

    papers: PaperStore
    channels: ChannelStore
    tastes: Preferences
    vectors: Vectors
    clock: Clock
    upvotes: Upvotes

    async def of(self, paper: Paper, place: Place) -> tuple[Match | None, Feedback | None]:
        """The paper with score and reasons, None where the channel follows and says nothing; and whether it saved it.

        It may be embedded for it.
        """
        channel, opinions = await self.channels.get(place), await self.tastes.store.feedback(place)
        saved = next((one for one in saved_of(opinions) if one.paper_id == paper.id), None)
        if not channel.follows and not opinions:
            return None, saved
        try:
            async with asyncio.timeout(EMBEDDING_TIMEOUT):
                if opinions or asks_for_meaning(channel.follows):
                    await self.vectors.of([paper])
                return (await self._ranked([paper], channel, self.tastes if opinions else None))[0], saved
        except TimeoutError:
            log.info("A paper is judged by its words and names alone: place=%s id=%s why=time is up", place, paper.id)
            return rank([_match(Candidate(paper), channel)])[0], saved

    async def of_many(self, papers: Sequence[Paper], place: Place) -> Mapping[str, Match]:
        """Each with its score, by id; none where the channel follows nothing and has said nothing.

        No paper is embedded for it.
        """
        try:
            async with asyncio.timeout(EMBEDDING_TIMEOUT):
                return await self._of_many(papers, place)
        except TimeoutError:
            log.info("Papers found go without scores: place=%s papers=%d why=time is up", place, len(papers))
            return {}

    async def _of_many(self, papers: Sequence[Paper], place: Place) -> Mapping[str, Match]:
        channel, opinions = await self.channels.get(place), await self.tastes.store.feedback(place)
        if not papers or not (channel.follows or opinions):
            return {}
        quick = replace(self.tastes, find_vectors=partial(self.vectors.of, budget_seconds=0.0))
        return {match.paper.id: match for match in await self._ranked(papers, channel, quick if opinions else None)}

    async def _ranked(self, papers: Sequence[Paper], channel: Channel, tastes: Preferences | None) -> tuple[Match, ...]:
        """By all that a digest counts, beside some papers of the last days."""
        week = await self._week() if tastes or _compares(channel.follows) else []
        preference_scores = await tastes.preference_scores(channel.place, papers, week) if tastes else {}
        news = await self._news(papers, week, channel.follows)
        found = [_match(candidate, channel, news.meanings) for candidate in news.candidates[: len(papers)]]
        return rank(found, preference_scores, await self.upvotes.of([one.id for one in papers]))

    async def _week(self) -> list[Paper]:
        now = self.clock.now()
        ids = sorted(await self.papers.announced(now - CATCH_UP, now))
        return list((await self.papers.get(ids[:: max(len(ids) // MOST_COMPARED, 1)][:MOST_COMPARED])).values())

    async def _news(self, papers: Sequence[Paper], week: Sequence[Paper], follows: Sequence[Follow]) -> News:
        """These papers, then the others of the week: what they mean, as far as that is kept, and whose they are."""
        asked = {paper.id for paper in papers}
        every = (*papers, *(paper for paper in week if paper.id not in asked))
        news = News(tuple(map(Candidate, every)), dict.fromkeys((paper.id for paper in every), self.clock.now()))
        news = await with_meaning(news, follows, self.vectors, budget_seconds=0.0)
        return await with_persons(news, follows, self.papers)


def _compares(follows: Sequence[Follow]) -> bool:
    """Whether any of these is told by what sets a paper apart from others."""
    return asks_for_meaning(follows) or any(follow.person for follow in follows)


def _match(candidate: Candidate, channel: Channel, meanings: Meanings = NO_MEANINGS) -> Match:
    cross = (channel.timetable or Timetable()).cross
    return match_of(candidate, channel.follows, cross, meanings) or Match(candidate.paper, ())
