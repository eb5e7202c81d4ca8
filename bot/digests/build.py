"""Composes a digest of a channel and a window of announcements, for delivery and for a preview."""

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Self

from bot.authors.attribute import grown
from bot.delivery.store.ledger import Ledger
from bot.digests.trending_mix import mixed, undelivered
from bot.domain.channel import Channel, Follow, Timetable
from bot.domain.digest import Digest, DigestItem, Match, Namesake
from bot.domain.paper import Paper
from bot.domain.schedule import caught_up_from, due, local_day, next_delivery, next_slot, slot_on, why_quiet
from bot.domain.summary import Summary
from bot.papers.embeddings import DIGEST_EMBEDDING_TIMEOUT, EMBEDDING_TIMEOUT
from bot.ranking.candidates import AnnouncementCache, News
from bot.ranking.match import filter_papers
from bot.ranking.order import shown
from bot.ranking.scorer import PaperScorer
from bot.summaries.service import Summaries
from bot.trending.daily import DailyTrends

CATEGORIES_NAMED = 4
NOT_READ_YET = "arXiv was not read yet: it takes a few minutes after the first start"


@dataclass(frozen=True, slots=True)
class Window:
    """The announcements of a digest at `slot`: those in (after, until]; it counts all in (counted_from, until] (UTC).

    `past`: of a day that is over, as the follows of now would have made it, whenever they began and whatever was
    delivered since.
    """

    slot: datetime
    after: datetime
    until: datetime
    counted_from: datetime
    past: bool = False

    @classmethod
    def of_delivery(cls, channel: Channel, slot: datetime, now: datetime) -> Self:
        """All of the last 7 days, built at `now`."""
        after = caught_up_from(channel.last_slot, slot, now)
        return cls(slot, after, now, max(channel.last_slot or slot - timedelta(days=1), after))

    @classmethod
    def of_day(cls, table: Timetable, day: date, now: datetime) -> Self:
        """A past day's, from its slot of the day before on."""
        slot, after = slot_on(table, day), slot_on(table, day - timedelta(days=1))
        return cls(slot, after, min(slot, now), after, past=True)


@dataclass(frozen=True, slots=True)
class Selection:
    """What a channel is due in a window, not yet in order; `announced` counts all that it was chosen from."""

    channel: Channel
    timetable: Timetable
    window: Window
    matches: tuple[Match, ...]
    muted: int
    announced: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A digest decided but not yet summarized: `named` are shown, `rest` only counted, those of namesakes last.

    `refined` are follows of people of whom more papers are known now than before.
    """

    channel: Channel
    timetable: Timetable
    window: Window
    named: tuple[Match, ...]
    rest: tuple[Match, ...]
    muted: int
    announced: int
    missing: str = ""
    refined: tuple[Follow, ...] = ()

    @property
    def papers(self) -> list[Paper]:
        """The papers whose summaries somebody will see."""
        return [match.paper for match in self.named]


@dataclass(frozen=True, slots=True)
class DigestBuilder:
    """Makes a channel's digest. What is delivered and what is previewed before come from `compose`, and agree."""

    announcements: AnnouncementCache
    scorer: PaperScorer
    ledger: Ledger
    summaries: Summaries
    trends: DailyTrends | None = None

    async def compose(
        self,
        channel: Channel,
        table: Timetable,
        window: Window,
        now: datetime,
        embed_seconds: float = DIGEST_EMBEDDING_TIMEOUT,
    ) -> Draft:
        """Choose, score and order the papers of a window. Embeds what isn't embedded yet within `embed_seconds`."""
        news = await self.announcements.news(now, channel.follows, embed_seconds)
        delivered = await self.ledger.delivered(channel.place)
        # In a thread: a week's papers take seconds to fold, and commands are acknowledged meanwhile.
        selection = await asyncio.to_thread(select, channel, table, window, news, delivered)
        ranked = await self.scorer.rank(selection.matches, channel.place, now, embed_seconds)
        refined = tuple(filter(None, (grown(follow, news.meanings.persons) for follow in channel.follows)))
        return await self._with_trending(replace(draft(selection, ranked), refined=refined), delivered)

    async def preview(self, channel: Channel, table: Timetable, day: date, now: datetime) -> Digest:
        """The digest of a day that none was delivered on.

        Today's is what the next delivery would bring, if it ran now. An earlier day's is what the follows of now make
        of it.
        """
        window = Window.of_day(table, day, now)
        if day == local_day(table, now):
            window = Window.of_delivery(channel, _next_slot(channel, table, now), now)
        made = await self.compose(channel, table, window, now, EMBEDDING_TIMEOUT)
        digest = await self.finish(made, () if await self.announcements.was_read() else (NOT_READ_YET,))
        return digest if digest.day == day else replace(digest, day=day, next_at=window.slot)

    async def finish(self, made: Draft, down: Sequence[str] = (), uncertain: Sequence[date] = ()) -> Digest:
        """The digest with its summaries; `down` are sentences on sources that it goes without."""
        summaries, trouble = await self.summaries.of_many(made.papers, made.timetable.lang)
        return finish(made, summaries, tuple(filter(None, (*down, made.missing, trouble))), uncertain)

    async def _with_trending(self, made: Draft, delivered: Collection[str]) -> Draft:
        """With what many read, where the channel wants that; without the papers that were delivered."""
        if self.trends is None or not made.timetable.trending:
            return made
        best = await self.trends.until(made.window.until)
        offered = undelivered(best.papers, delivered, made.channel.mutes)
        named, rest = mixed(made.named, made.rest, offered, made.timetable.top)
        return replace(made, named=named, rest=rest, missing=best.missing)


def _next_slot(channel: Channel, table: Timetable, now: datetime) -> datetime:
    """The slot of the next delivery, which may be late already."""
    late = due(table, channel.since, channel.last_slot, now) if channel.since else None
    return late or next_delivery(table, channel.last_slot, now)


def select(
    channel: Channel, table: Timetable, window: Window, news: News, delivered: Collection[str] = frozenset()
) -> Selection:
    """The papers of the window that the channel follows, doesn't mute and wasn't brought before: pure."""
    offered = [one for one in news.between(window.after, window.until) if window.past or one.paper.id not in delivered]
    when = {} if window.past else news.when
    found = filter_papers(offered, channel.follows, channel.mutes, table.cross, news.meanings, when)
    counted = len(news.between(window.counted_from, window.until))
    announced = max(counted, len(found.matches) + found.muted)
    return Selection(channel, table, window, found.matches, found.muted, announced)


def draft(selection: Selection, ranked: Sequence[Match]) -> Draft:
    """The selection's matches in order, of which the best are named."""
    named, rest = shown(ranked, selection.timetable.top)
    return Draft(
        selection.channel, selection.timetable, selection.window, named, rest, selection.muted, selection.announced
    )


def finish(
    done: Draft, summaries: Mapping[str, Summary], missing: Sequence[str], uncertain: Sequence[date] = ()
) -> Digest:
    """The digest of a draft, with the summaries of its papers by id, what was down, and the days that are uncertain."""
    place, table, slot = done.channel.place, done.timetable, done.window.slot
    items = tuple(DigestItem(match, summaries[match.paper.id]) for match in done.named)
    hidden = tuple(match for match in done.rest if not match.perhaps_another)
    namesakes = tuple(_namesake(match) for match in done.rest if match.perhaps_another)
    matches = (*done.named, *hidden)
    primaries = Counter(match.paper.primary for match in matches)
    return Digest(
        place=place,
        day=local_day(table, slot),
        slot=slot,
        items=items,
        announced=done.announced,
        matched=len(matches),
        muted=done.muted,
        by_category=tuple(sorted(primaries.items(), key=lambda pair: (-pair[1], pair[0]))[:CATEGORIES_NAMED]),
        hidden=tuple(match.paper.id for match in hidden),
        quiet_because="" if matches else _why_nothing(done, missing),
        missing=tuple(missing),
        next_at=next_slot(table, slot),
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
    since = done.window.counted_from.astimezone(UTC)
    return why_quiet(since, done.window.slot) or "arXiv announced nothing new."
