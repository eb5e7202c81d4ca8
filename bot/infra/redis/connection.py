"""Connections to Redis, a single server or a cluster, with plain sentences for their errors."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from hashlib import sha1
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.asyncio.connection import parse_url
from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    BusyLoadingError,
    RedisError,
)
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer

from bot.domain.errors import StoreDown, StoreFull
from bot.infra.redis import keys
from bot.infra.redis.cluster import Cluster
from bot.infra.redis.diagnosis import diagnosis
from bot.infra.redis.faults import SPECIAL_CHARACTERS, sentence_of
from bot.infra.redis.pool import Pool

__all__ = ["Redis", "check", "open_redis", "redis_faults", "twice"]

T = TypeVar("T")

_URL_SCHEMES = ("redis://", "rediss://", "unix://")
_CLUSTER_SCHEMES = {"redis+cluster://": "redis://", "rediss+cluster://": "rediss://"}

_CHECK_VALUES = (("HSET", "f", "1"), ("ZADD", "1", "m"), ("SADD", "m"), ("LPUSH", "1"), ("XADD", "*", "f", "1"))
_CHECK_SCRIPT = "return redis.call('PEXPIRE', KEYS[1], 1000)"
_CHECK_SHA = sha1(_CHECK_SCRIPT.encode(), usedforsecurity=False).hexdigest()


def open_redis(url: str) -> Redis:
    """Return a client for `url` that connects on first use; close it with `aclose()`.

    `url` is that of one server (redis://, rediss:// or unix://) or of any node of a cluster (redis+cluster:// or
    rediss+cluster://, as in pydocket). `Pool` and `Cluster` state their guarantees, and `twice` the operations that may
    be repeated after a lost reply. Raises StoreDown if `url` is invalid.
    """
    _check_address(url)
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


def _check_address(url: str) -> None:
    """Raise StoreDown for an address that the library would misunderstand without a word."""
    scheme, _, rest = url.partition("://")
    end = min((rest.index(mark) for mark in "/?#" if mark in rest), default=len(rest))
    if scheme == "unix":
        return
    if "@" in rest[end:] or "[" in rest[:end].rpartition("@")[0]:
        raise StoreDown(f"REDIS_URL: in a password, write {SPECIAL_CHARACTERS}.")
    path = rest[end:].partition("?")[0].partition("#")[0].strip("/")
    if path and not path.isdecimal():
        raise StoreDown("REDIS_URL must end in the number of a database, as redis://host:6379/0 does.")


def _open_cluster(host: str = "localhost", port: int = 6379, db: int = 0, **options: Any) -> Cluster:
    if db:
        raise StoreDown("REDIS_URL names a database, and a cluster has none: leave the number out.")
    return Cluster(lambda host, port: Pool(host=host, port=port, **options), host, port)


async def check(client: Redis) -> None:
    """Check that Redis answers and can do all that is needed; raises StoreDown with the reason if not."""
    try:
        await twice(lambda: _try_everything(client))
    except (RedisError, OSError, TimeoutError) as error:
        raise StoreDown(await diagnosis(client, error)) from error


async def _try_everything(client: Redis) -> None:
    """Store a value of each kind that the stores and the job queue keep, run a script and publish, all in one step."""
    async with client.pipeline(transaction=True) as pipe:
        pipe.set(keys.CHECK, "1", px=1000)
        for command, *values in _CHECK_VALUES:
            pipe.delete(keys.CHECK)
            pipe.execute_command(command, keys.CHECK, *values)
        pipe.eval(_CHECK_SCRIPT, 1, keys.CHECK)
        pipe.evalsha(_CHECK_SHA, 1, keys.CHECK)
        pipe.execute_command("PUBLISH", keys.CHECK, "1")
        await pipe.execute()


@contextmanager
def redis_faults() -> Iterator[None]:
    """Wrap any use of Redis in a store; convert all errors of Redis and its connections to StoreDown."""
    try:
        yield
    except (RedisError, OSError, TimeoutError) as error:
        if str(error).startswith("MISCONF"):
            raise StoreFull from error
        raise StoreDown(sentence_of(error)) from error


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
