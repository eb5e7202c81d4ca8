"""Papers that somebody who types is about to name: those of the channel's last digests, then all known here."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.ledger import Ledger
from bot.domain.arxiv_id import find_id
from bot.domain.channel import Place
from bot.domain.digest import Digest
from bot.domain.errors import StoreDown
from bot.domain.paper import Paper
from bot.domain.schedule import HISTORY_DAYS, local_day
from bot.domain.text.normalize import fold, words
from bot.infra.clock_port import Clock
from bot.papers.index_port import SearchIndex
from bot.papers.store.papers import PaperStore


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where completions come from."""

    papers: PaperStore
    channels: ChannelStore
    ledger: Ledger
    clock: Clock
    index: SearchIndex | None = None


async def papers_begun(begun: str, place: Place, shelf: Shelf, most: int) -> list[Paper]:
    """At most `most` papers whose id or title `begun` may become; where nothing is typed, those of the last digests.

    Without an index, or while it can't be read, those of the digests alone. Raises StoreDown.
    """
    if paper_id := find_id(begun):
        return list((await shelf.papers.get([paper_id])).values())
    shown = [paper for paper in await _shown_lately(place, shelf) if may_become(begun, paper)]
    found = await _found(begun, shelf, most) if len(shown) < most else []
    return list({paper.id: paper for paper in (*shown, *found)}.values())[:most]


def may_become(begun: str, paper: Paper) -> bool:
    """Whether the title holds all words of `begun`, the last of which may only be begun, or the id begins so: pure."""
    *whole, last = words(begun) or ("",)
    title = set(words(paper.title))
    named = title.issuperset(whole) and any(word.startswith(last) for word in title)
    return named or paper.id.startswith(begun.strip().lower())


async def _shown_lately(place: Place, shelf: Shelf) -> list[Paper]:
    """The papers that the digests which `/digest` shows too named there, the latest digest first."""
    table = (await shelf.channels.get(place)).timetable
    if table is None:
        return []
    today = local_day(table, shelf.clock.now())
    days = [today - timedelta(days=back) for back in range(HISTORY_DAYS + 1)]
    said = await asyncio.gather(*(shelf.ledger.find(place, day) for day in days))
    digests = [one.digest for one in said if one and one.state != "cancelled"]
    return [item.match.paper for digest in digests if isinstance(digest, Digest) for item in digest.items]


async def _found(begun: str, shelf: Shelf, most: int) -> list[Paper]:
    if shelf.index is None or len(fold(begun)) < 2:
        return []
    try:
        ids = await shelf.index.begun(begun, most)
    except StoreDown:
        return []
    known = await shelf.papers.get(ids)
    return [known[paper_id] for paper_id in ids if paper_id in known]
