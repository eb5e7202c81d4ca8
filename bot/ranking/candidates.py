"""Cache of the papers announced in the last days, read once for many channels, with a sample for comparison."""

import asyncio
import heapq
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.authors.attribute import Judged, attribute_authors
from bot.domain.attribution import NOBODY_KNOWN, Attributions
from bot.domain.channel import Follow, Kind
from bot.domain.errors import StoreDown
from bot.domain.paper import Paper
from bot.domain.schedule import LONGEST_REACH
from bot.infra.aio.cancel import cancelled
from bot.infra.aio.in_thread import in_thread, in_thread_unless_few
from bot.infra.aio.shared_reads import SharedReads
from bot.infra.asker import for_nobody
from bot.infra.spare_memory import give_back_memory
from bot.papers.candidate import Candidate, wrote
from bot.papers.embeddings import DIGEST_EMBEDDING_TIMEOUT, EMBEDDING_TIMEOUT, Vectors
from bot.papers.fetch_status import LOGGED
from bot.papers.store.fetch_log import FetchLog
from bot.papers.store.papers import PaperStore
from bot.ranking.centering import mean_of
from bot.ranking.match import NO_MEANINGS, Meanings
from bot.ranking.matched import NOTHING_NEAR, Matched
from bot.ranking.news import Comparison, News

if TYPE_CHECKING:  # numpy loads in 0.1 s; a bot without a model avoids it
    import numpy as np
    from numpy.typing import NDArray

MAX_COMPARED = 300
"""Size of the sample that papers are compared with; equals `learning.preference_score.MAX_OTHERS`."""
TOPIC_TIMEOUT = 0.4
"""Timeout for the embedding of a topic in the answer to `/follow`, by a model that is loaded."""
_GRACE_SECONDS = 2.0
"""Time to answer before embeddings take the CPU."""
EMBED_AHEAD_TIMEOUT = 600.0
"""Timeout of embedding ahead of demand: a week's papers take three minutes on a small machine."""
_CACHE_TIME = timedelta(seconds=30)


@dataclass(slots=True)
class _Snapshot:
    """Announcements until `read_at`, as of the fetches `fetched`; papers are loaded on first use.

    `before`: what was matched of an earlier snapshot. `marked` counts how often the papers' vectors were set.
    `embedded_seconds`: the longest timeout spent on its embeddings so far; negative if none.
    """

    read_at: datetime
    fetched: object
    when: Mapping[str, datetime]
    compared: Comparison | None = None
    candidates: tuple[Candidate, ...] | None = None
    before: Matched | None = None
    matched: Matched | None = None
    instants: Sequence[datetime] = ()
    judged: Judged = field(default_factory=Judged)
    marked: int = 0
    embedded_seconds: float = -1.0
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    embedding: asyncio.Lock = field(default_factory=asyncio.Lock)


class AnnouncementCache:
    """The announcements of the last days, as far back as any digest reaches, cached for half a minute or until a fetch.

    Digests, previews, single papers and forecasts all read from here, hence they agree.
    """

    def __init__(self, papers: PaperStore, fetches: FetchLog, vectors: Vectors) -> None:
        self._papers = papers
        self._fetches = fetches
        self._vectors = vectors
        self._shared = SharedReads()
        self._opening = asyncio.Lock()
        self._cached: _Snapshot | None = None
        self._clearing: asyncio.TimerHandle | None = None
        self._embedding_ahead: asyncio.Task[None] | None = None

    async def news(
        self, now: datetime, follows: Sequence[Follow], embed_seconds: float = DIGEST_EMBEDDING_TIMEOUT
    ) -> News:
        """Return all papers not withdrawn, with topic vectors and author attributions for `follows`.

        A single reader at a time waits for missing embeddings, for at most `embed_seconds`; with 0 nobody does, and a
        topic that can't be embedded at once is matched by words. Raises StoreDown.
        """
        snapshot = await self._snapshot(now)
        candidates, meanings = await self._meanings(snapshot, follows, embed_seconds)
        persons = await attribute_authors(candidates, snapshot.when, follows, self._papers)
        return News(candidates, snapshot.when, replace(meanings, persons=persons))

    async def digest_news(
        self, now: datetime, follows: Sequence[Follow], embed_seconds: float = DIGEST_EMBEDDING_TIMEOUT
    ) -> News:
        """Return the same as `news`, with what matches these follows: fast for one channel after the other.

        Papers are matched once with all that is followed alike. Raises StoreDown.
        """
        snapshot = await self._snapshot(now)
        candidates, meanings = await self._meanings(snapshot, follows, embed_seconds)
        matched = await self._learned(snapshot, candidates, follows)
        near = NOTHING_NEAR
        if meanings.topics:
            near = await in_thread(matched.near, meanings.topics, meanings.min_cosine, snapshot.marked)
        when, named = snapshot.when, matched.papers_of
        persons = await attribute_authors(candidates, when, follows, self._papers, named, snapshot.judged)
        return News(candidates, when, replace(meanings, persons=persons), matched, near, snapshot.instants)

    async def news_of(self, papers: Sequence[Paper], now: datetime, follows: Sequence[Follow]) -> News:
        """Return these papers, whenever announced, with meanings as in `news`. Computes no embeddings of papers."""
        when = await self._papers.announced_at([paper.id for paper in papers])
        candidates, meanings = tuple(map(Candidate, papers)), NO_MEANINGS
        if needs_embeddings(follows):
            compared = await self._compared(await self._snapshot(now))
            compared.mark(candidates, await self._vectors.of(papers, budget_seconds=0.0))
            meanings = Meanings(await self._topics(follows), compared.min_cosine)
        persons = await self._persons(candidates, now, follows)
        return News(candidates, when, replace(meanings, persons=persons))

    async def compared(self, now: datetime) -> Sequence[Paper]:
        """Return the sample of papers that preference scores are relative to."""
        return (await self._compared(await self._snapshot(now))).papers

    async def embed_ahead(self, now: datetime) -> None:
        """Compute embeddings ahead of the digests, for at most ten minutes, without blocking readers."""
        if self._vectors.model:
            snapshot = await self._snapshot(now)
            compared, candidates = await self._compared(snapshot), await self._candidates(snapshot)
            await self._vectors.of(_most_needed_first(compared, candidates, snapshot.when), EMBED_AHEAD_TIMEOUT)

    def embed_soon(self, now: datetime, follows: Sequence[Follow]) -> None:
        """Start to embed topics, then papers, in the background, unless that is under way; `aclose` ends it."""
        if self._vectors.model and (self._embedding_ahead is None or self._embedding_ahead.done()):
            self._embedding_ahead = asyncio.create_task(self._embed_quietly(now, follows), context=for_nobody())

    async def aclose(self) -> None:
        """Cancel background work; embeddings computed so far stay."""
        if self._embedding_ahead:
            await cancelled(self._embedding_ahead)

    async def _embed_quietly(self, now: datetime, follows: Sequence[Follow]) -> None:
        await asyncio.sleep(_GRACE_SECONDS)
        with suppress(StoreDown):
            await self._topics(follows)
            await self.embed_ahead(now)

    @property
    def model(self) -> str:
        """Name of the embedding model; empty without one."""
        return self._vectors.model

    async def has_fetched(self) -> bool:
        """Return True if arXiv ever answered."""
        return any(await self._fetched())

    async def _fetched(self) -> Sequence[object]:
        return await asyncio.gather(*map(self._fetches.last, LOGGED))

    async def _snapshot(self, now: datetime) -> _Snapshot:
        fetched = await self._shared.of("fetched", self._fetched)
        self._clear_later()
        async with self._opening:
            cached = self._cached
            if cached and cached.fetched == fetched and abs(now - cached.read_at) <= _CACHE_TIME:
                return cached
            when = await self._papers.announced(now - LONGEST_REACH, now)
            self._cached = snapshot = _Snapshot(
                now, fetched, when, before=(cached.matched or cached.before) if cached else None
            )
            return snapshot

    async def _compared(self, snapshot: _Snapshot) -> Comparison:
        async with self._opening:
            if snapshot.compared is None:
                ids = sorted(heapq.nsmallest(MAX_COMPARED, snapshot.when, key=_sample_key))
                papers = tuple(paper for paper in (await self._papers.get(ids)).values() if not paper.withdrawn)
                vectors = await self._vectors.of(papers, budget_seconds=0.0)
                snapshot.compared = Comparison(papers, mean_of(papers, vectors))
            return snapshot.compared

    async def _candidates(self, snapshot: _Snapshot) -> tuple[Candidate, ...]:
        async with snapshot.reading:
            if snapshot.candidates is None:
                found = await self._papers.get(list(snapshot.when))
                known = snapshot.before.candidates if snapshot.before else ()
                candidates = await in_thread_unless_few(len(found), _prepared, found.values(), known)
                snapshot.instants = [snapshot.when[one.paper.id] for one in candidates]
                snapshot.candidates = candidates
            return snapshot.candidates

    async def _meanings(
        self, snapshot: _Snapshot, follows: Sequence[Follow], embed_seconds: float
    ) -> tuple[tuple[Candidate, ...], Meanings]:
        """Return the papers, with vectors if a follow is a topic, and the topics' vectors."""
        at_once = TOPIC_TIMEOUT if self._vectors.warm else 0.0
        topics = await self._topics(follows, EMBEDDING_TIMEOUT if embed_seconds > 0 else at_once)
        candidates = await self._candidates(snapshot)
        if not needs_embeddings(follows) or not (topics or embed_seconds > 0):
            return candidates, NO_MEANINGS
        compared = await self._embedded(snapshot, candidates, embed_seconds)
        return candidates, Meanings(topics, compared.min_cosine)

    async def _learned(
        self, snapshot: _Snapshot, candidates: Sequence[Candidate], follows: Sequence[Follow]
    ) -> Matched:
        """Return what matches these follows; papers and follows of earlier calls aren't matched again."""
        async with snapshot.reading:
            if snapshot.matched is None and snapshot.before and not snapshot.before.full:
                snapshot.matched = await asyncio.to_thread(snapshot.before.with_papers, candidates)
            if snapshot.matched is None or snapshot.matched.full:
                snapshot.matched = Matched(candidates)
            matched, snapshot.before = snapshot.matched, None
        # In a thread: normalizing a week's papers takes seconds, and commands must be acknowledged meanwhile.
        if not matched.knows(follows):
            await asyncio.to_thread(matched.learn, follows)
        return matched

    async def _embedded(self, snapshot: _Snapshot, candidates: Sequence[Candidate], seconds: float) -> Comparison:
        """Set the candidates' vectors, as many as `seconds` allow, and return the sample they were centered on."""
        compared = await self._compared(snapshot)
        try:
            async with asyncio.timeout(max(seconds, 0.01)):
                await snapshot.embedding.acquire()
        except TimeoutError:  # another reader computes them, perhaps with a longer timeout
            return compared
        try:
            if snapshot.embedded_seconds < seconds:
                papers = _most_needed_first(compared, candidates, snapshot.when)
                vectors = await self._vectors.of(papers, seconds)
                compared = snapshot.compared = Comparison(compared.papers, mean_of(compared.papers, vectors))
                compared.mark(candidates, vectors)
                snapshot.marked += 1
                snapshot.embedded_seconds = seconds
        finally:
            snapshot.embedding.release()
        return snapshot.compared or compared

    async def _topics(
        self, follows: Iterable[Follow], seconds: float = EMBEDDING_TIMEOUT
    ) -> "Mapping[str, NDArray[np.float32]]":
        followed = [follow.what for follow in follows if follow.kind is Kind.TOPIC]
        return await self._vectors.of_texts(followed, seconds) if followed else {}

    async def _persons(self, candidates: Sequence[Candidate], now: datetime, follows: Iterable[Follow]) -> Attributions:
        """Attribute the candidates as among all papers; skipped unless a candidate has a followed author's name."""
        named = [follow for follow in follows if follow.person and any(_has_name(c, follow) for c in candidates)]
        if not named:
            return NOBODY_KNOWN
        snapshot = await self._snapshot(now)
        announced = await self._candidates(snapshot)
        found = await attribute_authors(announced, snapshot.when, named, self._papers)
        announced_ids = {candidate.paper.id for candidate in announced}
        for other in (candidate for candidate in candidates if candidate.paper.id not in announced_ids):
            with_other = await attribute_authors([*announced, other], snapshot.when, named, self._papers)
            found = _with_paper(found, other.paper.id, with_other)
        return found

    def _clear_later(self) -> None:
        """Free the memory once nobody has used it for the cache time: a week's papers take tens of megabytes."""
        if self._clearing:
            self._clearing.cancel()
        self._clearing = asyncio.get_running_loop().call_later(_CACHE_TIME.total_seconds(), self._clear)

    def _clear(self) -> None:
        self._cached = self._clearing = None
        give_back_memory()


def _prepared(papers: Collection[Paper], before: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Return the papers that aren't withdrawn, with what was normalized `before`."""
    known = {one.paper.id: one for one in before}
    return tuple(_normalized(paper, known.get(paper.id)) for paper in papers if not paper.withdrawn)


def _normalized(paper: Paper, known: Candidate | None) -> Candidate:
    """Return the paper with the words that were normalized before, unless it has changed."""
    return known.without_vector() if known and known.paper == paper else Candidate(paper)


def needs_embeddings(follows: Iterable[Follow]) -> bool:
    """Return True if a follow is matched by meaning, as topics are."""
    return any(follow.kind is Kind.TOPIC for follow in follows)


def _sample_key(paper_id: str) -> int:
    """Return a stable pseudo-random number: most of the sample stays when a day passes."""
    return zlib.crc32(paper_id.encode())


def _most_needed_first(
    compared: Comparison, candidates: Iterable[Candidate], when: Mapping[str, datetime]
) -> list[Paper]:
    """Return the sample, then the latest papers: these are in every digest that is due."""
    newest = sorted((candidate.paper for candidate in candidates), key=lambda paper: when[paper.id], reverse=True)
    return list({paper.id: paper for paper in (*compared.papers, *newest)}.values())


def _with_paper(persons: Attributions, paper_id: str, other: Attributions) -> Attributions:
    """Add what `other` attributes of one paper."""
    added = {key: {paper_id: grades[paper_id]} for key, grades in other.judged.items() if paper_id in grades}
    return Attributions(
        {key: {**persons.judged.get(key, {}), **added.get(key, {})} for key in {**persons.judged, **added}}
    )


def _has_name(candidate: Candidate, follow: Follow) -> bool:
    return any(wrote(name, candidate) for name in follow.spellings)
