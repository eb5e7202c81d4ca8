"""What the ledger holds is said once, whatever goes wrong on the way."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from redis.asyncio import Redis

from bot.cards.digest import digest_card
from bot.clock import FixedClock
from bot.errors import NotLetIn, Refused, TryLater, Unknown
from bot.outbox import ATTEMPTS, Outbox, Outcome, message_key
from bot.stores import keys
from bot.stores.channels import RedisChannels
from bot.stores.ledger import RedisLedger
from bot.subscription import Channel, Timetable
from recording_messenger import RecordingMessenger
from sample_cards import NOW, PLACE, digest

DAY = date(2026, 5, 12)


class Hurried(FixedClock):
    """Waits no real time, and remembers how long it should have."""

    def __init__(self) -> None:
        super().__init__(NOW)
        self.slept = 0.0

    async def sleep(self, seconds: float) -> None:
        self.slept += seconds


@pytest.fixture
async def ledger(redis_client: Redis) -> RedisLedger:
    await RedisChannels(redis_client).set(Channel(PLACE, timetable=Timetable(), since=NOW - timedelta(days=2)))
    ledger = RedisLedger(redis_client)
    await ledger.open(digest(), None)
    return ledger


@pytest.fixture
def chat() -> RecordingMessenger:
    return RecordingMessenger()


def outbox(ledger: RedisLedger, chat: RecordingMessenger) -> Outbox:
    return Outbox(ledger, {"slack": chat}, Hurried())


async def test_a_digest_is_said_once_however_often_it_is_asked(ledger: RedisLedger, chat: RecordingMessenger) -> None:
    for _ in range(3):
        await outbox(ledger, chat).deliver_all()
    assert len(chat.standing[str(PLACE)]) == 1


async def test_a_lost_reply_is_looked_up_and_not_said_again(ledger: RedisLedger, chat: RecordingMessenger) -> None:
    chat.lose_reply = lambda: True
    assert await outbox(ledger, chat).deliver(PLACE, DAY) is Outcome.DONE
    assert chat.posts == 1


async def test_a_message_that_never_arrived_is_said_again(ledger: RedisLedger, chat: RecordingMessenger) -> None:
    chat.faults = [Unknown()]
    assert await outbox(ledger, chat).deliver(PLACE, DAY) is Outcome.DONE
    assert (chat.posts, len(chat.standing[str(PLACE)])) == (2, 1)


async def test_where_nobody_can_look_it_is_marked_and_not_said_again(
    ledger: RedisLedger, chat: RecordingMessenger
) -> None:
    chat.lose_reply, chat.readable = lambda: True, False
    assert await outbox(ledger, chat).deliver(PLACE, DAY) is Outcome.DONE
    assert chat.posts == 1
    assert await ledger.uncertain(PLACE) == [DAY]


async def test_a_killed_process_is_taken_over_and_only_what_is_missing_is_said(
    ledger: RedisLedger, chat: RecordingMessenger, redis_client: Redis
) -> None:
    chat.parts = 3
    killed = RedisLedger(redis_client)
    say = await killed.find(PLACE, DAY)
    assert say is not None
    messages = await killed.messages(PLACE, DAY, chat.draw(digest_card(say.digest, NOW), ""))
    await killed.claim(PLACE, DAY, 0)
    await chat.post(PLACE, messages[0], _key(0))  # and is killed before it can note that
    await redis_client.hset(keys.say(PLACE, DAY.isoformat()), "p0until", "1")
    assert await outbox(ledger, chat).deliver(PLACE, DAY) is Outcome.DONE
    assert chat.standing[str(PLACE)] == [_key(0), _key(1), _key(2)]


async def test_a_living_owner_is_left_alone(ledger: RedisLedger, chat: RecordingMessenger, redis_client: Redis) -> None:
    await RedisLedger(redis_client).claim(PLACE, DAY, 0)
    assert await outbox(ledger, chat).deliver(PLACE, DAY) is Outcome.LEFT
    assert chat.posts == 0


async def test_a_dead_channel_is_paused_after_three_attempts_in_all(
    ledger: RedisLedger, chat: RecordingMessenger, redis_client: Redis
) -> None:
    chat.faults = [Refused("The channel is archived.") for _ in range(9)]
    assert await outbox(ledger, chat).deliver(PLACE, DAY) is Outcome.DONE
    assert chat.posts == ATTEMPTS
    assert (await RedisChannels(redis_client).get(PLACE)).paused == "The channel is archived."
    assert await ledger.delivered(PLACE) == set()


async def test_two_digests_that_wait_for_a_dead_channel_get_three_attempts_together(
    ledger: RedisLedger, chat: RecordingMessenger
) -> None:
    tomorrow = replace(digest(), day=DAY + timedelta(days=1), slot=NOW + timedelta(days=1))
    await ledger.open(tomorrow, NOW)
    chat.faults = [Refused("The channel is archived.") for _ in range(9)]
    assert await outbox(ledger, chat).deliver_all() == {Outcome.DONE: 2}
    assert chat.posts == ATTEMPTS
    assert await ledger.waiting() == []
    assert await ledger.delivered(PLACE) == set()


async def test_a_digest_that_cannot_be_drawn_holds_up_no_other_channel(
    ledger: RedisLedger, chat: RecordingMessenger, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = replace(PLACE, channel="C2")
    await ledger.open(digest(place=elsewhere), None)
    chat.cannot_draw = 1
    assert await outbox(ledger, chat).deliver_all() == {Outcome.DONE: 1, Outcome.POSTPONED: 1}
    assert chat.posts == 1
    assert "A digest can't be delivered" in caplog.text


async def test_a_wish_to_wait_is_obeyed_within_a_cap(ledger: RedisLedger, chat: RecordingMessenger) -> None:
    chat.faults = [TryLater(after_seconds=7.0)]
    clock = Hurried()
    assert await Outbox(ledger, {"slack": chat}, clock).deliver(PLACE, DAY) is Outcome.DONE
    assert clock.slept == 7.0
    assert (chat.posts, len(chat.standing[str(PLACE)])) == (2, 1)


async def test_a_long_wish_to_wait_is_obeyed_by_every_process(
    ledger: RedisLedger, chat: RecordingMessenger, redis_client: Redis
) -> None:
    chat.faults = [TryLater(after_seconds=3600.0)]
    assert await outbox(ledger, chat).deliver(PLACE, DAY) is Outcome.LEFT
    for process in (ledger, RedisLedger(redis_client)):
        assert await outbox(process, chat).deliver(PLACE, DAY) is Outcome.POSTPONED
    assert chat.posts == 1
    await redis_client.hset(keys.say(PLACE, DAY.isoformat()), "p0until", "1")
    assert await outbox(ledger, chat).deliver(PLACE, DAY) is Outcome.DONE
    assert len(chat.standing[str(PLACE)]) == 1


async def test_a_refused_token_pauses_no_channel_and_is_not_shown_again_at_once(
    ledger: RedisLedger, chat: RecordingMessenger, redis_client: Redis
) -> None:
    chat.faults = [NotLetIn()]
    mistaken = outbox(ledger, chat)
    for _ in range(3):
        assert await mistaken.deliver(PLACE, DAY) is Outcome.POSTPONED
    assert chat.posts == 1
    assert not (await RedisChannels(redis_client).get(PLACE)).paused
    assert await outbox(ledger, chat).deliver(PLACE, DAY) is Outcome.DONE  # somebody mended the setting


async def test_without_the_platforms_token_it_waits_for_who_has_it(ledger: RedisLedger) -> None:
    assert await Outbox(ledger, {}, Hurried()).deliver(PLACE, DAY) is Outcome.ELSEWHERE
    assert await ledger.waiting() == [(PLACE, DAY)]


def _key(part: int) -> str:
    return message_key(PLACE, DAY, part)
