"""A whole day's announcement to 20 channels by `paperlark once`, as its own process, beside what the model alone takes.

Where the time went is read off the servers around it: when the first and last request of each kind came.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from time import monotonic

from benchmarks.corpus import THE_DAY, Papers, fortnight
from benchmarks.report import Figures, Row
from benchmarks.speed.timed_world import EACH, Around
from bot.app.settings import Settings
from bot.app.stores import opened_redis
from bot.delivery.store.channels import ChannelStore
from bot.domain.channel import Channel, Follow, Kind, Timetable
from bot.domain.paper import Paper
from support.bot_process import paperlark

RUNS = 3
MODEL_SECONDS = 1.0
CONCURRENCY = 8
"""Of `bot.summaries.service.Summaries`."""
MANY_AT_ONCE, PAPERS = 16, 100

NOW = datetime.combine(THE_DAY, time(9), UTC)
LONG_AGO = datetime(2026, 5, 29, 9, tzinfo=UTC)

PARTS = (
    "starting: to the first request to arXiv",
    "fetching: to the last request to arXiv before the model is called",
    "matching: to the first call of the model",
    "summarising: to the model's last answer",
    "delivering: to the last message",
    "ending: reading the rest of arXiv, to the end of the process",
)


@dataclass(frozen=True)
class Told:
    """One run: seconds of the whole, of its parts in order, and the papers that the model was asked about."""

    seconds: float
    parts: dict[str, float]
    summarised: int


@dataclass(frozen=True)
class First:
    """Seconds and requests to arXiv until the first digest stood in its channel, and until the process ended."""

    seconds: float
    asked: int
    seconds_in_all: float
    asked_in_all: int


async def measure(home: Path, day: Papers) -> list[Row]:
    told = [await _once(home / f"day{run}", day) for run in range(RUNS)]
    summarised = told[0].summarised
    ideal = math.ceil(summarised / CONCURRENCY) * MODEL_SECONDS
    about = f"once: {day.what} to {2 * EACH} channels, {summarised} summaries by a model of {MODEL_SECONDS:g} s a call"
    whole = Figures.s(one.seconds for one in told)
    rows = [Row(f"{about}, arXiv's pause set aside", whole, Figures.s([ideal]), f"⌈{summarised}/{CONCURRENCY}⌉ calls")]
    rows += [Row(f"… of it {part}", Figures.s(one.parts[part] for one in told)) for part in told[0].parts]
    return rows + await first_digests(home, day)


async def first_digests(home: Path, day: Papers) -> list[Row]:
    """One channel of a new installation: what it follows, and the seconds within which its digest must be there."""
    category = min(_sizes(day), key=lambda code: abs(_sizes(day)[code] - PAPERS))
    author = next(paper.authors[0] for paper in day.papers if paper.primary == category)
    about = f"once, a new installation, one channel, a model of {MODEL_SECONDS:g} s a call, {MANY_AT_ONCE} at once"
    wishes = (
        (f"{category} ({_sizes(day)[category]} papers), arXiv's pause set aside", Kind.CATEGORY, category, 0, 2.5),
        (f"{category}, at arXiv's pace", Kind.CATEGORY, category, 3, 15.0),
        ("a person, at arXiv's pace", Kind.AUTHOR, author, 3, 45.0),
    )
    rows = []
    for number, (what, kind, followed, pause, goal) in enumerate(wishes):
        follow = Follow(kind, followed, NOW - timedelta(hours=20))
        runs = [await _first(home / f"first{number}-{run}", follow, pause) for run in range(1 if pause else RUNS)]
        asked, in_all = max(run.asked for run in runs), max(run.asked_in_all for run in runs)
        until = f"{about}: {what}, until its digest stands, {asked} requests to arXiv"
        rows.append(Row(until, Figures.s(run.seconds for run in runs), goal=goal))
        rows.append(Row(f"… to its end, {in_all} requests", Figures.s(run.seconds_in_all for run in runs)))
    return rows


def _sizes(day: Papers) -> Counter[str]:
    return Counter(paper.primary for paper in day.papers)


async def _first(home: Path, follow: Follow, pause_seconds: int) -> First:
    around = Around()
    async with around.serving():
        for day, papers in fortnight().items():
            around.arxiv.announce(day, papers)
        around.model.behave(f"slow:{MODEL_SECONDS}", "gist")
        place = next(around.places())
        async with opened_redis(Settings.model_construct(paperlark_home=home)) as redis:
            await ChannelStore(redis).set(Channel(place, Timetable(), since=LONG_AGO))
            await ChannelStore(redis).follow(place, follow)
        more = {"ARXIV_MIN_INTERVAL_SECONDS": pause_seconds, "OPENAI_CONCURRENCY": MANY_AT_ONCE}
        began = monotonic()
        ended = await paperlark(
            "once", "--at", NOW.isoformat(), settings={"PAPERLARK_HOME": home, **around.settings, **more}
        )
        over = monotonic()
        if ended.code or sum(around.delivered) != 1:
            raise RuntimeError(f"code {ended.code}, messages {around.delivered}: {ended.err[-2000:]}")
        stood = min(around.slack.moments + around.discord.moments)
        asked = [request.at for request in around.arxiv.requests]
        return First(stood - began, sum(at < stood for at in asked), over - began, len(asked))


async def _once(home: Path, day: Papers) -> Told:
    around = Around()
    async with around.serving():
        around.arxiv.announce(THE_DAY, day.papers)
        around.model.behave(f"slow:{MODEL_SECONDS}", "gist")
        await _subscribe(home, around, day.papers)
        began = monotonic()
        ended = await paperlark("once", "--at", NOW.isoformat(), settings={"PAPERLARK_HOME": home, **around.settings})
        over = monotonic()
        if ended.code or around.delivered != [1] * 2 * EACH:
            raise RuntimeError(f"code {ended.code}, messages {around.delivered}: {ended.err[-2000:]}")
        if len(around.model.requests) != len(around.model.calls):
            raise RuntimeError(f"{len(around.model.requests)} calls for {len(around.model.calls)} papers")
        asked = [request.at for request in around.arxiv.requests]
        posted = max(around.slack.moments + around.discord.moments)
        modelled = min(around.model.moments)
        fetched = max(at for at in asked if at < modelled)  # the rest follows behind the digests
        marks = [began, asked[0], fetched, modelled, max(around.model.moments), posted, over]
        parts = dict(zip(PARTS, (later - earlier for earlier, later in pairwise(marks)), strict=True))
        return Told(over - began, parts, len(around.model.calls))


async def _subscribe(home: Path, around: Around, papers: tuple[Paper, ...]) -> None:
    """Ten channels on each platform, with the same follows on both."""
    async with opened_redis(Settings.model_construct(paperlark_home=home)) as redis:
        channels = ChannelStore(redis)
        for place, follows in zip(around.places(), follows_of(papers, LONG_AGO, 2 * EACH), strict=True):
            await channels.set(Channel(place, Timetable(), since=LONG_AGO))
            for follow in follows:
                await channels.follow(place, follow)


def follows_of(papers: Sequence[Paper], since: datetime, number: int) -> list[tuple[Follow, ...]]:
    """What each of `number` channels follows: two of the ten commonest categories, of which neighbours share one."""
    common = [category for category, _ in Counter(paper.primary for paper in papers).most_common(EACH)]
    follows = [Follow(Kind.CATEGORY, category, since) for category in common]
    return [(follows[n % len(follows)], follows[(n + 1) % len(follows)]) for n in range(number)]
