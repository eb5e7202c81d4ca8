"""Commands of many tasks go out in one request, and each gets its own answer or its own error."""

import asyncio
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from bot.infra.redis.connection import open_redis
from bot.infra.redis.together import together


async def test_each_gets_its_own_answer(redis_client: Redis) -> None:
    ask = together(redis_client).run
    await asyncio.gather(*(ask("SET", f"lark:{{t{n}}}", n) for n in range(50)))
    answers = await asyncio.gather(*(ask("GET", f"lark:{{t{n}}}") for n in range(50)))
    assert answers == [str(n) for n in range(50)]


async def test_one_command_may_be_about_keys_of_several_servers(redis_client: Redis) -> None:
    ask = together(redis_client).run
    await asyncio.gather(*(ask("SET", f"lark:{{t{n}}}", n) for n in range(20)))
    read, other = await asyncio.gather(ask("MGET", *(f"lark:{{t{n}}}" for n in range(20))), ask("GET", "lark:{t1}"))
    assert (read, other) == ([str(n) for n in range(20)], "1")


async def test_a_command_that_fails_fails_no_other(redis_client: Redis) -> None:
    ask = together(redis_client).run
    await ask("SET", "lark:{a}", "text")
    wrong, right, hash_of_none = await asyncio.gather(
        ask("HGETALL", "lark:{a}"), ask("GET", "lark:{a}"), ask("HGETALL", "lark:{b}"), return_exceptions=True
    )
    assert isinstance(wrong, ResponseError)
    assert (right, hash_of_none) == ("text", {})


async def test_who_stops_waiting_stops_no_other(redis_client: Redis) -> None:
    ask = together(redis_client).run
    gone, stays = asyncio.create_task(ask("GET", "lark:{a}")), asyncio.create_task(ask("SET", "lark:{b}", 1))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays
    assert await ask("GET", "lark:{b}") == "1"


async def test_a_request_that_is_lost_is_sent_again_command_by_command(
    redis_client: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = together(redis_client).run
    await redis_client.set("lark:{a}", "text")

    def lost(transaction: bool) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(redis_client, "pipeline", lost)
    assert await asyncio.gather(ask("GET", "lark:{a}"), ask("GET", "lark:{a}")) == ["text", "text"]


async def test_after_its_end_nothing_more_is_sent(redis_client: Redis) -> None:
    """A reading that nobody waits for any more would open a connection that nobody closes."""
    one = together(redis_client)
    last = asyncio.create_task(one.run("SET", "lark:{a}", 1))
    await asyncio.sleep(0)
    await one.aclose()
    assert await last
    with pytest.raises(RedisError):
        await one.run("GET", "lark:{a}")


async def test_without_a_server_everybody_is_told(tmp_path: Path) -> None:
    client = open_redis(f"unix://{tmp_path}/none.sock")
    answers = await asyncio.gather(*(together(client).run("GET", "a") for _ in range(3)), return_exceptions=True)
    assert all(isinstance(answer, RedisError | OSError) for answer in answers)
    await client.aclose()


async def test_all_read_at_once_tells_a_wrong_type_and_raises_the_rest(redis_client: Redis) -> None:
    await redis_client.set("lark:{a}", "text")
    wrong, empty = await together(redis_client).run_all(("HGETALL", "lark:{a}"), ("HGETALL", "lark:{b}"))
    assert "WRONGTYPE" in str(wrong)
    assert empty == {}
    with pytest.raises(ResponseError):
        await together(redis_client).run_all(("HGETALL", "lark:{b}"), ("NONSENSE", "lark:{b}"))
