"""Plain data as JSON for Redis."""

import json
import logging
import zlib
from functools import partial
from typing import TypeVar

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError
from redis.asyncio import Redis

from bot.infra.redis.connection import redis_faults, twice

log = logging.getLogger(__name__)

T = TypeVar("T")


def write_json(adapter: TypeAdapter[T], value: T) -> bytes:
    """`value` as JSON in UTF-8, without what is at its default.

    Half a surrogate pair, which JSON from outside may hold and UTF-8 can't, becomes a question mark: one such
    character in a title must not keep a whole fetch from being stored.
    """
    try:
        return adapter.dump_json(value, exclude_defaults=True)
    except PydanticSerializationError:
        plain = adapter.dump_python(value, mode="json", exclude_defaults=True)
        return json.dumps(plain, ensure_ascii=False).encode(errors="replace")


async def read_compressed(client: Redis, key: str, adapter: TypeAdapter[T]) -> T | None:
    """What `keep_compressed` kept; None where there is nothing, or nothing that can be read, which the log says.

    Raises StoreDown.
    """
    with redis_faults():
        record = await twice(partial(client.execute_command, "GET", key, NEVER_DECODE=True))
    if record is None:
        return None
    try:
        return adapter.validate_json(zlib.decompress(record))
    except (ValueError, zlib.error) as error:
        log.warning("A record can't be read and is set aside: key=%s cause=%s", key, type(error).__name__)
        return None


async def keep_compressed(client: Redis, key: str, adapter: TypeAdapter[T], value: T, seconds: int) -> None:
    """Keeps `value` for so long. Raises StoreDown."""
    record = zlib.compress(write_json(adapter, value))
    with redis_faults():
        await twice(lambda: client.set(key, record, ex=seconds))
