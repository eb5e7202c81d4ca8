"""The papers announced in the last days, read once for many channels, and what other papers are compared with."""

import asyncio
import heapq
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.authors.attribute import attribute_authors
from bot.domain.attribution import NOBODY_KNOWN, Attributions
from bot.domain.channel import Follow, Kind
from bot.domain.paper import Paper
from bot.domain.schedule import LONGEST_REACH
from bot.papers.arxiv_port import SOURCES
from bot.papers.candidate import Candidate, wrote
from bot.papers.embeddings import DIGEST_EMBEDDING_TIMEOUT, Vectors
from bot.papers.store.fetch_log import FetchLog
from bot.papers.store.papers import PaperStore
from bot.ranking.match import NEAR, NEAR_ALONE, NO_MEANINGS, Meanings

if TYPE_CHECKING:  # a tenth of a second, which a bot without a model does without
    import numpy as np
    from numpy.typing import NDArray

MOST_COMPARED = 300
"""Papers of the last days that others are compared with: those of `learning.preference_scores.MOST_OTHERS`."""
ENOUGH_TO_COMPARE = 200
"""Papers whose mean is as good as that of thousands; see `match.NEAR`."""
AHEAD_SECONDS = 600.0
"""What embedding ahead may take: on a small machine a week's papers take three minutes."""
_STALE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class News:
    """Papers, and the announcement (UTC) of each by id; `meanings` are those of the follows they were read for."""

    candidates: tuple[Candidate, ...]
    when: Mapping[str, datetime]
    meanings: Meanings = NO_MEANINGS

    def between(self, after: datetime, until: datetime) -> list[Candidate]:
        """Those announced in (after, until]."""
        return [c for c in self.candidates if after < self.when[c.paper.id] <= until]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Papers of the last days that others are compared with, and the mean of their embeddings.

    A few hundred stand for thousands, so that one paper is scored as fast as it can be read, and as its digest scores
    it. `mean` is None where fewer than `ENOUGH_TO_COMPARE` have an embedding.
    """

    papers: tuple[Paper, ...] = ()
    mean: "NDArray[np.float32] | None" = None

    @property
    def near_from(self) -> float:
        """See `Meanings.near_from`."""
        return NEAR_ALONE if self.mean is None else NEAR

    def mark(self, candidates: Iterable[Candidate], vectors: "Mapping[str, NDArray[np.float32]]") -> None:
        """Give the candidates the vectors that topics are compared with."""
        meant = set_apart(vectors, self.mean) if self.mean is not None and vectors else vectors
        for candidate in candidates:
            candidate.vector = meant.get(candidate.paper.id)


@dataclass(slots=True)
class _Edition:
    """What was announced until `read_at`, as of the fetches `fetched`; the rest is read when it is first asked for.

    `embedded_seconds`: the longest that anybody waited for its embeddings; nobody did before the candidates have any.
    """

    read_at: datetime
    fetched: object
    when: Mapping[str, datetime]
    compared: Comparison | None = None
    candidates: tuple[Candidate, ...] | None = None
    embedded_seconds: float = -1.0
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    embedding: asyncio.Lock = field(default_factory=asyncio.Lock)


class AnnouncementCache:
    """The announcements of the last days, as far back as any digest reaches, kept for half a minute.

    As of the last fetch. Digests, previews, single papers and forecasts read them here, so that they agree.
    """

    def __init__(self, papers: PaperStore, fetches: FetchLog, vectors: Vectors) -> None:
        self._papers = papers
        self._fetches = fetches
        self._vectors = vectors
        self._opening = asyncio.Lock()
        self._kept: _Edition | None = None
        self._clearing: asyncio.TimerHandle | None = None

    async def news(
        self, now: datetime, follows: Sequence[Follow], embed_seconds: float = DIGEST_EMBEDDING_TIMEOUT
    ) -> News:
        """All papers that weren't withdrawn since, with what the topics of `follows` mean and which people wrote them.

        For papers that nobody embedded ahead one reader waits, `embed_seconds` at most, and no other.
        """
        edition = await self._edition(now)
        candidates, meanings = await self._candidates(edition), NO_MEANINGS
        if asks_for_meaning(follows):
            compared = await self._embedded(edition, candidates, embed_seconds)
            meanings = await self._meanings(compared, follows)
        persons = await attribute_authors(candidates, edition.when, follows, self._papers)
        return News(candidates, edition.when, replace(meanings, persons=persons))

    async def news_of(self, papers: Sequence[Paper], now: datetime, follows: Sequence[Follow]) -> News:
        """These papers alone, whenever they were announced, with the meanings that `news` gives them.

        They are embedded already or count by their words.
        """
        when = await self._papers.announced_at([paper.id for paper in papers])
        candidates, meanings = tuple(map(Candidate, papers)), NO_MEANINGS
        if asks_for_meaning(follows):
            compared = await self._compared(await self._edition(now))
            compared.mark(candidates, await self._vectors.of(papers, budget_seconds=0.0))
            meanings = await self._meanings(compared, follows)
        persons = await self._persons(candidates, now, follows)
        return News(candidates, when, replace(meanings, persons=persons))

    async def compared(self, now: datetime) -> Sequence[Paper]:
        """The papers that a preference score is relative to."""
        return (await self._compared(await self._edition(now))).papers

    async def embed_ahead(self, now: datetime) -> None:
        """Make the embeddings before any digest needs them; takes ten minutes at most, and holds up nobody."""
        if self._vectors.model:
            edition = await self._edition(now)
            compared, candidates = await self._compared(edition), await self._candidates(edition)
            await self._vectors.of(_most_needed_first(compared, candidates, edition.when), AHEAD_SECONDS)

    @property
    def model(self) -> str:
        """The name of the sentence model; empty without one."""
        return self._vectors.model

    async def has_fetched(self) -> bool:
        """Whether arXiv ever answered."""
        return any([await self._fetches.last(source) for source in SOURCES])

    async def _edition(self, now: datetime) -> _Edition:
        async with self._opening:
            fetched = [await self._fetches.last(source) for source in SOURCES]
            kept = self._kept
            if kept and kept.fetched == fetched and abs(now - kept.read_at) <= _STALE:
                return kept
            self._kept = edition = _Edition(now, fetched, await self._papers.announced(now - LONGEST_REACH, now))
            self._clear_later()
            return edition

    async def _compared(self, edition: _Edition) -> Comparison:
        async with self._opening:
            if edition.compared is None:
                ids = sorted(heapq.nsmallest(MOST_COMPARED, edition.when, key=_lot))
                papers = tuple(paper for paper in (await self._papers.get(ids)).values() if not paper.withdrawn)
                vectors = await self._vectors.of(papers, budget_seconds=0.0)
                edition.compared = Comparison(papers, _mean(papers, vectors))
            return edition.compared

    async def _candidates(self, edition: _Edition) -> tuple[Candidate, ...]:
        async with edition.reading:
            if edition.candidates is None:
                found = await self._papers.get(list(edition.when))
                edition.candidates = tuple(Candidate(paper) for paper in found.values() if not paper.withdrawn)
            return edition.candidates

    async def _embedded(self, edition: _Edition, candidates: Sequence[Candidate], seconds: float) -> Comparison:
        """What topics are compared with, after the candidates were given their vectors as far as time allowed."""
        compared = await self._compared(edition)
        try:
            async with asyncio.timeout(max(seconds, 0.01)):
                await edition.embedding.acquire()
        except TimeoutError:  # another reader is at it, who may wait longer
            return compared
        try:
            if edition.embedded_seconds < seconds:
                wanted = _most_needed_first(compared, candidates, edition.when)
                vectors = await self._vectors.of(wanted, seconds)
                compared = edition.compared = Comparison(compared.papers, _mean(compared.papers, vectors))
                compared.mark(candidates, vectors)
                edition.embedded_seconds = seconds
        finally:
            edition.embedding.release()
        return edition.compared or compared

    async def _meanings(self, compared: Comparison, follows: Iterable[Follow]) -> Meanings:
        topics = await self._vectors.of_texts([follow.what for follow in follows if follow.kind is Kind.TOPIC])
        return Meanings(topics, compared.near_from)

    async def _persons(self, candidates: Sequence[Candidate], now: datetime, follows: Iterable[Follow]) -> Attributions:
        """Which people wrote the candidates, told as among all papers; read only where one bears a followed name."""
        named = [follow for follow in follows if follow.person and any(_bears(one, follow) for one in candidates)]
        if not named:
            return NOBODY_KNOWN
        edition = await self._edition(now)
        every = await self._candidates(edition)
        found = await attribute_authors(every, edition.when, named, self._papers)
        listed = {candidate.paper.id for candidate in every}
        for one in (one for one in candidates if one.paper.id not in listed):
            beside = await attribute_authors([*every, one], edition.when, named, self._papers)
            found = _with_paper(found, one.paper.id, beside)
        return found

    def _clear_later(self) -> None:
        """A week's papers are tens of megabytes, and nobody reads them between digests."""
        if self._clearing:
            self._clearing.cancel()
        self._clearing = asyncio.get_running_loop().call_later(_STALE.total_seconds(), self._clear)

    def _clear(self) -> None:
        self._kept = self._clearing = None


def asks_for_meaning(follows: Iterable[Follow]) -> bool:
    """Whether anything of this is matched by meaning: nothing is embedded for those who ask for none of it."""
    return any(follow.kind is Kind.TOPIC for follow in follows)


def set_apart(
    vectors: "Mapping[str, NDArray[np.float32]]", mean: "NDArray[np.float32] | None" = None
) -> "dict[str, NDArray[np.float32]]":
    """What sets each apart from the mean, that of all of them unless it is given, at unit length."""
    import numpy as np  # noqa: PLC0415

    rows = np.stack(list(vectors.values()))
    rows -= rows.mean(axis=0) if mean is None else mean
    rows /= np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9
    return dict(zip(vectors, rows, strict=True))


def _mean(papers: Sequence[Paper], vectors: "Mapping[str, NDArray[np.float32]]") -> "NDArray[np.float32] | None":
    known = [vectors[paper.id] for paper in papers if paper.id in vectors]
    if len(known) < ENOUGH_TO_COMPARE:
        return None
    import numpy as np  # noqa: PLC0415

    mean: NDArray[np.float32] = np.mean(known, axis=0)
    return mean


def _lot(paper_id: str) -> int:
    """An order that is like drawn, and the same for ever: when a day passes, most of those drawn stay."""
    return zlib.crc32(paper_id.encode())


def _most_needed_first(
    compared: Comparison, candidates: Iterable[Candidate], when: Mapping[str, datetime]
) -> list[Paper]:
    """Those that all others are compared with, then the latest: these are in every digest that is due."""
    newest = sorted((one.paper for one in candidates), key=lambda paper: when[paper.id], reverse=True)
    return list({paper.id: paper for paper in (*compared.papers, *newest)}.values())


def _with_paper(persons: Attributions, paper_id: str, beside: Attributions) -> Attributions:
    """The same, and what `beside` knows of one paper more."""
    added = {key: {paper_id: grades[paper_id]} for key, grades in beside.judged.items() if paper_id in grades}
    return Attributions(
        {key: {**persons.judged.get(key, {}), **added.get(key, {})} for key in {**persons.judged, **added}}
    )


def _bears(candidate: Candidate, follow: Follow) -> bool:
    return any(wrote(name, candidate) for name in follow.spellings)
