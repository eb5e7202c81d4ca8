"""Digests in time zones from one end of the date line to the other, while clocks are changed and while one is wrong.

`once` is called every quarter of an hour around a change, as cron would; each channel's own calendar says when a
digest has to come: one on each of its days, at its time or, where that is skipped, within the hour after.
"""

import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from durability.promise import Figure, Promise, Size
from durability.replay import named
from support.loopback_world import Room, World, a_world, at, paper

QUARTER, HOUR, DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)

CHANGES = {
    "Berlin skips 02:30": at("2026-03-29 01:00"),
    "Berlin repeats 02:30": at("2026-10-25 01:00"),
    "New York skips 02:30": at("2026-03-08 07:00"),
    "New York repeats 01:30": at("2026-11-01 06:00"),
    "Lord Howe repeats 01:45": at("2026-04-04 15:00"),
    "Lord Howe skips 02:15": at("2026-10-03 15:30"),
}
"""Changes of clocks, and their effect on a digest time chosen below."""

JUMP = at("2026-09-01 20:00")

TIMES = (
    ("Pacific/Kiritimati", "02:30"),
    ("Pacific/Pago_Pago", "02:30"),
    ("Australia/Lord_Howe", "02:15"),
    ("Australia/Lord_Howe", "01:45"),
    ("Asia/Kathmandu", "02:30"),
    ("Europe/Berlin", "02:30"),
    ("America/New_York", "02:30"),
    ("America/New_York", "01:30"),
)


@dataclass(frozen=True)
class Clock:
    """A channel with the zone and local time of its digest."""

    platform: str
    channel: str
    zone: str
    at: str

    @property
    def name(self) -> str:
        return f"{self.platform} {self.zone} {self.at}"

    def local(self, instant: datetime) -> datetime:
        return instant.astimezone(ZoneInfo(self.zone))

    def days_between(self, first: datetime, last: datetime) -> set[date]:
        """Return its days whose digest time, give or take 90 minutes, is between two instants."""
        days = (self.local(first).date() + timedelta(days=n) for n in range((last - first).days + 3))
        hour, minute = map(int, self.at.split(":"))
        whens = {day: datetime.combine(day, time(hour, minute), ZoneInfo(self.zone)).astimezone(UTC) for day in days}
        margin = timedelta(minutes=90)
        return {day for day, when in whens.items() if first + margin <= when <= last - margin}


CLOCKS = tuple(
    Clock(platform, f"C{number}", zone, local)
    for platform in ("slack", "discord")
    for number, (zone, local) in enumerate(TIMES, start=1)
)


@dataclass
class Kept:
    """What came when: by channel, the local time of each run that brought a digest."""

    came: defaultdict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    runs: int = 0
    codes: Counter[int] = field(default_factory=Counter)
    missed: dict[str, list[date]] = field(default_factory=dict)
    twice: dict[str, list[date]] = field(default_factory=dict)
    lost: dict[str, list[str]] = field(default_factory=dict)
    doubled: dict[str, list[str]] = field(default_factory=dict)
    latest: timedelta = timedelta()

    @property
    def digests(self) -> int:
        return sum(map(len, self.came.values()))

    @property
    def figures(self) -> dict[str, object]:
        """What goes into the table."""
        return {
            "runs": self.runs,
            "runs that did not end with 0": self.runs - self.codes[0],
            "channels": len(CLOCKS),
            "digests": self.digests,
            "days without one": sum(map(len, self.missed.values())),
            "days with two": sum(map(len, self.twice.values())),
            "papers lost": sum(map(len, self.lost.values())),
            "papers doubled": sum(map(len, self.doubled.values())),
            "latest after its time": f"{self.latest.total_seconds() / 60:.0f} min",
        }


class Calendar:
    """arXiv's days while the story's clock goes on: each weekday's one paper is announced once its feed is out."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.announced: dict[str, datetime] = {}

    def comes_to(self, now: datetime) -> None:
        day = (now - timedelta(hours=5)).date()
        paper_id = f"{day:%y%m}.{day.day:05}"
        if day.weekday() < 5 and paper_id not in self.announced:
            self.announced[paper_id] = now
            self._world.announces(day, [paper(paper_id, day)])
        self._world.arxiv.feed_day = day


def around(change: datetime, close: timedelta, hours: int = 12) -> list[datetime]:
    """Every hour for `hours` before and after a change, and every quarter of an hour near it."""
    first, last = change - timedelta(hours=hours), change + timedelta(hours=hours)
    quarters = [first + n * QUARTER for n in range(int((last - first) / QUARTER) + 1)]
    return [when for when in quarters if abs(when - change) <= close or (when - first) % HOUR == timedelta()]


async def played(instants: Sequence[datetime], days_of: Iterable[tuple[datetime, datetime]]) -> Kept:
    """All channels through these runs; in each span of `days_of` every channel is to have one digest on each day."""
    found = Kept()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        async with a_world(Path(home)) as world:
            calendar, rooms = Calendar(world), {clock: world.room(clock.platform, clock.channel) for clock in CLOCKS}
            begun = instants[0] - HOUR
            calendar.comes_to(begun)
            assert (await world.once(begun)).code == 0
            for clock, room in rooms.items():
                await room.says(f"/digest on {clock.at} {clock.zone} cs.LG days=mon-sun", begun)
            for now in instants:
                calendar.comes_to(now)
                await _run(world, rooms, now, found)
            _judge(found, rooms, list(days_of), calendar, instants)
    return found


async def _run(world: World, rooms: dict[Clock, Room], now: datetime, found: Kept) -> None:
    before = {clock: len(room.digests) for clock, room in rooms.items()}
    ended = await world.once(now)
    found.runs += 1
    found.codes[ended.code] += 1
    for clock, room in rooms.items():
        found.came[clock.name] += [clock.local(now)] * (len(room.digests) - before[clock])


def _judge(
    found: Kept,
    rooms: dict[Clock, Room],
    spans: list[tuple[datetime, datetime]],
    calendar: Calendar,
    instants: Sequence[datetime],
) -> None:
    for clock, room in rooms.items():
        came = Counter(_day_served(clock, when) for when in found.came[clock.name])
        wanted = {day for first, last in spans for day in clock.days_between(first, last)}
        found.missed[clock.name] = sorted(wanted - set(came))
        found.twice[clock.name] = sorted(day for day, times in came.items() if times > 1)
        found.latest = max([found.latest, *(_after_its_time(clock, when) for when in found.came[clock.name])])
        shown, last = named(room), max([when.astimezone(UTC) for when in found.came[clock.name]], default=None)
        due = {i for i, when in calendar.announced.items() if when > instants[0] and last and when <= last}
        found.lost[clock.name] = sorted(due - set(shown))
        found.doubled[clock.name] = sorted(paper_id for paper_id, times in shown.items() if times > 1)


def _day_served(clock: Clock, came: datetime) -> date:
    """Return the day of the digest: before the day's own time, the day before."""
    return came.date() - (DAY if f"{came:%H:%M}" < clock.at else timedelta())


def _after_its_time(clock: Clock, came: datetime) -> timedelta:
    """Return the delay by the channel's local clock."""
    hour, minute = map(int, clock.at.split(":"))
    return came.replace(tzinfo=None) - datetime.combine(_day_served(clock, came), time(hour, minute))


async def changed(name: str, close: timedelta = timedelta(hours=12)) -> Kept:
    """Run a day around one of `CHANGES`, in quarter hours up to `close` on either side."""
    instants = around(CHANGES[name], close)
    return await played(instants, [(instants[0], instants[-1])])


async def jumped(start: datetime, every: timedelta = HOUR, days: int = 5) -> Kept:
    """A clock that is right, once two days ahead in the middle of the first day, and right again.

    Who had the digest of the days ahead gets none on them, so only the days before and after have to have one.
    """
    right = [start + n * every for n in range(int(days * DAY / every) + 1)]
    turn = int(DAY / every)
    instants = [*right[:turn], right[turn] + 2 * DAY, *right[turn:]]
    return await played(instants, [(right[0], right[turn - 1]), (right[turn] + 3 * DAY, right[-1])])


async def measure(size: Size) -> list[Figure]:
    """Measure every change of clocks, and a wrong clock."""
    names = list(CHANGES) if size is Size.LONG else list(CHANGES)[:1]
    close = timedelta(hours=12) if size is Size.LONG else timedelta(hours=2)
    stories = {name: await changed(name, close) for name in names}
    stories["a clock two days ahead"] = await jumped(JUMP, *(() if size is Size.LONG else (6 * HOUR, 4)))
    return [(f"{name}: {what}", figure) for name, kept in stories.items() for what, figure in kept.figures.items()]


MEASUREMENT = Promise("zones", measure)
