"""Reads the papers that arXiv's API knows of some archives, newest first, page by page."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from itertools import chain

from bot.domain.categories import archive_of, covering
from bot.domain.errors import SourceDown
from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.domain.schedule import API_EVERY, last_announcement
from bot.infra.aio.in_thread import in_thread
from bot.infra.clock_port import Clock
from bot.infra.redis.chunks import in_chunks
from bot.papers.archive_groups import Group
from bot.papers.arxiv_port import Catalogue
from bot.papers.backfill import announced_by_arxiv, announced_when, in_time
from bot.papers.feed_check import last_answer
from bot.papers.store.papers import PaperStore

_MOST_LOOKED_UP = 200
_READ_AT_ONCE = 100
"""Papers: two weeks of arXiv whole are 30 MB."""

Announce = Callable[[Mapping[str, datetime]], Awaitable[int]]
"""Store announcements of unseen papers and return their number."""


@frozen
class PageRead:
    """A page that was read and stored: its `new` papers, and the archives of which the answer is doubtful."""

    new: int = 0
    is_last: bool = False
    doubted: Sequence[str] = ()


class ApiReader:
    """Reader of announcements from the API. Papers read before a failure stay."""

    def __init__(self, catalogue: Catalogue, papers: PaperStore, clock: Clock, announce: Announce) -> None:
        self._catalogue = catalogue
        self._papers = papers
        self._clock = clock
        self._announce = announce

    async def read(self, group: Group, last: Mapping[str, datetime], since: datetime) -> AsyncGenerator[PageRead, None]:
        """Yield the pages of papers submitted since then; `last` has the last complete answers by archive.

        Between announcements the first page without unknown papers is the last one. Raises SourceDown.
        """
        now, start = self._clock.now(), 0
        times = [last.get(archive_of(code)) for code in group]
        whole = any(when is None or now - when >= API_EVERY or when < last_announcement(now) for when in times)
        is_last = False
        while not is_last:
            page = await in_time(self._catalogue.submitted(group, since, now, start))
            if not page.papers:
                if page.total < start:
                    raise SourceDown("arXiv", "answered with an incomplete list")
                doubted = () if start else await self._contradicted(group, since, now)
                yield PageRead(is_last=True, doubted=doubted)
                return
            await self._papers.keep(page.papers)
            new = await self._announce(await in_thread(_announced, page.papers, last, now))
            start += len(page.papers)
            is_last = start >= page.total or not (whole or new)
            yield PageRead(new, is_last)

    async def _contradicted(self, group: Group, since: datetime, now: datetime) -> list[str]:
        """Return those of the group where known papers contradict an empty answer: "0 results" may be arXiv's error.

        Papers known only from the feed are looked up by id.
        """
        own: dict[str, set[str]] = {}
        dated: dict[str, datetime | None] = {}
        for ids in in_chunks(list(await announced_by_arxiv(self._papers, since, now)), _READ_AT_ONCE):
            for id, paper in (await self._papers.get(ids)).items():
                if codes := {*group}.intersection(chain.from_iterable(map(covering, paper.categories))):
                    own[id], dated[id] = codes, paper.published
        bare = [id for id, published in dated.items() if published is None][:_MOST_LOOKED_UP]
        found = await in_time(self._catalogue.papers(bare)) if bare else []
        await self._papers.keep(found)
        dated |= {paper.id: paper.published for paper in found}
        recent = {id for id, published in dated.items() if published and since < published <= now}
        odd = recent | ({*bare} if bare and not found else set())
        return [code for code in group if any(code in own.get(id, ()) for id in odd)]


def _announced(papers: Sequence[Paper], last: Mapping[str, datetime], now: datetime) -> dict[str, datetime]:
    return {paper.id: announced_when(paper, last_answer(paper, last), now) for paper in papers}


async def announce_unseen(papers: PaperStore, when: Mapping[str, datetime]) -> int:
    """Store the announcements (UTC, by id) of papers that weren't announced before, and return their number."""
    known = await papers.announced_at(list(when))
    unseen = {paper_id: instant for paper_id, instant in when.items() if paper_id not in known}
    await papers.announce(unseen)
    return len(unseen)
