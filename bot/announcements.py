"""What arXiv announced, from its feed and its API, each bringing what the other missed.

A paper is new when its identifier was not seen before, not by any date: feeds lag and repeat, papers are held in
moderation for weeks. Dates only tell when that was (FACTS: arXiv's `published` is the submission).
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.errors import SourceDown
from bot.metrics import ANNOUNCED
from bot.paper import Paper
from bot.ports import NO_METER, AnnouncementFeed, Catalogue, Clock, FetchLog, Meter, PaperStore
from bot.ports.arxiv import SOURCES
from bot.schedule import API_EVERY, FEED_EVERY, announcement_of, fetch_due, last_announcement
from bot.taxonomy import ARCHIVES

log = logging.getLogger(__name__)

OVERLAP = timedelta(days=14)
"""How far back by submission the API is asked, for what moderation held up."""

FILLED_IN = 300
"""Papers of the feed that the API is asked for by name. There are a few a day; many more only while the API lags
behind the feed, and then it brings them soon by itself."""

ENRICHED = timedelta(days=2)
"""How long ago a paper was announced whose feed entry is still worth completing."""

GIVE_UP_AFTER = 2
"""Failures in a row after which a source is left alone for this run: it is down, not unlucky."""

LEFT_ALONE = timedelta(minutes=5)
"""How long a source that was down isn't asked again by this process."""

FEED, API = SOURCES
_EVERY = {FEED: FEED_EVERY, API: API_EVERY}
_NAMES = {FEED: "arXiv's announcement feed", API: "arXiv's API"}


@dataclass(slots=True)
class Fetched:
    """How a round of fetching went: `failed` holds the archives each source gave no complete answer for."""

    new: int = 0
    failed: dict[str, list[str]] = field(default_factory=lambda: {FEED: [], API: []})

    @property
    def complete(self) -> bool:
        """Whether everything that was due was answered."""
        return not any(self.failed.values())

    @property
    def missing(self) -> tuple[str, ...]:
        """A sentence for each source that was down."""
        return tuple(_missing(source, archives) for source, archives in self.failed.items() if archives)


class Announcements:
    """Keeps the store level with arXiv, all archives of it."""

    def __init__(
        self,
        catalogue: Catalogue,
        feed: AnnouncementFeed,
        papers: PaperStore,
        fetches: FetchLog,
        clock: Clock,
        meter: Meter = NO_METER,
    ) -> None:
        self._catalogue = catalogue
        self._feed = feed
        self._papers = papers
        self._fetches = fetches
        self._clock = clock
        self._meter = meter
        self._trouble: tuple[datetime, Fetched] | None = None

    async def refresh(self, digest_near: bool, say: Callable[[str], None]) -> Fetched:
        """Asks both sources for every archive that is due; progress goes to `say`. Sources down don't raise.

        After trouble they are left alone for a while, and what failed then is what is missing now.
        """
        now = self._clock.now()
        if not await self.due(digest_near):
            return Fetched()
        if self._trouble and now - self._trouble[0] < LEFT_ALONE:
            return self._trouble[1]
        async with self._fetches.alone():
            fetched = Fetched()
            for source, read in ((FEED, self._read_feed), (API, self._read_api)):
                await self._read_all(source, read, digest_near, fetched, say)
        self._trouble = None if fetched.complete else (now, fetched)
        return fetched

    async def due(self, digest_near: bool) -> bool:
        """Whether anything is to be asked now."""
        return not (await self.behind(digest_near)).complete

    async def behind(self, digest_near: bool) -> Fetched:
        """The archives that each source owes an answer for now, whoever asked last; `new` is 0.

        With `digest_near` an answer must be fresh, as a digest wants it.
        """
        now = self._clock.now()
        owed = {source: _archives_due(source, await self._fetches.last(source), now, digest_near) for source in SOURCES}
        return Fetched(failed=owed)

    async def _read_all(
        self,
        source: str,
        read: Callable[[str, datetime | None], Awaitable[int]],
        digest_near: bool,
        fetched: Fetched,
        say: Callable[[str], None],
    ) -> None:
        """Reads one source archive by archive; after two failures in a row the rest is counted as failed."""
        last, in_a_row = await self._fetches.last(source), 0
        due = _archives_due(source, last, self._clock.now(), digest_near)
        for number, archive in enumerate(due, start=1):
            if in_a_row >= GIVE_UP_AFTER:
                fetched.failed[source].append(archive)
                continue
            say(f"Reading {_NAMES[source]}: {archive} ({number} of {len(due)})")
            try:
                fetched.new += await read(archive, last.get(archive))
                await self._fetches.done(source, archive, self._clock.now())
                in_a_row = 0
            except SourceDown as down:
                log.warning("A source gave no complete answer: source=%s archive=%s why=%s", source, archive, down)
                fetched.failed[source].append(archive)
                await self._fetches.failed(source, archive, self._clock.now())
                in_a_row += 1

    async def _read_feed(self, archive: str, _last: datetime | None) -> int:
        """The day's announcement. Only its new papers are new: the rest was announced before, here or elsewhere."""
        entries = await self._feed.today(archive)
        new = [entry.paper for entry in entries if entry.kind == "new"]
        others = [entry.paper for entry in entries if entry.kind != "new"]
        known = await self._papers.get([paper.id for paper in others])
        await self._papers.keep([*new, *(paper for paper in others if paper.id in known)])
        now = self._clock.now()
        return await self._announce({paper.id: now for paper in new})

    async def _read_api(self, archive: str, last: datetime | None) -> int:
        """Every paper submitted within the overlap, newest first; between announcements, only until a page brings
        nothing unknown."""
        now, start, new = self._clock.now(), 0, 0
        whole = last is None or now - last >= API_EVERY or last < last_announcement(now)
        while True:
            page = await self._catalogue.submitted(archive, now - OVERLAP, now, start)
            if not page.papers:
                return new
            await self._papers.keep(page.papers)
            brought = await self._announce({paper.id: announced_when(paper, last, now) for paper in page.papers})
            new, start = new + brought, start + len(page.papers)
            if start >= page.total or not (whole or brought):
                return new

    async def enrich(self) -> None:
        """What the feed doesn't say (dates, comments, withdrawals) of papers that were held up beyond the overlap.

        Not while the API is down: the next fetch that it answers is followed by this.
        """
        if await self._fetches.unanswered(API):
            return
        now = self._clock.now()
        known = await self._papers.get(list(await self._papers.announced(now - ENRICHED, now)))
        bare = sorted(paper_id for paper_id, paper in known.items() if paper.published is None)
        try:
            await self._papers.keep(await self._catalogue.papers(bare[:FILLED_IN]) if bare else [])
        except SourceDown as down:
            log.warning("Papers of the feed stay without dates: papers=%d why=%s", len(bare), down)

    async def _announce(self, when: dict[str, datetime]) -> int:
        """Notes those not seen before, and says how many they were."""
        known = await self._papers.announced_at(list(when))
        unseen = {paper_id: instant for paper_id, instant in when.items() if paper_id not in known}
        await self._papers.announce(unseen)
        self._meter.count(ANNOUNCED, len(unseen))
        return len(unseen)


async def unanswered(fetches: FetchLog) -> Fetched:
    """The archives for which a source was asked and gave no complete answer, whoever asked; `new` is 0."""
    return Fetched(failed={source: sorted(await fetches.unanswered(source)) for source in SOURCES})


def _archives_due(source: str, last: Mapping[str, datetime], now: datetime, digest_near: bool) -> list[str]:
    return [archive for archive in ARCHIVES if fetch_due(last.get(archive), now, _EVERY[source], digest_near)]


def announced_when(paper: Paper, last: datetime | None, now: datetime) -> datetime:
    """When a paper that the API brought for the first time was announced: pure.

    By arXiv's timetable from its submission, but after `last`, the answer that didn't have it yet, and not after `now`.
    One that was held up is new with the latest announcement in between.
    """
    usual = announcement_of(paper.published) if paper.published else now
    earliest = last_announcement(now)
    if last is not None and usual <= last:
        return earliest if earliest > last else now
    return min(usual, now)


def _missing(source: str, archives: Sequence[str]) -> str:
    if len(archives) == len(ARCHIVES):
        return f"{_NAMES[source]} did not answer"
    named = ", ".join(archives[:4]) + (f" and {len(archives) - 4} more" if len(archives) > 4 else "")
    return f"{_NAMES[source]} did not answer for {named}"
