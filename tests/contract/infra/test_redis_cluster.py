"""What only a cluster can do to a client: slots that move, nodes that start again or are succeeded, and no one server.

What the stores promise is in the other contract tests, which run on a cluster too.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis
from redis.exceptions import ClusterCrossSlotError

from bot.app.doctor.examine import Platforms, about_redis, examine
from bot.app.doctor.findings import State
from bot.app.settings import Settings
from bot.domain.errors import StoreDown
from bot.infra.redis.connection import check, open_redis, redis_faults
from bot.infra.redis.servers import Server, servers
from support.servers.redis_cluster import BINARY_MISSING, Cluster, running_cluster

GET_TWO = "return {redis.call('GET', KEYS[1]), redis.call('GET', KEYS[2])}"


@pytest.fixture(scope="module")
def _breakable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    if BINARY_MISSING:
        pytest.skip(BINARY_MISSING)
    with running_cluster(tmp_path_factory.mktemp("breakable")) as cluster:
        yield cluster


@pytest.fixture
def cluster(_breakable: Cluster) -> Cluster:
    """A whole and empty cluster, which a test may break."""
    _breakable.whole()
    _breakable.empty()
    return _breakable


@pytest.fixture
async def client(cluster: Cluster) -> AsyncIterator[Redis]:
    client = open_redis(cluster.url)
    yield client
    await client.aclose()


async def _many_connections(client: Redis, key: str) -> None:
    await asyncio.gather(*(client.get(key) for _ in range(10)))


async def test_keys_of_all_nodes_are_read_and_written_in_order(client: Redis) -> None:
    names = [f"key{n}" for n in range(100)]
    pipe = client.pipeline(transaction=False)
    for n, name in enumerate(names):
        pipe.set(name, n)
    assert await pipe.execute() == [True] * 100
    assert await client.mget(names) == [str(n) for n in range(100)]
    assert len(await servers(client)) == 3


async def test_a_command_that_fails_spoils_no_other_of_its_pipeline(client: Redis) -> None:
    await client.set("text", "a")
    pipe = client.pipeline(transaction=False).hget("text", "field").get("text").get("other")
    failed, *read = await pipe.execute(raise_on_error=False)
    assert "WRONGTYPE" in str(failed)
    assert read == ["a", None]


async def test_a_transaction_over_several_slots_is_refused_before_it_begins(client: Redis) -> None:
    with pytest.raises(ClusterCrossSlotError):
        await client.pipeline().set("a", 1).set("b", 1).execute()
    assert await client.mget("a", "b") == [None, None]


async def test_what_moved_to_another_node_is_found_there(cluster: Cluster, client: Redis) -> None:
    for slot in ("{one}", "{two}", "{three}", "{four}"):
        await client.set(f"{slot}a", "1")
        await client.set(f"{slot}b", "2")
        cluster.begin_to_move(slot)
        cluster.end_move(slot)
    assert await client.get("{one}a") == "1"
    assert await client.pipeline().incr("{two}a").incr("{two}b").execute() == [2, 3]
    assert await client.pipeline(transaction=False).get("{three}a").get("{one}b").execute() == ["1", "2"]
    assert await client.eval(GET_TWO, 2, "{four}a", "{four}b") == ["1", "2"]


async def test_while_a_slot_moves_its_keys_are_found_wherever_they_are(cluster: Cluster, client: Redis) -> None:
    await client.set("{moving}here", "1")
    await _many_connections(client, "{moving}here")
    cluster.begin_to_move("{moving}")
    try:
        assert await asyncio.gather(*(client.incr(f"{{moving}}{n}") for n in range(20))) == [1] * 20
        pipe = client.pipeline(transaction=False).get("{moving}1").get("{moving}here").get("elsewhere")
        assert await pipe.execute() == ["1", "1", None]
    finally:
        cluster.end_move("{moving}")
    assert await client.mget("{moving}here", "{moving}19") == ["1", "1"]


async def test_a_transaction_waits_until_its_slot_has_arrived_and_is_done_once(cluster: Cluster, client: Redis) -> None:
    await client.set("{split}a", "1")
    cluster.begin_to_move("{split}")
    try:
        waiting = asyncio.create_task(client.pipeline().incr("{split}a").incr("{split}b").execute())
        script = asyncio.create_task(client.eval(GET_TWO, 2, "{split}a", "{split}c"))
        await asyncio.wait([waiting, script], timeout=0.3)
        assert not waiting.done()
    finally:
        await asyncio.to_thread(cluster.end_move, "{split}")
    assert await waiting == [2, 1]
    assert (await script)[1] is None


async def test_a_node_that_starts_again_is_waited_for_and_nothing_is_done_twice(
    cluster: Cluster, client: Redis
) -> None:
    await client.set("{again}counter", "1")
    await _many_connections(client, "{again}counter")
    node = cluster.owner("{again}")
    await asyncio.to_thread(node.kill)
    single = asyncio.create_task(client.incr("{again}counter"))
    pipeline = asyncio.create_task(client.pipeline(transaction=False).incr("{again}other").get("elsewhere").execute())
    await asyncio.to_thread(node.start)
    assert await single == 2
    assert await pipeline == [1, None]


@pytest.mark.slow
async def test_a_node_that_stays_away_is_said_in_plain_words(cluster: Cluster, client: Redis) -> None:
    await client.set("{gone}", "1")
    node = cluster.owner("{gone}")
    await asyncio.to_thread(node.kill)
    try:
        with pytest.raises(StoreDown, match=r"Is it running|cluster is down"), redis_faults():
            await client.get("{gone}")
    finally:
        node.start()
    assert await client.get("{gone}") == "1"


@pytest.mark.slow
async def test_the_successor_of_a_node_that_died_is_found_by_single_commands_and_pipelines(
    cluster: Cluster, client: Redis, tmp_path: Path
) -> None:
    await client.set("{heir}", "1")
    other = open_redis(cluster.url)
    await other.get("{heir}")
    dead = cluster.owner("{heir}")
    heir = await asyncio.to_thread(cluster.add_replica, dead, tmp_path)
    await asyncio.to_thread(dead.kill)
    await asyncio.to_thread(cluster.succeed, dead, heir)
    assert await client.pipeline(transaction=False).get("{heir}").execute() == ["1"]
    assert await other.get("{heir}") == "1"
    await other.aclose()


async def test_the_doctor_says_how_many_nodes_there_are_and_which_may_lose_data(cluster: Cluster) -> None:
    settings = Settings.model_construct(redis_url=SecretStr(cluster.url))
    (found,) = [finding async for finding in examine(settings, Platforms(), essential=True)]
    assert found.state is State.WORKS
    assert found.note.startswith("Redis 7.")
    assert found.note.endswith(", cluster of 3 nodes, append-only file on")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([Server("Redis 7.0.15", True, False)], "Redis 7.0.15, append-only file on"),
        (
            [Server("Redis 7.0.15", False, False)],
            "Redis 7.0.15, append-only file off: a crash may lose what people set",
        ),
        ([Server("Valkey 9.1.2", True, True)], "Valkey 9.1.2, cluster of 1 node, append-only file on"),
        (
            [Server("Valkey 9.1.2", True, True), Server("Valkey 9.0.0", False, True)],
            "Valkey 9.0.0 and Valkey 9.1.2, cluster of 2 nodes, append-only file off on 1 of 2 nodes: "
            "a crash may lose what people set",
        ),
    ],
)
def test_the_doctors_words(found: list[Server], said: str) -> None:
    assert about_redis(found) == said


async def test_one_node_taken_for_a_whole_server_is_said_with_what_to_write_instead(cluster: Cluster) -> None:
    client = open_redis(cluster.url.replace("+cluster", ""))
    with pytest.raises(StoreDown, match=r"redis\+cluster://"):
        await servers(client)
    await client.aclose()


async def test_a_server_taken_for_a_cluster_is_said_with_what_to_write_instead(
    cluster: Cluster, tmp_path: Path
) -> None:
    server = cluster.a_stranger(tmp_path)
    client = open_redis(f"redis+cluster://127.0.0.1:{server.port}")
    with pytest.raises(StoreDown, match="must start with redis://"):
        await check(client)
    await client.aclose()
