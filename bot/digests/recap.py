"""Build a channel's recap from its past digests: topics by week, last week's best papers, and saved papers."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import date, datetime, timedelta

from bot.authors.attribute import BACKGROUND, attribute_authors
from bot.delivery.store.ledger import Ledger
from bot.domain.attribution import NOBODY_KNOWN, Attributions
from bot.domain.channel import Channel, Place, Timetable
from bot.domain.digest import Digest, DigestItem, Match
from bot.domain.feedback import Feedback, FeedbackKind
from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.domain.plot import PlotRow
from bot.domain.recap import Recap
from bot.domain.schedule import local_day
from bot.domain.summary import Gists
from bot.papers.candidate import Candidate
from bot.papers.store.papers import PaperStore
from bot.ranking.match import NO_MEANINGS, wants
from bot.ranking.store.feedback import FeedbackStore

WEEKS = 8
"""The ledger's retention of digests (60 days) in whole weeks."""
MAX_TOPICS, MAX_TOP, MAX_SAVED, MAX_FOLLOWS = 6, 5, 5, 5
"""Rows and lines that fit a screen."""
EVERYTHING_ELSE = "Everything else"

TopicsOf = Callable[[Paper], Sequence[str]]
"""The topics of a paper by its words and categories, surest first."""


@frozen
class RecapFeedback:
    """A channel's feedback by kind: paper ids with the time of the feedback (UTC)."""

    saved: Mapping[str, datetime] = field(default_factory=dict)
    liked: Mapping[str, datetime] = field(default_factory=dict)
    refused: Mapping[str, datetime] = field(default_factory=dict)


@frozen
class RecapData:
    """The data of a recap: the weeks' digests, and their papers' ids with the channel's date of delivery.

    `persons` attributes the last week's papers to followed authors.
    """

    digests: Sequence[Digest]
    delivered: Mapping[str, date]
    papers: Mapping[str, Paper]
    feedback: RecapFeedback = RecapFeedback()
    persons: Attributions = NOBODY_KNOWN


def group_feedback(feedback: Iterable[Feedback]) -> RecapFeedback:
    """Group feedback by its kind."""
    by_kind: dict[FeedbackKind, dict[str, datetime]] = {kind: {} for kind in FeedbackKind}
    for given in feedback:
        by_kind[given.verdict][given.paper_id] = given.since
    return RecapFeedback(by_kind[FeedbackKind.SAVED], by_kind[FeedbackKind.MORE], by_kind[FeedbackKind.LESS])


class Recaps:
    """Builder of recaps from the ledger of delivered digests."""

    def __init__(
        self,
        papers: PaperStore,
        ledger: Ledger,
        feedback: FeedbackStore,
        topics_of: TopicsOf,
        gists: Gists,
    ) -> None:
        self._papers = papers
        self._ledger = ledger
        self._topics_of = topics_of
        self._gists = gists
        self._feedback = feedback

    async def of(self, channel: Channel, table: Timetable, slot: datetime) -> Recap:
        """Return the recap of the seven days that end with the channel's date at `slot`. Raises StoreDown."""
        place, ends = channel.place, local_day(table, slot)
        digests = await self._digests(place, ends)
        days = {paper_id: local_day(table, at) for paper_id, at in (await self._ledger.delivered_at(place)).items()}
        # A digest that was just opened isn't delivered yet, and one restored from a backup has no digest record.
        days |= {paper_id: digest.day for digest in digests for paper_id in digest.paper_ids}
        delivered = without_namesakes(days, digests)
        feedback = group_feedback(await self._feedback.feedback(place))
        recent = [paper_id for paper_id, day in delivered.items() if week_of(day, ends) is not None]
        papers = await self._papers.get([*dict.fromkeys([*recent, *feedback.saved])])
        last = [paper for id, paper in papers.items() if id in delivered and week_of(delivered[id], ends) == WEEKS - 1]
        data = RecapData(digests, delivered, papers, feedback, await self._attributed(channel, last, slot))
        # In a thread: thousands of papers take a second to sort by topic, and commands are acknowledged meanwhile.
        recap = await asyncio.to_thread(build_recap, channel, table, slot, data, self._topics_of)
        return replace(recap, gists=await self._gists([*(match.paper for match in recap.top), *recap.saved]))

    async def _attributed(self, channel: Channel, week: Sequence[Paper], slot: datetime) -> Attributions:
        """Attribute the week's papers as the digests did, against a sample of the week's other papers."""
        people = [follow for follow in channel.follows if follow.person]
        if not people or not week:
            return NOBODY_KNOWN
        when = await self._papers.announced(slot - timedelta(days=7), slot)
        ids = sorted(set(when) - {paper.id for paper in week})
        others = await self._papers.get(ids[:: max(len(ids) // BACKGROUND, 1)])
        candidates = [Candidate(paper) for paper in (*week, *others.values())]
        return await attribute_authors(candidates, when, people, self._papers)

    async def _digests(self, place: Place, ends: date) -> list[Digest]:
        days = [ends - timedelta(days=back) for back in range(7 * WEEKS)]
        found = [await self._ledger.find(place, day) for day in reversed(days)]
        issues = [entry.digest for entry in found if entry and entry.state in {"open", "sent"}]
        return [issue for issue in issues if isinstance(issue, Digest)]


def without_namesakes(delivered: Mapping[str, date], digests: Iterable[Digest]) -> dict[str, date]:
    """Drop papers that may be by a namesake: the digests mentioned them, but they match no follow for sure."""
    others = {namesake.paper_id for digest in digests for namesake in digest.namesakes}
    return {paper_id: day for paper_id, day in delivered.items() if paper_id not in others}


def build_recap(channel: Channel, table: Timetable, slot: datetime, past: RecapData, topics_of: TopicsOf) -> Recap:
    """Build the recap of the week that ends with the channel's date at `slot`: pure."""
    ends = local_day(table, slot)
    week = [digest for digest in past.digests if week_of(digest.day, ends) == WEEKS - 1]
    withdrawn = {paper.id for paper in past.papers.values() if paper.withdrawn}
    saved = [paper for paper in _saved(past, table, ends) if paper.id not in withdrawn]
    last_week = [paper for paper in past.papers.values() if _in_last_week(past, paper, ends)]
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
        top=_top(week, past.feedback, {paper.id for paper in saved} | withdrawn),
        saved=tuple(saved[:MAX_SAVED]),
        more_saved=max(0, len(saved) - MAX_SAVED),
        follows=_follows(channel, table, last_week, past.persons),
        club=table.club,
    )


def week_of(day: date, ends: date) -> int | None:
    """Return the index of the week that contains `day` among those up to `ends`, oldest first; None if outside."""
    back = (ends - day).days // 7
    return WEEKS - 1 - back if 0 <= back < WEEKS else None


def _in_last_week(past: RecapData, paper: Paper, ends: date) -> bool:
    day = past.delivered.get(paper.id)
    return day is not None and week_of(day, ends) == WEEKS - 1


def _topics(past: RecapData, ends: date, topics_of: TopicsOf) -> tuple[PlotRow, ...]:
    """Return the topics with the most papers, then all others as one row; each paper counts for one topic."""
    by_topic: dict[str, list[int]] = {}
    summaries = {item.match.paper.id: item.summary for digest in past.digests for item in digest.items}
    for paper_id, day in past.delivered.items():
        week, paper = week_of(day, ends), past.papers.get(paper_id)
        if week is None or paper is None:
            continue
        named = summaries[paper_id].topics if paper_id in summaries else ()
        topic = next(iter(named or topics_of(paper)), EVERYTHING_ELSE)
        by_topic.setdefault(topic, [0] * WEEKS)[week] += 1
    rest = [by_topic.pop(EVERYTHING_ELSE, [0] * WEEKS)]
    ranked = sorted(by_topic, key=lambda name: (-sum(by_topic[name]), name))
    rest += [by_topic[name] for name in ranked[MAX_TOPICS:]]
    rows = [PlotRow(name, tuple(by_topic[name])) for name in ranked[:MAX_TOPICS]]
    others = PlotRow(EVERYTHING_ELSE, tuple(map(sum, zip(*rest, strict=True))))
    return (*rows, others) if others.total else tuple(rows)


def _top(week: Iterable[Digest], feedback: RecapFeedback, elsewhere: set[str]) -> tuple[Match, ...]:
    """Return liked papers, then those with the best scores, without refused ones and those in `elsewhere`."""
    excluded = elsewhere | set(feedback.refused)
    items = {i.match.paper.id: i for digest in week for i in digest.items if i.match.paper.id not in excluded}

    def rank_key(item: DigestItem) -> tuple[bool, bool, int, int]:
        match = item.match
        liked, score = match.paper.id in feedback.liked, -1 if match.score is None else match.score
        return not liked, not match.followed_author, -score, -len(match.reasons)

    return tuple(item.match for item in sorted(items.values(), key=rank_key)[:MAX_TOP])


def _saved(past: RecapData, table: Timetable, ends: date) -> list[Paper]:
    """Return the papers saved in the last week, latest first."""
    when = {id: at for id, at in past.feedback.saved.items() if week_of(local_day(table, at), ends) == WEEKS - 1}
    return [past.papers[id] for id in sorted(when, key=when.__getitem__, reverse=True) if id in past.papers]


def _follows(
    channel: Channel, table: Timetable, papers: Iterable[Paper], persons: Attributions
) -> tuple[tuple[str, int], ...]:
    """Return the follows that matched the most papers, with their counts; `persons` excludes namesakes' papers."""
    counts: Counter[str] = Counter()
    meanings = replace(NO_MEANINGS, persons=persons)
    for candidate in map(Candidate, papers):
        counts.update(follow.what for follow in channel.follows if wants(follow, candidate, table.cross, meanings))
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:MAX_FOLLOWS])
