"""Completion of papers while a user types: those of the channel's last digests, then all known here."""

import asyncio
from datetime import timedelta

from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.ledger import Ledger
from bot.domain.channel import Place
from bot.domain.digest import Digest
from bot.domain.errors import StoreDown
from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.domain.paper_source import only_id
from bot.domain.schedule import HISTORY_DAYS, local_day
from bot.domain.text.normalize import fold, words
from bot.infra.clock_port import Clock
from bot.papers.index_port import SearchIndex
from bot.papers.store.papers import PaperStore


@frozen
class PaperCompletions:
    """Completion of papers; without a readable index, only papers of digests."""

    papers: PaperStore
    channels: ChannelStore
    ledger: Ledger
    clock: Clock
    index: SearchIndex | None = None

    async def begun(self, text: str, place: Place, most: int) -> list[Paper]:
        """Return at most `most` papers whose id or title may complete `text`; without text, those of the last digests.

        Raises StoreDown.
        """
        if paper_id := only_id(text):
            return list((await self.papers.get([paper_id])).values())
        shown = [paper for paper in await self._shown_lately(place) if may_become(text, paper)]
        found = await self._found(text, most) if len(shown) < most else []
        return list({paper.id: paper for paper in (*shown, *found)}.values())[:most]

    async def topics_lately(self, place: Place) -> list[str]:
        """Return the topics of the papers of the last digests, each once, latest digest first. Raises StoreDown."""
        items = [item for digest in await self._digests(place) for item in digest.items]
        return list(dict.fromkeys(topic for item in items for topic in item.summary.topics))

    async def _shown_lately(self, place: Place) -> list[Paper]:
        """Return the papers of the last digests, latest digest first."""
        return [item.match.paper for digest in await self._digests(place) for item in digest.items]

    async def _digests(self, place: Place) -> list[Digest]:
        """Return the digests that `/digest` can show, the latest first."""
        table = (await self.channels.get(place)).timetable
        if table is None:
            return []
        today = local_day(table, self.clock.now())
        days = [today - timedelta(days=back) for back in range(HISTORY_DAYS + 1)]
        entries = await asyncio.gather(*(self.ledger.find(place, day) for day in days))
        shown = [entry.digest for entry in entries if entry and entry.state != "cancelled"]
        return [digest for digest in shown if isinstance(digest, Digest)]

    async def _found(self, text: str, most: int) -> list[Paper]:
        if self.index is None or len(fold(text)) < 2:
            return []
        try:
            ids = await self.index.begun(text, most)
        except StoreDown:
            return []
        known = await self.papers.get(ids)
        return [known[paper_id] for paper_id in ids if paper_id in known]


def may_become(begun: str, paper: Paper) -> bool:
    """Return True if the title has all words of `begun`, the last as a prefix, or the id starts with it: pure."""
    *whole, last = words(begun) or ("",)
    title = set(words(paper.title))
    named = title.issuperset(whole) and any(word.startswith(last) for word in title)
    return named or paper.id.startswith(begun.strip().lower())
