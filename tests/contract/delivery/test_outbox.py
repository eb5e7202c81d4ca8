"""The ledger's entries are sent once, whatever goes wrong."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from redis.asyncio import Redis

from bot.app.jobs.retry import retry
from bot.delivery.outbox import MAX_ATTEMPTS, Outbox, Outcome, message_key
from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.failures import FailureStore
from bot.delivery.store.ledger import Ledger
from bot.delivery.store.rate_limits import RateLimitStore
from bot.digests.cards.digest import digest_card
from bot.digests.cards.issue import issue_card
from bot.domain.channel import Channel, Place, Timetable
from bot.domain.errors import NotLetIn, Refused, Revoked, TryLater, Unknown
from bot.domain.task import MAX_TRIES, Job, Task
from bot.infra.clock import FixedClock
from bot.infra.redis import keys
from support.builders.sample_cards import NOW, PLACE, digest
from support.fakes.recording_messenger import RecordingMessenger

pytestmark = pytest.mark.one_store

DAY = date(2026, 5, 12)
DELIVER = Task(Job.DELIVER, PLACE, DAY)

Process = Callable[..., Outbox]


class Hurried(FixedClock):
    """A clock that sleeps no real time and records the requested time."""

    def __init__(self) -> None:
        super().__init__(NOW)
        self.slept = 0.0

    async def sleep(self, seconds: float) -> None:
        self.slept += seconds


@pytest.fixture
async def ledger(redis_client: Redis) -> Ledger:
    await ChannelStore(redis_client).set(Channel(PLACE, timetable=Timetable(), since=NOW - timedelta(days=2)))
    ledger = Ledger(redis_client)
    await ledger.open(digest(), None)
    return ledger


@pytest.fixture
def chat() -> RecordingMessenger:
    return RecordingMessenger()


@pytest.fixture
def rate_limits(redis_client: Redis) -> RateLimitStore:
    return RateLimitStore(redis_client)


@pytest.fixture
def failures(redis_client: Redis) -> FailureStore:
    return FailureStore(redis_client)


@pytest.fixture
def outbox(rate_limits: RateLimitStore, failures: FailureStore) -> Process:
    """Another process each time, with a valid or invalid token."""

    def process(ledger: Ledger, chat: RecordingMessenger) -> Outbox:
        return Outbox(ledger, {"slack": chat}, Hurried(), rate_limits, failures, issue_card)

    return process


async def test_a_digest_is_said_once_however_often_it_is_asked(
    ledger: Ledger, chat: RecordingMessenger, outbox: Process
) -> None:
    for _ in range(3):
        await outbox(ledger, chat).deliver_all()
    assert len(chat.standing[str(PLACE)]) == 1


async def test_a_lost_reply_is_looked_up_and_not_said_again(
    ledger: Ledger, chat: RecordingMessenger, outbox: Process
) -> None:
    chat.lose_reply = lambda: True
    assert await outbox(ledger, chat).deliver(PLACE, DAY) is Outcome.DONE
    assert chat.posts == 1


async def test_a_message_that_never_arrived_is_said_again(
    ledger: Ledger, chat: RecordingMessenger, outbox: Process
) -> None:
    chat.faults = [Unknown()]
    assert await outbox(ledger, chat).deliver(PLACE, DAY) is Outcome.DONE
    assert (chat.posts, len(chat.standing[str(PLACE)])) == (2, 1)


async def test_where_nobody_can_look_it_is_marked_and_not_said_again(
    ledger: Ledger, chat: RecordingMessenger, outbox: Process
) -> None:
    chat.lose_reply, chat.readable = lambda: True, False
    assert await outbox(ledger, chat).deliver(PLACE, DAY) is Outcome.DONE
    assert chat.posts == 1
    assert await ledger.uncertain(PLACE) == [DAY]


async def test_a_killed_process_is_taken_over_and_only_what_is_missing_is_said(
    ledger: Ledger, chat: RecordingMessenger, redis_client: Redis, outbox: Process
) -> None:
    chat.parts = 3
    killed = Ledger(redis_client)
    say = await killed.find(PLACE, DAY)
    assert say is not None
    messages = await killed.messages(PLACE, DAY, chat.draw(digest_card(say.digest, NOW), ""))
    await killed.claim(PLACE, DAY, 0)
    await chat.post(PLACE, messages[0], _key(0))  # and is killed before it can note that
    await redis_client.hset(keys.ledger_entry(PLACE, DAY.isoformat()), "p0until", "1")
    assert await outbox(ledger, chat).deliver(PLACE, DAY) is Outcome.DONE
    assert chat.standing[str(PLACE)] == [_key(0), _key(1), _key(2)]


async def test_a_living_owner_is_left_alone(
    ledger: Ledger, chat: RecordingMessenger, redis_client: Redis, outbox: Process
) -> None:
    await Ledger(redis_client).claim(PLACE, DAY, 0)
    assert await outbox(ledger, chat).deliver(PLACE, DAY) is Outcome.LEFT
    assert chat.posts == 0


async def test_a_dead_channel_is_paused_after_three_attempts_in_all(
    ledger: Ledger, chat: RecordingMessenger, redis_client: Redis, outbox: Process
) -> None:
    chat.faults = [Refused("The channel is archived.") for _ in range(9)]
    assert await outbox(ledger, chat).deliver(PLACE, DAY) is Outcome.DONE
    assert chat.posts == MAX_ATTEMPTS
    assert (await ChannelStore(redis_client).get(PLACE)).paused == "The channel is archived."
    assert await ledger.delivered(PLACE) == set()


async def test_two_digests_that_wait_for_a_dead_channel_get_three_attempts_together(
    ledger: Ledger, chat: RecordingMessenger, outbox: Process
) -> None:
    tomorrow = replace(digest(), day=DAY + timedelta(days=1), slot=NOW + timedelta(days=1))
    await ledger.open(tomorrow, NOW)
    chat.faults = [Refused("The channel is archived.") for _ in range(9)]
    assert await outbox(ledger, chat).deliver_all() == {Outcome.DONE: 2}
    assert chat.posts == MAX_ATTEMPTS
    assert await ledger.waiting() == []
    assert await ledger.delivered(PLACE) == set()


async def test_a_digest_that_cannot_be_drawn_holds_up_no_other_channel(
    ledger: Ledger, chat: RecordingMessenger, caplog: pytest.LogCaptureFixture, outbox: Process
) -> None:
    elsewhere = replace(PLACE, channel="C2")
    await ledger.open(digest(place=elsewhere), None)
    chat.cannot_draw = 1
    assert await outbox(ledger, chat).deliver_all() == {Outcome.DONE: 1, Outcome.POSTPONED: 1}
    assert chat.posts == 1
    assert "A digest can't be delivered" in caplog.text


async def test_a_wish_to_wait_is_obeyed_by_all_processes(
    ledger: Ledger, chat: RecordingMessenger, outbox: Process, rate_limits: RateLimitStore
) -> None:
    chat.faults = [TryLater(after_seconds=0.3, scope="channel")]
    assert await outbox(ledger, chat).deliver(PLACE, DAY) is Outcome.DONE
    assert (chat.posts, len(chat.standing[str(PLACE)])) == (2, 1)
    assert chat.moments[1] - chat.moments[0] >= 0.3


async def test_a_long_wish_to_wait_is_obeyed_by_every_process(
    ledger: Ledger, chat: RecordingMessenger, redis_client: Redis, outbox: Process
) -> None:
    chat.faults = [TryLater(after_seconds=3600.0, scope="team")]
    for process in (ledger, ledger, Ledger(redis_client)):
        assert await outbox(process, chat).deliver(PLACE, DAY) is Outcome.POSTPONED
    assert chat.posts == 1
    await redis_client.hset(keys.ledger_entry(PLACE, DAY.isoformat()), "p0until", "1")
    assert await outbox(ledger, chat).deliver(PLACE, DAY) is Outcome.POSTPONED
    assert chat.posts == 1
    await redis_client.hset(keys.ledger_entry(PLACE, DAY.isoformat()), "p0until", "1")
    await redis_client.delete(keys.rate_limit("slack", "closed", PLACE.team))
    assert await outbox(ledger, chat).deliver(PLACE, DAY) is Outcome.DONE
    assert len(chat.standing[str(PLACE)]) == 1


async def test_a_platform_that_is_down_is_tried_again_after_longer_and_longer(
    ledger: Ledger, chat: RecordingMessenger, redis_client: Redis, outbox: Process
) -> None:
    say = keys.ledger_entry(PLACE, DAY.isoformat())
    pauses = []
    for _ in range(12):
        chat.faults = [TryLater(after_seconds=1.0)]
        await outbox(ledger, chat).deliver(PLACE, DAY)
        assert await outbox(ledger, chat).deliver(PLACE, DAY) in {Outcome.LEFT, Outcome.POSTPONED}
        seconds, _ = await redis_client.time()
        pauses.append(int(await redis_client.hget(say, "p0until")) - seconds)
        await redis_client.hset(say, "p0until", "1")
    assert chat.posts == 12
    assert pauses[0] <= 2
    assert all(300 <= pause <= 600 for pause in pauses[-2:])
    assert await outbox(ledger, chat).deliver(PLACE, DAY) is Outcome.DONE


async def test_what_may_stand_there_is_looked_for_again_however_long_nobody_can_look(
    ledger: Ledger, chat: RecordingMessenger, redis_client: Redis, outbox: Process
) -> None:
    chat.lose_reply, chat.blind = lambda: True, 3
    say = keys.ledger_entry(PLACE, DAY.isoformat())
    for _ in range(3):
        assert await outbox(Ledger(redis_client), chat).deliver(PLACE, DAY) is Outcome.LEFT
        await redis_client.hset(say, "p0until", "1")
    assert await outbox(ledger, chat).deliver(PLACE, DAY) is Outcome.DONE
    assert (chat.posts, len(chat.standing[str(PLACE)])) == (1, 1)


async def test_a_refused_token_pauses_no_channel_and_is_shown_three_times_in_all(
    ledger: Ledger, chat: RecordingMessenger, redis_client: Redis, outbox: Process
) -> None:
    await ledger.open(digest(place=replace(PLACE, channel="C2")), None)
    chat.faults = [NotLetIn() for _ in range(20)]
    away = keys.rate_limit("slack", "away", PLACE.team, chat.token(PLACE))
    for _ in range(5):
        outcomes = await outbox(ledger, chat).deliver_all()
        await redis_client.hset(away, "until", "1") if chat.posts < 3 else None
    assert outcomes == {Outcome.PAUSED: 2}
    assert chat.posts == 3
    assert not (await ChannelStore(redis_client).get(PLACE)).paused
    assert (await ledger.find(PLACE, DAY)).state == "open"


async def test_another_token_ends_it_and_nothing_is_lost(
    ledger: Ledger, chat: RecordingMessenger, redis_client: Redis, outbox: Process
) -> None:
    chat.faults = [Revoked()]
    for _ in range(3):
        assert await outbox(ledger, chat).deliver_all() == {Outcome.PAUSED: 1}
    assert chat.posts == 1
    chat.secret = "the second token"
    assert await outbox(ledger, chat).deliver_all() == {Outcome.DONE: 1}
    assert chat.standing[str(PLACE)] == [_key(0)]


async def test_of_many_channels_one_shows_a_token_that_may_be_refused(
    ledger: Ledger, chat: RecordingMessenger, outbox: Process
) -> None:
    for number in range(20):
        await ledger.open(digest(place=replace(PLACE, channel=f"C{number + 2}")), None)
    await ledger.open(elsewhere := digest(place=replace(PLACE, team="T2")), None)
    await _named(ledger, elsewhere.place)
    chat.refused_team = PLACE.team
    assert await outbox(ledger, chat).deliver_all() == {Outcome.PAUSED: 21, Outcome.DONE: 1}
    assert chat.posts == 2


async def test_who_switched_the_digest_on_is_told_once_why_it_is_paused(
    ledger: Ledger, chat: RecordingMessenger, redis_client: Redis, outbox: Process
) -> None:
    await _switched_on_by(redis_client, "U7")
    await ledger.open(replace(digest(), day=DAY + timedelta(days=1), slot=NOW + timedelta(days=1)), NOW)
    chat.faults = [Refused("The channel is archived.", "Unarchive it.") for _ in range(9)]
    for _ in range(3):
        await outbox(ledger, chat).deliver_all()
    ((user, card),) = chat.told
    assert user == "U7"
    assert "The channel is archived. Unarchive it." in card.text


async def test_nobody_to_tell_and_nobody_reached_is_no_trouble(
    ledger: Ledger,
    chat: RecordingMessenger,
    redis_client: Redis,
    outbox: Process,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await _switched_on_by(redis_client, "U7")
    chat.faults, chat.untold = [Refused() for _ in range(3)], [Refused("No direct messages.")]
    assert await outbox(ledger, chat).deliver_all() == {Outcome.DONE: 1}
    assert await outbox(ledger, chat).deliver_all() == {}
    assert chat.told == []
    assert "Nobody could be told of a pause" in caplog.text


async def test_the_days_of_a_place_come_in_order_and_stop_at_the_first_that_must_wait(
    ledger: Ledger, chat: RecordingMessenger, outbox: Process
) -> None:
    tomorrow = DAY + timedelta(days=1)
    await ledger.open(replace(digest(), day=tomorrow, slot=NOW + timedelta(days=1)), NOW)
    chat.faults = [TryLater()]
    assert await outbox(ledger, chat).deliver_place(PLACE) == {Outcome.LEFT: 2}
    assert chat.posts == 1
    chat.faults = []
    await _due_now(ledger, DAY)
    assert await outbox(ledger, chat).deliver_place(PLACE) == {Outcome.DONE: 2}
    assert chat.standing[str(PLACE)] == [_key(0), message_key(PLACE, tomorrow, 0)]
    assert await outbox(ledger, chat).deliver_place(PLACE) == {}


async def test_a_channel_that_must_wait_and_a_platform_that_hangs_hold_up_no_other(
    ledger: Ledger, chat: RecordingMessenger, rate_limits: RateLimitStore, failures: FailureStore
) -> None:
    hung = replace(PLACE, platform="discord")
    await _named(ledger, hung)
    for number in range(50):
        await ledger.open(digest(place=replace(PLACE, channel=f"D{number}")), None)
        await ledger.open(digest(place=replace(hung, channel=f"D{number}")), None)
    await rate_limits.close(PLACE, "channel", 4)
    never = RecordingMessenger()
    never.gate.clear()
    all_of_it = asyncio.create_task(
        Outbox(
            ledger, {"slack": chat, "discord": never}, FixedClock(NOW), rate_limits, failures, issue_card
        ).deliver_all()
    )
    async with asyncio.timeout(10):
        while sum(map(len, chat.standing.values())) < 50:
            await asyncio.sleep(0.01)
    assert chat.standing[str(PLACE)] == []
    never.gate.set()
    assert await all_of_it == {Outcome.DONE: 101}
    assert chat.standing[str(PLACE)] == [_key(0)]


async def test_a_digest_that_fails_beyond_the_days_of_catching_up_is_a_dead_letter(
    ledger: Ledger, chat: RecordingMessenger, rate_limits: RateLimitStore, failures: FailureStore
) -> None:
    chat.faults = [TryLater("Down.") for _ in range(2)]
    young = Outbox(ledger, {"slack": chat}, FixedClock(NOW + timedelta(days=7)), rate_limits, failures, issue_card)
    assert await young.deliver_all() == {Outcome.LEFT: 1}
    old = Outbox(
        ledger, {"slack": chat}, FixedClock(NOW + timedelta(days=7, minutes=1)), rate_limits, failures, issue_card
    )
    await _due_now(ledger, DAY)
    assert await old.deliver_all() == {Outcome.DONE: 1}
    assert [(one.task, one.why, one.dead) for one in await failures.all()] == [(DELIVER, "Down.", True)]
    assert await ledger.waiting() == []
    assert await retry(failures, ledger, PLACE, DAY) == [DELIVER]
    await _due_now(ledger, DAY)
    assert await old.deliver_all() == {Outcome.DONE: 1}
    assert chat.standing[str(PLACE)] == [_key(0)]
    assert await retry(failures, ledger, PLACE, DAY) == []


async def test_a_digest_that_is_our_own_fault_is_given_up_and_the_next_day_is_said_meanwhile(
    ledger: Ledger, chat: RecordingMessenger, outbox: Process, failures: FailureStore, redis_client: Redis
) -> None:
    tomorrow = DAY + timedelta(days=1)
    await ledger.open(replace(digest(), day=tomorrow, slot=NOW + timedelta(days=1)), NOW)
    await redis_client.hset(keys.ledger_entry(PLACE, DAY.isoformat()), "messages", "{")  # what nobody thought of
    process = outbox(ledger, chat)
    assert await process.deliver_all() == {Outcome.POSTPONED: 1, Outcome.DONE: 1}
    assert await process.deliver_all() == {Outcome.POSTPONED: 1}  # left alone for now
    for _ in range(MAX_TRIES - 1):
        await failures.note(DELIVER, "Again.", MAX_TRIES)
    await ledger.drop(PLACE, DAY)
    assert await process.deliver_all() == {}
    await redis_client.hdel(keys.ledger_entry(PLACE, DAY.isoformat()), "messages")
    assert await retry(failures, ledger) == [DELIVER]
    assert await process.deliver_all() == {Outcome.DONE: 1}
    assert await failures.all() == []


async def test_without_the_platforms_token_it_waits_for_who_has_it(
    ledger: Ledger, rate_limits: RateLimitStore, failures: FailureStore
) -> None:
    assert (
        await Outbox(ledger, {}, Hurried(), rate_limits, failures, issue_card).deliver(PLACE, DAY) is Outcome.ELSEWHERE
    )
    assert await ledger.waiting() == [(PLACE, DAY)]


async def _named(ledger: Ledger, place: Place) -> None:
    """As `/digest on` does before any digest is written."""
    await ChannelStore(ledger._redis).set(Channel(place, timetable=Timetable(), since=NOW - timedelta(days=2)))


async def _switched_on_by(redis_client: Redis, user: str) -> None:
    await ChannelStore(redis_client).set(Channel(PLACE, Timetable(), NOW - timedelta(days=2), by=user))


async def _due_now(ledger: Ledger, day: date) -> None:
    """Make every delayed retry due now."""
    await ledger._redis.hset(keys.ledger_entry(PLACE, day.isoformat()), "p0until", "1")


def _key(part: int) -> str:
    return message_key(PLACE, DAY, part)
