"""Rate limits shared by processes, counted by a real server's clock."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from bot.delivery.rate_limit import Limit, RejectedToken
from bot.delivery.store.rate_limits import RateLimitStore
from bot.domain.channel import Place
from bot.infra.redis import keys
from support.stored_keys import stored

HERE = Place("slack", "T1", "C1")
THERE = replace(HERE, channel="C2")
ELSEWHERE = replace(HERE, team="T2")
LIMITS = (Limit("channel", 1, 1.0), Limit("team", 3, 1.5))


A_TICK = 0.001
"""Redis counts whole milliseconds; a pause may last one more."""


@pytest.fixture
def rate_limits(redis_client: Redis) -> RateLimitStore:
    return RateLimitStore(redis_client)


@pytest.fixture
def other(redis_client: Redis) -> RateLimitStore:
    """Another process on the same server."""
    return RateLimitStore(redis_client)


async def test_a_second_message_of_a_channel_waits_and_says_how_long(
    rate_limits: RateLimitStore, other: RateLimitStore
) -> None:
    assert (await rate_limits.take(HERE, LIMITS)).seconds == 0
    wait = await other.take(HERE, LIMITS)
    assert 0.9 < wait.seconds <= 1.0
    assert wait.scope == "channel"


async def test_other_channels_go_on_until_their_teams_limit_is_met(rate_limits: RateLimitStore) -> None:
    waits = [await rate_limits.take(replace(HERE, channel=f"C{n}"), LIMITS) for n in range(4)]
    assert [wait.seconds for wait in waits[:3]] == [0, 0, 0]
    assert waits[3].scope == "team"
    assert 1.0 < waits[3].seconds <= 1.5
    assert (await rate_limits.take(ELSEWHERE, LIMITS)).seconds == 0


async def test_who_must_wait_takes_nothing(rate_limits: RateLimitStore) -> None:
    await rate_limits.take(HERE, LIMITS)
    for _ in range(50):
        await rate_limits.take(HERE, LIMITS)
    assert (await rate_limits.take(THERE, LIMITS)).seconds == 0


async def test_many_that_take_at_once_keep_the_rate_together(
    rate_limits: RateLimitStore, other: RateLimitStore
) -> None:
    limits = (Limit("platform", 10, 0.2),)
    taken = 0

    async def taking(one: RateLimitStore) -> None:
        nonlocal taken
        while asyncio.get_running_loop().time() < end:
            wait = await one.take(HERE, limits)
            taken += not wait.seconds
            await asyncio.sleep(wait.seconds)

    end = asyncio.get_running_loop().time() + 1.0
    await asyncio.gather(*(taking(one) for one in [rate_limits, other] * 5))
    assert 30 <= taken <= 60


@pytest.mark.parametrize(
    ("scope", "held_up"), [("channel", [HERE]), ("team", [HERE, THERE]), ("platform", [HERE, THERE, ELSEWHERE])]
)
async def test_a_wish_to_wait_closes_its_scope_for_all_processes(
    rate_limits: RateLimitStore, other: RateLimitStore, scope: str, held_up: Sequence[Place]
) -> None:
    await rate_limits.close(HERE, scope, 7.0)
    waits = {place: await other.take(place, ()) for place in (HERE, THERE, ELSEWHERE)}
    assert [place for place, wait in waits.items() if wait.seconds] == held_up
    assert all(7.0 - 0.5 < waits[place].seconds <= 7.0 + A_TICK and waits[place].scope == scope for place in held_up)


async def test_a_shorter_wish_shortens_nothing_and_none_is_longer_than_an_hour(rate_limits: RateLimitStore) -> None:
    await rate_limits.close(HERE, "team", 1e9)
    await rate_limits.close(HERE, "team", 0.5)
    assert 3590 < (await rate_limits.take(HERE, ())).seconds <= 3600 + A_TICK


async def test_it_opens_again_by_itself(rate_limits: RateLimitStore) -> None:
    await rate_limits.close(HERE, "channel", 0.05)
    wait = await rate_limits.take(HERE, LIMITS)
    await asyncio.sleep(wait.seconds)
    assert (await rate_limits.take(HERE, LIMITS)).seconds == 0


async def test_a_token_refused_three_times_is_away_for_good(rate_limits: RateLimitStore, other: RateLimitStore) -> None:
    assert await rate_limits.rejected_token(HERE, "token") is None
    for expected in (RejectedToken(60, False), RejectedToken(3600, False), RejectedToken(keys.REJECTED_SECONDS, True)):
        await rate_limits.reject_token(HERE, "token", for_good=False)
        away = await other.rejected_token(THERE, "token")
        assert away is not None
        assert (away.for_good, expected.seconds - 1 <= away.seconds <= expected.seconds) == (expected.for_good, True)


async def test_a_token_taken_back_is_away_at_once_for_its_team_alone(rate_limits: RateLimitStore) -> None:
    await rate_limits.reject_token(HERE, "token", for_good=True)
    away = await rate_limits.rejected_token(HERE, "token")
    assert away is not None
    assert away.for_good
    assert await rate_limits.rejected_token(ELSEWHERE, "token") is None
    assert await rate_limits.rejected_token(HERE, "another token") is None


async def test_all_that_it_keeps_is_gone_by_itself(rate_limits: RateLimitStore, redis_client: Redis) -> None:
    await rate_limits.take(HERE, LIMITS)
    await rate_limits.close(HERE, "team", 60)
    await rate_limits.reject_token(HERE, "token", for_good=True)
    names = [keys.rate_limit("slack", "last", "T1", "C1"), keys.rate_limit("slack", "last", "T1")]
    names += [keys.rate_limit("slack", "closed", "T1"), keys.rate_limit("slack", "away", "T1", "token")]
    lives = [await redis_client.pttl(name) for name in names]
    assert all(0 < ms <= 1000 * keys.REJECTED_SECONDS for ms in lives), lives


async def test_hostile_names_stay_in_their_place(rate_limits: RateLimitStore) -> None:
    for place in (Place("slack", "T1:C1", ""), Place("slack", "T1}", "{"), Place("slack", "", "T1:C1\n")):
        await rate_limits.close(place, "channel", 60)
    assert (await rate_limits.take(HERE, ())).seconds == 0


async def test_a_team_that_goes_leaves_nothing_and_nobody_elses_goes(
    rate_limits: RateLimitStore, redis_client: Redis
) -> None:
    near = replace(HERE, team="T1:x")
    for place in (ELSEWHERE, replace(HERE, team="T12"), near, replace(HERE, platform="discord")):
        await rate_limits.close(place, "channel", 60)
    before = sorted(await stored(redis_client))
    await rate_limits.reject_token(HERE, "token", for_good=True)
    for scope in ("channel", "team"):
        await rate_limits.close(HERE, scope, 60)
    await rate_limits.forget_team("slack", "T1")
    assert sorted(await stored(redis_client)) == before
