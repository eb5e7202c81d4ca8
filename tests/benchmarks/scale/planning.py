"""A planning tick with many channels of which few are due, beside one that reads every channel."""

from datetime import UTC, datetime, time, timedelta
from time import perf_counter

from redis.asyncio import Redis

from benchmarks.report import Figures, Row
from bot.app.agenda import NEAR, AgendaReader
from bot.app.jobs.planner import Planner
from bot.delivery.store.channel_records import write_follow, write_settings
from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.due_places import DuePlaces
from bot.delivery.store.failures import FailureStore
from bot.delivery.store.ledger import Ledger
from bot.delivery.wrong_slots import WrongSlots
from bot.domain.channel import Channel, Follow, Kind, Place, Timetable
from bot.domain.task import Job
from bot.infra.clock import FixedClock
from bot.infra.redis import keys
from bot.papers.fetch_status import FetchStatus

NOW = datetime(2026, 5, 12, 9, 0, tzinfo=UTC)
DUE = 10
TICKS = 20


class PlanningOnly:
    """The pipeline's side that planning asks; no source is read and nothing is built."""

    def __init__(self, reader: AgendaReader, now: datetime) -> None:
        self.agenda_reader, self._now = reader, now
        self.agenda = lambda ahead: reader.read(now, ahead)

    async def pending(self) -> FetchStatus:
        return FetchStatus()

    async def owed_to(self, due: list[object]) -> FetchStatus:
        return FetchStatus()

    async def must_read_upvotes(self) -> bool:
        return False

    async def must_push(self) -> list[Place]:
        return []

    def waits(self, one: object, owed: object) -> bool:
        return False


async def planning_rows(client: Redis, channels: int) -> list[Row]:
    """Store that many channels, one a team, with DUE of them due, and time ticks of the planner."""
    await _store(client, channels)
    stores = ChannelStore(client), Ledger(client)
    reader = AgendaReader(stores[0], DuePlaces(client), WrongSlots(*stores))
    began = perf_counter()
    await reader.read(NOW - timedelta(hours=1), NEAR)
    everything = perf_counter() - began
    planner = Planner(PlanningOnly(reader, NOW), stores[1], FailureStore(client), FixedClock(NOW))  # type: ignore[arg-type]
    ticks = []
    for _ in range(TICKS):
        began = perf_counter()
        tasks = await planner.tasks()
        ticks.append(perf_counter() - began)
        assert sum(task.job is Job.BUILD for task in tasks) == DUE
    what = f"a planning tick, {channels:,} channels in as many teams, {DUE} due"
    return [Row(what, Figures.ms(ticks), Figures.ms([everything]), "a look at every channel, as each tick was", 50)]


async def _store(client: Redis, channels: int) -> None:
    """Write the channels as the store does, many at a time."""
    follow = Follow(Kind.CATEGORY, "cs.LG", NOW - timedelta(days=30))
    for start in range(0, channels, 1000):
        pipe = client.pipeline(transaction=False)
        for n in range(start, min(start + 1000, channels)):
            place = Place("slack", f"T{n}", "C1")
            timetable = Timetable(time(9) if n < DUE else time(15, n % 60))
            settings = write_settings(Channel(place, timetable, NOW - timedelta(days=30), by="U1"))
            pipe.sadd(keys.PLACES, keys.write_place(place))
            pipe.hset(keys.channel(place), mapping=settings | {keys.LAST_SLOT: (NOW - timedelta(hours=18)).isoformat()})
            pipe.hset(keys.follows(place), follow.key, write_follow(follow))
            pipe.zadd(keys.team_keys(place.tag), {keys.channel(place): "inf", keys.follows(place): "inf"})
        await pipe.execute()
