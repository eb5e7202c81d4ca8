"""What a follow would have brought in the last days: pure, so that it can be told before anything is kept."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.digests.narrower_topics import narrower_categories, narrower_topics
from bot.domain.channel import Channel, Follow, Kind, Mute, Timetable
from bot.domain.paper import Paper
from bot.domain.schedule import CATCH_UP, last_announcement
from bot.papers.candidate import Candidate, speaks_of
from bot.papers.embeddings import EMBEDDING_TIMEOUT
from bot.ranking.candidates import AnnouncementCache, News
from bot.ranking.match import NO_MEANINGS, Meanings, filter_papers, wants

BROAD = 100
"""Papers a day that nobody reads: ten times what a digest shows, and a tenth of all that arXiv announces."""

_A_DAY_AT_LEAST = 0.1
"""Of the busiest day: what moderation let through in between makes no day of announcement."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """`papers` are those a follow would have brought, newest first, over so many `days` of announcement.

    `by_meaning` counts those that don't say the topic's words; meaning was `compared` for so many papers `of` all that
    were announced. `a_day` is the mean over the days of announcement.
    """

    papers: tuple[Paper, ...] = ()
    days: int = 0
    a_day: float = 0.0
    by_meaning: int = 0
    compared: int = 0
    of: int = 0

    @property
    def broad(self) -> bool:
        """Whether it would bring hundreds a day."""
        return self.a_day >= BROAD


def forecast(
    wish: Follow,
    candidates: Sequence[Candidate],
    when: Mapping[str, datetime],
    cross: bool = True,
    meanings: Meanings = NO_MEANINGS,
    mutes: Sequence[Mute] = (),
) -> Forecast:
    """What a digest that follows `wish` alone, and has always, brings of the candidates, announced at `when`.

    `cross`, `meanings` and `mutes` as for `match.filter_papers`. What is perhaps by a namesake isn't brought, but
    counted, and isn't forecast.
    """
    matches = filter_papers(candidates, [wish], mutes, cross, meanings).matches
    brought = {match.paper.id for match in matches if not match.perhaps_another}
    found = [candidate for candidate in candidates if candidate.paper.id in brought]
    found.sort(key=lambda candidate: when[candidate.paper.id], reverse=True)
    evening = {instant: last_announcement(instant) for instant in set(when.values())}
    days = busy_days(evening[when[candidate.paper.id]] for candidate in candidates)
    on_days = sum(evening[when[candidate.paper.id]] in days for candidate in found)
    topical = wish.kind is Kind.TOPIC
    return Forecast(
        papers=tuple(candidate.paper for candidate in found),
        days=len(days),
        a_day=on_days / len(days) if days else 0.0,
        by_meaning=sum(not speaks_of(wish.what, candidate) for candidate in found) if topical else 0,
        compared=sum(candidate.vector is not None for candidate in candidates) if topical else 0,
        of=len(candidates),
    )


def busy_days(evenings: Iterable[datetime]) -> set[datetime]:
    """Those of the announcements, one a paper, that brought more than what moderation lets through in between."""
    counts = Counter(evenings)
    least = _A_DAY_AT_LEAST * max(counts.values(), default=0)
    return {evening for evening, count in counts.items() if count >= least}


async def load_forecaster(wishes: Sequence[Follow], announcements: AnnouncementCache, now: datetime) -> "Forecaster":
    """What was announced in the last 7 days; for topics with what they mean, as far as a person can wait for it."""
    news = await announcements.news(now, wishes, EMBEDDING_TIMEOUT)
    return Forecaster(replace(news, candidates=tuple(news.between(now - CATCH_UP, now))))


@dataclass(frozen=True, slots=True)
class Forecaster:
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
