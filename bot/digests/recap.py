"""A channel's past digests to its recap: topics over the weeks, the best of the last one, and what the team saved."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from bot.authors.attribute import BACKGROUND, attribute_authors
from bot.delivery.store.ledger import Ledger
from bot.domain.attribution import NOBODY_KNOWN, Attributions
from bot.domain.channel import Channel, Place, Timetable
from bot.domain.digest import Digest, DigestItem, Match
from bot.domain.feedback import Feedback, FeedbackKind
from bot.domain.paper import Paper
from bot.domain.plot import PlotRow
from bot.domain.recap import Recap
from bot.domain.schedule import local_day
from bot.papers.candidate import Candidate
from bot.papers.store.papers import PaperStore
from bot.ranking.match import NO_MEANINGS, wants
from bot.ranking.store.feedback import FeedbackStore

WEEKS = 8
"""As far back as the ledger keeps digests (60 days), in whole weeks."""
TOPICS, TOP, SAVED, FOLLOWS = 6, 5, 5, 5
"""Rows and lines that fit a screen."""
THE_REST = "Everything else"

TopicsOf = Callable[[Paper], Sequence[str]]
"""The topics of a paper by its words and categories, surest first."""


@dataclass(frozen=True, slots=True)
class RecapFeedback:
    """What a team said of papers, each id with when it was said (UTC)."""

    saved: Mapping[str, datetime] = field(default_factory=dict)
    liked: Mapping[str, datetime] = field(default_factory=dict)
    refused: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Past:
    """What a recap is made of: the weeks' digests, and the papers they brought, each with the channel's date of it.

    `persons` tells which of the last week's papers are by the people followed.
    """

    digests: Sequence[Digest]
    delivered: Mapping[str, date]
    papers: Mapping[str, Paper]
    feedback: RecapFeedback = RecapFeedback()
    persons: Attributions = NOBODY_KNOWN


def read_feedback(opinions: Iterable[Feedback]) -> RecapFeedback:
    """What the team said, verdict by verdict."""
    said: dict[FeedbackKind, dict[str, datetime]] = {verdict: {} for verdict in FeedbackKind}
    for opinion in opinions:
        said[opinion.verdict][opinion.paper_id] = opinion.since
    return RecapFeedback(said[FeedbackKind.SAVED], said[FeedbackKind.MORE], said[FeedbackKind.LESS])


class Recaps:
    """Reads what a channel was told of, and makes its recap."""

    def __init__(
        self,
        papers: PaperStore,
        ledger: Ledger,
        tastes: FeedbackStore,
        topics_of: TopicsOf,
    ) -> None:
        self._papers = papers
        self._ledger = ledger
        self._topics_of = topics_of
        self._tastes = tastes

    async def of(self, channel: Channel, table: Timetable, slot: datetime) -> Recap:
        """The recap of the seven days that end with the channel's date at `slot`. Raises StoreDown."""
        place, ends = channel.place, local_day(table, slot)
        digests = await self._digests(place, ends)
        told = {paper_id: local_day(table, at) for paper_id, at in (await self._ledger.delivered_at(place)).items()}
        # A digest opened a moment ago isn't told yet, and one restored from a backup is no digest any more.
        brought = told | {paper_id: digest.day for digest in digests for paper_id in digest.paper_ids}
        delivered = own(brought, digests)
        feedback = read_feedback(await self._tastes.feedback(place))
        wanted = [paper_id for paper_id, day in delivered.items() if week_of(day, ends) is not None]
        papers = await self._papers.get([*dict.fromkeys([*wanted, *feedback.saved])])
        last = [one for id, one in papers.items() if id in delivered and week_of(delivered[id], ends) == WEEKS - 1]
        past = Past(digests, delivered, papers, feedback, await self._recognised(channel, last, slot))
        # In a thread: thousands of papers take a second to sort by topic, and commands are acknowledged meanwhile.
        return await asyncio.to_thread(make, channel, table, slot, past, self._topics_of)

    async def _recognised(self, channel: Channel, week: Sequence[Paper], slot: datetime) -> Attributions:
        """By whom the week's papers are, told as the digests told it: held against other papers of these days too."""
        people = [follow for follow in channel.follows if follow.person]
        if not people or not week:
            return NOBODY_KNOWN
        when = await self._papers.announced(slot - timedelta(days=7), slot)
        ids = sorted(set(when) - {paper.id for paper in week})
        around = await self._papers.get(ids[:: max(len(ids) // BACKGROUND, 1)])
        return await attribute_authors(
            [Candidate(one) for one in (*week, *around.values())], when, people, self._papers
        )

    async def _digests(self, place: Place, ends: date) -> list[Digest]:
        days = [ends - timedelta(days=back) for back in range(7 * WEEKS)]
        said = [await self._ledger.find(place, day) for day in reversed(days)]
        return [say.digest for say in said if say and say.state in {"open", "sent"} and isinstance(say.digest, Digest)]


def own(brought: Mapping[str, date], digests: Iterable[Digest]) -> dict[str, date]:
    """What was brought, without what is perhaps by namesakes: it was told of, but is none of the channel's."""
    others = {one.paper_id for digest in digests for one in digest.namesakes}
    return {paper_id: day for paper_id, day in brought.items() if paper_id not in others}


def make(channel: Channel, table: Timetable, slot: datetime, past: Past, topics_of: TopicsOf) -> Recap:
    """The recap of that past: pure."""
    ends = local_day(table, slot)
    week = [digest for digest in past.digests if week_of(digest.day, ends) == WEEKS - 1]
    saved = _saved(past, table, ends)
    return Recap(
        place=channel.place,
        slot=slot,
        ends=ends,
        weeks=tuple(ends - timedelta(weeks=back) for back in reversed(range(WEEKS))),
        topics=_topics(past, ends, topics_of),
        digests=len(week),
        announced=sum(digest.announced for digest in week),
        matched=sum(digest.matched for digest in week),
        shown=sum(len(digest.items) for digest in week),
        top=_top(week, past.feedback, {paper.id for paper in saved}),
        saved=tuple(saved[:SAVED]),
        more_saved=max(0, len(saved) - SAVED),
        follows=_follows(
            channel, table, [p for p in past.papers.values() if _in_last_week(past, p, ends)], past.persons
        ),
    )


def week_of(day: date, ends: date) -> int | None:
    """Which of the weeks that end with `ends` holds `day`: the oldest is 0; None where none of them does."""
    back = (ends - day).days // 7
    return WEEKS - 1 - back if 0 <= back < WEEKS else None


def _in_last_week(past: Past, paper: Paper, ends: date) -> bool:
    day = past.delivered.get(paper.id)
    return day is not None and week_of(day, ends) == WEEKS - 1


def _topics(past: Past, ends: date, topics_of: TopicsOf) -> tuple[PlotRow, ...]:
    """The topics with the most papers, the most first, and all others together; each paper counts under one."""
    by_topic: dict[str, list[int]] = {}
    summaries = {item.match.paper.id: item.summary for digest in past.digests for item in digest.items}
    for paper_id, day in past.delivered.items():
        week, paper = week_of(day, ends), past.papers.get(paper_id)
        if week is None or paper is None:
            continue
        said = summaries[paper_id].topics if paper_id in summaries else ()
        topic = next(iter(said or topics_of(paper)), THE_REST)
        by_topic.setdefault(topic, [0] * WEEKS)[week] += 1
    rest = [by_topic.pop(THE_REST, [0] * WEEKS)]
    ranked = sorted(by_topic, key=lambda name: (-sum(by_topic[name]), name))
    rest += [by_topic[name] for name in ranked[TOPICS:]]
    rows = [PlotRow(name, tuple(by_topic[name])) for name in ranked[:TOPICS]]
    others = PlotRow(THE_REST, tuple(map(sum, zip(*rest, strict=True))))
    return (*rows, others) if others.total else tuple(rows)


def _top(week: Iterable[Digest], feedback: RecapFeedback, elsewhere: set[str]) -> tuple[Match, ...]:
    """What the team liked, then the best scores; nothing that it refused or that stands elsewhere in the recap."""
    unwanted = elsewhere | set(feedback.refused)
    items = {i.match.paper.id: i for digest in week for i in digest.items if i.match.paper.id not in unwanted}

    def place(item: DigestItem) -> tuple[bool, bool, int, int]:
        match = item.match
        liked, score = match.paper.id in feedback.liked, -1 if match.score is None else match.score
        return not liked, not match.followed_author, -score, -len(match.reasons)

    return tuple(item.match for item in sorted(items.values(), key=place)[:TOP])


def _saved(past: Past, table: Timetable, ends: date) -> list[Paper]:
    """What was saved in the week, the last first."""
    when = {id: at for id, at in past.feedback.saved.items() if week_of(local_day(table, at), ends) == WEEKS - 1}
    return [past.papers[id] for id in sorted(when, key=when.__getitem__, reverse=True) if id in past.papers]


def _follows(
    channel: Channel, table: Timetable, papers: Iterable[Paper], persons: Attributions
) -> tuple[tuple[str, int], ...]:
    """What brought the most: of people who are followed as persons, what isn't another's of the name."""
    brought: Counter[str] = Counter()
    meanings = replace(NO_MEANINGS, persons=persons)
    for candidate in map(Candidate, papers):
        brought.update(follow.what for follow in channel.follows if wants(follow, candidate, table.cross, meanings))
    return tuple(sorted(brought.items(), key=lambda pair: (-pair[1], pair[0]))[:FOLLOWS])
