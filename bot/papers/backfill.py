"""Fetches announcements that were missed: arXiv's feeds show each announcement for one day only.

The API returns most papers by submission date. Papers that moderation held longer come from the missed days' harvest
(OAI-PMH), or else from queries for followed authors.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, TypeVar

from bot.domain.channel import Channel, Kind
from bot.domain.errors import SourceDown, StaleToken
from bot.domain.paper import Paper
from bot.domain.paper_source import ARXIV, source_of
from bot.domain.schedule import CATCH_UP, announcement_of, is_ahead, last_announcement, missed_announcements
from bot.papers.archive_groups import TooSlow
from bot.papers.arxiv_port import Batch, Catalogue, Harvested
from bot.papers.store.fetch_log import FetchLog
from bot.papers.store.papers import PaperStore

if TYPE_CHECKING:  # its HTTP library takes a fifth of a second to load
    from bot.papers.clients.arxiv.oai import ArxivHarvest

log = logging.getLogger(__name__)

LEVEL = "level"
"""Fetch log source for the time up to which each archive has no gap."""

MAX_MODERATION = timedelta(days=60)
"""Longest assumed time in moderation. Announcements are stored for 400 days: an announcement of an earlier paper can't
be distinguished from a change to a paper announced long ago."""

ANSWER_TIMEOUT = 30.0
"""Timeout of a request to arXiv, with waiting for the lock and retries."""

FILL_TIMEOUT = 180.0
"""Timeout of a backfill round; stored papers stay, and the next round continues."""

MAX_BATCHES = 60
"""Maximum batches of a day: ten times arXiv's record."""

MAX_AUTHORS, MAX_PAPERS_OF_AUTHOR = 40, 20

_LATEST_HOUR = time(2)
"""A record may have the date in US Eastern time or UTC: an announcement is before this hour of the next day."""

T = TypeVar("T")


class Backfill:
    """Finder and filler of gaps in each archive's announcements."""

    def __init__(
        self,
        harvest: "ArxivHarvest | None",
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
        """Return the archives with a missed announcement, each with the start of its gap."""
        levels = await self._fetches.last(LEVEL)
        return {archive: level for archive, level in levels.items() if missed_announcements(level, now)}

    async def note(self, archive: str, before: datetime | None, now: datetime, current: bool) -> None:
        """Record that an archive's feed was read now, and at `before` the last time.

        If it wasn't `current`, it showed an old announcement, and the latest counts as missed until the feed shows it.
        The first time, nothing is missing: earlier announcements aren't news. If the gap ends in the future, a clock
        was wrong, and the last days are read again.
        """
        known = (await self._fetches.last(LEVEL)).get(archive)
        level = known or before
        if is_ahead(known, now):
            await self._fetches.done(LEVEL, archive, now - CATCH_UP)
        elif level is None or level > now or (current and not missed_announcements(level, now)):
            await self._fetches.done(LEVEL, archive, now)
        elif known is None:
            await self._fetches.done(LEVEL, archive, level)

    async def fill(self, now: datetime, say: Callable[[str], None]) -> int:
        """Fetch the papers of the gaps and return the number of new ones. Raises SourceDown if a part couldn't be read.

        A gap closes as far as it was read, day by day.
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
        self, harvest: "ArxivHarvest", gaps: Mapping[str, datetime], now: datetime, say: Callable[[str], None]
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
        self, harvest: "ArxivHarvest", day: date, since: datetime, watched: datetime, now: datetime, ends: float
    ) -> int:
        """Fetch all changes of a day; an expired token restarts the day, once."""
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
        """Store new papers and updates of known ones; others were announced before this installation started."""
        news = {r.paper.id: announced_by(r, since, now) for r in records if is_news(r.paper, watched, now)}
        seen = await self._papers.announced_at(list(news))
        known = await self._papers.get([r.paper.id for r in records if r.paper.id not in news])
        await self._papers.keep([r.paper for r in records if r.paper.id in news or r.paper.id in known])
        unseen = {paper_id: when for paper_id, when in news.items() if paper_id not in seen}
        await self._papers.announce(unseen)
        return len(unseen)

    async def _ask_for_authors(self, since: datetime, now: datetime, say: Callable[[str], None]) -> int:
        """Fetch missed papers of followed authors. Their announcement dates are unknown, hence only papers count whose
        regular announcement would have been seen here."""
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
        """Return the earliest stored announcement: from then on, everything was seen."""
        return min((await announced_by_arxiv(self._papers, now - MAX_MODERATION, now)).values(), default=now)

    async def _close(self, archives: Iterable[str], until: datetime) -> None:
        levels = await self._fetches.last(LEVEL)
        for archive in archives:
            if levels.get(archive, until) < until:
                await self._fetches.done(LEVEL, archive, until)


async def announced_by_arxiv(papers: PaperStore, after: datetime, until: datetime) -> dict[str, datetime]:
    """Return arXiv's papers announced in (after, until], with their times (UTC)."""
    announced = await papers.announced(after, until)
    return {paper_id: when for paper_id, when in announced.items() if source_of(paper_id) is ARXIV}


def is_news(paper: Paper, watched: datetime, now: datetime) -> bool:
    """Return True if an unseen paper may have been announced recently: pure.

    It has only its first version, was submitted within the longest moderation time, and isn't an older paper, announced
    before `watched`, that only got its journal reference now.
    """
    if paper.version != 1 or paper.published is None or not now - MAX_MODERATION <= paper.published <= now:
        return False
    return announcement_of(paper.published) >= watched or not (paper.journal_ref or paper.doi)


def announced_by(record: Harvested, since: datetime, now: datetime) -> datetime:
    """Return the latest possible announcement of a paper unseen after `since`: pure.

    By the timetable, or, if it was held, the last announcement before its record changed.
    """
    submitted = record.paper.published
    if submitted is not None and announcement_of(submitted) > since:
        return min(announcement_of(submitted), now)
    changed = datetime.combine(record.changed + timedelta(days=1), _LATEST_HOUR, UTC)
    latest = last_announcement(min(changed, now))
    return latest if latest > since else now


def announced_when(paper: Paper, last: datetime | None, now: datetime) -> datetime:
    """Return the announcement of a paper that the API returned for the first time: pure.

    By arXiv's timetable from its submission, but after `last`, the last answer without it, and not after `now`. A held
    paper gets the latest announcement in between.
    """
    expected = announcement_of(paper.published) if paper.published else now
    earliest = last_announcement(now)
    if last is not None and expected <= last:
        return earliest if earliest > last else now
    return min(expected, now)


async def in_time(call: Awaitable[T]) -> T:
    """Await the call; raises TooSlow if it takes longer than `ANSWER_TIMEOUT`."""
    try:
        async with asyncio.timeout(ANSWER_TIMEOUT):
            return await call
    except TimeoutError as error:
        raise TooSlow("arXiv", "took too long to answer") from error
