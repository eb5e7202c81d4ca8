"""JSON records in Redis."""

import json
import logging
import zlib
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from pydantic_core import PydanticSerializationError
from redis.asyncio import Redis

from bot.infra.redis.connection import redis_faults, twice
from bot.infra.redis.record_type import RecordType

log = logging.getLogger(__name__)

T = TypeVar("T")


def write_json(adapter: RecordType[T], value: T) -> bytes:
    """Return `value` as JSON in UTF-8, without fields at their default.

    A lone surrogate, which external JSON may contain and UTF-8 can't, becomes a question mark: one such character in a
    title must not keep a whole fetch from being stored.
    """
    try:
        return adapter.dump_json(value)
    except PydanticSerializationError:
        plain = adapter.as_plain_data(value)
        return json.dumps(plain, ensure_ascii=False).encode(errors="replace")


async def read_compressed(client: Redis, key: str, adapter: RecordType[T]) -> T | None:
    """Read a record of `write_compressed`; None if there is none, or if it can't be read, which is logged.

    Raises StoreDown.
    """
    with redis_faults():
        (record,) = await twice(partial(client.execute_command, "MGET", key, NEVER_DECODE=True))
    return read_record(key, record, partial(decompress, adapter))


def read_record(key: str, record: bytes | None, read: Callable[[bytes], T]) -> T | None:
    """Return what `read` makes of a record; None if there is none, or if it can't be read, which is logged."""
    if record is None:
        return None
    try:
        return read(record)
    except (ValueError, zlib.error) as error:
        log.warning("A record can't be read and is set aside: key=%s cause=%s", key, type(error).__name__)
        return None


def decompress(adapter: RecordType[T], record: bytes) -> T:
    """Return what `write_compressed` stored. Raises ValueError or zlib.error for anything else."""
    return adapter.validate_json(zlib.decompress(record))


async def write_compressed(client: Redis, key: str, adapter: RecordType[T], value: T, seconds: int) -> None:
    """Store `value` for so many seconds. Raises StoreDown."""
    record = zlib.compress(write_json(adapter, value))
    with redis_faults():
        await twice(lambda: client.set(key, record, ex=seconds))
