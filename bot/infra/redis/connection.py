"""Connections to Redis, a single server or a cluster, with plain sentences for their errors."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.asyncio.connection import parse_url
from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    BusyLoadingError,
    ClusterDownError,
    MovedError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
)
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer

from bot.domain.errors import StoreDown, StoreFull
from bot.infra.redis import keys
from bot.infra.redis.cluster import Cluster
from bot.infra.redis.pool import Pool

__all__ = ["NEEDS_CLUSTER_SCHEME", "Redis", "check", "open_redis", "redis_faults", "twice"]

T = TypeVar("T")

NEEDS_CLUSTER_SCHEME = (
    "That Redis is part of a cluster: REDIS_URL must start with redis+cluster:// or rediss+cluster://."
)

_URL_SCHEMES = ("redis://", "rediss://", "unix://")
_CLUSTER_SCHEMES = {"redis+cluster://": "redis://", "rediss+cluster://": "rediss://"}

_SENTENCES: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (BusyLoadingError, "Redis is still loading its data."),
    ((AuthenticationError, AuthorizationError), "Redis refused the user or password in REDIS_URL."),
    (NoPermissionError, "Redis doesn't let this user do what is needed."),
    (OutOfMemoryError, "Redis is full: its maxmemory is used up."),
    (ReadOnlyError, "Redis is a read-only replica: REDIS_URL must name the primary."),
    (ClusterDownError, "The Redis cluster is down: not all of its nodes work."),
    (MovedError, NEEDS_CLUSTER_SCHEME),
    ((NoConnection, NoAnswer, OSError, TimeoutError), StoreDown.sentence),
)
_PREFIXES = {
    "This instance has cluster support disabled": "That Redis is no cluster: REDIS_URL must start with redis:// or "
    "rediss://.",
}


def open_redis(url: str) -> Redis:
    """Return a client for `url` that connects on first use; close it with `aclose()`.

    `url` is that of one server (redis://, rediss:// or unix://) or of any node of a cluster (redis+cluster:// or
    rediss+cluster://, as in pydocket). `Pool` and `Cluster` state their guarantees, and `twice` the operations that may
    be repeated after a lost reply. Raises StoreDown if `url` is invalid.
    """
    try:
        for scheme, plain in _CLUSTER_SCHEMES.items():
            if url.startswith(scheme):
                return _open_cluster(**parse_url(plain + url.removeprefix(scheme)))
        if url.startswith(_URL_SCHEMES):
            return Redis.from_pool(Pool(**parse_url(url)))
    except (ValueError, TypeError):
        # The cause would quote the URL, and with it the password.
        raise StoreDown("REDIS_URL is not the address of a Redis server.") from None
    raise StoreDown("REDIS_URL must start with redis://, rediss://, unix://, redis+cluster:// or rediss+cluster://.")


def _open_cluster(host: str = "localhost", port: int = 6379, db: int = 0, **options: Any) -> Cluster:
    if db:
        raise StoreDown("REDIS_URL names a database, and a cluster has none: leave the number out.")
    return Cluster(lambda host, port: Pool(host=host, port=port, **options), host, port)


async def check(client: Redis) -> None:
    """Check that Redis answers and accepts writes; raises StoreDown with the reason."""
    with redis_faults():
        await twice(lambda: client.set(keys.CHECK, "1", px=1000))


@contextmanager
def redis_faults() -> Iterator[None]:
    """Wrap any use of Redis in a store; convert all errors of Redis and its connections to StoreDown."""
    try:
        yield
    except (RedisError, OSError, TimeoutError) as error:
        if str(error).startswith("MISCONF"):
            raise StoreFull from error
        raise StoreDown(_sentence(error)) from error


async def twice(call: Callable[[], Awaitable[T]]) -> T:
    """Return the result of `call`, repeated once if the connection or its reply got lost.

    Only for idempotent calls: reads, and writes with the same effect however often they run.
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
    found = (sentence for beginning, sentence in _PREFIXES.items() if str(error).startswith(beginning))
    return next(found, "Redis did not do what it was asked.")
