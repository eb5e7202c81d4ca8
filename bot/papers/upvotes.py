"""Hugging Face's lists, fetched when due and stored: upvotes for ranking, and `/trending`."""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain.errors import SourceBusy, SourceDown
from bot.domain.frozen import frozen
from bot.domain.trend import Listing, Period, Span, period_of
from bot.papers.store.papers import PaperStore
from bot.papers.store.upvotes import UpvoteStore

if TYPE_CHECKING:  # its HTTP library takes a fifth of a second to load
    from bot.papers.clients.huggingface import HuggingFaceClient

log = logging.getLogger(__name__)

SOURCE = "Hugging Face"
DAYS = 7
"""Earlier days whose lists are fetched again: a digest reaches back a week, and votes arrive for days."""
TODAY_MAX_AGE, EARLIER_MAX_AGE = timedelta(hours=1), timedelta(hours=6)
"""Maximum age of today's list and of an earlier day's: some 50 requests a day, of 500 in five minutes allowed
(https://huggingface.co/docs/hub/rate-limits)."""
CHECK_INTERVAL = timedelta(minutes=10)
"""Interval between checks once all lists are fresh: the planner asks every other second."""
CURRENT_MAX_AGE = timedelta(minutes=30)
"""Maximum age of a current period's list when a user asks for it."""
REFRESH_TIMEOUT = 10.0
"""Timeout of a refresh over all lists: `paperlark once` waits for it."""
KNOWN_SECONDS = 30.0
"""How long counts of upvotes are kept in memory: a week's papers are in many digests."""
REST_SECONDS = 120.0
"""Pause after a failure, in seconds."""


@frozen
class Reading:
    """A list, if any; `trouble` is a sentence on why it isn't fresh, empty if it is."""

    listing: Listing | None
    trouble: str = ""


class Upvotes:
    """Upvotes by Hugging Face's readers. `client` is None if Hugging Face isn't used. Methods raise StoreDown."""

    def __init__(self, client: "HuggingFaceClient | None", store: UpvoteStore, papers: PaperStore) -> None:
        self._client = client
        self._store = store
        self._papers = papers
        self._reading = asyncio.Lock()
        self._counting = asyncio.Lock()
        self._checked: tuple[datetime, datetime] | None = None
        self._forget()

    @property
    def asks(self) -> bool:
        """True if Hugging Face is used."""
        return self._client is not None

    async def of(self, ids: Sequence[str]) -> Mapping[str, int]:
        """Return the upvotes of recently listed papers, by id; what another process fetches counts within 30 s."""
        if time.monotonic() - self._known_since > KNOWN_SECONDS:
            self._forget()
        known = self._known
        async with self._counting:  # digests made at the same time ask for the same thousands
            if unknown := [paper_id for paper_id in ids if paper_id not in known]:
                found = await self._store.upvotes(unknown)
                known |= {paper_id: found.get(paper_id) for paper_id in unknown}
        return {paper_id: votes for paper_id in ids if (votes := known[paper_id]) is not None}

    async def due(self, now: datetime) -> tuple[date, ...]:
        """Return the days whose lists are due, today first; none during a pause after a failure.

        Days are in UTC. While nothing is due, reads the store at most every 10 min.
        """
        quiet = self._checked and self._checked[0] <= now < self._checked[1]
        if self._client is None or quiet or await self._store.resting():
            return ()
        return await self._stale(now)

    async def refresh(self, now: datetime) -> int:
        """Fetch the lists that are due and return their number; lists fetched before a failure stay.

        Raises SourceDown, after 10 s at most, or at once during a pause.
        """
        if self._client is None:
            return 0
        days = await self._stale(now)
        if days and await self._store.resting():
            raise SourceDown(SOURCE, "is left alone for now, as it failed or asked for it")
        try:
            async with asyncio.timeout(REFRESH_TIMEOUT):
                for day in days:
                    await self._read(self._client, period_of(Span.DAY, day), now)
        except TimeoutError as error:
            await self._store.rest(REST_SECONDS)
            raise SourceDown(SOURCE, "took too long to answer") from error
        return len(days)

    async def listing(self, period: Period, now: datetime, timeout_seconds: float = REFRESH_TIMEOUT) -> Reading:
        """Return a period's list, at most half an hour old (six hours if the period is over), else the last stored one.

        Waits for Hugging Face at most `timeout_seconds`; 0, or a pause, means no request.
        """
        async with self._reading:
            kept = await self._store.listing(period)
            over = period_of(period.span, now.date()).first > period.first
            if kept and timedelta(0) <= now - kept.asked <= (EARLIER_MAX_AGE if over else CURRENT_MAX_AGE):
                return Reading(kept)
            if self._client is None:
                return Reading(kept, f"{SOURCE} is not asked here.")
            if await self._store.resting():
                return Reading(kept, f"{SOURCE} is not answering.")
            try:
                async with asyncio.timeout(timeout_seconds):
                    return Reading(await self._read(self._client, period, now))
            except TimeoutError:
                await self._store.rest(REST_SECONDS)
                return Reading(kept, f"{SOURCE} took too long to answer.")
            except SourceDown as down:
                return Reading(kept, down.sentence)

    def _forget(self) -> None:
        self._known: dict[str, int | None] = {}
        self._known_since = time.monotonic()

    async def _stale(self, now: datetime) -> tuple[date, ...]:
        today = now.date()
        days = [today - timedelta(days=back) for back in range(DAYS + 1)]
        asked = await self._store.asked(days)
        until = {
            day: when + (TODAY_MAX_AGE if day == today else EARLIER_MAX_AGE)
            for day, when in asked.items()
            if when <= now
        }
        stale = tuple(day for day in days if day not in until or until[day] <= now)
        tomorrow = datetime(today.year, today.month, today.day, tzinfo=UTC) + timedelta(days=1)
        self._checked = None if stale else (now, min(now + CHECK_INTERVAL, tomorrow, *until.values()))
        return stale

    async def _read(self, client: "HuggingFaceClient", period: Period, now: datetime) -> Listing:
        """Fetch and store the list; a failure starts a pause."""
        try:
            listing = Listing(period, now, await client.listed(period))
        except SourceDown as down:
            asked_seconds = down.retry_after_seconds if isinstance(down, SourceBusy) else 0.0
            await self._store.rest(max(asked_seconds, REST_SECONDS))
            log.info("Hugging Face's list can't be read: period=%s why=%s", period.name, down)
            raise
        await self._store.keep(listing)
        self._forget()
        await self._link_code(listing)
        return listing

    async def _link_code(self, listing: Listing) -> None:
        """Add missing code links to known papers. Unknown papers aren't stored: arXiv has better records."""
        links = {one.paper.id: one.paper.code_url for one in listing.papers if one.paper.code_url}
        known = await self._papers.get(list(links))
        lacking = [paper for paper in known.values() if not paper.code_url]
        if lacking:
            await self._papers.keep([replace(paper, code_url=links[paper.id]) for paper in lacking])
