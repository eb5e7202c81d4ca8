"""Opens Redis so that nothing is ever done twice behind our back, and says in plain words why it can't be reached."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    BusyLoadingError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
)
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer

from bot.errors import StoreDown
from bot.stores import keys

T = TypeVar("T")

_CONNECT_SECONDS = 3.0
_CONNECT_PAUSES_SECONDS = (0.1, 0.4)
_ANSWER_SECONDS = 10.0
_MOST_CONNECTIONS = 50
_IDLE_SECONDS = 30
_URL_SCHEMES = ("redis://", "rediss://", "unix://")

_SENTENCES: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (BusyLoadingError, "Redis is still loading its data."),
    ((AuthenticationError, AuthorizationError), "Redis refused the user or password in REDIS_URL."),
    (NoPermissionError, "Redis doesn't let this user do what is needed."),
    (OutOfMemoryError, "Redis is full: its maxmemory is used up."),
    (ReadOnlyError, "Redis is a read-only replica: REDIS_URL must name the primary."),
    ((NoConnection, NoAnswer, OSError, TimeoutError), StoreDown.sentence),
)


class _Pool(BlockingConnectionPool):
    """Hands out connections that work: what is done before a command is sent on one can repeat nothing."""

    async def ensure_connection(self, connection: AbstractConnection) -> None:
        for pause_seconds in _CONNECT_PAUSES_SECONDS:
            try:
                return await self._make_sure(connection)
            except (AuthenticationError, AuthorizationError):
                raise
            except NoConnection:  # refused: a server that is just starting again takes it in a moment
                await asyncio.sleep(pause_seconds)
        return await self._make_sure(connection)

    async def _make_sure(self, connection: AbstractConnection) -> None:
        await super().ensure_connection(connection)
        try:
            await connection.check_health()  # type: ignore[no-untyped-call]
        except (NoConnection, NoAnswer, OSError):  # it died while idle
            await connection.disconnect()
            await connection.connect()  # type: ignore[no-untyped-call]


def open_redis(url: str) -> Redis:
    """A client for `url` (redis://, rediss:// or unix://) that connects when first used; close it with `aclose()`.

    Values come as str; what isn't UTF-8 comes with replacement characters instead of an exception. The library's own
    retries are off: after a lost reply they would send a MULTI or an INCR again (see `twice` for what may be). RESP 2,
    because servers and proxies without HELLO don't take 3. Raises StoreDown where `url` can't be read.
    """
    if not url.startswith(_URL_SCHEMES):
        raise StoreDown("REDIS_URL must start with redis://, rediss:// or unix://.")
    try:
        pool = _Pool.from_url(
            url,
            decode_responses=True,
            encoding_errors="replace",
            protocol=2,
            retry=Retry(NoBackoff(), 0),
            socket_connect_timeout=_CONNECT_SECONDS,
            socket_timeout=_ANSWER_SECONDS,
            health_check_interval=_IDLE_SECONDS,
            max_connections=_MOST_CONNECTIONS,
            timeout=_ANSWER_SECONDS,
            driver_info=None,  # announced by a command of Redis 7.2, and 5 ms a connection to look its version up
        )
    except (ValueError, TypeError):
        # The cause would quote the address, and with it the password.
        raise StoreDown("REDIS_URL is not the address of a Redis server.") from None
    return Redis.from_pool(pool)


async def check(client: Redis) -> None:
    """Returns where Redis answers and takes writes; raises StoreDown with the sentence that says what is wrong."""
    with redis_faults():
        await twice(lambda: client.set(keys.CHECK, "1", px=1000))


@contextmanager
def redis_faults() -> Iterator[None]:
    """Around every use of Redis in a store: whatever Redis or its connection raises becomes StoreDown."""
    try:
        yield
    except (RedisError, OSError, TimeoutError) as error:
        raise StoreDown(_sentence(error)) from error


async def twice(call: Callable[[], Awaitable[T]]) -> T:
    """The result of `call`, which is done again once where the connection or its answer got lost.

    Only for what may be done twice: reads, and writes that leave the same behind however often they run.
    """
    try:
        return await call()
    except (AuthenticationError, AuthorizationError, BusyLoadingError):
        raise
    except (NoConnection, NoAnswer):
        return await call()


def _sentence(error: Exception) -> str:
    for kind, sentence in _SENTENCES:
        if isinstance(error, kind):
            return sentence
    if str(error).startswith("MISCONF"):
        return "Redis can't write to its disk and takes no changes."
    return "Redis did not do what it was asked."
