"""Installations in Redis: encrypted, one a team or organization, renewed by one process, gone with their team."""

from fnmatch import fnmatchcase

import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis

from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.installations import InstallationStore
from bot.domain.channel import Channel, Place
from bot.infra.redis import keys
from bot.infra.secret_box import NoKey, SecretBox
from support.stored_keys import stored

SECRET = "xoxb-T1-secret"


def opened(client: Redis, *also: str) -> InstallationStore:
    return InstallationStore(client, SecretBox([Fernet.generate_key().decode(), *also]), "slack")


@pytest.fixture
def store(redis_client: Redis) -> InstallationStore:
    return opened(redis_client)


async def test_what_is_stored_is_encrypted_and_comes_back(redis_client: Redis, store: InstallationStore) -> None:
    await store.save("T1", SECRET)
    found = await store.read("T1")
    assert found is not None
    assert (found.holder, found.text, found.is_lost) == ("T1", SECRET, False)
    assert SECRET not in str(await redis_client.hgetall(keys.access("slack:T1")))
    assert await store.read("T2") is None
    assert await store.all() == ["T1"]


async def test_another_key_says_so(redis_client: Redis, store: InstallationStore) -> None:
    await store.save("T1", SECRET)
    with pytest.raises(NoKey):
        await opened(redis_client).read("T1")


async def test_a_renewal_replaces_and_brings_nothing_back(store: InstallationStore) -> None:
    await store.save("T1", SECRET)
    await store.lose("T1")
    assert await store.lost() == ["T1"]
    assert await store.renew("T1", "newer")
    assert await store.lost() == []
    await store.forget("T1")
    assert not await store.renew("T1", "late")
    await store.lose("T1")
    assert await store.read("T1") is None


async def test_one_process_renews_at_a_time(store: InstallationStore) -> None:
    async with store.renewing("T1") as first, store.renewing("T1") as second, store.renewing("T2") as other:
        assert (first, second, other) == (True, False, True)
    async with store.renewing("T1") as again:
        assert again


async def test_a_state_is_valid_once(redis_client: Redis, store: InstallationStore) -> None:
    state = await store.begin()
    (name,) = await stored(redis_client, "lark:install:*")
    assert state not in name
    assert 0 < await redis_client.ttl(name) <= keys.INSTALL_SECONDS
    assert not await store.end(state + "x")
    assert [await store.end(state), await store.end(state)] == [True, False]
    assert not await store.end("\ud800")


async def test_workspaces_use_what_their_organization_installed_but_their_own_first(store: InstallationStore) -> None:
    assert not await store.join("T1", "E1")
    await store.save("E1", SECRET)
    await store.save("T2", "own")
    for team in ("T1", "T2", "T3", "T3"):
        assert await store.join(team, "E1")
    read = {team: await store.read(team) for team in ("T1", "T2", "T3")}
    assert {team: (one.holder, one.text) for team, one in read.items() if one} == {
        "T1": ("E1", SECRET), "T2": ("T2", "own"), "T3": ("E1", SECRET),
    }  # fmt: skip
    assert await store.members("E1") == ["T1", "T3"]


async def test_a_team_that_is_forgotten_leaves_no_key(redis_client: Redis, store: InstallationStore) -> None:
    channels = ChannelStore(redis_client)
    await store.save("T2", SECRET)
    before = await stored(redis_client)
    await store.save("T1", SECRET)
    await channels.set(Channel(Place("slack", "T1", "C1"), off=True))
    async with store.renewing("T1"):
        await channels.forget_team("slack", "T1")
        await store.forget("T1")
        await store.forget("T1")
    assert sorted(await stored(redis_client)) == sorted(before)


async def test_an_organization_that_is_forgotten_leaves_no_key(redis_client: Redis, store: InstallationStore) -> None:
    channels = ChannelStore(redis_client)
    await store.save("E1", SECRET)
    await store.join("T1", "E1")
    for team in (*await store.members("E1"), "E1"):
        await channels.forget_team("slack", team)
    await store.forget("E1")
    assert await stored(redis_client) == []


async def test_every_key_has_its_lifetime_in_the_list(redis_client: Redis, store: InstallationStore) -> None:
    await store.save("E1", SECRET)
    await store.join("T1", "E1")
    await store.begin()
    async with store.renewing("E1"):
        for name in await stored(redis_client):
            limited = await redis_client.ttl(name) >= 0
            patterns = [one for one, _ in keys.SHORT_LIVED] if limited else keys.PERMANENT
            assert any(fnmatchcase(name, pattern) for pattern in patterns), name
