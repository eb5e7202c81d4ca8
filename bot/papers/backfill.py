"""What was announced while nobody read arXiv's feeds: they show each announcement for one day and never again.

The API brings most of it by submission. What moderation had held up for longer comes by the days that were missed
(OAI-PMH), or else by asking for the authors who are followed.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from bot.domain.channel import Channel, Kind
from bot.domain.errors import SourceDown, StaleToken
from bot.domain.paper import Paper
from bot.domain.schedule import announcement_of, last_announcement, missed_announcements
from bot.papers.arxiv_port import Batch, Catalogue, Harvested
from bot.papers.clients.arxiv.oai import ArxivHarvest
from bot.papers.store.fetch_log import FetchLog
from bot.papers.store.papers import PaperStore

log = logging.getLogger(__name__)

LEVEL = "level"
"""The source under which the fetch log keeps, for each archive, up to when no announcement is missing."""

MAX_MODERATION = timedelta(days=60)
"""The longest that moderation is taken to hold a paper. Announcements are remembered for 400 days: one of a paper
submitted before can't be told from a change to a paper announced long ago."""

ANSWER_TIMEOUT = 30.0
"""How long one question to arXiv may take, its turn and its repetitions included, before it counts as not answered."""

FILL_TIMEOUT = 180.0
"""How long a round may fill in; what was read is kept, and the next round goes on from there."""

MAX_BATCHES = 60
"""Of one day: ten times what arXiv has had."""

MAX_AUTHORS, MAX_PAPERS_OF_AUTHOR = 40, 20

_LATEST_HOUR = time(2)
"""A record may bear the date in US Eastern time or in UTC: an announcement falls before this hour of the day after."""

T = TypeVar("T")


class Backfill:
    """Knows up to when each archive was read without a gap, and fills the gaps."""

    def __init__(
        self,
        harvest: ArxivHarvest | None,
        catalogue: Catalogue,
        papers: PaperStore,
        fetches: FetchLog,
        all_channels: Callable[[], Awaitable[Sequence[Channel]]] | None,
    ) -> None:
        self._harvest = harvest
        self._catalogue = catalogue
        self._papers = papers
        self._fetches = fetches
        self._all_channels = all_channels
        self._asked_for: datetime | None = None

    async def gaps(self, now: datetime) -> dict[str, datetime]:
        """The archives of which an announcement was missed, each with the instant from which on."""
        levels = await self._fetches.last(LEVEL)
        return {archive: level for archive, level in levels.items() if missed_announcements(level, now)}

    async def note(self, archive: str, before: datetime | None, now: datetime, current: bool) -> None:
        """Notes that the feed of an archive was read just now, and at `before` the last time.

        One that wasn't `current` showed an old announcement, and the latest counts as missed unless it shows it later.
        The first time of all, nothing is missing: what was announced before isn't news.
        """
        known = (await self._fetches.last(LEVEL)).get(archive)
        level = known or before
        if level is None or level > now or (current and not missed_announcements(level, now)):
            await self._fetches.done(LEVEL, archive, now)
        elif known is None:
            await self._fetches.done(LEVEL, archive, level)

    async def fill(self, now: datetime, say: Callable[[str], None]) -> int:
        """Brings what the gaps hold, and says how many papers were new. Raises SourceDown where not all could be read.

        A gap is closed as far as it was read, day by day.
        """
        gaps = await self.gaps(now)
        if not gaps:
            return 0
        since = min(gaps.values())
        log.info("An announcement was missed: since=%s archives=%d", since.isoformat(), len(gaps))
        if self._harvest is None:
            new = await self._ask_for_authors(since, now, say)
        else:
            new = await self._harvested(self._harvest, gaps, now, say)
        await self._close(gaps, now)
        return new

    async def _harvested(
        self, harvest: ArxivHarvest, gaps: Mapping[str, datetime], now: datetime, say: Callable[[str], None]
    ) -> int:
        since, new = min(gaps.values()), 0
        ends = asyncio.get_running_loop().time() + FILL_TIMEOUT
        watched = await self._watched_from(now)
        day = missed_announcements(since, now)[0].date() - timedelta(days=1)
        try:
            while day <= now.astimezone(UTC).date():
                say(f"Reading what arXiv announced about {day.isoformat()}, which was missed")
                new += await self._day(harvest, day, since, watched, now, ends)
                day += timedelta(days=1)
                await self._close(gaps, min(datetime.combine(day, time(), UTC), now))
        except SourceDown:
            if self._asked_for != since:
                await self._ask_for_authors(since, now, say)
                self._asked_for = since
            raise
        return new

    async def _day(
        self, harvest: ArxivHarvest, day: date, since: datetime, watched: datetime, now: datetime, ends: float
    ) -> int:
        """All that changed on a day; a token that expires begins it again, once."""
        token, again, new = "", True, 0
        for _ in range(MAX_BATCHES):
            if asyncio.get_running_loop().time() >= ends:
                raise SourceDown("arXiv", "has more of the days missed than can be read now")
            try:
                batch: Batch = await in_time(harvest.changed_on(day, token))
            except StaleToken:
                if not again:
                    raise
                token, again = "", False
                continue
            new += await self._take(batch.records, since, watched, now)
            if not batch.token or batch.token == token:
                return new
            token = batch.token
        raise SourceDown("arXiv", "answers without end")

    async def _take(self, records: Sequence[Harvested], since: datetime, watched: datetime, now: datetime) -> int:
        """Keeps what is new and what is known already; the rest was announced before anybody here listened."""
        news = {r.paper.id: announced_by(r, since, now) for r in records if is_news(r.paper, watched, now)}
        seen = await self._papers.announced_at(list(news))
        known = await self._papers.get([r.paper.id for r in records if r.paper.id not in news])
        await self._papers.keep([r.paper for r in records if r.paper.id in news or r.paper.id in known])
        unseen = {paper_id: when for paper_id, when in news.items() if paper_id not in seen}
        await self._papers.announce(unseen)
        return len(unseen)

    async def _ask_for_authors(self, since: datetime, now: datetime, say: Callable[[str], None]) -> int:
        """The same for the authors who are followed. Nothing shows when a paper of theirs appeared, so only those
        count that would have been seen here if they had been announced by the timetable."""
        watched, new = await self._watched_from(now), 0
        for name in await self._followed():
            say(f"Asking arXiv for papers by {name} that were missed")
            found = await in_time(self._catalogue.written_by(name, MAX_PAPERS_OF_AUTHOR))
            fresh = [
                p for p in found if is_news(p, watched, now) and p.published and announcement_of(p.published) >= watched
            ]
            await self._papers.keep(fresh)
            seen = await self._papers.announced_at([paper.id for paper in fresh])
            unseen = {p.id: announced_when(p, since, now) for p in fresh if p.id not in seen}
            await self._papers.announce(unseen)
            new += len(unseen)
        return new

    async def _followed(self) -> list[str]:
        channels = await self._all_channels() if self._all_channels else []
        follows = (follow for channel in channels if channel.wants_digest for follow in channel.follows)
        return list(dict.fromkeys(f.what for f in follows if f.kind is Kind.AUTHOR))[:MAX_AUTHORS]

    async def _watched_from(self, now: datetime) -> datetime:
        """The earliest announcement remembered: from then on everything was seen."""
        return min((await self._papers.announced(now - MAX_MODERATION, now)).values(), default=now)

    async def _close(self, archives: Iterable[str], until: datetime) -> None:
        levels = await self._fetches.last(LEVEL)
        for archive in archives:
            if levels.get(archive, until) < until:
                await self._fetches.done(LEVEL, archive, until)


def is_news(paper: Paper, watched: datetime, now: datetime) -> bool:
    """Whether a paper that was never seen may have been announced lately: pure.

    It has its first version only, was submitted within what moderation takes, and isn't one announced before anybody
    listened here (`watched`) that was given its journal reference since.
    """
    if paper.version != 1 or paper.published is None or not now - MAX_MODERATION <= paper.published <= now:
        return False
    return announcement_of(paper.published) >= watched or not (paper.journal_ref or paper.doi)


def announced_by(record: Harvested, since: datetime, now: datetime) -> datetime:
    """When a paper that nobody saw after `since` was announced, at the latest: pure.

    By the timetable; one that was held up, with the last announcement before its record changed.
    """
    submitted = record.paper.published
    if submitted is not None and announcement_of(submitted) > since:
        return min(announcement_of(submitted), now)
    changed = datetime.combine(record.changed + timedelta(days=1), _LATEST_HOUR, UTC)
    latest = last_announcement(min(changed, now))
    return latest if latest > since else now


def announced_when(paper: Paper, last: datetime | None, now: datetime) -> datetime:
    """When a paper that the API brought for the first time was announced: pure.

    By arXiv's timetable from its submission, but after `last`, the answer that didn't have it yet, and not after `now`.
    One that was held up is new with the latest announcement in between.
    """
    expected = announcement_of(paper.published) if paper.published else now
    earliest = last_announcement(now)
    if last is not None and expected <= last:
        return earliest if earliest > last else now
    return min(expected, now)


async def in_time(call: Awaitable[T]) -> T:
    """The answer; one that takes longer than `ANSWER_TIMEOUT` is a source that is down. Raises SourceDown."""
    try:
        async with asyncio.timeout(ANSWER_TIMEOUT):
            return await call
    except TimeoutError as error:
        raise SourceDown("arXiv", "took too long to answer") from error
