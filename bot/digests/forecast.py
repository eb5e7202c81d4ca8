"""Forecast of a follow: the papers it would have brought in the last 7 days, shown before it is stored."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.digests.narrower_topics import narrower_categories, narrower_topics
from bot.domain.channel import Channel, Follow, Kind, Mute, Timetable
from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.domain.schedule import CATCH_UP, last_announcement
from bot.papers.candidate import Candidate, speaks_of
from bot.ranking.candidates import AnnouncementCache, needs_embeddings
from bot.ranking.match import NO_MEANINGS, Meanings, filter_papers, wants
from bot.ranking.news import News

MIN_BROAD_PER_DAY = 100
"""Papers a day from which a follow is too broad: ten times a digest's length, a tenth of arXiv's announcements."""

_MIN_SHARE_OF_BUSIEST_DAY = 0.1
"""Days with less of the busiest day's count are no announcement days: moderation releases papers in between."""


@frozen
class Forecast:
    """Papers that a follow would have brought, newest first, over `days` announcement days.

    `by_meaning` counts those without the topic's words. Embeddings of `compared` of the `announced` papers were
    available. `per_day` is the mean over announcement days.
    """

    papers: tuple[Paper, ...] = ()
    days: int = 0
    per_day: float = 0.0
    by_meaning: int = 0
    compared: int = 0
    announced: int = 0

    @property
    def broad(self) -> bool:
        """True if the follow would bring too many papers to read."""
        return self.per_day >= MIN_BROAD_PER_DAY


def forecast_follow(
    follow: Follow,
    candidates: Sequence[Candidate],
    when: Mapping[str, datetime],
    cross: bool = True,
    meanings: Meanings = NO_MEANINGS,
    mutes: Sequence[Mute] = (),
) -> Forecast:
    """Forecast a follow from `candidates` announced at `when` (UTC, by paper id), as if it had always existed: pure.

    `cross`, `meanings` and `mutes` as for `match.filter_papers`. Papers that may be by a namesake are left out.
    """
    matches = filter_papers(candidates, [follow], mutes, cross, meanings).matches
    brought = {match.paper.id for match in matches if not match.perhaps_another}
    found = [candidate for candidate in candidates if candidate.paper.id in brought]
    found.sort(key=lambda candidate: when[candidate.paper.id], reverse=True)
    slots = {instant: last_announcement(instant) for instant in set(when.values())}
    days = busy_days(slots[when[candidate.paper.id]] for candidate in candidates)
    on_days = sum(slots[when[candidate.paper.id]] in days for candidate in found)
    topical = follow.kind is Kind.TOPIC
    return Forecast(
        papers=tuple(candidate.paper for candidate in found),
        days=len(days),
        per_day=on_days / len(days) if days else 0.0,
        by_meaning=sum(not speaks_of(follow.what, candidate) for candidate in found) if topical else 0,
        compared=sum(candidate.vector is not None for candidate in candidates) if topical else 0,
        announced=len(candidates),
    )


def busy_days(announcements: Iterable[datetime]) -> set[datetime]:
    """Return the regular announcements among those given for each paper, without moderation's releases in between."""
    counts = Counter(announcements)
    min_count = _MIN_SHARE_OF_BUSIEST_DAY * max(counts.values(), default=0)
    return {announcement for announcement, count in counts.items() if count >= min_count}


def newest_announcement(news: News) -> tuple[datetime, list[Candidate]] | None:
    """Return the instant and the papers of the newest regular announcement; None if nothing is known."""
    slots = {candidate.paper.id: last_announcement(news.when[candidate.paper.id]) for candidate in news.candidates}
    if not slots:
        return None
    newest = max(busy_days(slots.values()))
    return newest, [candidate for candidate in news.candidates if slots[candidate.paper.id] == newest]


async def load_forecaster(follows: Sequence[Follow], announcements: AnnouncementCache, now: datetime) -> "Forecaster":
    """Load the announcements of the last 7 days, with the embeddings that are stored: somebody waits for the answer.

    Missing ones are computed in the background, since a topic is matched by them from now on.
    """
    news = await announcements.news(now, follows, embed_seconds=0.0)
    topical = [follow for follow in follows if needs_embeddings([follow])]
    if any(follow.what not in news.meanings.topics for follow in topical) or (
        topical and any(candidate.vector is None for candidate in news.candidates)
    ):
        announcements.embed_soon(now, topical)
    return Forecaster(replace(news, candidates=tuple(news.between(now - CATCH_UP, now))))


@frozen
class Forecaster:
    """Forecasts from the papers of the last 7 days. Pure, but slow: a call takes a second, so run it in a thread."""

    news: News

    def forecast(self, follow: Follow, channel: Channel) -> Forecast:
        """Forecast a digest of the channel with this follow alone."""
        cross = (channel.timetable or Timetable()).cross
        return forecast_follow(follow, self.news.candidates, self.news.when, cross, self.news.meanings, channel.mutes)

    def speaks_of(self, phrase: str) -> bool:
        """Return True if any of these papers says the phrase."""
        return any(speaks_of(phrase, candidate) for candidate in self.news.candidates)

    def narrower(self, follow: Follow, forecast: Forecast, channel: Channel) -> list[tuple[Follow, float]]:
        """Return narrower follows to offer instead, each with its papers per day."""
        days = max(forecast.days, 1)
        if follow.kind is Kind.TOPIC:
            papers = [c.paper for c in self.news.candidates if speaks_of(follow.what, c)]
            found = narrower_topics(follow.what, papers, MIN_BROAD_PER_DAY * days - 1)
        else:
            found = narrower_categories(follow.what, forecast.papers, self._liked(channel))
        return [(replace(follow, what=what), number / days) for what, number in found]

    def _liked(self, channel: Channel) -> Sequence[Paper]:
        """Return the papers that match the channel's followed authors and topics."""
        specific = [follow for follow in channel.follows if follow.kind is not Kind.CATEGORY]
        return [c.paper for c in self.news.candidates if any(wants(follow, c) for follow in specific)]
