"""What arXiv and the other sources have yet to answer, as all processes know it from the store."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from bot.domain.categories import ARCHIVES, archive_of
from bot.domain.schedule import FRESH_FOR_DIGEST
from bot.infra.clock_port import Clock
from bot.papers.arxiv_port import SOURCES
from bot.papers.backfill import Backfill
from bot.papers.fetch_status import (
    API,
    DAYS_MISSED,
    DOUBT,
    FEED,
    RECENT,
    WHOLE,
    FetchStatus,
    answered,
    codes_due,
    unanswered,
)
from bot.papers.sources import OtherAnnouncements
from bot.papers.store.fetch_log import FetchLog


class AwaitedAnswers:
    """The answers that are due now. Methods raise StoreDown."""

    def __init__(self, fetches: FetchLog, clock: Clock, backfill: Backfill, others: OtherAnnouncements) -> None:
        self._fetches = fetches
        self._clock = clock
        self._backfill = backfill
        self._others = others

    async def pending(self, digest_near: bool, codes: Collection[str] = ARCHIVES) -> FetchStatus:
        """Return what is pending now of `codes` (archives and categories), in any process; `new` is 0.

        `digest_near` requires fresh answers, of which those about the last days are enough.
        """
        now = self._clock.now()
        pending = {
            source: codes_due(source, await self.last(source, digest_near), now, digest_near, codes)
            for source in SOURCES
        }
        doubts = await self._fetches.last(DOUBT)
        others = await self._others.due(now, digest_near)
        in_doubt = [code for code in pending[API] if _is_fresh(answered(code, doubts), now)]
        return FetchStatus(
            failed={
                FEED: pending[FEED],
                API: [code for code in pending[API] if code not in in_doubt],
                **{prefix: [WHOLE] for prefix in others},
            },
            in_doubt=in_doubt,
            days_missed=DAYS_MISSED if await self._backfill.gaps(now) else "",
            under_way=await self._fetches.under_way(),
        )

    async def missing(self, codes: Collection[str] = ARCHIVES) -> tuple[str, ...]:
        """Return a sentence for each source that a digest from `codes` lacks: asked, but not answered since."""
        pending, unheard = await self.pending(True, codes), await unanswered(self._fetches)
        failed = {s: [one for one in pending.failed[s] if archive_of(one) in unheard.failed[s]] for s in pending.failed}
        return FetchStatus(failed=failed, days_missed=pending.days_missed).missing

    async def last(self, source: str, digest_near: bool) -> Mapping[str, datetime]:
        """Return the last complete answers by archive; near a digest, also those that are enough for it.

        Answers from the future, of a clock that was wrong, are left out of the latter.
        """
        last = await self._fetches.last(source)
        if not digest_near:
            return last
        now, recent = self._clock.now(), await self._fetches.last(RECENT[source])
        found: dict[str, datetime] = {}
        for code, when in (*last.items(), *recent.items()):
            if when <= now:
                found[code] = max(when, found.get(code, when))
        return found


def _is_fresh(doubted: datetime | None, now: datetime) -> bool:
    return doubted is not None and timedelta(0) <= now - doubted <= FRESH_FOR_DIGEST
