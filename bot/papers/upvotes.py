"""Hugging Face's lists, read when they are due and kept: upvotes for the ranking, and what `/trending` shows."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.errors import SourceBusy, SourceDown
from bot.domain.trend import Listing, Period, Span, period_of
from bot.papers.clients.huggingface import HuggingFaceClient
from bot.papers.store.papers import PaperStore
from bot.papers.store.upvotes import UpvoteStore

log = logging.getLogger(__name__)

SOURCE = "Hugging Face"
DAYS = 7
"""Days before today whose lists are read again: a digest reaches back a week, and votes come for some days."""
TODAYS, EARLIER = timedelta(hours=1), timedelta(hours=6)
"""How old today's list may get, and that of a day before: some 50 requests a day, of 500 in five minutes allowed
(https://huggingface.co/docs/hub/rate-limits)."""
QUIET = timedelta(minutes=10)
"""For how long a process that saw all lists fresh takes them for that: what is due is planned every other second."""
FRESH = timedelta(minutes=30)
"""How old the list of a period that isn't over may be for who asks to see it."""
REFRESH_SECONDS = 10.0
"""All lists of a refresh together: `paperlark once` waits for them."""
REST_SECONDS = 120.0
"""How long it is left alone after a failure."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A list, None where there is none; `trouble` says in a sentence why it isn't a fresh one, empty where it is."""

    listing: Listing | None
    trouble: str = ""


class Upvotes:
    """What Hugging Face's readers vote for. `popular` is None where nobody is asked. Raises StoreDown everywhere."""

    def __init__(self, popular: HuggingFaceClient | None, store: UpvoteStore, papers: PaperStore) -> None:
        self._popular = popular
        self._store = store
        self._papers = papers
        self._reading = asyncio.Lock()
        self._quiet: tuple[datetime, datetime] | None = None

    @property
    def asks(self) -> bool:
        """Whether Hugging Face is asked at all."""
        return self._popular is not None

    async def of(self, ids: Sequence[str]) -> Mapping[str, int]:
        """The upvotes of those papers that were listed lately, by id."""
        return await self._store.upvotes(ids)

    async def due(self, now: datetime) -> tuple[date, ...]:
        """The days whose lists are to be read now, today first; none while Hugging Face is left alone.

        Its days are taken as those of UTC. Asks the store every 10 min at most while nothing is due.
        """
        quiet = self._quiet and self._quiet[0] <= now < self._quiet[1]
        if self._popular is None or quiet or await self._store.resting():
            return ()
        return await self._stale(now)

    async def refresh(self, now: datetime) -> int:
        """Reads the lists that are due and returns how many; what was read until a failure is kept.

        Raises SourceDown, after 10 s at most, and at once while Hugging Face is left alone.
        """
        if self._popular is None:
            return 0
        days = await self._stale(now)
        if days and await self._store.resting():
            raise SourceDown(SOURCE, "is left alone for now, as it failed or asked for it")
        try:
            async with asyncio.timeout(REFRESH_SECONDS):
                for day in days:
                    await self._read(self._popular, period_of(Span.DAY, day), now)
        except TimeoutError as error:
            await self._store.rest(REST_SECONDS)
            raise SourceDown(SOURCE, "took too long to answer") from error
        return len(days)

    async def listing(self, period: Period, now: datetime, patience_seconds: float = REFRESH_SECONDS) -> Reading:
        """The list of a period, at most half an hour old, or six hours where the period is over; else the last kept.

        Hugging Face is asked for `patience_seconds` at most; with 0, or while it is left alone, it isn't asked.
        """
        async with self._reading:
            kept = await self._store.listing(period)
            over = period_of(period.span, now.date()).first > period.first
            if kept and timedelta(0) <= now - kept.asked <= (EARLIER if over else FRESH):
                return Reading(kept)
            if self._popular is None:
                return Reading(kept, f"{SOURCE} is not asked here.")
            if await self._store.resting():
                return Reading(kept, f"{SOURCE} is not answering.")
            try:
                async with asyncio.timeout(patience_seconds):
                    return Reading(await self._read(self._popular, period, now))
            except TimeoutError:
                await self._store.rest(REST_SECONDS)
                return Reading(kept, f"{SOURCE} took too long to answer.")
            except SourceDown as down:
                return Reading(kept, down.sentence)

    async def _stale(self, now: datetime) -> tuple[date, ...]:
        today = now.date()
        days = [today - timedelta(days=back) for back in range(DAYS + 1)]
        asked = await self._store.asked(days)
        until = {day: when + (TODAYS if day == today else EARLIER) for day, when in asked.items() if when <= now}
        stale = tuple(day for day in days if day not in until or until[day] <= now)
        tomorrow = datetime.combine(today + timedelta(days=1), time(), UTC)
        self._quiet = None if stale else (now, min(now + QUIET, tomorrow, *until.values()))
        return stale

    async def _read(self, popular: HuggingFaceClient, period: Period, now: datetime) -> Listing:
        """Asks for the list and keeps it; after a failure nobody is to ask again for a while."""
        try:
            listing = Listing(period, now, await popular.listed(period))
        except SourceDown as down:
            asked_seconds = down.retry_after_seconds if isinstance(down, SourceBusy) else 0.0
            await self._store.rest(max(asked_seconds, REST_SECONDS))
            log.info("Hugging Face's list can't be read: period=%s why=%s", period.name, down)
            raise
        await self._store.keep(listing)
        await self._link_code(listing)
        return listing

    async def _link_code(self, listing: Listing) -> None:
        """Papers known here get the link to their code where they have none. Others aren't kept: arXiv knows more."""
        links = {one.paper.id: one.paper.code_url for one in listing.papers if one.paper.code_url}
        known = await self._papers.get(list(links))
        lacking = [paper for paper in known.values() if not paper.code_url]
        if lacking:
            await self._papers.keep([replace(paper, code_url=links[paper.id]) for paper in lacking])
