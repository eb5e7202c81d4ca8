"""Cards in short of the papers that people link in a place: from the store, and with one request for unknown ones."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import field

from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.ledger import QUIET, Ledger
from bot.domain.card import Card
from bot.domain.channel import Place, Timetable
from bot.domain.digest import Digest
from bot.domain.errors import HeldBack, SourceDown
from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.domain.reading_list import saved_of
from bot.domain.schedule import local_day
from bot.domain.summary import Gists
from bot.domain.wording import digest_of_day
from bot.infra.aio.cancel import cancelled
from bot.infra.clock_port import Clock
from bot.papers.cards import link_card
from bot.papers.lookup import PaperLookup
from bot.ranking.store.feedback import FeedbackStore

log = logging.getLogger(__name__)

MOST_LINKS = 5
"""Papers of one message that get a card; a message with more is a list, which has its own words."""

LOOK_SECONDS = 0.2
"""Interval at which the store is read while arXiv is asked: another process may have asked first."""

Ids = tuple[str, ...]
Papers = Mapping[str, Paper]


@frozen
class LinkPreviews:
    """Maker of cards for linked papers. Processes and channels with the same link share one request to arXiv."""

    lookup: PaperLookup
    ledger: Ledger
    feedback: FeedbackStore
    channels: ChannelStore
    gists: Gists
    clock: Clock
    _asked: dict[Ids, "asyncio.Future[Papers]"] = field(default_factory=dict)

    async def cards(self, ids: Ids, place: Place) -> dict[str, Card]:
        """Return a card for each of `ids` (valid, each once) that exists, with what is true of it in `place` alone.

        Raises SourceDown or HeldBack if none is known here and they can't be looked up, StoreDown.
        """
        known: Papers = await self.lookup.papers.get(ids)
        if missing := tuple(paper_id for paper_id in ids if paper_id not in known):
            try:
                known = {**known, **await self._fetched(missing)}
            except (SourceDown, HeldBack) as failure:
                if not known:
                    raise
                log.info("Some linked papers get no card: ids=%s why=%s", missing, failure)
        papers = [known[paper_id] for paper_id in ids if paper_id in known]
        if not papers:
            return {}
        gists, digests = await self.gists(papers), await self._digests(papers, place)
        saved = {one.paper_id: one for one in saved_of(await self.feedback.feedback(place))}
        return {
            one.id: link_card(one, gists.get(one.id, ""), digests.get(one.id, ""), saved.get(one.id)) for one in papers
        }

    async def _fetched(self, ids: Ids) -> Papers:
        """Return the unknown papers that exist; if others wait for the same ones, they get what they get."""
        if waiting := self._asked.get(ids):
            return await asyncio.shield(waiting)
        result = self._asked[ids] = asyncio.get_running_loop().create_future()
        found: Papers = {}
        try:
            found = await self._requested(ids)
        finally:
            del self._asked[ids]
            result.set_result(found)
        return found

    async def _requested(self, ids: Ids) -> Papers:
        """Ask arXiv, unless another process stores the papers first."""
        asking = asyncio.create_task(self.lookup.find_papers(ids))
        try:
            while not asking.done():
                await asyncio.wait({asking}, timeout=LOOK_SECONDS)
                known = await self.lookup.papers.get(ids)
                if len(known) == len(ids):
                    return known
            return {paper.id: paper for paper in asking.result()}
        finally:
            await cancelled(asking)

    async def _digests(self, papers: Sequence[Paper], place: Place) -> dict[str, str]:
        """Return the digest of this place that shows each paper, in words, as far as one was sent."""
        slots = await self.ledger.delivered_at(place)
        delivered = {paper.id: slots[paper.id] for paper in papers if paper.id in slots}
        if not delivered:
            return {}
        table = (await self.channels.get(place)).timetable or Timetable()
        today, found = local_day(table, self.clock.now()), {}
        for paper_id, slot in delivered.items():
            entry = await self.ledger.find(place, local_day(table, slot))
            sent = entry is not None and entry.receipts and entry.state != QUIET
            if entry and sent and isinstance(entry.digest, Digest) and _shows(entry.digest, paper_id):
                found[paper_id] = digest_of_day(entry.digest.day, today)
        return found


def _shows(digest: Digest, paper_id: str) -> bool:
    return any(item.match.paper.id == paper_id for item in digest.items)
