"""What the stored papers tell about arXiv's answers: whether a feed is today's, and when a paper wasn't there yet."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median_low

from bot.domain.categories import archive_of
from bot.domain.paper import Paper
from bot.domain.schedule import announcement_shown
from bot.papers.backfill import announced_by_arxiv
from bot.papers.store.papers import PaperStore


async def is_current(papers: PaperStore, ids: Sequence[str], now: datetime) -> bool:
    """Return True if a feed with these new papers shows the latest announcement, whatever its date.

    Most of them were first seen since that announcement.
    """
    shown, times = announcement_shown(now), (await papers.announced_at(ids)).values()
    return shown is None or not times or median_low(times) >= shown


async def announcing_archives(papers: PaperStore, now: datetime) -> set[str]:
    """Return the archives with papers in the latest announcement: where a feed is empty, it shows another one."""
    shown = announcement_shown(now)
    if shown is None:
        return set()
    since = await announced_by_arxiv(papers, shown - timedelta(seconds=1), now)
    return {archive_of(paper.primary) for paper in (await papers.get(list(since))).values()}


def last_answer(paper: Paper, last: Mapping[str, datetime]) -> datetime | None:
    """Return the last answer that would have had the paper; None if no archive of its own was ever answered."""
    return max((last[one] for one in map(archive_of, paper.categories) if one in last), default=None)
