"""Sources of papers beside arXiv, queried for papers by id and for announcements."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.errors import SourceDown
from bot.domain.paper import Paper
from bot.domain.paper_source import ARXIV, PAPER_SOURCES, is_id, source_of
from bot.domain.schedule import FEED_EVERY, fetch_due
from bot.domain.search_query import SearchQuery
from bot.infra.aio.timeout import within
from bot.papers.arxiv_port import Catalogue, Page
from bot.papers.fetch_status import WHOLE
from bot.papers.store.fetch_log import FetchLog
from bot.papers.store.papers import PaperStore

log = logging.getLogger(__name__)

OVERLAP = timedelta(days=14)
"""Overlap of announcement queries: a paper may appear later than its stated day."""

ANSWER_SECONDS = 60.0


class PaperClient(Protocol):
    """The client of another server of papers. Raises SourceDown when it doesn't answer."""

    async def papers(self, ids: Sequence[str]) -> list[Paper]:
        """Return those of `ids` (with their prefix, valid) that exist."""
        ...

    async def announced(self, since: datetime) -> list[Paper]:
        """Return the papers that appeared since then; empty if the server doesn't announce any."""
        ...


class AllSources:
    """`Catalogue` that queries each source for its own papers by id, and arXiv for everything else."""

    def __init__(self, arxiv: Catalogue, others: Mapping[str, PaperClient]) -> None:
        self._arxiv = arxiv
        self._by_id: dict[str, Catalogue | PaperClient] = {ARXIV.prefix: arxiv, **others}

    async def papers(self, ids: Sequence[str]) -> list[Paper]:
        found: dict[str, Paper] = {}
        for prefix, source in self._by_id.items():
            if own := [paper_id for paper_id in ids if source_of(paper_id).prefix == prefix]:
                found |= {paper.id: paper for paper in await source.papers(own)}
        return [found[paper_id] for paper_id in dict.fromkeys(ids) if paper_id in found]

    async def titled(self, title: str, limit: int) -> list[Paper]:
        return await self._arxiv.titled(title, limit)

    async def written_by(self, name: str, limit: int) -> list[Paper]:
        return await self._arxiv.written_by(name, limit)

    async def search(self, query: SearchQuery, limit: int) -> Page:
        return await self._arxiv.search(query, limit)

    async def submitted(self, archives: Sequence[str], since: datetime, until: datetime, start: int) -> Page:
        return await self._arxiv.submitted(archives, since, until, start)


class OtherAnnouncements:
    """Reader of announcements from the sources beside arXiv. It reads each in full, as often as arXiv's feed."""

    def __init__(self, clients: Mapping[str, PaperClient], papers: PaperStore, fetches: FetchLog) -> None:
        self._clients = clients
        self._papers = papers
        self._fetches = fetches

    async def due(self, now: datetime, digest_near: bool) -> list[str]:
        """Return the prefixes of the sources to query at `now`."""
        last = {prefix: (await self._fetches.last(prefix)).get(WHOLE) for prefix in self._clients}
        return [prefix for prefix, when in last.items() if fetch_due(when, now, FEED_EVERY, digest_near)]

    async def read(self, now: datetime, digest_near: bool) -> tuple[int, list[str]]:
        """Read the due sources; return the number of new papers, and the prefixes of sources that didn't answer."""
        new, failed = 0, []
        for prefix in await self.due(now, digest_near):
            try:
                new += await self._read(prefix, now)
                await self._fetches.done(prefix, WHOLE, now)
            except SourceDown as down:
                log.warning("A source gave no complete answer: source=%s why=%s", prefix, down)
                failed.append(prefix)
                await self._fetches.failed(prefix, WHOLE, now)
        return new, failed

    async def _read(self, prefix: str, now: datetime) -> int:
        """Return the number of new papers. At a source's first reading, its papers are as old as their stated dates."""
        first = WHOLE not in await self._fetches.last(prefix)
        told = await within(ANSWER_SECONDS, PAPER_SOURCES[prefix].name, self._clients[prefix].announced(now - OVERLAP))
        papers = [paper for paper in told if is_id(paper.id) and source_of(paper.id).prefix == prefix]
        await self._papers.keep(papers)
        seen = await self._papers.announced_at([paper.id for paper in papers])
        when = {paper.id: min(paper.published or now, now) if first else now for paper in papers}
        unseen = {paper_id: instant for paper_id, instant in when.items() if paper_id not in seen}
        await self._papers.announce(unseen)
        return len(unseen)
