"""What arXiv announced, from its feed and its API, each bringing what the other missed.

A paper is new when its identifier was not seen before, not by any date: feeds lag and repeat, papers are held in
moderation for weeks. Dates only tell when that was (FACTS: arXiv's `published` is the submission).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median_low

from bot.domain.categories import archive_of
from bot.domain.channel import Channel
from bot.domain.errors import SourceDown
from bot.domain.schedule import API_EVERY, FRESH_FOR_DIGEST, announcement_shown, last_announcement
from bot.infra.clock_port import Clock
from bot.infra.meter import NO_METER, Meter
from bot.infra.metrics import ANNOUNCED
from bot.papers.arxiv_port import SOURCES, AnnouncementFeed, Catalogue
from bot.papers.backfill import Backfill, announced_when, in_time
from bot.papers.clients.arxiv.oai import ArxivHarvest
from bot.papers.fetch_status import API, DAYS_MISSED, DOUBT, FEED, NAMES, FetchStatus, archives_due, unanswered
from bot.papers.store.fetch_log import FetchLog
from bot.papers.store.papers import PaperStore

log = logging.getLogger(__name__)

OVERLAP = timedelta(days=14)
"""How far back by submission the API is asked, for what moderation held up."""

MAX_ENRICHED = 300
"""Papers of the feed that the API is asked for by name. There are a few a day; many more only while the API lags
behind the feed, and then it brings them soon by itself."""
_BATCH_SIZE = 100

ENRICH_WINDOW = timedelta(days=2)
"""How long ago a paper was announced whose feed entry is still worth completing."""

MAX_FAILURES = 2
"""Failures in a row after which a source is left alone for this run: it is down, not unlucky. Each lasts no longer
than `backfill.ANSWER_TIMEOUT`, so that feed and API together cost two minutes where arXiv takes connections and never
answers."""

ROUND_TIMEOUT = 1200.0
"""How long a round may last when a digest is near. The first of all takes about five minutes at arXiv's pace."""

RETRY_DELAY = timedelta(minutes=5)
"""How long a source that was down isn't asked again by this process."""


@dataclass(slots=True)
class _Round:
    """One round: until when (the loop's seconds) it may last, and the ids that the feed called new, by archive."""

    say: Callable[[str], None]
    digest_near: bool
    ends: float
    fetched: FetchStatus = field(default_factory=FetchStatus)
    shown: dict[str, list[str]] = field(default_factory=dict)

    @property
    def over(self) -> bool:
        return asyncio.get_running_loop().time() >= self.ends


class Announcements:
    """Keeps the store level with arXiv, all archives of it."""

    def __init__(
        self,
        catalogue: Catalogue,
        feed: AnnouncementFeed,
        papers: PaperStore,
        fetches: FetchLog,
        clock: Clock,
        harvest: ArxivHarvest | None = None,
        all_channels: Callable[[], Awaitable[Sequence[Channel]]] | None = None,
        meter: Meter = NO_METER,
    ) -> None:
        self._catalogue = catalogue
        self._feed = feed
        self._papers = papers
        self._fetches = fetches
        self._clock = clock
        self._meter = meter
        self._missed = Backfill(harvest, catalogue, papers, fetches, all_channels)
        self._trouble: tuple[datetime, FetchStatus] | None = None

    async def refresh(self, digest_near: bool, say: Callable[[str], None]) -> FetchStatus:
        """Asks both sources for every archive that is due, and fills in the days that were missed.

        Progress goes to `say`. Sources down don't raise: after trouble they are left alone for a while, and what
        failed then is what is missing now. Near a digest it ends after `ROUND_TIMEOUT`, with what it has by then.
        """
        now = self._clock.now()
        if not await self.due(digest_near):
            return FetchStatus()
        if self._trouble and now - self._trouble[0] < RETRY_DELAY:
            return self._trouble[1]
        async with self._fetches.alone():
            ends = asyncio.get_running_loop().time() + ROUND_TIMEOUT if digest_near else float("inf")
            fetched = await self._one(_Round(say, digest_near, ends))
        self._trouble = None if fetched.settled else (now, fetched)
        return fetched

    async def due(self, digest_near: bool) -> bool:
        """Whether anything is to be asked now."""
        return not (await self.behind(digest_near)).settled

    async def behind(self, digest_near: bool) -> FetchStatus:
        """What arXiv owes us now, whoever asked last; `new` is 0. With `digest_near` answers must be fresh."""
        now = self._clock.now()
        owed = {source: archives_due(source, await self._fetches.last(source), now, digest_near) for source in SOURCES}
        doubts = await self._fetches.last(DOUBT)
        in_doubt = [a for a in owed[API] if a in doubts and timedelta(0) <= now - doubts[a] <= FRESH_FOR_DIGEST]
        return FetchStatus(
            failed={FEED: owed[FEED], API: [archive for archive in owed[API] if archive not in in_doubt]},
            in_doubt=in_doubt,
            days_missed=DAYS_MISSED if await self._missed.gaps(now) else "",
            under_way=await self._fetches.under_way(),
        )

    async def missing(self) -> tuple[str, ...]:
        """A sentence for each source that a digest goes without: asked, and not answered since."""
        owed, unheard = await self.behind(digest_near=True), await unanswered(self._fetches)
        failed = {s: [one for one in owed.failed[s] if one in unheard.failed[s]] for s in SOURCES}
        return FetchStatus(failed=failed, days_missed=owed.days_missed).missing

    async def enrich(self) -> None:
        """What the feed doesn't say (dates, comments, withdrawals) of papers that were held up beyond the overlap.

        Not while the API is down: the next fetch that it answers is followed by this.
        """
        if await self._fetches.unanswered(API):
            return
        now = self._clock.now()
        known = await self._papers.get(list(await self._papers.announced(now - ENRICH_WINDOW, now)))
        bare = sorted(paper_id for paper_id, paper in known.items() if paper.published is None)[:MAX_ENRICHED]
        try:
            for at in range(0, len(bare), _BATCH_SIZE):
                await self._papers.keep(await in_time(self._catalogue.papers(bare[at : at + _BATCH_SIZE])))
        except SourceDown as down:
            log.warning("Papers of the feed stay without dates: papers=%d why=%s", len(bare), down)

    async def _one(self, round_: _Round) -> FetchStatus:
        """Both sources, then what neither of them brought."""
        before, fetched = await self._fetches.last(FEED), round_.fetched
        await self._read_all(FEED, round_)
        await self._read_all(API, round_)
        now = self._clock.now()
        for archive, ids in round_.shown.items():
            await self._missed.note(archive, before.get(archive), now, await self._is_current(archive, ids, now))
        await self._fill_gaps(round_)
        return fetched

    async def _fill_gaps(self, round_: _Round) -> None:
        """Not while arXiv as a whole is down: that has cost the round enough."""
        fetched, now = round_.fetched, self._clock.now()
        try:
            if all(fetched.failed.values()) and await self._missed.gaps(now):
                raise SourceDown("arXiv")
            fetched.new += await self._missed.fill(now, round_.say)
        except SourceDown as down:
            log.warning("Announcements that were missed could not all be filled in: why=%s", down)
            fetched.days_missed = DAYS_MISSED

    async def _read_all(self, source: str, round_: _Round) -> None:
        """Reads one source archive by archive; after two failures in a row the rest is counted as failed."""
        last, in_a_row, failed = await self._fetches.last(source), 0, round_.fetched.failed[source]
        due = archives_due(source, last, self._clock.now(), round_.digest_near)
        for number, archive in enumerate(due, start=1):
            if in_a_row >= MAX_FAILURES or round_.over:
                failed.append(archive)
                continue
            round_.say(f"Reading {NAMES[source]}: {archive} ({number} of {len(due)})")
            try:
                if await self._read(source, archive, last.get(archive), round_):
                    await self._fetches.done(source, archive, self._clock.now())
                in_a_row = 0
            except SourceDown as down:
                log.warning("A source gave no complete answer: source=%s archive=%s why=%s", source, archive, down)
                failed.append(archive)
                await self._fetches.failed(source, archive, self._clock.now())
                in_a_row += 1

    async def _read(self, source: str, archive: str, last: datetime | None, round_: _Round) -> bool:
        """False where the answer can't be taken for a complete one, though nothing shows what it lacks."""
        if source == FEED:
            await self._read_feed(archive, round_)
            return True
        if await self._read_api(archive, last, round_) or not await self._is_contradicted(archive):
            return True
        log.warning("arXiv's API has nothing although its feed announces papers: archive=%s", archive)
        round_.fetched.in_doubt.append(archive)
        await self._fetches.done(DOUBT, archive, self._clock.now())
        return False

    async def _read_feed(self, archive: str, round_: _Round) -> None:
        """The day's announcement. Only its new papers are new: the rest was announced before, here or elsewhere."""
        entries = await in_time(self._feed.today(archive))
        new = [entry.paper for entry in entries if entry.kind == "new"]
        others = [entry.paper for entry in entries if entry.kind != "new"]
        known = await self._papers.get([paper.id for paper in others])
        await self._papers.keep([*new, *(paper for paper in others if paper.id in known)])
        now = self._clock.now()
        round_.shown[archive] = [paper.id for paper in new]
        round_.fetched.new += await self._announce({paper.id: now for paper in new})

    async def _read_api(self, archive: str, last: datetime | None, round_: _Round) -> int:
        """Every paper submitted within the overlap, newest first; between announcements, only until a page brings
        nothing unknown. How many papers it read; what it read before it fails is kept."""
        now, start = self._clock.now(), 0
        whole = last is None or now - last >= API_EVERY or last < last_announcement(now)
        while True:
            if round_.over:
                raise SourceDown("arXiv", "has more than can be read before the digest")
            page = await in_time(self._catalogue.submitted(archive, now - OVERLAP, now, start))
            if not page.papers:
                if page.total < start:
                    raise SourceDown("arXiv", "answered with an incomplete list")
                return start
            await self._papers.keep(page.papers)
            brought = await self._announce({paper.id: announced_when(paper, last, now) for paper in page.papers})
            round_.fetched.new += brought
            start += len(page.papers)
            if start >= page.total or not (whole or brought):
                return start

    async def _is_contradicted(self, archive: str) -> bool:
        """Whether papers of the archive are known that an answer without any should have held: a single "0 results"
        of arXiv's may be a fault. Papers of which only the feed spoke are asked for by name."""
        now = self._clock.now()
        news = await self._papers.get(list(await self._papers.announced(now - OVERLAP, now)))
        own = [p for p in news.values() if any(archive_of(category) == archive for category in p.categories)]
        if any(paper.published and now - OVERLAP < paper.published <= now for paper in own):
            return True
        bare = [paper.id for paper in own if paper.published is None][:_BATCH_SIZE]
        found = await in_time(self._catalogue.papers(bare)) if bare else []
        await self._papers.keep(found)
        return bool(bare) and (not found or any(p.published and p.published > now - OVERLAP for p in found))

    async def _is_current(self, archive: str, ids: Sequence[str], now: datetime) -> bool:
        """Whether a feed shows the latest announcement and not the one before, whatever date it bears.

        Most of its papers were first seen since that announcement; an empty one is right where none of the archive was.
        """
        shown = announcement_shown(now)
        if shown is None:
            return True
        if ids:
            times = (await self._papers.announced_at(ids)).values()
            return not times or median_low(times) >= shown
        since = await self._papers.get(list(await self._papers.announced(shown - timedelta(seconds=1), now)))
        return not any(archive_of(paper.primary) == archive for paper in since.values())

    async def _announce(self, when: dict[str, datetime]) -> int:
        """Notes those not seen before, and says how many they were."""
        known = await self._papers.announced_at(list(when))
        unseen = {paper_id: instant for paper_id, instant in when.items() if paper_id not in known}
        await self._papers.announce(unseen)
        self._meter.count(ANNOUNCED, len(unseen))
        return len(unseen)
