"""A channel and the week's papers to its digest: matching, ranking, summarising only what will be shown."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.authors.attribute import attribute_authors
from bot.domain.channel import Channel, Follow, Kind, Timetable
from bot.domain.digest import Digest, DigestItem, Match, Namesake
from bot.domain.feedback import PreferenceScore
from bot.domain.paper import Paper
from bot.domain.schedule import LONGEST_REACH, caught_up_from, local_day, next_slot, why_quiet
from bot.domain.summary import Summary
from bot.papers.arxiv_port import SOURCES
from bot.papers.candidate import Candidate
from bot.papers.embeddings import DIGEST_EMBEDDING_TIMEOUT, Vectors
from bot.papers.store.fetch_log import FetchLog
from bot.papers.store.papers import PaperStore
from bot.ranking.match import NEAR, NEAR_ALONE, NO_MEANINGS, Meanings, Sifted, sift
from bot.ranking.score import rank, shown

if TYPE_CHECKING:  # a tenth of a second, which a bot without a model does without
    import numpy as np
    from numpy.typing import NDArray

CATEGORIES_NAMED = 4
AHEAD_SECONDS = 600.0
"""What embedding ahead may take: on a small machine a week's papers take three minutes."""
ENOUGH_TO_COMPARE = 200
"""Papers whose mean is as good as that of thousands; see `match.NEAR`."""
_STALE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class News:
    """Papers announced within a time, read once for all channels; `when` holds each one's announcement (UTC).

    `meanings` are those of the topics that a reader asked for.
    """

    candidates: tuple[Candidate, ...]
    when: Mapping[str, datetime]
    meanings: Meanings = NO_MEANINGS

    def between(self, after: datetime, until: datetime) -> list[Candidate]:
        """Those announced in (after, until]."""
        return [c for c in self.candidates if after < self.when[c.paper.id] <= until]

    @property
    def newest_first(self) -> list[Candidate]:
        """All of them, the latest announcement first."""
        return sorted(self.candidates, key=lambda candidate: self.when[candidate.paper.id], reverse=True)


async def read_news(papers: PaperStore, after: datetime, until: datetime) -> News:
    """All papers announced in (after, until] that weren't withdrawn since."""
    when = await papers.announced(after, until)
    found = await papers.get(list(when))
    candidates = tuple(Candidate(paper) for paper in found.values() if not paper.withdrawn)
    return News(candidates, when)


def asks_for_meaning(follows: Iterable[Follow]) -> bool:
    """Whether anything of this is matched by meaning: nothing is embedded for those who ask for none of it."""
    return any(follow.kind is Kind.TOPIC for follow in follows)


async def with_meaning(
    news: News, follows: Iterable[Follow], vectors: Vectors, budget_seconds: float = DIGEST_EMBEDDING_TIMEOUT
) -> News:
    """The same news; where any of `follows` is a topic, with what papers and topics mean, as far as that is ready.

    Takes `budget_seconds` at most for the papers, and marks the candidates themselves.
    """
    if not asks_for_meaning(follows := tuple(follows)):
        return news
    return await _with_topics(await _marked(news, vectors, budget_seconds), follows, vectors)


async def with_persons(news: News, follows: Iterable[Follow], papers: PaperStore) -> News:
    """The same news, with which of the people of a name wrote what, for those of `follows` that follow a person."""
    persons = await attribute_authors(news.candidates, news.when, follows, papers)
    return replace(news, meanings=replace(news.meanings, persons=persons))


async def _marked(news: News, vectors: Vectors, budget_seconds: float) -> News:
    """The latest papers first: they are in every digest that is due."""
    found = await vectors.of([candidate.paper for candidate in news.newest_first], budget_seconds)
    compared = len(found) >= ENOUGH_TO_COMPARE
    meant = set_apart(found) if compared else found
    for candidate in news.candidates:
        candidate.vector = meant.get(candidate.paper.id)
    return replace(news, meanings=replace(news.meanings, near_from=NEAR if compared else NEAR_ALONE))


def set_apart(vectors: "Mapping[str, NDArray[np.float32]]") -> "dict[str, NDArray[np.float32]]":
    """What sets each apart from the mean of all, at unit length."""
    import numpy as np  # noqa: PLC0415

    rows = np.stack(list(vectors.values()))
    rows -= rows.mean(axis=0)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9
    return dict(zip(vectors, rows, strict=True))


async def _with_topics(news: News, follows: Iterable[Follow], vectors: Vectors) -> News:
    topics = await vectors.of_texts([follow.what for follow in follows if follow.kind is Kind.TOPIC])
    return replace(news, meanings=replace(news.meanings, topics=topics))


class Newsstand:
    """The news of the last days, read once for the many channels whose digests are due in the same minutes."""

    def __init__(self, papers: PaperStore, fetches: FetchLog, vectors: Vectors) -> None:
        self._papers = papers
        self._fetches = fetches
        self._vectors = vectors
        self._reading = asyncio.Lock()
        self._lying_there: tuple[datetime, object, News] | None = None
        self._clearing: asyncio.TimerHandle | None = None
        self._waited = False

    async def news(self, now: datetime, follows: Sequence[Follow] = ()) -> News:
        """As of the last fetch, at most half a minute older than `now`; as far back as any digest due reaches.

        With what the topics of `follows` mean. For papers that nobody embedded ahead one reader of an edition waits,
        20 s at most, and no other.
        """
        async with self._reading:
            news = await self._edition(now)
            if asks_for_meaning(follows) and not self._waited:
                self._waited = True
                news = await _marked(news, self._vectors, DIGEST_EMBEDDING_TIMEOUT)
                if self._lying_there:  # or half a minute has passed meanwhile
                    self._lying_there = (*self._lying_there[:2], news)
        return await with_persons(await _with_topics(news, follows, self._vectors), follows, self._papers)

    async def embed_ahead(self, now: datetime) -> None:
        """Makes what papers mean before any digest needs it; takes ten minutes at most, and holds up nobody."""
        if self._vectors.model:
            news = await read_news(self._papers, now - LONGEST_REACH, now)
            await self._vectors.of([candidate.paper for candidate in news.newest_first], AHEAD_SECONDS)

    async def _edition(self, now: datetime) -> News:
        edition = [await self._fetches.last(source) for source in SOURCES]
        if self._lying_there:
            read_at, its_edition, news = self._lying_there
            if its_edition == edition and timedelta(0) <= now - read_at <= _STALE:
                return news
        news = await read_news(self._papers, now - LONGEST_REACH, now)
        self._lying_there, self._waited = (now, edition, news), False
        self._clear_later()
        return news

    def _clear_later(self) -> None:
        """A week's papers are tens of megabytes, and nobody reads them between digests."""
        if self._clearing:
            self._clearing.cancel()
        self._clearing = asyncio.get_running_loop().call_later(_STALE.total_seconds(), self._clear)

    def _clear(self) -> None:
        self._lying_there = self._clearing = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a channel is due at `slot`, not yet in order; `week` is everything it is compared with."""

    channel: Channel
    timetable: Timetable
    slot: datetime
    matches: tuple[Match, ...]
    muted: int
    announced: int
    week: tuple[Paper, ...]

    @property
    def offered(self) -> list[Paper]:
        """The papers that matched."""
        return [match.paper for match in self.matches]


@dataclass(frozen=True, slots=True)
class Draft:
    """A digest decided but not yet summarised: `named` are shown, `rest` only counted, those of namesakes last."""

    channel: Channel
    timetable: Timetable
    slot: datetime
    named: tuple[Match, ...]
    rest: tuple[Match, ...]
    muted: int
    announced: int
    missing: str = ""

    @property
    def papers(self) -> list[Paper]:
        """The papers whose summaries somebody will see."""
        return [match.paper for match in self.named]


def want(channel: Channel, timetable: Timetable, slot: datetime, now: datetime, news: News, told: set[str]) -> Wanted:
    """What this channel is due at `slot`: all of the last 7 days it follows and wasn't told of."""
    since = caught_up_from(channel.last_slot, slot, now)
    recent = news.between(since, now)
    covered = news.between(max(channel.last_slot or slot - timedelta(days=1), since), now)
    sifted = sift_since(
        channel, [c for c in recent if c.paper.id not in told], news.when, timetable.cross, news.meanings
    )
    announced = max(len(covered), len(sifted.matches) + sifted.muted)
    week = tuple(candidate.paper for candidate in news.candidates)
    return Wanted(channel, timetable, slot, sifted.matches, sifted.muted, announced, week)


def draft(
    wanted: Wanted, preference_scores: Mapping[str, PreferenceScore], upvotes: Mapping[str, int] | None = None
) -> Draft:
    """The wanted in order, of which the best are named; `preference_scores` and `upvotes` by paper id, if known."""
    named, rest = shown(rank(wanted.matches, preference_scores, upvotes), wanted.timetable.top)
    return Draft(wanted.channel, wanted.timetable, wanted.slot, named, rest, wanted.muted, wanted.announced)


def sift_since(
    channel: Channel,
    candidates: Iterable[Candidate],
    when: Mapping[str, datetime],
    cross: bool = True,
    meanings: Meanings = NO_MEANINGS,
) -> Sifted:
    """As `sift`, but a follow only meets what was announced after it began."""
    groups: dict[tuple[int, ...], list[Candidate]] = {}
    for candidate in candidates:
        active = tuple(n for n, follow in enumerate(channel.follows) if follow.since < when[candidate.paper.id])
        groups.setdefault(active, []).append(candidate)
    parts = [
        sift(group, [channel.follows[n] for n in active], channel.mutes, cross, meanings)
        for active, group in groups.items()
        if active
    ]
    return Sifted(tuple(m for part in parts for m in part.matches), sum(part.muted for part in parts))


def finish(
    done: Draft, summaries: Mapping[str, Summary], missing: Sequence[str], uncertain: Sequence[date] = ()
) -> Digest:
    """The digest of a draft, with the summaries of its papers by id, what was down, and the days that are uncertain."""
    place, table = done.channel.place, done.timetable
    items = tuple(DigestItem(match, summaries[match.paper.id]) for match in done.named)
    hidden = tuple(match for match in done.rest if not match.perhaps_another)
    namesakes = tuple(_namesake(match) for match in done.rest if match.perhaps_another)
    matches = (*done.named, *hidden)
    primaries = Counter(match.paper.primary for match in matches)
    return Digest(
        place=place,
        day=local_day(table, done.slot),
        slot=done.slot,
        items=items,
        announced=done.announced,
        matched=len(matches),
        muted=done.muted,
        by_category=tuple(sorted(primaries.items(), key=lambda pair: (-pair[1], pair[0]))[:CATEGORIES_NAMED]),
        hidden=tuple(match.paper.id for match in hidden),
        quiet_because="" if matches else _why_nothing(done, missing),
        missing=tuple(missing),
        next_at=next_slot(table, done.slot),
        zone=table.zone,
        uncertain=tuple(day for day in uncertain if _not_said_yet(done, day)),
        namesakes=namesakes,
    )


def _namesake(match: Match) -> Namesake:
    return Namesake(match.paper.id, match.perhaps_another, match.reasons)


def _not_said_yet(done: Draft, day: date) -> bool:
    """Whether this digest is the next after that of `day`: one footer says it, not every one from then on."""
    served = done.channel.last_slot
    return served is None or day >= local_day(done.timetable, served)


def _why_nothing(done: Draft, missing: Sequence[str]) -> str:
    if not done.channel.follows:
        return 'This channel follows nothing yet: /follow cs.LG, /follow Yam Eitan or /follow "state space models".'
    if done.rest:
        return "Nothing announced is surely by somebody whom this channel follows, or on what else it follows."
    if done.muted:
        return "All that matched is muted in this channel."
    if done.announced:
        return "None of the papers announced is by an author, in a category or on a topic that this channel follows."
    if missing:
        return "Nothing is known of today's announcement; what it held comes with the next digest."
    since = done.channel.last_slot or done.slot - timedelta(days=1)
    return why_quiet(since.astimezone(UTC), done.slot) or "arXiv announced nothing new."
