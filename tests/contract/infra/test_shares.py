"""Shares of a person and a team: costly steps an hour, over all processes, and who is never held back."""

import pytest
from redis.asyncio import Redis

from bot.delivery.store.channels import ChannelStore
from bot.domain.channel import Place
from bot.domain.command import Caller
from bot.domain.errors import HeldBack
from bot.infra.asker import Question, asked_by, for_due_digests
from bot.infra.redis import keys
from bot.infra.redis.connection import open_redis
from bot.infra.redis.shares import RedisShares
from bot.infra.shares import HourlyShares
from support.stored_keys import stored

HERE = Place("slack", "T1", "C1")


@pytest.fixture
def shares(redis_client: Redis) -> RedisShares:
    return RedisShares(redis_client, HourlyShares(person=5, team=12))


async def asks(shares: RedisShares, user: str = "U1", times: int = 1, steps: int = 1, team: str = "T1") -> None:
    """Send commands of `steps` costly steps each."""
    for _ in range(times):
        with asked_by(Question.of(Caller(Place("slack", team, "C1"), user))):
            await shares.charge(steps)


async def test_a_person_has_a_share_an_hour_and_is_told_when_to_come_back(shares: RedisShares) -> None:
    await asks(shares, times=5)
    with pytest.raises(HeldBack, match="You've asked for a lot in the last hour") as caught:
        await asks(shares)
    assert 11 * 60 < caught.value.after_seconds <= 12 * 60
    assert caught.value.hint == "Try again in 12 minutes."
    await asks(shares, "U2")


async def test_a_team_has_a_share_too_and_another_team_its_own(shares: RedisShares) -> None:
    for user in ("U1", "U2", "U3"):
        await asks(shares, user, times=4)
    with pytest.raises(HeldBack, match="Your team has asked for a lot"):
        await asks(shares, "U4")
    await asks(shares, "U4", team="T2")


async def test_two_processes_count_together(shares: RedisShares, redis_url: str) -> None:
    other = open_redis(redis_url)
    await asks(RedisShares(other, shares.hourly), times=5)
    await other.aclose()
    with pytest.raises(HeldBack):
        await asks(shares)


async def test_a_command_that_began_is_finished_and_what_it_cost_delays_the_next(shares: RedisShares) -> None:
    with asked_by(Question("slack:T1", "U1")):
        for _ in range(7):
            await shares.charge()
    with pytest.raises(HeldBack) as caught:
        await asks(shares)
    assert caught.value.after_seconds > 24 * 60


@pytest.mark.parametrize("who", ["digests", "nobody", "operator", "no limit"])
async def test_digests_scheduled_work_and_operators_are_never_held_back(shares: RedisShares, who: str) -> None:
    if who == "digests":
        with for_due_digests():
            await shares.charge(1000)
    elif who == "nobody":
        await shares.charge(1000)
    else:
        operator = who == "operator"
        free = shares if operator else RedisShares(shares._client, HourlyShares())
        for _ in range(20):
            with asked_by(Question("terminal:local", "you", unlimited=operator)):
                await free.charge(10)
    assert await stored(shares._client) == []


async def test_a_refused_command_costs_nothing(shares: RedisShares) -> None:
    await asks(shares, times=5)
    before = await shares._client.get(keys.share("slack:T1", "U1"))
    for _ in range(20):
        with pytest.raises(HeldBack):
            await asks(shares)
    assert await shares._client.get(keys.share("slack:T1", "U1")) == before


async def test_what_is_counted_expires_and_goes_with_the_team(shares: RedisShares, redis_client: Redis) -> None:
    await asks(shares, times=3)
    for name in (keys.share("slack:T1", "U1"), keys.share("slack:T1")):
        assert 0 < await redis_client.ttl(name) <= 3600
    await ChannelStore(redis_client).forget_team("slack", "T1")
    assert await stored(redis_client, "lark:t:*") == []


async def test_without_redis_nobody_is_held_back(gone_url: str) -> None:
    client = open_redis(gone_url)
    await asks(RedisShares(client, HourlyShares(1, 1)), times=3)
    await client.aclose()
