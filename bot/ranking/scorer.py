"""A paper's score for a channel and the reasons of it: the same in a digest, on its card and in a list.

They agree for one store, one moment and papers that are embedded. A digest that was delivered keeps the scores of its
moment, while a card and a list have those of now.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.delivery.store.channels import ChannelStore
from bot.domain.channel import Channel, Place, Timetable
from bot.domain.digest import Match
from bot.domain.feedback import Feedback
from bot.domain.paper import Paper
from bot.domain.reading_list import saved_of
from bot.infra.clock_port import Clock
from bot.papers.candidate import Candidate
from bot.papers.embeddings import DIGEST_EMBEDDING_TIMEOUT, Vectors
from bot.papers.upvotes import Upvotes
from bot.ranking.candidates import AnnouncementCache, News, asks_for_meaning
from bot.ranking.match import announced_since, match_of
from bot.ranking.order import rank
from bot.ranking.preferences import Preferences

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 2.0
"""Somebody waits: a card goes by words and names alone then, and a list without scores, which is better than late."""


@dataclass(frozen=True, slots=True)
class PaperScorer:
    """Scores papers by what a channel follows, its feedback and upvotes."""

    channels: ChannelStore
    announcements: AnnouncementCache
    tastes: Preferences
    vectors: Vectors
    upvotes: Upvotes
    clock: Clock

    async def rank(
        self, matches: Sequence[Match], place: Place, now: datetime, embed_seconds: float = DIGEST_EMBEDDING_TIMEOUT
    ) -> tuple[Match, ...]:
        """The matches, best first, each with its score and every reason."""
        papers = [match.paper for match in matches]
        scores = await self.tastes.scores(place, papers, now, embed_seconds)
        return rank(matches, scores, await self.upvotes.of([paper.id for paper in papers]))

    async def score_paper(self, paper: Paper, place: Place) -> tuple[Match | None, Feedback | None]:
        """The paper with score and reasons, None where the channel follows and says nothing; and whether it saved it.

        It may be embedded for it.
        """
        channel, opinions = await self.channels.get(place), await self.tastes.store.feedback(place)
        saved = next((one for one in saved_of(opinions) if one.paper_id == paper.id), None)
        if not channel.follows and not opinions:
            return None, saved
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                if opinions or asks_for_meaning(channel.follows):
                    await self.vectors.of([paper])
                return (await self._scored([paper], channel))[0], saved
        except TimeoutError:
            log.info("A paper is scored by its words and names alone: place=%s id=%s why=time is up", place, paper.id)
            return rank([_match(Candidate(paper), channel, News((), {}))])[0], saved

    async def score_papers(self, papers: Sequence[Paper], place: Place) -> Mapping[str, Match]:
        """Each with its score, by id; none where the channel follows nothing and has said nothing.

        No paper is embedded for it.
        """
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                channel = await self.channels.get(place)
                if not papers or not (channel.follows or await self.tastes.store.feedback(place)):
                    return {}
                return {match.paper.id: match for match in await self._scored(papers, channel)}
        except TimeoutError:
            log.info("Papers found go without scores: place=%s papers=%d why=time is up", place, len(papers))
            return {}

    async def _scored(self, papers: Sequence[Paper], channel: Channel) -> tuple[Match, ...]:
        now = self.clock.now()
        news = await self.announcements.news_of(papers, now, channel.follows)
        matches = [_match(candidate, channel, news) for candidate in news.candidates]
        return await self.rank(matches, channel.place, now, embed_seconds=0.0)


def _match(candidate: Candidate, channel: Channel, news: News) -> Match:
    """As a digest matches the paper. Where no digest brings it, follows that began after it was announced count too."""
    cross = (channel.timetable or Timetable()).cross
    active = announced_since(channel.follows, news.when.get(candidate.paper.id))
    for follows in (active, channel.follows):
        if match := match_of(candidate, follows, cross, news.meanings):
            return match
    return Match(candidate.paper, ())
