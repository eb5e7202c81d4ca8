"""Read this first: how the day's papers come to a channel.

    world -> sources -> Paper -> store -> match -> rank -> summary -> Digest -> ledger -> outbox -> adapter -> receipt

Each method is one step. A job of `paperlark run` (see `jobs/runner.py`) or a round of `paperlark once` (see
`jobs/once.py`) runs it, whichever comes first. Every step may be killed at any moment and repeated, by this process or
another: a fetched paper is stored under its identifier, a digest and all its consequences are written to the ledger
once, and the outbox claims a message before it posts it and looks for it before it posts it again.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import field
from datetime import date, datetime, timedelta
from functools import partial

from bot.app.agenda import NEAR, Agenda, AgendaReader, Due, due_club, due_digest, due_recap
from bot.delivery.mail_copies import MailCopier
from bot.delivery.outbox import Outbox, Outcome
from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.ledger import Ledger
from bot.delivery.wrong_slots import covered_ahead, noting_wrong_clock
from bot.digests.build import DigestBuilder, Draft, Window
from bot.digests.club import ReadingClub
from bot.digests.recap import Recaps
from bot.domain.channel import Channel, Place
from bot.domain.frozen import frozen
from bot.domain.issue_key import ClubDay, Week
from bot.domain.schedule import SOURCE_TIMEOUT
from bot.infra.aio.shared_reads import SharedReads
from bot.infra.asker import for_due_digests
from bot.infra.clock_port import Clock
from bot.library.zotero.push import ZoteroPusher
from bot.papers.fetch_status import FetchStatus, codes_needed, joined
from bot.papers.ingest import Announcements
from bot.papers.store.papers import PaperStore
from bot.papers.upvotes import Upvotes
from bot.ranking.candidates import AnnouncementCache, needs_embeddings
from bot.ranking.match import counts_from
from bot.ranking.preferences import Preferences
from bot.search.backfill import SearchBackfill
from bot.summaries.service import Summaries

log = logging.getLogger(__name__)

AT_ONCE = 8
"""Digests and recaps made at once in a process; each uses a connection to Redis or two of 50.

Twenty would be a twentieth faster, and commands acknowledged a third later meanwhile.
"""

AHEAD_SECONDS = 600.0
"""Time for all model calls made ahead of a digest: a slow model is then no problem."""


async def nothing() -> None:
    """Do nothing, where a step has nothing to do."""


@frozen
class Pipeline:
    """The steps from arXiv to the channel, one method each.

    `connect_model` loads what calling the model needs, while arXiv is waited for.
    """

    announcements: Announcements
    cache: AnnouncementCache
    digests: DigestBuilder
    channels: ChannelStore
    preferences: Preferences
    summaries: Summaries
    ledger: Ledger
    outbox: Outbox
    mail_copier: MailCopier
    clock: Clock
    recaps: Recaps
    search_backfill: SearchBackfill
    upvotes: Upvotes
    papers: PaperStore
    agenda_reader: AgendaReader
    pusher: ZoteroPusher
    club: ReadingClub
    connect_model: Callable[[], Awaitable[None]] = nothing
    _shared: SharedReads = field(default_factory=SharedReads)
    _few: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def fetch(self, say: Callable[[str], None] = lambda _: None) -> int:
        """Fetch what is due from arXiv and return the number of new papers; report progress to `say`.

        If a digest is near, that is what it needs, and `fetch_rest` brings all else.
        """
        near = await self.due(ahead=NEAR)
        if not near:
            return (await self.announcements.refresh(False, say)).new
        with for_due_digests():
            refreshing = self.announcements.refresh(True, say, _needed_from(one.channel for one in near))
            fetched, _ = await asyncio.gather(refreshing, self.connect_model())
        return fetched.new

    async def fetch_for(self, channel: Channel, say: Callable[[str], None] = lambda _: None) -> None:
        """Fetch what a preview of the channel's digest needs, unless arXiv was asked for it in the last hours."""
        needed = _needed_from([channel])
        if not (await self.announcements.awaited.pending(False, needed)).settled:
            with for_due_digests():
                await self.announcements.refresh(True, say, needed)
                await self.announcements.enrich(needed)

    async def fetch_rest(self, say: Callable[[str], None] = lambda _: None) -> int:
        """Fetch what is due from arXiv and no digest waits for; return the number of new papers."""
        return (await self.announcements.refresh(False, say, hold_up=False)).new

    async def enrich(self) -> None:
        """Fetch the details that the announcement left out."""
        await self.announcements.enrich()

    async def enrich_first(self) -> None:
        """The same for the archives that digests need now."""
        if near := await self.due(ahead=NEAR):
            await self.announcements.enrich(_needed_from(one.channel for one in near))

    async def embed(self) -> None:
        """Compute embeddings, then learn which papers are alike.

        Papers of the last days come first, ahead of the digests, if any channel needs them; then all others, for
        searches. If any channel gave feedback, train the similarity model once a week.
        """
        channels = await self.channels.all()
        judging = await self._any_judges(channels)
        if judging or any(needs_embeddings(channel.follows) for channel in channels):
            await self.cache.embed_ahead(self.clock.now())
        await self.search_backfill.run()
        if judging:
            await self.preferences.learn()

    async def _any_judges(self, channels: Sequence[Channel]) -> bool:
        judging = set(await self.preferences.store.places())
        return any(channel.place in judging for channel in channels)

    async def must_read_upvotes(self) -> bool:
        """Return True if the upvotes of Hugging Face are due."""
        return bool(await self.upvotes.due(self.clock.now()))

    async def read_upvotes(self) -> None:
        """Read the upvotes of Hugging Face's readers, in at most 10 s.

        Raises SourceDown, which affects nothing else.
        """
        await self.upvotes.refresh(self.clock.now())

    async def due(self, ahead: timedelta = timedelta(0)) -> list[Due]:
        """Return the channels whose digest is due within `ahead`."""
        return (await self.agenda(ahead)).digests

    async def agenda(self, ahead: timedelta = timedelta(0)) -> Agenda:
        """Return the digests due within `ahead`, and the recaps and copies due now."""
        now = self.clock.now()
        await self.papers.correct_ahead(now)
        return await self.agenda_reader.read(now, ahead)

    async def pending(self) -> FetchStatus:
        """Return what arXiv has yet to provide, whether or not a digest is near."""
        return await self.announcements.awaited.pending(False)

    async def owed_to(self, due: Sequence[Due]) -> FetchStatus:
        """Return what arXiv has yet to provide for these digests; it is complete if they can be sent."""
        return await self.announcements.awaited.pending(
            bool(due), codes_needed(f for one in due for f in one.channel.follows)
        )

    def waits(self, one: Due, owed: FetchStatus) -> bool:
        """Return True if a digest waits for a source of its own that is down; it waits an hour at most.

        `owed`: of this digest and perhaps others.
        """
        return not owed.of(codes_needed(one.channel.follows)).complete and self.clock.now() - one.slot < SOURCE_TIMEOUT

    async def summarise(self, place: Place, day: date) -> bool:
        """Make the summaries of a digest that is due soon; return False if no such digest exists."""
        one = due_digest(await self.channels.get(place), self.clock.now() + NEAR)
        if one is None or one.day != day:
            return False
        with for_due_digests():
            made = await self._draft(one)
            await self.summaries.of_many(made.papers, one.timetable.lang, AHEAD_SECONDS)
        return True

    async def build(self, place: Place, day: date) -> bool:
        """Write the day's digest to the ledger; False if it isn't due (any more) or another process was faster."""
        one = due_digest(await self.channels.get(place), self.clock.now())
        if one is None or one.day != day:
            return False
        with for_due_digests():
            made = await self._draft(one)
            needed = codes_needed(one.channel.follows)
            down = await self._shared.of(needed, partial(self.announcements.awaited.missing, needed))
            uncertain = [one for one in await self.ledger.uncertain(place) if isinstance(one, date)]
            digest = noting_wrong_clock(await self.digests.finish(made, down, uncertain), one.channel)
        if covered_ahead(digest, one.channel):
            log.info("A later digest said all of it before: place=%s day=%s", place, day)
            await self.ledger.open(digest, one.channel.last_slot, quiet=True)
            return False
        if not await self.ledger.open(digest, one.channel.last_slot):
            return False
        log.info("A digest is due: place=%s day=%s papers=%d", place, day, digest.matched)
        return True

    async def recap(self, place: Place, week: Week) -> bool:
        """Write the week's recap to the ledger; False if it isn't due (any more) or another process was faster."""
        one = due_recap(await self.channels.get(place), self.clock.now())
        if one is None or one.week != week:
            return False
        async with self._few:
            recap = await self.recaps.of(one.channel, one.timetable, one.slot)
        if not await self.ledger.open_recap(recap, one.channel.last_recap):
            return False
        log.info("A recap is due: place=%s week=%s papers=%d", place, week, recap.matched)
        return True

    async def gather(self, place: Place, key: ClubDay) -> bool:
        """Write the reading club's ballot or pick to the ledger; False if it isn't due (any more) or there is none."""
        one = due_club(await self.channels.get(place), self.clock.now())
        if one is None or one.key != key:
            return False
        issue = await self.club.issue(one.channel, one.timetable, one.slot)
        if not await self.ledger.open_club(place, key, one.slot, issue, one.channel.last_club) or issue is None:
            return False
        log.info("The reading club is due: place=%s day=%s", place, key.day)
        return True

    async def copy(self, place: Place) -> bool:
        """Write to the ledger the digests of a channel that its mailbox lacks; return False if it lacks none."""
        if not await self.mail_copier.copy(place):
            return False
        log.info("A digest goes out by mail too: place=%s", place)
        return True

    async def must_push(self) -> list[Place]:
        """Return the places whose saved papers may lack in Zotero."""
        return await self.pusher.due()

    async def push(self, place: Place) -> None:
        """Add a place's saved papers to its Zotero library. Raises SourceDown, which affects nothing else."""
        await self.pusher.push(place)

    async def deliver(self, place: Place) -> Counter[Outcome]:
        """Send the waiting messages of a place."""
        return await self.outbox.deliver_place(place)

    async def deliver_all(self) -> Counter[Outcome]:
        """Send the waiting messages of every place whose platform is available."""
        return await self.outbox.deliver_all()

    async def _draft(self, one: Due) -> Draft:
        async with self._few:
            now = self.clock.now()
            window = Window.of_delivery(one.channel, one.slot, now)
            made = await self.digests.compose(one.channel, one.timetable, window, now)
        for follow in made.refined:
            await self.channels.refine(one.channel.place, follow)
        return made


def _needed_from(channels: Iterable[Channel]) -> dict[str, datetime]:
    """Return the codes (see `joined`) that digests need, each with the announcement (UTC) from which on it counts."""
    found: dict[str, datetime] = {}
    for follow in (follow for channel in channels for follow in channel.follows):
        begin = counts_from(follow.since)
        found |= {code: min(begin, found.get(code, begin)) for code in codes_needed([follow])}
    return joined(found)
