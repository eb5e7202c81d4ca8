"""What a model's server accepts is remembered for all processes, for a week, and harms nobody if it is wrong."""

import pytest
from redis.asyncio import Redis

from bot.domain.errors import StoreDown
from bot.infra.fingerprint import fingerprint
from bot.infra.redis import keys
from bot.infra.redis.connection import open_redis
from bot.summaries.clients.deferred import DeferredModel
from bot.summaries.clients.openai import open_model
from bot.summaries.store.ways import RedisWays
from bot.summaries.way import Way
from support.builders.sample_abstracts import DRUGS, FEDERATED
from support.servers.model_server import ModelServer

ADDRESS, MODEL = "http://user:a-password@host/v1", "a/model:7b {x}"
WAY = Way(
    form="text", limit_name="max_tokens", limit=900, most=900, system=False, thinking=False, streamed=True, address=2
)


async def test_what_one_process_learned_another_one_knows(redis_client: Redis) -> None:
    assert await RedisWays(redis_client).get(ADDRESS, MODEL) is None
    await RedisWays(redis_client).keep(ADDRESS, MODEL, WAY)
    assert await RedisWays(redis_client).get(ADDRESS, MODEL) == WAY
    assert await RedisWays(redis_client).get(ADDRESS, "another") is None
    assert await RedisWays(redis_client).get("http://host/v1", MODEL) is None


async def test_it_is_kept_for_a_week_under_a_key_without_the_address(redis_client: Redis) -> None:
    await RedisWays(redis_client).keep(ADDRESS, MODEL, WAY)
    key = keys.way(fingerprint(ADDRESS), MODEL)
    assert "a-password" not in key
    assert keys.WAY_SECONDS - 5 <= await redis_client.ttl(key) <= keys.WAY_SECONDS == 7 * 24 * 3600


@pytest.mark.parametrize("record", [b"", b"nonsense", b"\x78\x9c\xcb\x48\x04\x00"])
async def test_a_record_that_cant_be_read_is_none(redis_client: Redis, record: bytes) -> None:
    await redis_client.set(keys.way(fingerprint(ADDRESS), MODEL), record)
    assert await RedisWays(redis_client).get(ADDRESS, MODEL) is None


@pytest.mark.one_store
async def test_a_server_that_was_updated_is_asked_rightly_all_the_same(redis_client: Redis) -> None:
    ways = RedisWays(redis_client)
    async with ModelServer(levers=("wants_max_completion_tokens",)) as server:
        await ways.keep(f"{server.base_url}/", server.model, WAY)
        async with open_model("", server.base_url, server.model, ways=ways) as model:
            assert (await model.summarize(DRUGS, "en")).made_by == server.model
        found = await ways.get(f"{server.base_url}/", server.model)
        assert found is not None
        assert found.limit_name == "max_completion_tokens"


@pytest.mark.one_store
async def test_a_well_behaved_server_leaves_nothing_to_remember(redis_client: Redis) -> None:
    async with ModelServer() as server, open_model("", server.base_url, "m", ways=RedisWays(redis_client)) as model:
        await model.summarize(DRUGS, "en")
    assert not [key async for key in redis_client.scan_iter("lark:way:*")]


@pytest.mark.one_store
async def test_without_a_store_each_process_learns_by_itself() -> None:
    nowhere = open_redis("redis://127.0.0.1:1")
    ways = RedisWays(nowhere)
    with pytest.raises(StoreDown):
        await ways.get(ADDRESS, MODEL)
    async with ModelServer(levers=("wants_max_tokens",)) as server:
        async with DeferredModel("", server.base_url, server.model, ways=ways) as model:
            await model.summarize(DRUGS, "en")
            assert (await model.summarize(FEDERATED, "en")).made_by == server.model
        assert len(server.requests) == 3
    await nowhere.aclose()
