"""A connection to Redis repeats nothing behind our back, survives what can be survived, and fails in plain words."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
import redis.exceptions as causes
from redis.asyncio import Redis
from redis.connection import parse_url

from bot.errors import StoreDown
from bot.stores.connection import check, open_redis, redis_faults, twice

LostReplies = Callable[[bytes], AbstractAsyncContextManager[str]]


@pytest.fixture
def losing_replies_to(redis_url: str, tmp_path: Path) -> LostReplies:
    """The address of the server by way of a wire that breaks, once, before the reply to a command comes."""
    server = parse_url(redis_url)["path"]

    @asynccontextmanager
    async def wire(command: bytes) -> AsyncIterator[str]:
        broken = asyncio.Event()

        async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            back, forth = await asyncio.open_unix_connection(server)
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

        address = tmp_path / "wire.sock"
        async with await asyncio.start_unix_server(carry, address):
            yield f"unix://{address}"
        assert broken.is_set()

    return wire


async def test_a_write_whose_reply_was_lost_is_not_sent_again(
    losing_replies_to: LostReplies, redis_client: Redis
) -> None:
    async with losing_replies_to(b"INCR") as url:
        client = open_redis(url)
        with pytest.raises(StoreDown), redis_faults():
            await client.incr("counter")
        await client.aclose()
    assert await redis_client.get("counter") == "1"


async def test_a_transaction_whose_reply_was_lost_is_not_sent_again(
    losing_replies_to: LostReplies, redis_client: Redis
) -> None:
    async with losing_replies_to(b"EXEC") as url:
        client = open_redis(url)
        with pytest.raises(StoreDown), redis_faults():
            await client.pipeline().rpush("list", "a").rpush("list", "b").execute()
        await client.aclose()
    assert await redis_client.lrange("list", 0, -1) == ["a", "b"]


async def test_what_may_be_done_twice_gets_over_a_lost_reply(losing_replies_to: LostReplies) -> None:
    async with losing_replies_to(b"GET") as url:
        client = open_redis(url)
        await client.set("key", "there")
        assert await twice(lambda: client.get("key")) == "there"
        await client.aclose()


async def test_a_client_goes_on_after_the_server_dropped_its_connections(redis_client: Redis, redis_url: str) -> None:
    await redis_client.incr("counter")
    other = open_redis(redis_url)
    await other.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    await other.aclose()
    assert await redis_client.incr("counter") == 2


async def test_many_more_tasks_than_connections_are_all_served(redis_client: Redis) -> None:
    assert len(set(await asyncio.gather(*(redis_client.incr("counter") for _ in range(500))))) == 500


async def test_what_is_no_utf8_does_not_break_a_reply(redis_client: Redis) -> None:
    await redis_client.set("key", b"\xff\xfe caf\xc3\xa9")
    assert str(await redis_client.get("key")).endswith(" café")


async def test_a_server_that_is_not_there_is_said_in_plain_words(redis_url: str) -> None:
    client = open_redis(f"{redis_url}.gone")
    with pytest.raises(StoreDown, match="Is it running"):
        await check(client)
    await client.aclose()


@pytest.mark.parametrize("url", ["", "localhost", "http://x", "redis://:secret@host:port/0", "redis://[::1"])
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
        (causes.OutOfMemoryError(), "full"),
        (causes.ReadOnlyError(), "read-only"),
        (causes.ResponseError("MISCONF Errors writing to the AOF file"), "disk"),
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


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
