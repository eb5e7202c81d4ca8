"""Compose a channel's digest from a window of announcements, for delivery and for previews."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Self

from bot.authors.attribute import with_new_papers
from bot.delivery.store.ledger import Ledger
from bot.digests.trending_mix import mix_trending, undelivered
from bot.domain.channel import Channel, Follow, Timetable
from bot.domain.digest import Digest, DigestItem, Match, Namesake
from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.domain.schedule import caught_up_from, due, local_day, next_delivery, next_slot, slot_on, why_quiet
from bot.domain.summary import Summary
from bot.infra.aio.in_thread import in_thread
from bot.papers.embeddings import DIGEST_EMBEDDING_TIMEOUT, EMBEDDING_TIMEOUT
from bot.ranking.candidates import AnnouncementCache
from bot.ranking.match import counts_from, filter_groups
from bot.ranking.news import News
from bot.ranking.order import in_groups, split_shown
from bot.ranking.scorer import PaperScorer
from bot.summaries.service import Summaries
from bot.trending.daily import DailyTrends

NOT_READ_YET = "I haven't read arXiv yet. That takes a few minutes after the first start"
NOTHING_FOLLOWED = "This channel follows nothing yet."


@frozen
class Window:
    """The announcements of a digest at `slot`: those in (after, until], counted in (counted_from, until] (UTC).

    `past`: the window of a past day. The current follows apply, whenever they began, and delivered papers stay in.
    """

    slot: datetime
    after: datetime
    until: datetime
    counted_from: datetime
    past: bool = False

    @classmethod
    def of_delivery(cls, channel: Channel, slot: datetime, now: datetime) -> Self:
        """Return the window of a delivery at `now`: everything since the last one, 7 days at most."""
        after = caught_up_from(channel.last_slot, slot, now)
        return cls(slot, after, now, max(channel.last_slot or _counted_first(channel, slot), after))

    @classmethod
    def of_day(cls, table: Timetable, day: date, now: datetime) -> Self:
        """Return a past day's window, which starts at the slot of the day before."""
        slot, after = slot_on(table, day), slot_on(table, day - timedelta(days=1))
        return cls(slot, after, min(slot, now), after, past=True)


@frozen
class Selection:
    """A channel's matches in a window, in any order; `announced` counts the papers they were selected from.

    `repeated`: nothing matches but papers that were delivered before. `too_early`: nothing matches but papers that were
    announced before the channel followed them.
    """

    channel: Channel
    timetable: Timetable
    window: Window
    matches: tuple[Match, ...]
    muted: int
    announced: int
    repeated: bool = False
    too_early: bool = False


@frozen
class Draft:
    """A digest without summaries: papers in `named` are shown, those in `rest` only counted, namesakes' last.

    `refined` are the followed authors with newly attributed papers.
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
    repeated: bool = False
    too_early: bool = False

    @property
    def papers(self) -> list[Paper]:
        """Papers that need a summary."""
        return [match.paper for match in self.named]


@frozen
class DigestBuilder:
    """Builder of digests. Deliveries and previews both use `compose`, hence they agree."""

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
        """Select, score and rank the papers of a window; compute missing embeddings for at most `embed_seconds`."""
        news = await self.announcements.digest_news(now, channel.follows, embed_seconds)
        delivered = await self.ledger.delivered(channel.place)
        selection = await in_thread(select, channel, table, window, news, delivered)
        ranked = await self.scorer.rank(selection.matches, channel.place, now, embed_seconds, table.top)
        refined = tuple(filter(None, (with_new_papers(f, news.meanings.persons) for f in channel.follows)))
        draft = await self._with_trending(replace(draft_of(selection, ranked), refined=refined), delivered)
        return replace(draft, named=in_groups(draft.named))

    async def preview(self, channel: Channel, table: Timetable, day: date, now: datetime) -> Digest:
        """Return the digest of a day without a delivery.

        Today's preview is the next delivery as if it ran now; a past day's applies the current follows.
        """
        window = Window.of_day(table, day, now)
        if day == local_day(table, now):
            window = Window.of_delivery(channel, _next_slot(channel, table, now), now)
        draft = await self.compose(channel, table, window, now, EMBEDDING_TIMEOUT)
        unread = channel.follows and not await self.announcements.has_fetched()
        digest = await self.finish(draft, (NOT_READ_YET,) if unread else ())
        return digest if digest.day == day else replace(digest, day=day, next_at=window.slot)

    async def finish(self, draft: Draft, down: Sequence[str] = (), uncertain: Sequence[date] = ()) -> Digest:
        """Add summaries to the draft; `down` has a sentence for each source that failed."""
        summaries, trouble = await self.summaries.of_many(draft.papers, draft.timetable.lang)
        return finish(draft, summaries, tuple(filter(None, (*down, draft.missing, trouble))), uncertain)

    async def _with_trending(self, draft: Draft, delivered: Collection[str]) -> Draft:
        """Add undelivered trending papers if the channel wants them."""
        if self.trends is None or not draft.timetable.trending:
            return draft
        best = await self.trends.until(draft.window.until)
        offered = undelivered(best.papers, delivered, draft.channel.mutes)
        named, rest = mix_trending(draft.named, draft.rest, offered, draft.timetable.top)
        return replace(draft, named=named, rest=rest, missing=best.missing)


def _counted_first(channel: Channel, slot: datetime) -> datetime:
    """Return the time from which on a first digest counts: it also brings what the follows count from."""
    begin = (counts_from(follow.since) - timedelta(seconds=1) for follow in channel.follows)
    return min((slot - timedelta(days=1), *begin))


def _next_slot(channel: Channel, table: Timetable, now: datetime) -> datetime:
    """Return the slot of the next delivery, which may be overdue."""
    late = due(table, channel.since, channel.last_slot, now) if channel.since else None
    return late or next_delivery(table, channel.last_slot, now)


def select(
    channel: Channel, table: Timetable, window: Window, news: News, delivered: Collection[str] = frozenset()
) -> Selection:
    """Select the window's undelivered papers that match the channel's follows and no mute: pure."""
    told = () if window.past else delivered
    offered = news.groups(channel.follows, window.after, window.until, without=told)
    always = all(counts_from(follow.since) <= window.after for follow in channel.follows)
    when = {} if window.past or always else news.when
    found = filter_groups(offered, channel.mutes, table.cross, news.meanings, when, news.matched is not None)
    counted = news.number(window.counted_from, window.until)
    repeated = too_early = False
    if not (found.matches or found.muted):
        since_counted = news.groups(channel.follows, window.counted_from, window.until)
        before = [(which, [one for one in some if one.paper.id in delivered]) for which, some in since_counted]
        repeated, too_early = (
            bool(filter_groups(groups, channel.mutes, table.cross, news.meanings, since).matches)
            for groups, since in ((before, when), (offered, {}))
        )
    announced = max(counted, len(found.matches) + found.muted)
    return Selection(channel, table, window, found.matches, found.muted, announced, repeated, too_early)


def draft_of(selection: Selection, ranked: Sequence[Match]) -> Draft:
    """Split the ranked matches of a selection into papers shown and papers counted."""
    named, rest = split_shown(ranked, selection.timetable.top)
    return Draft(
        selection.channel,
        selection.timetable,
        selection.window,
        named,
        rest,
        selection.muted,
        selection.announced,
        repeated=selection.repeated,
        too_early=selection.too_early,
    )


def finish(
    draft: Draft, summaries: Mapping[str, Summary], missing: Sequence[str], uncertain: Sequence[date] = ()
) -> Digest:
    """Return the digest of a draft: pure. `summaries` by paper id; `missing` and `uncertain` as in `Digest`."""
    place, table, slot = draft.channel.place, draft.timetable, draft.window.slot
    items = tuple(DigestItem(match, summaries[match.paper.id]) for match in draft.named)
    hidden = tuple([match.paper.id for match in draft.rest if not match.perhaps_another])
    namesakes = tuple([_namesake(match) for match in draft.rest if match.perhaps_another])
    matched = len(draft.named) + len(hidden)
    return Digest(
        place=place,
        day=local_day(table, slot),
        slot=slot,
        items=items,
        announced=draft.announced,
        matched=matched,
        muted=draft.muted,
        hidden=hidden,
        quiet_because="" if matched else _why_empty(draft, missing),
        missing=tuple(missing),
        next_at=next_slot(table, slot),
        zone=table.zone,
        uncertain=tuple(day for day in uncertain if _is_unreported(draft, day)),
        namesakes=namesakes,
        gists=table.gists,
    )


def _namesake(match: Match) -> Namesake:
    return Namesake(match.paper.id, match.perhaps_another, match.reasons)


def _is_unreported(draft: Draft, day: date) -> bool:
    """Return True if this digest is the next after that of `day`: only one footer reports the day as uncertain."""
    last_slot = draft.channel.last_slot
    return last_slot is None or day >= local_day(draft.timetable, last_slot)


def _why_empty(draft: Draft, missing: Sequence[str]) -> str:
    reasons = (
        (not draft.channel.follows, NOTHING_FOLLOWED),
        (draft.rest, "No new papers surely match what this channel follows."),
        (draft.muted, "This channel mutes all papers that matched."),
        (draft.repeated, "All papers that match were in an earlier digest."),
        (
            draft.too_early,
            "The papers that match were announced before this channel followed them. New ones come next.",
        ),
        (draft.announced, "No new papers match what this channel follows."),
        (missing, "I couldn't read today's announcement. Its papers come with the next digest."),
    )
    since = draft.window.counted_from.astimezone(UTC)
    quiet = why_quiet(since, draft.window.slot) or "arXiv has announced nothing new since the last digest."
    return next((sentence for applies, sentence in reasons if applies), quiet)
