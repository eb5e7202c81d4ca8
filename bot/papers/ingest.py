"""Ingests arXiv's announcements from its feed and its API; each covers the other's gaps.

A paper is new if its identifier wasn't seen before, whatever its dates: feeds lag and repeat, and moderation holds
papers for weeks. Dates only determine the time of announcement (FACTS: arXiv's `published` is the submission).
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.categories import archive_of, covers
from bot.domain.errors import SourceDown
from bot.domain.schedule import API_EVERY, FRESH_FOR_DIGEST, last_announcement
from bot.infra.clock_port import Clock
from bot.infra.meter import NO_METER, Meter
from bot.infra.metrics import ANNOUNCED
from bot.papers.archive_groups import ArchiveGroups, Group, label
from bot.papers.arxiv_port import MOST_IN_FEED, SOURCES, AnnouncementFeed, Catalogue
from bot.papers.backfill import Backfill, announced_by_arxiv, announced_when, in_time
from bot.papers.feed_check import announcing_archives, is_current, last_answer
from bot.papers.fetch_status import (
    API,
    CUT_OFF,
    DAYS_MISSED,
    DOUBT,
    FEED,
    NAMES,
    WHOLE,
    FetchStatus,
    archives_due,
    shortened,
    unanswered,
)
from bot.papers.sources import OtherAnnouncements
from bot.papers.store.fetch_log import FetchLog
from bot.papers.store.papers import PaperStore

log = logging.getLogger(__name__)

OVERLAP = timedelta(days=14)
"""How far back the API is queried by submission, for papers held in moderation."""

MAX_ENRICHED = 300
"""Maximum of feed papers completed by id. There are a few a day; many more only while the API lags behind the feed, and
then it returns them soon anyway."""
_BATCH_SIZE = 200

ENRICH_WINDOW = timedelta(days=2)
"""Age of an announcement up to which feed entries are completed."""

CUT_OFF_SHARE = 0.98
"""Share of a feed's most entries from which on it counts as cut off: some can't be read and are left out before."""
CUT_OFF_KNOWN = timedelta(days=30)
"""How long archives that were too many for one feed are asked for in halves at once."""

ROUND_TIMEOUT = 1200.0
"""Timeout of a round when a digest is near. The very first takes about a minute at arXiv's pace."""

RETRY_DELAY = timedelta(minutes=5)
"""Pause of this process after a round with failures."""


@dataclass(slots=True)
class _Round:
    """A round: its deadline (loop time in seconds), and the ids that the feed called new, by archive."""

    say: Callable[[str], None]
    digest_near: bool
    ends: float
    fetched: FetchStatus = field(default_factory=FetchStatus)
    shown: dict[str, list[str]] = field(default_factory=dict)

    @property
    def over(self) -> bool:
        return asyncio.get_running_loop().time() >= self.ends


class Announcements:
    """Synchronizes the paper store with all of arXiv's archives and with the other sources."""

    def __init__(
        self,
        catalogue: Catalogue,
        feed: AnnouncementFeed,
        papers: PaperStore,
        fetches: FetchLog,
        clock: Clock,
        backfill: Backfill | None = None,
        meter: Meter = NO_METER,
        others: OtherAnnouncements | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._feed = feed
        self._papers = papers
        self._fetches = fetches
        self._clock = clock
        self._meter = meter
        self._backfill = backfill or Backfill(None, catalogue, papers, fetches, None)
        self._others = others or OtherAnnouncements({}, papers, fetches)
        self._trouble: tuple[datetime, FetchStatus] | None = None

    async def refresh(self, digest_near: bool, say: Callable[[str], None]) -> FetchStatus:
        """Fetch from both sources every archive that is due, and fill missed days.

        Reports progress to `say`. Failures don't raise: the status has them, and is returned again during the pause
        that follows. Near a digest it ends after `ROUND_TIMEOUT` with what it has.
        """
        now = self._clock.now()
        if not await self.due(digest_near):
            return FetchStatus()
        if self._trouble and now - self._trouble[0] < RETRY_DELAY:
            return self._trouble[1]
        async with self._fetches.alone():
            ends = asyncio.get_running_loop().time() + ROUND_TIMEOUT if digest_near else float("inf")
            fetched = await self._run_round(_Round(say, digest_near, ends))
        self._trouble = None if fetched.settled else (now, fetched)
        return fetched

    async def due(self, digest_near: bool) -> bool:
        """Return True if anything must be fetched now."""
        return not (await self.pending(digest_near)).settled

    async def pending(self, digest_near: bool) -> FetchStatus:
        """Return what is pending now, in any process; `new` is 0. `digest_near` requires fresh answers."""
        now = self._clock.now()
        pending = {
            source: archives_due(source, await self._fetches.last(source), now, digest_near) for source in SOURCES
        }
        doubts = await self._fetches.last(DOUBT)
        others = await self._others.due(now, digest_near)
        in_doubt = [a for a in pending[API] if a in doubts and timedelta(0) <= now - doubts[a] <= FRESH_FOR_DIGEST]
        return FetchStatus(
            failed={
                FEED: pending[FEED],
                API: [archive for archive in pending[API] if archive not in in_doubt],
                **{prefix: [WHOLE] for prefix in others},
            },
            in_doubt=in_doubt,
            days_missed=DAYS_MISSED if await self._backfill.gaps(now) else "",
            under_way=await self._fetches.under_way(),
        )

    async def missing(self) -> tuple[str, ...]:
        """Return a sentence for each source that a digest lacks: asked, but not answered since."""
        pending, unheard = await self.pending(digest_near=True), await unanswered(self._fetches)
        failed = {s: [one for one in pending.failed[s] if one in unheard.failed[s]] for s in pending.failed}
        return FetchStatus(failed=failed, days_missed=pending.days_missed).missing

    async def enrich(self) -> None:
        """Complete feed papers (dates, comments, withdrawals) that were submitted before the API's overlap.

        Skipped while the API is down; it follows the next successful fetch.
        """
        if await self._fetches.unanswered(API):
            return
        now = self._clock.now()
        known = await self._papers.get(list(await announced_by_arxiv(self._papers, now - ENRICH_WINDOW, now)))
        bare = sorted(paper_id for paper_id, paper in known.items() if paper.published is None)[:MAX_ENRICHED]
        try:
            for at in range(0, len(bare), _BATCH_SIZE):
                await self._papers.keep(await in_time(self._catalogue.papers(bare[at : at + _BATCH_SIZE])))
        except SourceDown as down:
            log.warning("Papers of the feed stay without dates: papers=%d why=%s", len(bare), down)

    async def _run_round(self, round_: _Round) -> FetchStatus:
        """Fetch both sources, then the gaps."""
        before, fetched = await self._fetches.last(FEED), round_.fetched
        await self._read_all(FEED, round_)
        await self._read_all(API, round_)
        now = self._clock.now()
        announcing = await announcing_archives(self._papers, now) if not all(round_.shown.values()) else set()
        for archive, ids in round_.shown.items():
            current = await is_current(self._papers, ids, now) if ids else archive not in announcing
            await self._backfill.note(archive, before.get(archive), now, current)
        await self._fill_gaps(round_)
        await self._read_others(round_)
        return fetched

    async def _read_others(self, round_: _Round) -> None:
        new, failed = await self._others.read(self._clock.now(), round_.digest_near)
        self._meter.count(ANNOUNCED, new)
        round_.fetched.new += new
        round_.fetched.failed |= {prefix: [WHOLE] for prefix in failed}

    async def _fill_gaps(self, round_: _Round) -> None:
        """Fill gaps unless arXiv as a whole is down, which already cost the round enough time."""
        fetched, now = round_.fetched, self._clock.now()
        try:
            if fetched.failed[FEED] and fetched.failed[API] and await self._backfill.gaps(now):
                raise SourceDown("arXiv")
            fetched.new += await self._backfill.fill(now, round_.say)
        except SourceDown as down:
            log.warning("Announcements that were missed could not all be filled in: why=%s", down)
            fetched.days_missed = DAYS_MISSED

    async def _read_all(self, source: str, round_: _Round) -> None:
        """Fetch one source, as many archives in a request as it takes; if it is down, the rest counts as failed."""
        last, failed = await self._fetches.last(source), round_.fetched.failed[source]
        due = archives_due(source, last, self._clock.now(), round_.digest_near)
        groups = ArchiveGroups(due, await self._too_large() if source == FEED else ())
        for group in groups:
            if groups.is_down or round_.over:
                failed.extend(group)
                continue
            round_.say(f"Reading {NAMES[source]}: {shortened(group)}")
            try:
                await self._read(source, group, last, round_, groups)
            except SourceDown as down:
                log.warning(
                    "A source gave no complete answer: source=%s archives=%s why=%s", source, label(group), down
                )
                await self._fetches.all_failed(source, group, self._clock.now())
                failed.extend(() if groups.note_failure(group, down) else group)

    async def _read(
        self, source: str, group: Group, last: Mapping[str, datetime], round_: _Round, groups: ArchiveGroups
    ) -> None:
        if source == FEED and await self._read_feed(group, round_):
            await self._fetches.done(CUT_OFF, label(group), self._clock.now())
            groups.note_cut_off(group)
            return
        doubted = await self._read_api(group, last, round_) if source == API else []
        groups.note_answer()
        if answered := [archive for archive in group if archive not in doubted]:
            await self._fetches.all_done(source, answered, self._clock.now())
        if doubted:
            log.warning("arXiv's API has nothing although its feed announces papers: archives=%s", label(doubted))
            round_.fetched.in_doubt += doubted
            await self._fetches.all_done(DOUBT, doubted, self._clock.now())

    async def _too_large(self) -> list[str]:
        """Return the labels of the groups whose feed was cut off lately."""
        now, known = self._clock.now(), await self._fetches.last(CUT_OFF)
        return [group for group, when in known.items() if now - when < CUT_OFF_KNOWN]

    async def _read_feed(self, group: Group, round_: _Round) -> bool:
        """Fetch the day's announcement, and return True if it is cut off and must be asked for in parts.

        Only papers of kind new are new; the others were announced before.
        """
        entries = await in_time(self._feed.today(*group))
        new = {entry.paper.id: entry.paper for entry in entries if entry.kind == "new"}
        others = [entry.paper for entry in entries if entry.paper.id not in new]
        known = await self._papers.get([paper.id for paper in others])
        await self._papers.keep([*new.values(), *(paper for paper in others if paper.id in known)])
        round_.fetched.new += await self._announce(dict.fromkeys(new, self._clock.now()))
        if len(entries) >= CUT_OFF_SHARE * MOST_IN_FEED and len(group) > 1:
            return True
        for archive in group:
            round_.shown[archive] = [paper.id for paper in new.values() if covers(archive, paper.primary)]
        return False

    async def _read_api(self, group: Group, last: Mapping[str, datetime], round_: _Round) -> list[str]:
        """Fetch papers submitted within the overlap, newest first, and return the archives with a doubtful answer.

        Between announcements it stops at a page without unknown papers. Papers read before a failure stay.
        """
        now, start = self._clock.now(), 0
        times = [last.get(archive) for archive in group]
        whole = any(when is None or now - when >= API_EVERY or when < last_announcement(now) for when in times)
        while True:
            if round_.over:
                raise SourceDown("arXiv", "has more than can be read before the digest")
            page = await in_time(self._catalogue.submitted(group, now - OVERLAP, now, start))
            if not page.papers:
                if page.total < start:
                    raise SourceDown("arXiv", "answered with an incomplete list")
                return [] if start else await self._contradicted(group)
            await self._papers.keep(page.papers)
            brought = await self._announce({p.id: announced_when(p, last_answer(p, last), now) for p in page.papers})
            round_.fetched.new += brought
            start += len(page.papers)
            if start >= page.total or not (whole or brought):
                return []

    async def _contradicted(self, group: Group) -> list[str]:
        """Return the archives where known papers contradict an empty answer: a "0 results" may be an error of arXiv's.

        Papers known only from the feed are looked up by id.
        """
        now = self._clock.now()
        news = await self._papers.get(list(await announced_by_arxiv(self._papers, now - OVERLAP, now)))
        own = {id: {*map(archive_of, paper.categories)} & {*group} for id, paper in news.items()}
        bare = [id for id, paper in news.items() if own[id] and paper.published is None][:_BATCH_SIZE]
        found = await in_time(self._catalogue.papers(bare)) if bare else []
        await self._papers.keep(found)
        dated = [*found, *(paper for paper in news.values() if paper.published)]
        recent = {p.id for p in dated if p.published and now - OVERLAP < p.published <= now}
        odd = recent | ({*bare} if bare and not found else set())
        return [archive for archive in group if any(archive in own.get(id, ()) for id in odd)]

    async def _announce(self, when: dict[str, datetime]) -> int:
        """Store announcements of unseen papers and return their number."""
        known = await self._papers.announced_at(list(when))
        unseen = {paper_id: instant for paper_id, instant in when.items() if paper_id not in known}
        await self._papers.announce(unseen)
        self._meter.count(ANNOUNCED, len(unseen))
        return len(unseen)
