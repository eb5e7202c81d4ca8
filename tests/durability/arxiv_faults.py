"""Weeks of arXiv's bad days: nearly every third answer is wrong, and the channels still get what they follow, once.

`once` is called as cron calls it, each morning and again some minutes later while it says that something is left; on
every third morning two of them run at the same time. After the storm comes one good morning.
"""

import asyncio
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from time import monotonic

from aiohttp import web

from durability.promise import Figure, Promise, Size
from durability.replay import FIRST_DAY, Delivered, Reader, Story, Wish, compare, named, recorded, summed
from support.loopback_world import World, a_world
from support.servers.arxiv_feeds import query_feed
from support.servers.arxiv_server import Fault, Verbatim

READERS = (
    Reader("slack", "C1", (Wish("category", "cs.IR"), Wish("author", "Eric Laporte"), Wish("author", "Mohit Bansal"))),
    Reader("slack", "C2", (Wish("topic", "graph neural networks"), Wish("topic", "dark matter"))),
    Reader("slack", "C3", (Wish("category", "q-bio.NC"), Wish("category", "math.NA"))),
    Reader("discord", "C4", (Wish("category", "cs.HC"),), "08:30 Europe/Berlin top=50 days=mon-fri"),
    Reader("discord", "C5", (Wish("topic", "state space models"), Wish("author", "Philip Torr"))),
    Reader("discord", "C6", (Wish("category", "cs.DS"), Wish("category", "math.CO"), Wish("topic", "black holes"))),
)
SECOND_HALF = date(2026, 5, 25)
MORNING = time(9, tzinfo=UTC)
AGAIN = timedelta(minutes=12)
CALLS = 6
"""Cron's runs between nine and ten o'clock, every twelve minutes; the last is past the hour's timeout."""

BAD = 0.3
ANYWHERE = (
    "503",
    "503:1",
    "429",
    "429:2",
    "429:60",
    "rate_exceeded_200",
    "empty",
    "empty_page",
    "truncated",
    "html",
    "drop",
)
STALE_ARCHIVES = ("cs", "stat", "math", "q-bio", "hep-th", "eess")


@dataclass
class Weather:
    """Fault of a request: deterministic for a seed and order of requests."""

    world: World
    seed: int
    bad: float = BAD
    stale: tuple[str, date] | None = None
    caused: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def __call__(self, request: web.Request) -> Fault | None:
        self.world.arxiv.feed_days = dict([self.stale] if self.stale else [])
        if self.stale and self.stale[0] in request.path.removeprefix("/rss/").split("+"):
            self.caused["stale feed"] += 1
        if self._random.random() >= self.bad:
            return None
        api = request.path == "/api/query"
        name = self._random.choice((*ANYWHERE, "zero") if api else ANYWHERE)
        self.caused[name] += 1
        if name == "zero":
            return Verbatim(query_feed(dict(request.query), (), 0).encode(), headers={"Content-Type": "text/xml"})
        return name


@dataclass
class Storm:
    """Result of the weeks: one line of figures for all channels, and the faults met."""

    outcomes: dict[str, Delivered] = field(default_factory=dict)
    codes: Counter[int] = field(default_factory=Counter)
    caused: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    shortest_gap_seconds: float = float("inf")
    at_once: int = 0
    withdrawn_told: tuple[str, ...] = ()
    late_cross_told: tuple[str, ...] = ()
    tracebacks: list[str] = field(default_factory=list)

    @property
    def figures(self) -> dict[str, object]:
        """Return the rows of the table."""
        others = self.codes.total() - self.codes[0] - self.codes[75]
        return summed(list(self.outcomes.values())) | {
            "withdrawn told": len(self.withdrawn_told),
            "later cross-lists told": len(self.late_cross_told),
            "runs (0 / 75 / other)": f"{self.codes[0]} / {self.codes[75]} / {others}",
            "requests": self.requests,
            "bad answers": self.caused.total(),
            "shortest gap in s": round(self.shortest_gap_seconds, 3),
            "requests at once": self.at_once,
        }


def written(days: int, a_day: int, first: date = FIRST_DAY, readers: Sequence[Reader] = READERS) -> Story:
    """The recorded days, with what real weeks have besides: papers held up for 5 and 20 days, ones withdrawn before
    anybody could read of them, replacements, and cross-lists of what was announced before."""
    story = recorded(days + 2, a_day, first)
    dates = list(story.days)
    for number, day in enumerate(dates[1:], start=1):
        wanted = [n for n, paper in enumerate(story.days[day]) if any(reader.wants(paper) for reader in readers)]
        others = [paper for paper in story.days[day] if not any(reader.wants(paper) for reader in readers)]
        for place, held in zip(wanted, (5, 20), strict=False):
            then = datetime.combine(day - timedelta(days=held), time(12), UTC)
            story.days[day][place] = replace(story.days[day][place], published=then, updated=then)
        story.withdrawn.update(story.days[day][place].id for place in wanted[2:3])
        if number + 2 < len(dates):
            again = [story.days[day][place] for place in wanted[3:6]]
            story.replaced[dates[number + 2]] += [
                replace(p, version=2, updated=_noon(dates[number + 1])) for p in again
            ]
            story.cross[dates[number + 2]] += [replace(p, categories=(*p.categories, "cs.IR")) for p in others[:2]]
    return story


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


async def storm(days: int, a_day: int, interval_seconds: float, seed: int = 1, first: date = FIRST_DAY) -> Storm:
    """Run `days` mornings of faults and a good one, with at most `a_day` papers a day."""
    story, found, began = written(days, a_day, first), Storm(), monotonic()
    first, *stormy, last = story.days
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        async with a_world(Path(home)) as world:
            world.settings["PAPERLARK_MODEL"] = world.home  # no model there: what is expected is told by words alone
            story.happens(world, first)
            assert (await world.once(_at(first, MORNING), 600)).code == 0
            for reader in READERS:
                await reader.settles(world, _at(first, time(12, tzinfo=UTC)))
            world.settings["ARXIV_MIN_INTERVAL_SECONDS"] = interval_seconds
            begun = len(world.arxiv.requests)
            weather = world.arxiv.faults = Weather(world, seed)
            yesterday = first
            for number, day in enumerate(stormy):
                story.happens(world, day)
                weather.stale = (STALE_ARCHIVES[number % len(STALE_ARCHIVES)], yesterday)
                await _morning(world, day, found, together=2 if number % 3 == 2 else 1)
                yesterday = day
                print(f"storm: {day} after {(monotonic() - began) / 60:.1f} min", file=sys.stderr, flush=True)
            weather.bad, weather.stale = 0.0, None
            story.happens(world, last)
            await _morning(world, last, found, together=1)
            _count(found, world, story, [first, *stormy, last], world.arxiv.requests[begun:], weather)
    return found


async def _morning(world: World, day: date, found: Storm, together: int) -> None:
    """Run from nine o'clock on until nothing is left."""
    now = _at(day, MORNING)
    for _ in range(CALLS):
        ended = await asyncio.gather(*(world.once(now, 1800) for _ in range(together)))
        found.codes.update(one.code for one in ended)
        found.tracebacks += [one.err for one in ended if "Traceback" in one.err]
        if all(one.code == 0 for one in ended):
            return
        now += AGAIN


def _count(found: Storm, world: World, story: Story, days: list[date], asked: Sequence, weather: Weather) -> None:
    for reader in READERS:
        found.outcomes[f"{reader.platform} {reader.channel}"] = compare(reader, world, story.expected(reader, days))
    told_of = {paper_id for reader in READERS for paper_id in named(reader.room(world))}
    crossed = {paper.id for papers in story.cross.values() for paper in papers}
    found.withdrawn_told = tuple(sorted(story.withdrawn & told_of))
    found.late_cross_told = tuple(sorted(crossed & told_of))
    found.caused, found.requests = weather.caused, len(asked)
    found.shortest_gap_seconds = min(later.at - one.at for one, later in pairwise(asked))
    found.at_once = max(one.under_way for one in asked) + 1


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment)


async def measure(size: Size) -> list[Figure]:
    """Measure; the long form keeps arXiv's real interval, so two halves run at once for most of an hour."""
    if size is Size.SHORT:
        halves = [await storm(5, 150, 0.2)]
    else:
        halves = await asyncio.gather(storm(10, 300, 3.0, 1), storm(10, 300, 3.0, 2, first=SECOND_HALF))
    assert not any(half.tracebacks for half in halves)
    return [
        (f"days from {first}: {what}", figure)
        for first, half in zip((FIRST_DAY, SECOND_HALF), halves, strict=False)
        for what, figure in half.figures.items()
    ]


MEASUREMENT = Promise("storm", measure)
