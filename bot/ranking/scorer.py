"""A paper's score for a channel, with reasons: equal in a digest, on a card and in a list.

Scores agree for the same data, time and embedded papers. A delivered digest keeps its scores; cards and lists show
current ones.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.delivery.store.channels import ChannelStore
from bot.domain.channel import Channel, Place, Timetable
from bot.domain.digest import Match
from bot.domain.feedback import Feedback
from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.domain.reading_list import saved_of
from bot.infra.aio.both import both
from bot.infra.aio.in_thread import in_thread_unless_few
from bot.infra.clock_port import Clock
from bot.papers.candidate import Candidate
from bot.papers.embeddings import DIGEST_EMBEDDING_TIMEOUT, Vectors
from bot.papers.upvotes import Upvotes
from bot.ranking.candidates import AnnouncementCache, needs_embeddings
from bot.ranking.match import announced_since, match_of
from bot.ranking.news import News
from bot.ranking.order import rank
from bot.ranking.preferences import Preferences

log = logging.getLogger(__name__)

SCORING_TIMEOUT = 2.0
"""Seconds until a card falls back to words and names, and a list to no scores: a user waits for both."""


@frozen
class PaperScorer:
    """Scores papers by a channel's follows, its feedback and upvotes."""

    channels: ChannelStore
    announcements: AnnouncementCache
    preferences: Preferences
    vectors: Vectors
    upvotes: Upvotes
    clock: Clock
    timeout_seconds: float = SCORING_TIMEOUT

    async def rank(
        self,
        matches: Sequence[Match],
        place: Place,
        now: datetime,
        embed_seconds: float = DIGEST_EMBEDDING_TIMEOUT,
        top: int | None = None,
    ) -> tuple[Match, ...]:
        """Return the matches, best first, with scores and all reasons; embeds papers for at most `embed_seconds`.

        `top`: see `order.rank`.
        """
        papers = [match.paper for match in matches]
        scores = await self.preferences.scores(place, papers, now, embed_seconds)
        upvotes = await self.upvotes.of([paper.id for paper in papers])
        return await in_thread_unless_few(len(matches), rank, matches, scores, upvotes, top)

    async def score_paper(self, paper: Paper, place: Place) -> tuple[Match | None, Feedback | None]:
        """Return the paper with score and reasons, and the channel's record of saving it, if any.

        The score is None if the channel has neither follows nor feedback. May embed the paper.
        """
        channel, feedback = await both(self.channels.get(place), self.preferences.store.feedback(place))
        saved = next((item for item in saved_of(feedback) if item.paper_id == paper.id), None)
        if not channel.follows and not feedback:
            return None, saved
        try:
            async with asyncio.timeout(self.timeout_seconds):
                if feedback or needs_embeddings(channel.follows):
                    await self.vectors.of([paper])
                return (await self._scored([paper], channel))[0], saved
        except TimeoutError:
            log.info("A paper is scored by its words and names alone: place=%s id=%s why=time is up", place, paper.id)
            return rank([_match(Candidate(paper), channel, News((), {}))])[0], saved

    async def score_papers(self, papers: Sequence[Paper], place: Place) -> Mapping[str, Match]:
        """Return the papers' scores by id; empty if the channel has neither follows nor feedback. Embeds no paper."""
        try:
            async with asyncio.timeout(self.timeout_seconds):
                channel = await self.channels.get(place)
                if not papers or not (channel.follows or await self.preferences.store.feedback(place)):
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
    """Match the paper as a digest does; if that fails, also by follows that began after its announcement."""
    cross = (channel.timetable or Timetable()).cross
    active = announced_since(channel.follows, news.when.get(candidate.paper.id))
    for follows in (active, channel.follows):
        if match := match_of(candidate, follows, cross, news.meanings):
            return match
    return Match(candidate.paper, ())
