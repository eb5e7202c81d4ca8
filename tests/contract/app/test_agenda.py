"""Planning looks only where something may be due, and finds what a look at every channel finds."""

import random
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from redis.asyncio import Redis

from bot.app.agenda import Agenda, AgendaReader, agenda_of
from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.due_places import DuePlaces
from bot.delivery.store.failures import FailureStore
from bot.delivery.store.ledger import Ledger
from bot.delivery.wrong_slots import WrongSlots
from bot.domain.channel import Channel, Place, Timetable
from bot.domain.mailbox import mailbox
from bot.domain.recap import Recap
from bot.domain.schedule import local_day
from bot.domain.task import Job, Task
from bot.infra.redis import keys
from support.builders.sample_cards import digest

pytestmark = pytest.mark.one_store

BEGIN = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
PLACES = [Place("slack", f"T{n % 3}", f"C{n}") for n in range(6)]
ZONES = ("UTC", "Asia/Tokyo", "America/New_York", "Europe/London")


class Desk:
    """A store, and a reader of its agenda that knows of changes by the index alone."""

    def __init__(self, redis: Redis) -> None:
        self.redis, self.channels, self.ledger = redis, ChannelStore(redis), Ledger(redis)
        self.reader = self.fresh_reader()

    def fresh_reader(self) -> AgendaReader:
        wrong_slots = WrongSlots(self.channels, self.ledger)
        return AgendaReader(self.channels, DuePlaces(self.redis), wrong_slots)

    async def read(self, now: datetime) -> Agenda:
        """Read by the index, as long after every change as its mark lasts."""
        found = await self.reader.read(now, timedelta(0))
        await self.redis.delete(keys.DUE_CHANGED)
        return found

    async def everything(self, now: datetime) -> Agenda:
        return agenda_of(await self.channels.all(), now, timedelta(0))

    async def serve(self, agenda: Agenda) -> None:
        for one in agenda.digests:
            made = replace(digest(0), place=one.channel.place, day=one.day, slot=one.slot)
            await self.ledger.open(made, one.channel.last_slot)
        for club in agenda.clubs:
            await self.ledger.open_club(club.channel.place, club.key, club.slot, None, club.channel.last_club)
        for due in agenda.recaps:
            recap = Recap(due.channel.place, due.slot, local_day(due.timetable, due.slot), (), ())
            await self.ledger.open_recap(recap, due.channel.last_recap)


@pytest.fixture
def desk(redis_client: Redis) -> Desk:
    return Desk(redis_client)


def same(one: Agenda, other: Agenda) -> bool:
    def parts(agenda: Agenda) -> list[list[str]]:
        kinds = (agenda.digests, agenda.recaps, agenda.clubs, agenda.copies)
        return [sorted(str(due) for due in kind) for kind in kinds]  # type: ignore[attr-defined]

    return parts(one) == parts(other)


async def change(desk: Desk, rng: random.Random, now: datetime) -> None:
    """Do one thing that people or platforms do to a channel."""
    place = rng.choice(PLACES)
    days = frozenset(rng.sample(range(7), rng.randint(0, 5)))
    recap = rng.choice([None, None, rng.randrange(7)])
    timetable = Timetable(
        time(rng.randrange(24), rng.choice([0, 30])), rng.choice(ZONES), days, recap=recap, club=rng.random() < 0.3
    )
    known = await desk.channels.get(place)
    what = rng.randrange(6)
    if what <= 1 or known.timetable is None:
        await desk.channels.set(replace(known, timetable=timetable, since=now, off=False, paused="", by="U1"))
    elif what == 2:
        await desk.channels.set(replace(known, off=not known.off, since=now))
    elif what == 3:
        await desk.channels.set(replace(known, paused="The channel is archived."))
    elif what == 4:
        await desk.channels.resume(place)
    else:
        await desk.channels.set(Channel(mailbox(place, "ada@example.org"), since=now, by="U1"))


@pytest.mark.parametrize("seed", range(8))
async def test_what_is_found_by_the_index_is_what_a_look_at_everything_finds(desk: Desk, seed: int) -> None:
    rng, now, found = random.Random(seed), BEGIN, 0
    for _ in range(40):
        if rng.random() < 0.4:
            await change(desk, rng, now)
        agenda = await desk.read(now)
        assert same(agenda, await desk.everything(now))
        found += len(agenda.digests) + len(agenda.recaps) + len(agenda.copies)
        if rng.random() < 0.8:
            await desk.serve(agenda)
        now += timedelta(minutes=rng.choice([1, 20, 300, 1400]))
    assert found > 5


async def test_a_look_costs_what_is_due_and_not_what_is_stored(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(50):
        timetable = Timetable(time(9 if n < 3 else 15))
        await desk.channels.set(Channel(Place("slack", f"T{n}", "C"), timetable, BEGIN, by="U1"))
    await desk.read(BEGIN)
    looked: list[Place] = []
    read = desk.channels.some
    monkeypatch.setattr(desk.channels, "some", lambda places: read([looked.append(one) or one for one in places]))  # type: ignore[func-returns-value]
    assert len((await desk.read(BEGIN + timedelta(hours=9))).digests) == 3
    assert len(looked) == 3
    monkeypatch.setattr(desk.channels, "places", None)  # nobody asks for all of them
    assert len((await desk.read(BEGIN + timedelta(hours=15))).digests) == 50


async def test_a_clock_that_went_back_has_every_channel_looked_at(desk: Desk) -> None:
    await desk.channels.set(Channel(PLACES[0], Timetable(days=frozenset(range(7))), BEGIN, by="U1"))
    ahead = BEGIN + timedelta(days=40)
    await desk.serve(await desk.read(ahead))
    assert (await desk.read(ahead)).digests == []
    now = BEGIN + timedelta(days=1, hours=10)
    assert [one.slot for one in (await desk.read(now)).digests] == [BEGIN + timedelta(days=1, hours=9)]


async def test_a_store_of_an_older_version_is_looked_at_whole_once(desk: Desk) -> None:
    await desk.channels.set(Channel(PLACES[0], Timetable(), BEGIN, by="U1"))
    for key in (keys.DUE_AT, keys.DUE_CHANGED, keys.DUE_PLANNED, keys.BUSY_TEAMS):
        await desk.redis.delete(key)
    now = BEGIN + timedelta(hours=9)
    assert len((await desk.read(now)).digests) == 1
    # An older version moves the digest to an earlier time, marks nothing, and this one starts again.
    await desk.serve(await desk.read(now))
    assert (await desk.read(now)).digests == []
    known = await desk.channels.get(PLACES[0])
    await desk.channels.set(replace(known, timetable=Timetable(time(8))))
    await desk.redis.delete(keys.DUE_CHANGED)
    later = BEGIN + timedelta(days=1, hours=8, minutes=1)
    assert (await desk.read(later)).digests == []
    desk.reader = desk.fresh_reader()
    desk.reader.distrust()
    assert len((await desk.read(later)).digests) == 1


async def test_a_deleted_team_leaves_nothing_in_the_index(desk: Desk, redis_client: Redis) -> None:
    for place in PLACES:
        await desk.channels.set(Channel(place, Timetable(), BEGIN, by="U1"))
    await desk.reader.read(BEGIN, timedelta(0))
    await desk.channels.forget_team("slack", "T0")
    await desk.channels.forget(PLACES[1])
    left = {str(member) for key in (keys.DUE_AT, keys.DUE_CHANGED) for member in await redis_client.zrange(key, 0, -1)}
    assert left == {keys.write_place(place) for place in PLACES if place.team != "T0" and place != PLACES[1]}


async def test_teams_are_asked_for_messages_and_failures_only_while_they_may_have_some(desk: Desk) -> None:
    failures = FailureStore(desk.redis)
    await desk.channels.set(Channel(PLACES[0], Timetable(), BEGIN, by="U1"))
    await desk.channels.set(Channel(PLACES[1], Timetable(), BEGIN, by="U1"))
    await desk.serve(await desk.read(BEGIN + timedelta(hours=9)))
    task = Task(Job.BUILD, PLACES[0], BEGIN.date())
    await failures.note(task, "It broke.")
    assert len(await desk.ledger.waiting()) == 2
    assert [one.task for one in await failures.all()] == [task]
    for place, issue_key in await desk.ledger.waiting():
        await desk.ledger.close(place, issue_key)
    await failures.clear(task)
    # Marks that are old: everything was written long ago.
    tags = {str(tag) for tag in await desk.redis.zrange(keys.BUSY_TEAMS, 0, -1)}
    assert tags == {"slack:T0", "slack:T1"}
    await desk.redis.zadd(keys.BUSY_TEAMS, dict.fromkeys(tags, 1.0))
    assert await desk.ledger.waiting() == []
    assert await desk.redis.zrange(keys.BUSY_TEAMS, 0, -1) == []


async def test_what_an_older_version_left_to_send_is_found(desk: Desk) -> None:
    await desk.channels.set(Channel(PLACES[0], Timetable(), BEGIN, by="U1"))
    now = BEGIN + timedelta(hours=9)
    await desk.serve(await desk.read(now))
    await FailureStore(desk.redis).note(Task(Job.BUILD, PLACES[0], BEGIN.date()), "It broke.")
    for key in (keys.DUE_AT, keys.DUE_CHANGED, keys.DUE_PLANNED, keys.BUSY_TEAMS):
        await desk.redis.delete(key)
    desk.reader = desk.fresh_reader()
    await desk.read(now)
    assert [place for place, _ in await desk.ledger.waiting()] == [PLACES[0]]
    assert len(await FailureStore(desk.redis).all()) == 1
