"""Trending papers: Hugging Face's list merged with what channels here save, like and follow.

`bot/domain/trend.py` has the order. No answer reveals what another channel did (`visible.py`), and direct messages
aren't counted.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import UTC, datetime, time, timedelta
from time import monotonic

from bot.delivery.messenger import Messenger
from bot.delivery.store.channels import ChannelStore
from bot.domain.channel import Channel, Place
from bot.domain.feedback import FeedbackKind
from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.domain.schedule import LONGEST_REACH
from bot.domain.trend import Listing, Period, Span, Trend, Trending, Upvoted, by_votes, period_of
from bot.domain.wording import date_in_words, period_in_words
from bot.papers.store.papers import PaperStore
from bot.papers.upvotes import SOURCE, Reading, Upvotes
from bot.ranking.store.feedback import FeedbackStore
from bot.trending.followers import ChannelNumbers, followers
from bot.trending.visible import Deed, visible_count, visible_counts

UPVOTES_TIMEOUT = 10.0
"""Timeout for Hugging Face in seconds, over all lists."""
PERIODS_BACK = {Span.DAY: 5, Span.WEEK: 1, Span.MONTH: 1}
"""Earlier periods to try: weekends and holidays have no list, and a new period may have none yet."""
MIN_WINDOW = {Span.DAY: timedelta(days=1), Span.WEEK: timedelta(days=7), Span.MONTH: timedelta(days=30)}
"""Minimum window for local feedback, since a period may have only begun."""


@frozen
class Trends:
    """Composer of the trending list.

    `messengers`, by platform, recognize direct messages among channels whose record doesn't say it.
    """

    upvotes: Upvotes
    channels: ChannelStore
    feedback: FeedbackStore
    papers: PaperStore
    messengers: Mapping[str, Messenger] = field(default_factory=dict)

    async def trending(self, span: Span, now: datetime, reader: Place | None = None) -> Trending:
        """Return the list of the day, week or month (UTC) of `now`, or the last one before it that has papers.

        Local counts are those that the `reader` may know; None: a list for all teams. Waits at most 10 s for Hugging
        Face; if it is down, uses its last stored list or local counts alone. Raises StoreDown.
        """
        asked_for = period_of(span, now.date())
        reading = await self._latest_list(asked_for, now)
        listing = reading.listing
        period = listing.period if listing else asked_for
        since = min(datetime.combine(period.first, time(), UTC), now - MIN_WINDOW[span])
        local = await self._local_trends(listing.papers if listing else (), since, now, reader)
        asked = listing.asked if listing else None
        return Trending(period, by_votes(local), _notes(asked_for, reading, local), asked, reading.trouble)

    async def _latest_list(self, wanted: Period, now: datetime) -> Reading:
        """Return the latest list that has papers, and a sentence on a failure on the way."""
        trouble, deadline = "", monotonic() + UPVOTES_TIMEOUT
        for period in _back_from(wanted):
            reading = await self.upvotes.listing(period, now, deadline - monotonic())
            trouble = trouble or reading.trouble
            if reading.listing and reading.listing.papers:
                return Reading(reading.listing, trouble)
        return Reading(None, trouble)

    async def _local_trends(
        self, listed_papers: Sequence[Upvoted], since: datetime, now: datetime, reader: Place | None
    ) -> list[Trend]:
        """Return the listed papers and those that channels here saved, liked or follow since then, with all counts."""
        every = {channel.place: channel for channel in await self.channels.all()}
        saved, liked = (visible_counts(deeds, reader) for deeds in await self._feedback_since(since, every))
        channels = [channel for channel in every.values() if self._counts(channel)]
        when = await self.papers.announced(max(since, now - LONGEST_REACH), now)
        listed = {one.paper.id: one for one in listed_papers}
        known = await self.papers.get(list(dict.fromkeys((*listed, *saved, *liked, *when))))
        others = [one.paper for one in listed_papers if one.paper.id not in known]
        offered, anyway = [*known.values(), *others], {*listed, *saved, *liked}
        followed = await asyncio.to_thread(_followed, offered, anyway, channels, reader)
        ids = [*listed, *({*saved, *liked, *followed} - listed.keys())]
        upvotes = await self.upvotes.of([paper_id for paper_id in ids if paper_id not in listed])
        found = {paper_id: _described(known.get(paper_id), listed.get(paper_id)) for paper_id in ids}
        shown = {paper_id: paper for paper_id, paper in found.items() if paper and not paper.withdrawn}
        counts = {paper_id: [local.get(paper_id, 0) for local in (saved, liked, followed)] for paper_id in shown}
        return [
            _trend(paper, listed.get(paper_id), upvotes.get(paper_id), *counts[paper_id])
            for paper_id, paper in shown.items()
        ]

    async def _feedback_since(
        self, since: datetime, known: Mapping[Place, Channel]
    ) -> tuple[dict[str, list[Deed]], dict[str, list[Deed]]]:
        """Return who saved each paper, and who wanted more like it, since then."""
        saved, liked = defaultdict[str, list[Deed]](list), defaultdict[str, list[Deed]](list)
        for place in await self.feedback.places():
            if not self._counts(known.get(place) or await self.channels.get(place)):
                continue
            for opinion in await self.feedback.feedback(place):
                if opinion.since >= since and opinion.verdict is not FeedbackKind.LESS:
                    deeds = saved if opinion.verdict is FeedbackKind.SAVED else liked
                    deeds[opinion.paper_id].append(Deed(place, opinion.by))
        return saved, liked

    def _counts(self, channel: Channel) -> bool:
        """Return True if the channel is surely no direct message."""
        if channel.direct is not None:
            return not channel.direct
        messenger = self.messengers.get(channel.place.platform)
        return messenger is not None and not messenger.direct(channel.place)


def _followed(
    papers: Sequence[Paper], always: set[str], channels: Sequence[Channel], reader: Place | None
) -> dict[str, int]:
    """Count the channels that follow something of each paper, as far as the reader may know."""
    following = [channel for channel in channels if channel.follows]
    deeds = [Deed(channel.place, channel.follows[0].by) for channel in following]

    def count(numbers: ChannelNumbers) -> int:
        return visible_count([deeds[number] for number in numbers], reader)

    return followers(papers, always, [channel.follows for channel in following], count)


def _back_from(period: Period) -> Iterable[Period]:
    yield period
    for _ in range(PERIODS_BACK[period.span]):
        period = period.before
        yield period


def _described(known: Paper | None, listed: Upvoted | None) -> Paper | None:
    """Return arXiv's record with Hugging Face's code link, or else Hugging Face's record."""
    if known is None:
        return listed.paper if listed else None
    return replace(known, code_url=listed.paper.code_url) if listed and not known.code_url else known


def _trend(paper: Paper, listed: Upvoted | None, upvotes: int | None, *counts: int) -> Trend:
    told = (listed.upvotes, listed.comments, listed.stars) if listed else (upvotes, None, None)
    return Trend(paper, *told, *counts)


def _notes(asked_for: Period, reading: Reading, shown: Sequence[Trend]) -> tuple[str, ...]:
    listing = reading.listing
    if not listing:
        if not shown:
            return (_why_nothing(asked_for, reading),)
        why = reading.trouble or f"{SOURCE} has no recent papers."
        return (f"{why} These are the papers that channels here like.",)
    if reading.trouble:
        return (f"{reading.trouble} {_kept(listing)}",)
    return (_of_earlier(asked_for, listing.period),) if listing.period != asked_for else ()


def _of_earlier(asked_for: Period, shown: Period) -> str:
    if asked_for.span is not Span.DAY:
        why = f"has no papers for this {asked_for.span} yet"
    elif asked_for.first.weekday() > 4:
        why = "has no list on weekends"
    else:
        why = "has no papers for today yet"
    return f"{SOURCE} {why}, so this is its list for {period_in_words(shown)}."


def _kept(listing: Listing) -> str:
    when = f"{date_in_words(listing.asked.date())} at {listing.asked:%H:%M} UTC"
    return f"This is its list for {period_in_words(listing.period)}, from {when}."


def _why_nothing(asked_for: Period, reading: Reading) -> str:
    listed_papers = reading.trouble or f"{SOURCE} has no recent papers."
    nothing = f"There is nothing to show from channels here this {asked_for.span} either."
    return f"{listed_papers} {nothing} Try a longer period."
