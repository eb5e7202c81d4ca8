"""Takes what people deleted off the disk: the append-only file keeps deleted values until it is rewritten.

Stores call `mark_deleted` after a deletion that a person asked for; `erase` then has every server rewrite its file, at
most once in five minutes. Backups of a server of your own, its replicas and RDB snapshots aren't ours to rewrite.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable
from time import monotonic

from redis.asyncio import Redis
from redis.exceptions import NoPermissionError, ResponseError

from bot.domain.errors import StoreDown
from bot.infra.redis import keys
from bot.infra.redis.connection import redis_faults, twice
from bot.infra.redis.own_key import RELEASE
from bot.infra.redis.servers import nodes

log = logging.getLogger(__name__)

_REWRITE_SECONDS = 60.0
_LOOK_SECONDS = 0.05
_END_SECONDS = 1.5

# Forget the mark, unless something was deleted since.


async def mark_deleted(client: Redis) -> None:
    """Record that something deleted may still be on disk; call it inside `redis_faults`, after the deletion."""
    await twice(lambda: client.set(keys.ERASE, secrets.token_hex(8)))


async def erase(client: Redis, at_once: bool = False) -> bool:
    """Rewrite the servers' append-only files if something was deleted; return False if there was nothing to do (yet).

    Without `at_once`, waits until five minutes after the last time. Raises StoreDown.
    """
    with redis_faults():
        mark = await twice(lambda: client.get(keys.ERASE))
        if mark is None:
            return False
        if not await client.set(keys.ERASED, "1", ex=keys.ERASED_SECONDS, nx=True) and not at_once:
            return False
        rewritten = [await _rewrite(node) for node in await nodes(client)]
        if all(rewritten):
            await client.eval(RELEASE, 1, keys.ERASE, str(mark))
    return all(rewritten)


async def _rewrite(node: Redis) -> bool:
    """Rewrite one server's file; return False if it took too long. One that has none, or may not, is left alone."""
    ends = monotonic() + _REWRITE_SECONDS
    if not (await node.info("persistence")).get("aof_enabled"):
        return True
    await _until_idle(node, lambda: monotonic() > ends)  # one that began before the deletion doesn't count
    try:
        await node.bgrewriteaof()
    except NoPermissionError:
        return _not_allowed()
    except ResponseError as error:
        if "unknown command" in str(error).lower():
            return _not_allowed()
        raise
    return await _until_idle(node, lambda: monotonic() > ends)


def _not_allowed() -> bool:
    log.warning("Redis doesn't let me rewrite its file: what people delete stays on its disk until it does so itself")
    return True


async def _until_idle(node: Redis, is_late: Callable[[], bool]) -> bool:
    """Wait for the end of a rewrite; return False if it is late or failed."""
    while True:
        found = await node.info("persistence")
        if not found.get("aof_rewrite_in_progress") and not found.get("aof_rewrite_scheduled"):
            return bool(found.get("aof_last_bgrewrite_status") == "ok")
        if is_late():
            return False
        await asyncio.sleep(_LOOK_SECONDS)


async def erase_at_end(client: Redis) -> None:
    """Do as `erase` at the end of a process, in 1.5 s at most; what that leaves is left to the next start."""
    try:
        async with asyncio.timeout(_END_SECONDS):
            await erase(client, at_once=True)
    except TimeoutError:
        log.warning("What was deleted stays on disk until the next start: its file takes long to rewrite")
    except StoreDown as down:
        log.warning("What was deleted stays on disk until the next start: why=%s", down)
