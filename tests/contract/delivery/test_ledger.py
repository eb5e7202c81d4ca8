"""The ledger's steps on real servers: what was sent, where, and what must be looked for."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatch

import pytest
from redis.asyncio import Redis

from bot.delivery.messenger import Claim, Message
from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.ledger import Ledger
from bot.domain.channel import Channel, Timetable
from bot.domain.digest import Namesake
from bot.infra.redis import keys
from support.builders.sample_cards import NOW, PLACE, digest
from support.stored_keys import stored

DAY = date(2026, 5, 12)


@pytest.fixture
async def ledger(redis_client: Redis) -> Ledger:
    await ChannelStore(redis_client).set(Channel(PLACE, timetable=Timetable(), since=NOW - timedelta(days=2)))
    return Ledger(redis_client)


@pytest.fixture
def other(redis_client: Redis) -> Ledger:
    """Another process on the same server."""
    return Ledger(redis_client)


async def test_opening_a_digest_counts_its_papers_as_delivered_and_its_slot_as_served(
    ledger: Ledger, redis_client: Redis
) -> None:
    assert await ledger.open(digest(), None)
    assert await ledger.waiting() == [(PLACE, DAY)]
    assert await ledger.delivered(PLACE) == {"2605.05971", "2605.05519", "2605.00001", "2605.00002", "2605.00003"}
    assert (await ChannelStore(redis_client).get(PLACE)).last_slot == NOW


async def test_a_digest_comes_out_as_it_went_in(ledger: Ledger) -> None:
    await ledger.open(digest(), None)
    say = await ledger.find(PLACE, DAY)
    assert say is not None
    assert say.digest == digest()
    assert say.state == "open"
    assert abs((datetime.now(UTC) - say.opened).total_seconds()) < 60


async def test_of_two_that_open_the_same_day_the_second_changes_nothing(ledger: Ledger, other: Ledger) -> None:
    assert await ledger.open(digest(2), None)
    assert not await other.open(digest(5), None)
    say = await ledger.find(PLACE, DAY)
    assert say is not None
    assert len(say.digest.items) == 2


async def test_who_looked_at_an_older_state_of_the_channel_opens_nothing(ledger: Ledger) -> None:
    yesterday = NOW - timedelta(days=1)
    await ledger.open(replace(digest(0), day=yesterday.date(), slot=yesterday, hidden=()), None)
    assert not await ledger.open(digest(), None)
    assert await ledger.delivered(PLACE) == set()
    assert await ledger.open(digest(), NOW - timedelta(days=1))


async def test_a_message_is_claimed_by_one_at_a_time(ledger: Ledger, other: Ledger) -> None:
    await ledger.open(digest(), None)
    assert await ledger.claim(PLACE, DAY, 0) is Claim.FRESH
    assert await other.claim(PLACE, DAY, 0) is Claim.BUSY
    await ledger.release(PLACE, DAY, 0)
    assert await other.claim(PLACE, DAY, 0) is Claim.FRESH


async def test_who_takes_over_a_claim_that_ran_out_must_look_first(
    ledger: Ledger, other: Ledger, redis_client: Redis
) -> None:
    await ledger.open(digest(), None)
    await ledger.claim(PLACE, DAY, 0)
    await redis_client.hset(keys.ledger_entry(PLACE, DAY.isoformat()), "p0until", "1")
    assert await other.claim(PLACE, DAY, 0) is Claim.LOOK
    assert await ledger.claim(PLACE, DAY, 0) is Claim.BUSY


async def test_a_message_that_was_sent_is_done_for_everybody(ledger: Ledger, other: Ledger) -> None:
    await ledger.open(digest(), None)
    await ledger.claim(PLACE, DAY, 0)
    await ledger.mark_sent(PLACE, DAY, 0, "1795.01")
    await ledger.close(PLACE, DAY)
    say = await other.find(PLACE, DAY)
    assert await other.claim(PLACE, DAY, 0) is Claim.DONE
    assert say is not None
    assert (say.state, say.receipts) == ("sent", ("1795.01",))
    assert await other.waiting() == []


async def test_messages_stay_as_they_were_first_drawn(ledger: Ledger) -> None:
    await ledger.open(digest(), None)
    first = [Message({"text": "a"}, ("2605.05971",)), Message({"text": "b"})]
    assert await ledger.messages(PLACE, DAY, first) == first
    assert await ledger.messages(PLACE, DAY, [Message({"text": "later version"})]) == first


async def test_an_uncertain_message_is_listed_and_sent_again_only_on_demand(ledger: Ledger) -> None:
    await ledger.open(digest(), None)
    await ledger.claim(PLACE, DAY, 0)
    await ledger.mark_unknown(PLACE, DAY, 0)
    await ledger.close(PLACE, DAY)
    assert await ledger.uncertain(PLACE) == [DAY]
    assert await ledger.claim(PLACE, DAY, 0) is Claim.DONE
    assert await ledger.resend_unknown(PLACE, DAY)
    assert await ledger.claim(PLACE, DAY, 0) is Claim.FRESH
    assert await ledger.uncertain(PLACE) == []
    assert not await ledger.resend_unknown(PLACE, DAY)


async def test_giving_up_pauses_the_channel_and_frees_what_was_not_said(ledger: Ledger, redis_client: Redis) -> None:
    await ledger.open(digest(), None)
    await ledger.messages(PLACE, DAY, [Message({}, ("2605.05971",)), Message({}, ("2605.05519",))])
    await ledger.claim(PLACE, DAY, 0)
    await ledger.mark_sent(PLACE, DAY, 0, "1")
    await ledger.cancel(PLACE, DAY, "The channel is archived.")
    assert await ledger.delivered(PLACE) == {"2605.05971"}
    assert (await ChannelStore(redis_client).get(PLACE)).paused == "The channel is archived."
    assert await ledger.waiting() == []


async def test_every_key_of_the_ledger_has_a_lifetime_or_is_listed_as_permanent(
    ledger: Ledger, redis_client: Redis
) -> None:
    await ledger.open(digest(), None)
    await ledger.mark_unknown(PLACE, DAY, 0)
    for name in await stored(redis_client):
        permanent = any(fnmatch(name, pattern) for pattern in keys.PERMANENT)
        assert permanent or await redis_client.ttl(name) > 0, name


async def test_leaving_deletes_the_ledger_of_the_team(ledger: Ledger, redis_client: Redis) -> None:
    await ledger.open(digest(), None)
    await ledger.mark_unknown(PLACE, DAY, 0)
    await ChannelStore(redis_client).forget_team(PLACE.platform, PLACE.team)
    assert await stored(redis_client, "*T1*") == []


async def test_what_is_perhaps_by_namesakes_is_told_and_comes_out_as_it_went_in(ledger: Ledger) -> None:
    made = replace(digest(), namesakes=(Namesake("2605.00009", ("Wei Wang",), ("Perhaps another",)),))
    await ledger.open(made, None)
    say = await ledger.find(PLACE, DAY)
    assert say is not None
    assert say.digest == made
    assert "2605.00009" in await ledger.delivered(PLACE)


async def test_a_digest_without_namesakes_is_written_as_before_there_were_any_and_read(
    ledger: Ledger, redis_client: Redis
) -> None:
    await ledger.open(digest(), None)
    written = str(await redis_client.hget(keys.ledger_entry(PLACE, DAY.isoformat()), "digest"))
    assert "namesakes" not in written
    assert "perhaps_another" not in written
    say = await ledger.find(PLACE, DAY)
    assert say is not None
    assert say.digest == digest()
