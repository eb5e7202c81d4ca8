"""Papers that are known from the feed alone, which has no dates, comments and withdrawals: completed from the API."""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from bot.domain.categories import covering
from bot.domain.errors import SourceDown
from bot.papers.arxiv_port import Catalogue
from bot.papers.backfill import announced_by_arxiv, in_time
from bot.papers.store.papers import PaperStore

log = logging.getLogger(__name__)

MAX_ENRICHED = 300
"""Maximum of feed papers completed by id. There are a few a day; many more only while the API lags behind the feed, and
then it returns them soon anyway."""
_BATCH_SIZE = 200

ENRICH_WINDOW = timedelta(days=2)
"""Age of an announcement up to which feed entries are completed."""


async def complete_bare(
    papers: PaperStore, catalogue: Catalogue, now: datetime, codes: Collection[str] | None = None
) -> None:
    """Complete such papers of the last days; with `codes` (archives and categories), those alone that are in one."""
    known = await papers.get(list(await announced_by_arxiv(papers, now - ENRICH_WINDOW, now)))
    found = [paper for paper in known.values() if paper.published is None]
    if codes is not None:
        found = [paper for paper in found if any(not covering(one).isdisjoint(codes) for one in paper.categories)]
    bare = sorted(paper.id for paper in found)[:MAX_ENRICHED]
    try:
        for at in range(0, len(bare), _BATCH_SIZE):
            await papers.keep(await in_time(catalogue.papers(bare[at : at + _BATCH_SIZE])))
    except SourceDown as down:
        log.warning("Papers of the feed stay without dates: papers=%d why=%s", len(bare), down)
