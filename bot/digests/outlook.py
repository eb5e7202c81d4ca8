"""The last 7 days, asked what a follow would have brought, and what narrower one would bring enough."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.digests.forecast import BROAD, Forecast, forecast
from bot.digests.narrower_topics import narrower_categories, narrower_topics
from bot.domain.channel import Channel, Follow, Kind, Timetable
from bot.domain.paper import Paper
from bot.domain.schedule import CATCH_UP
from bot.papers.candidate import speaks_of
from bot.papers.embeddings import EMBEDDING_TIMEOUT
from bot.ranking.candidates import AnnouncementCache, News
from bot.ranking.match import wants


async def read_outlook(wishes: Sequence[Follow], announcements: AnnouncementCache, now: datetime) -> "Outlook":
    """What was announced in the last 7 days; for topics with what they mean, as far as a person can wait for it."""
    news = await announcements.news(now, wishes, EMBEDDING_TIMEOUT)
    return Outlook(replace(news, candidates=tuple(news.between(now - CATCH_UP, now))))


@dataclass(frozen=True, slots=True)
class Outlook:
    """Pure; reading a week's words takes a second, so it belongs in a thread."""

    news: News

    def of(self, wish: Follow, channel: Channel) -> Forecast:
        """What a digest of the channel would have brought, had it followed that alone."""
        cross = (channel.timetable or Timetable()).cross
        return forecast(wish, self.news.candidates, self.news.when, cross, self.news.meanings, channel.mutes)

    def narrower(self, wish: Follow, brings: Forecast, channel: Channel) -> list[tuple[Follow, float]]:
        """What may be followed instead, and how many papers a day say or hold it."""
        days = max(brings.days, 1)
        if wish.kind is Kind.TOPIC:
            said = [c.paper for c in self.news.candidates if speaks_of(wish.what, c)]
            found = narrower_topics(wish.what, said, BROAD * days - 1)
        else:
            found = narrower_categories(wish.what, brings.papers, self._liked(channel))
        return [(replace(wish, what=what), number / days) for what, number in found]

    def _liked(self, channel: Channel) -> Sequence[Paper]:
        """What the channel's authors and topics brought."""
        telling = [follow for follow in channel.follows if follow.kind is not Kind.CATEGORY]
        return [c.paper for c in self.news.candidates if any(wants(follow, c) for follow in telling)]
