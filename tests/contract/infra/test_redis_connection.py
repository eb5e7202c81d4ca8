"""A Redis connection retries nothing implicitly, survives what it can, and fails in plain words."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
import redis.exceptions as causes
from redis.asyncio import Redis
from redis.connection import parse_url

from bot.domain.errors import StoreDown
from bot.infra.redis.connection import check, open_redis, redis_faults, twice
from bot.infra.redis.servers import nodes
from support.servers.redis_cluster import BINARY_MISSING, Cluster, Node, running_cluster

LosingReplies = Callable[[bytes], AbstractAsyncContextManager[str]]
Dial = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]
Carry = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Listening = Callable[[Carry], AbstractAsyncContextManager[str]]


@pytest.fixture(scope="module")
def lone_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster of one node, which can say that it lives at the end of a wire."""
    if BINARY_MISSING:
        pytest.skip(BINARY_MISSING)
    with running_cluster(tmp_path_factory.mktemp("lone"), nodes=1) as cluster:
        yield cluster


@pytest.fixture
def losing_replies_to(redis_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> LosingReplies:
    """The address of the server by way of a wire that breaks, once, before the reply to a command comes."""
    if not redis_url.startswith("redis+cluster"):
        server, address = parse_url(redis_url)["path"], tmp_path / "wire.sock"
        return lambda command: wire(command, partial(asyncio.open_unix_connection, server), _listen(address))
    lone: Cluster = request.getfixturevalue("lone_node")
    lone.empty()
    (node,) = lone.nodes
    return lambda command: wire(command, partial(asyncio.open_connection, "127.0.0.1", node.port), _announced(node))


@asynccontextmanager
async def wire(command: bytes, dial: Dial, listening: Listening) -> AsyncIterator[str]:
    """Carries what comes in to where `dial` leads."""
    broken = asyncio.Event()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back, forth = await dial()
        answers = asyncio.create_task(_pump(back, writer))
        try:
            while data := await reader.read(65536):
                loses = command in data and not broken.is_set()
                if loses:
                    answers.cancel()
                    await asyncio.gather(answers, return_exceptions=True)
                forth.write(data)
                if loses:
                    await back.read(65536)
                    broken.set()
                    break
        finally:
            answers.cancel()
            for end in (forth, writer):
                end.close()
                await end.wait_closed()

    async with listening(carry) as url:
        yield url
    assert broken.is_set()


def _listen(address: Path) -> Listening:
    @asynccontextmanager
    async def listening(carry: Carry) -> AsyncIterator[str]:
        async with await asyncio.start_unix_server(carry, address):
            yield f"unix://{address}"

    return listening


def _announced(node: Node) -> Listening:
    """The node itself says that this is its port, so that a client never finds another way to it."""

    @asynccontextmanager
    async def listening(carry: Carry) -> AsyncIterator[str]:
        async with await asyncio.start_server(carry, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            node.asks("CONFIG SET", "cluster-announce-port", port)
            yield f"redis+cluster://127.0.0.1:{port}"

    return listening


async def test_a_write_whose_reply_was_lost_is_not_sent_again(losing_replies_to: LosingReplies) -> None:
    async with losing_replies_to(b"INCR") as url, opened(url) as client:
        with pytest.raises(StoreDown), redis_faults():
            await client.incr("counter")
        assert await client.get("counter") == "1"


@pytest.mark.parametrize("transaction", [True, False])
async def test_a_pipeline_whose_reply_was_lost_is_not_sent_again(
    losing_replies_to: LosingReplies, transaction: bool
) -> None:
    async with losing_replies_to(b"RPUSH") as url, opened(url) as client:
        with pytest.raises(StoreDown), redis_faults():
            await client.pipeline(transaction).rpush("list", "a").rpush("list", "b").execute(raise_on_error=False)
        assert await client.lrange("list", 0, -1) == ["a", "b"]


async def test_what_may_be_done_twice_gets_over_a_lost_reply(losing_replies_to: LosingReplies) -> None:
    async with losing_replies_to(b"GET") as url, opened(url) as client:
        await client.set("key", "there")
        assert await twice(lambda: client.get("key")) == "there"


async def test_a_client_goes_on_after_the_server_dropped_its_connections(redis_client: Redis, redis_url: str) -> None:
    await redis_client.incr("counter")
    async with opened(redis_url) as other:
        for node in await nodes(other):
            await node.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    assert await redis_client.incr("counter") == 2


async def test_many_more_tasks_than_connections_are_all_served(redis_client: Redis) -> None:
    assert len(set(await asyncio.gather(*(redis_client.incr("counter") for _ in range(500))))) == 500


async def test_what_is_no_utf8_does_not_break_a_reply(redis_client: Redis) -> None:
    await redis_client.set("key", b"\xff\xfe caf\xc3\xa9")
    assert str(await redis_client.get("key")).endswith(" café")


async def test_a_server_that_is_not_there_is_said_in_plain_words(gone_url: str) -> None:
    async with opened(gone_url) as client:
        with pytest.raises(StoreDown, match="Is it running"):
            await check(client)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost",
        "http://x",
        "redis://:secret@host:port/0",
        "redis://[::1",
        "redis://:secret@host?colour=blue",
        "redis+cluster://:secret@host?colour=blue",
        "redis+cluster://:secret@host:port",
        "redis+cluster://:secret@host:6379/1",
        "redis+cluster+tls://:secret@host",
    ],
)
def test_an_address_that_is_none_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(StoreDown, match="REDIS_URL") as refused:
        open_redis(url)
    assert "secret" not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


@pytest.mark.parametrize(
    ("cause", "word"),
    [
        (causes.AuthenticationError(), "password"),
        (causes.BusyLoadingError(), "loading"),
        (causes.NoPermissionError(), "let this user"),
        (causes.ConnectionError("max number of clients reached"), "takes no more connections"),
        (causes.ResponseError("DENIED Redis is running in protected mode because"), "protected mode"),
        (causes.NoPermissionError("User bob has no permissions to run the 'eval' command"), "doesn't run scripts"),
        (causes.OutOfMemoryError(), "full"),
        (causes.ReadOnlyError(), "read-only"),
        (causes.ResponseError("MISCONF Errors writing to the AOF file"), "disk"),
        (causes.ResponseError("This instance has cluster support disabled"), "no cluster"),
        (causes.ClusterDownError("The cluster is down"), "cluster is down"),
        (causes.MovedError("3999 127.0.0.1:6381"), r"redis\+cluster"),
        (causes.ResponseError("WRONGTYPE"), "did not do"),
        (causes.TimeoutError(), "running"),
        (ConnectionRefusedError(), "running"),
        (TimeoutError(), "running"),
    ],
)
def test_whatever_redis_raises_becomes_a_sentence_with_its_cause(cause: Exception, word: str) -> None:
    with pytest.raises(StoreDown, match=word) as down, redis_faults():
        raise cause
    assert down.value.__cause__ is cause


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Redis]:
    client = open_redis(url)
    yield client
    await client.aclose()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
