"""Ingests arXiv's announcements from its feed and its API; each covers the other's gaps.

A paper is new if its identifier wasn't seen before, whatever its dates: feeds lag and repeat, and moderation holds
papers for weeks. Dates only determine the time of announcement (FACTS: arXiv's `published` is the submission).
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.categories import ARCHIVES, archive_of, covers
from bot.domain.errors import SourceDown
from bot.domain.schedule import first_submission, last_announcement
from bot.infra.clock_port import Clock
from bot.infra.meter import NO_METER, Meter
from bot.infra.metrics import ANNOUNCED
from bot.papers.api_reader import ApiReader, announce_unseen
from bot.papers.archive_groups import ArchiveGroups, Group, label
from bot.papers.arxiv_port import MOST_IN_FEED, AnnouncementFeed, Catalogue
from bot.papers.awaited import AwaitedAnswers
from bot.papers.backfill import Backfill, in_time
from bot.papers.bare_papers import complete_bare
from bot.papers.feed_check import announcing_archives, is_current
from bot.papers.fetch_status import (
    API,
    CUT_OFF,
    DAYS_MISSED,
    DOUBT,
    FEED,
    NAMES,
    RECENT,
    WHOLE,
    FetchStatus,
    answered,
    codes_due,
    shortened,
)
from bot.papers.sources import OtherAnnouncements
from bot.papers.store.fetch_log import FetchLog
from bot.papers.store.papers import PaperStore

log = logging.getLogger(__name__)

OVERLAP = timedelta(days=14)
"""How far back the API is queried by submission, for papers held in moderation."""
CUT_OFF_SHARE = 0.98
"""Share of a feed's most entries from which on it counts as cut off: some can't be read and are left out before."""
CUT_OFF_KNOWN = timedelta(days=30)
"""How long archives that were too many for one feed are asked for in halves at once."""

MAX_UNDATED_SHARE = 0.5
"""Share of a feed's new papers that the API may lack before it counts as lagging: a few were held by moderation."""

ROUND_TIMEOUT = 1200.0
"""Timeout of a round when a digest is near. The very first takes about a minute at arXiv's pace."""

RETRY_DELAY = timedelta(minutes=5)
"""Pause of this process after a round with failures."""


@dataclass(slots=True)
class _Round:
    """A round: its deadline (loop time in seconds), and the ids that the feed called new, by archive or category.

    `since`: the earliest submission that the API is asked for. `first`: the archives and categories that digests need
    now, of which the API is asked for what is new alone, each with the announcement from which on it is needed if the
    API never answered about it; None for all of it.
    """

    say: Callable[[str], None]
    digest_near: bool
    ends: float
    since: datetime
    first: Mapping[str, datetime] | None = None
    fetched: FetchStatus = field(default_factory=FetchStatus)
    shown: dict[str, list[str]] = field(default_factory=dict)

    @property
    def codes(self) -> Collection[str]:
        return ARCHIVES if self.first is None else self.first

    @property
    def over(self) -> bool:
        return asyncio.get_running_loop().time() >= self.ends


class Announcements:
    """Synchronizes the paper store with all of arXiv's archives and with the other sources.

    `awaited` tells what they have yet to answer.
    """

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
        self.awaited = AwaitedAnswers(fetches, clock, self._backfill, self._others)
        self._api = ApiReader(catalogue, papers, clock, self._announce)
        self._trouble: tuple[datetime, FetchStatus] | None = None

    async def refresh(
        self,
        digest_near: bool,
        say: Callable[[str], None],
        first: Mapping[str, datetime] | None = None,
        hold_up: bool = True,
    ) -> FetchStatus:
        """Fetch from both sources every archive that is due, and fill missed days.

        Reports progress to `say`. Failures don't raise: the status has them, and is returned again, without new papers,
        during the pause that follows. Near a digest it ends after `ROUND_TIMEOUT` with what it has. With `first`, as in
        `_Round`, another call brings the rest. No digest waits for a round that doesn't `hold_up`.
        """
        now = self._clock.now()
        if (await self.awaited.pending(digest_near, ARCHIVES if first is None else first)).settled:
            return FetchStatus()
        if self._trouble and now - self._trouble[0] < RETRY_DELAY:
            return replace(self._trouble[1], new=0)
        async with self._fetches.alone(hold_up):
            ends = asyncio.get_running_loop().time() + ROUND_TIMEOUT if digest_near else float("inf")
            fetched = await self._run_round(_Round(say, digest_near, ends, now - OVERLAP, first))
        self._trouble = None if fetched.settled else (now, fetched)
        return fetched

    async def enrich(self, codes: Collection[str] | None = None) -> None:
        """Complete feed papers (dates, comments, withdrawals) that the API's answer lacked; `codes`: theirs alone.

        Skipped while the API is down; it follows the next successful fetch.
        """
        if not await self._fetches.unanswered(API):
            await complete_bare(self._papers, self._catalogue, self._clock.now(), codes)

    async def _run_round(self, round_: _Round) -> FetchStatus:
        """Fetch both sources, then the gaps."""
        before, fetched = await self._fetches.last(FEED), round_.fetched
        await self._read_all(FEED, round_)
        await self._read_all(API, round_)
        if await self._may_lack_cross_lists(round_):
            await self._read_all(FEED, replace(round_, first=None))
        now = self._clock.now()
        shown = {archive: ids for archive, ids in round_.shown.items() if archive in ARCHIVES}
        announcing = await announcing_archives(self._papers, now) if not all(shown.values()) else set()
        for archive, ids in shown.items():
            current = await is_current(self._papers, ids, now) if ids else archive not in announcing
            await self._backfill.note(archive, before.get(archive), now, current)
        await self._fill_gaps(round_)
        await self._read_others(round_)
        return fetched

    async def _may_lack_cross_lists(self, round_: _Round) -> bool:
        """Return True if papers of other archives and categories that are listed in those needed may be unknown.

        A feed doesn't tell whether its cross-lists are new. The API does, unless it fails or lags behind the feed.
        """
        if {*round_.codes} >= {*ARCHIVES} or round_.fetched.failed[FEED]:
            return False
        if round_.fetched.failed[API]:
            return True
        ids = [id for shown in round_.shown.values() for id in shown]
        known = await self._papers.get(ids)
        return sum(paper.published is None for paper in known.values()) > MAX_UNDATED_SHARE * len(ids)

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
        near = await self.awaited.last(source, round_.digest_near)
        due = codes_due(source, near, self._clock.now(), round_.digest_near, round_.codes)
        if source == API and round_.first is not None:
            begins = (answered(code, near) or round_.first[code] for code in due)
            round_.since = max(round_.since, _since_last(begins, self._clock.now()))
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
                await self._fetches.all_failed(source, [*map(archive_of, group)], self._clock.now())
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
        await self._note_answers(source, [code for code in group if code not in doubted], round_)
        if doubted:
            log.warning("arXiv's API has nothing although its feed announces papers: archives=%s", label(doubted))
            round_.fetched.in_doubt += doubted
            await self._fetches.all_done(DOUBT, doubted, self._clock.now())

    async def _note_answers(self, source: str, codes: Sequence[str], round_: _Round) -> None:
        recent_alone = source == API and round_.first is not None
        whole = [code for code in codes if code in ARCHIVES and not recent_alone]
        for kind, answers in ((source, whole), (RECENT[source], [code for code in codes if code not in whole])):
            if answers:
                await self._fetches.all_done(kind, answers, self._clock.now())

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
        for code in group:
            round_.shown[code] = [paper.id for paper in new.values() if covers(code, paper.primary)]
        return False

    async def _read_api(self, group: Group, last: Mapping[str, datetime], round_: _Round) -> Sequence[str]:
        async with aclosing(self._api.read(group, last, round_.since)) as pages:
            async for page in pages:
                round_.fetched.new += page.new
                if page.is_last:
                    return page.doubted
                if round_.over:
                    break
        raise SourceDown("arXiv", "has more than can be read before the digest")

    async def _announce(self, when: Mapping[str, datetime]) -> int:
        new = await announce_unseen(self._papers, when)
        self._meter.count(ANNOUNCED, new)
        return new


def _since_last(answers: Iterable[datetime], now: datetime) -> datetime:
    """Return the earliest submission that may have been announced since the last answers."""
    return min((first_submission(last_announcement(when)) for when in answers), default=now)
