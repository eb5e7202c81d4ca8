"""Read this first: how the day's papers come to a channel.

    world -> sources -> Paper -> store -> match -> rank -> summary -> Digest -> ledger -> outbox -> adapter -> receipt

Every step may be killed at any moment and run again, by this process or another: what is fetched is kept by its
identifier, a digest is written to the ledger once with all that follows from it, and a message is claimed before it
is posted and looked for before it is posted again.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.announcements import Announcements
from bot.digesting import Draft, draft, finish, read_news
from bot.outbox import Outbox, Outcome
from bot.ports import ChannelStore, Clock, Ledger, PaperStore
from bot.schedule import CATCH_UP, PATIENCE, due
from bot.subscription import Channel, Timetable
from bot.summarizing import Summaries
from bot.summary import Summary

log = logging.getLogger(__name__)

NEAR = timedelta(minutes=15)
"""Before a digest is due, arXiv is asked ahead, so that the digest comes on time."""


@dataclass(frozen=True, slots=True)
class Left:
    """What is left to do after a round, as counts of digests, and the sources that were down, a sentence each.

    `waiting` for a source to answer, `undelivered` by us and worth trying again soon, `postponed` beyond this run,
    `elsewhere`: for a process that has the platform's token.
    """

    waiting: int = 0
    undelivered: int = 0
    postponed: int = 0
    elsewhere: int = 0
    sources: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is left, in words; empty where all that was due is done."""
        counted = (
            (self.waiting, "waiting for a source, for an hour at most"),
            (self.undelivered, "not yet taken by the platform"),
            (self.postponed, "that the platform doesn't take now"),
            (self.elsewhere, "for a platform whose token is not set here"),
        )
        return (*(f"{number} digests {why}" for number, why in counted if number), *self.sources)


@dataclass(frozen=True, slots=True)
class Due:
    """A channel whose digest is due, and for which slot (UTC)."""

    channel: Channel
    timetable: Timetable
    slot: datetime


class Pipeline:
    """One round of everything that is due."""

    def __init__(
        self,
        announcements: Announcements,
        papers: PaperStore,
        channels: ChannelStore,
        summaries: Summaries,
        ledger: Ledger,
        outbox: Outbox,
        clock: Clock,
    ) -> None:
        self._announcements = announcements
        self._papers = papers
        self._channels = channels
        self._summaries = summaries
        self._ledger = ledger
        self._outbox = outbox
        self._clock = clock

    async def prepare(self, say: Callable[[str], None] = lambda _: None) -> Left:
        """Fetches, matches, summarises, and writes every digest that is due to the ledger."""
        near = bool(self._due(await self._channels.all(), self._clock.now() + NEAR))
        fetched = await self._announcements.refresh(near, say)
        now = self._clock.now()
        ready, waiting = [], 0
        for one in self._due(await self._channels.all(), now):
            if fetched.complete or now - one.slot >= PATIENCE:
                ready.append(one)
            else:
                waiting += 1
        await self._write(ready, fetched.missing, now, say)
        return Left(waiting=waiting, sources=fetched.missing)

    async def deliver(self) -> Left:
        """Says what the ledger holds."""
        outcomes = await self._outbox.deliver_all()
        left, postponed = outcomes[Outcome.LEFT], outcomes[Outcome.POSTPONED]
        return Left(undelivered=left, postponed=postponed, elsewhere=outcomes[Outcome.ELSEWHERE])

    def _due(self, channels: list[Channel], now: datetime) -> list[Due]:
        found = []
        for channel in channels:
            if channel.wants_digest and channel.timetable and channel.since:
                slot = due(channel.timetable, channel.since, channel.last_slot, now)
                if slot is not None:
                    found.append(Due(channel, channel.timetable, slot))
        return found

    async def _write(
        self, ready: list[Due], missing: tuple[str, ...], now: datetime, say: Callable[[str], None]
    ) -> None:
        """Drafts all digests, summarises each paper once for all of them, and opens them in the ledger."""
        if not ready:
            return
        news = await read_news(self._papers, now - CATCH_UP, now)
        drafts = []
        for one in ready:
            told = await self._ledger.delivered(one.channel.place)
            # In a thread: a week's papers take seconds to fold, and commands are acknowledged meanwhile.
            drafts.append(await asyncio.to_thread(draft, one.channel, one.timetable, one.slot, now, news, told))
        say(f"Summarising for {len(drafts)} digests")
        summaries, trouble = await self._summarise(drafts)
        for done in drafts:
            gone = tuple(filter(None, (*missing, trouble)))
            uncertain = await self._ledger.uncertain(done.channel.place)
            digest = finish(done, summaries[done.timetable.lang], gone, uncertain)
            await self._ledger.open(digest, done.channel.last_slot)
            log.info("A digest is due: place=%s day=%s papers=%d", digest.place, digest.day, digest.matched)

    async def _summarise(self, drafts: list[Draft]) -> tuple[dict[str, dict[str, Summary]], str]:
        """The summaries of everything shown, by language and id, and what to say where a model failed."""
        wanted: dict[str, dict[str, object]] = {}
        papers = {paper.id: paper for done in drafts for paper in done.papers}
        for done in drafts:
            wanted.setdefault(done.timetable.lang, {}).update({paper.id: None for paper in done.papers})
        langs = list(wanted)
        # Side by side, since the time that a model may cost is that of the whole round, not of each language.
        made = await asyncio.gather(
            *(self._summaries.of_many([papers[paper_id] for paper_id in wanted[lang]], lang) for lang in langs)
        )
        found = {lang: summaries for lang, (summaries, _) in zip(langs, made, strict=True)}
        return found, next((trouble for _, trouble in made if trouble), "")
