"""A clock that was wrong silences no channel: on any store, whatever jumps it made."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.ledger import Ledger
from bot.delivery.wrong_slots import WrongSlots, covered_ahead, noting_wrong_clock
from bot.domain.channel import Channel, Follow, Kind, Place, Timetable
from bot.domain.digest import Digest, DigestItem, Match
from bot.domain.schedule import due, is_ahead, local_day, next_delivery
from bot.domain.summary import Summary
from bot.infra.redis import keys
from support.servers.arxiv_clients import a_paper

HERE = Place("slack", "T1", "C1")
DAY = timedelta(days=1)
TABLE = Timetable(at=time(9), days=frozenset(range(7)))
BEGUN = datetime(2026, 8, 30, 12, tzinfo=UTC)
"""Long before the server's clock, as all of this story."""


class Story:
    """Days of a channel: each real day announces one paper, and whoever delivers brings all that it didn't have yet."""

    def __init__(self, redis: Redis) -> None:
        self.channels, self.ledger = ChannelStore(redis), Ledger(redis)
        self.wrong_slots = WrongSlots(self.channels, self.ledger)
        self.announced: set[str] = set()
        self.brought: Counter[str] = Counter()
        self.days: Counter[date] = Counter()

    async def begins(self) -> None:
        await self.channels.set(Channel(HERE, timetable=TABLE, since=BEGUN))

    def announces(self, day: date) -> None:
        self.announced.add(f"{day:%y%m}.{day.day:05}")

    async def runs(self, now: datetime) -> Channel:
        """Do what `Pipeline` does with a due digest."""
        await self.wrong_slots.corrected(await self.channels.all(), now)
        channel = await self.channels.get(HERE)
        assert channel.timetable
        assert channel.since
        slot = due(channel.timetable, channel.since, channel.last_slot, now)
        if slot:
            new = sorted(self.announced - await self.ledger.delivered(HERE))
            digest = noting_wrong_clock(a_digest(slot, *new), channel)
            quiet = covered_ahead(digest, channel)
            if await self.ledger.open(digest, channel.last_slot, quiet) and not quiet:
                self.brought.update(new)
                self.days[digest.day] += 1
        return await self.channels.get(HERE)


def a_digest(slot: datetime, *ids: str) -> Digest:
    items = tuple(DigestItem(Match(a_paper(paper_id), ()), Summary("a model")) for paper_id in ids)
    return Digest(HERE, local_day(TABLE, slot), slot, items, announced=len(ids), matched=len(ids), zone="UTC")


def nine(day: int) -> datetime:
    return datetime(2026, 8, 30, 9, tzinfo=UTC) + day * DAY


async def test_after_a_run_thirty_days_ahead_every_due_day_has_its_digest_and_no_paper_comes_twice(
    redis_client: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    """It was 0 digests on 5 of 5 due days, and nothing logged."""
    story = Story(redis_client)
    await story.begins()
    story.announces(nine(1).date())
    await story.runs(nine(1))
    ahead = await story.runs(nine(31))
    assert is_ahead(ahead.last_slot, nine(2))
    for day in range(2, 7):
        story.announces(nine(day).date())
        await story.runs(nine(day))
        await story.runs(nine(day) + timedelta(hours=3))

    assert [story.days[nine(day).date()] for day in range(1, 7)] == [1] * 6
    assert story.brought == Counter(story.announced)
    (said,) = [line for line in caplog.messages if "from the future" in line]
    assert f"wrong={nine(31).isoformat()} right={nine(1).isoformat()}" in said


async def test_the_next_digest_says_that_the_one_before_was_dated_wrongly_and_only_that_one(
    redis_client: Redis,
) -> None:
    story = Story(redis_client)
    await story.begins()
    await story.runs(nine(31))
    for day in (2, 3):
        story.announces(nine(day).date())
        await story.runs(nine(day))
    entries = [await story.ledger.find(HERE, nine(day).date()) for day in (2, 3)]
    said = [entry.digest.missing for entry in entries if entry and isinstance(entry.digest, Digest)]
    assert said == [("an earlier digest was dated 30 September 2026, by a wrong clock",), ()]


async def test_going_back_a_few_days_brings_only_what_the_digest_from_ahead_lacked(redis_client: Redis) -> None:
    story = Story(redis_client)
    await story.begins()
    story.announces(nine(1).date())
    await story.runs(nine(4))
    await story.runs(nine(2))
    assert story.days == {nine(4).date(): 1}
    story.announces(nine(3).date())
    await story.runs(nine(3))
    await story.runs(nine(4))
    assert story.days == {nine(3).date(): 1, nine(4).date(): 1}
    assert set(story.brought.values()) == {1}


async def test_a_day_whose_digest_was_written_while_it_was_still_to_come_gets_one_when_it_has_come(
    redis_client: Redis,
) -> None:
    """By the server's clock, which no `--at` changes."""
    story, ledger = Story(redis_client), Ledger(redis_client)
    await story.begins()
    seconds, _ = await redis_client.time()
    today = datetime.fromtimestamp(int(seconds), UTC)
    assert await ledger.open(a_digest(today, "2608.00001"), None)
    await ledger.close(HERE, today.date())
    await redis_client.hset(keys.ledger_entry(HERE, today.date().isoformat()), "opened", int(seconds) - 30 * 86400)
    await story.channels.correct(HERE, keys.LAST_SLOT, today, None)
    assert await ledger.open(a_digest(today, "2608.00002"), None)
    assert await ledger.delivered(HERE) == {"2608.00001", "2608.00002"}


async def test_a_digest_and_a_follow_that_began_in_the_future_begin_now(redis_client: Redis) -> None:
    channels = ChannelStore(redis_client)
    seconds, _ = await redis_client.time()
    now = datetime.fromtimestamp(int(seconds), UTC)
    await channels.set(Channel(HERE, timetable=TABLE, since=now + 30 * DAY))
    await channels.follow(HERE, Follow(Kind.CATEGORY, "cs.LG", now + 30 * DAY))
    (channel,) = await WrongSlots(channels, Ledger(redis_client)).corrected(await channels.all(), now)
    assert channel.since
    assert channel.since < next_delivery(TABLE, channel.last_slot, now)
    assert channel.follows[0].since <= now - 7 * DAY + timedelta(minutes=1)


async def test_a_run_of_the_past_moves_no_beginning(redis_client: Redis) -> None:
    channels = ChannelStore(redis_client)
    follow = Follow(Kind.CATEGORY, "cs.LG", BEGUN)
    await channels.set(Channel(HERE, timetable=TABLE, since=BEGUN))
    await channels.follow(HERE, follow)
    (channel,) = await WrongSlots(channels, Ledger(redis_client)).corrected(await channels.all(), BEGUN - 20 * DAY)
    assert (channel.since, channel.follows) == (BEGUN, (follow,))


async def test_an_early_recap_is_corrected_to_the_last_real_one(redis_client: Redis) -> None:
    channels, ledger = ChannelStore(redis_client), Ledger(redis_client)
    await channels.set(Channel(HERE, timetable=replace(TABLE, recap=0), since=BEGUN))
    await redis_client.hset(keys.channel(HERE), keys.LAST_RECAP, (BEGUN + 60 * DAY).isoformat())
    (channel,) = await WrongSlots(channels, ledger).corrected(await channels.all(), BEGUN + DAY)
    assert channel.last_recap is None


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(jumps=[(1, 13)])
@given(jumps=st.lists(st.tuples(st.integers(1, 12), st.integers(-40, 400)), max_size=4))
async def test_whatever_a_clock_does_each_paper_comes_once_and_the_days_after_it_are_served(
    redis_client: Redis, jumps: list[tuple[int, int]]
) -> None:
    """On some of twelve days, one run believes another day; the others are right."""
    await redis_client.flushall()
    story = Story(redis_client)
    await story.begins()
    wrong = {day: day + by for day, by in jumps}
    for day in range(1, 15):
        story.announces(nine(day).date())
        if day in wrong:
            await story.runs(nine(wrong[day]) + timedelta(minutes=30))
        await story.runs(nine(day) + timedelta(hours=1))
    # A day that a wrong run took ahead has its digest, so what came that day comes with the next one.
    for day in range(15, 15 + len(wrong) + 1):
        await story.runs(nine(day) + timedelta(hours=1))
    assert set(story.brought) == story.announced
    assert set(story.brought.values()) == {1}
    assert max(story.days.values()) == 1
    assert story.days[nine(14).date()] == 1 or 14 in wrong.values()
