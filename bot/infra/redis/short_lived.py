"""Ends locks and pauses that a clock ahead of ours has left behind.

Redis keeps an expiry as an instant: when its machine's clock goes back by a month, a lock of seconds lasts a month.
"""

import logging
from fnmatch import fnmatchcase

from redis.asyncio import Redis

from bot.infra.redis import keys
from bot.infra.redis.connection import redis_faults
from bot.infra.redis.servers import nodes

log = logging.getLogger(__name__)

_CHUNK = 1000
_SLACK_SECONDS = 60.0


async def end_overlong(client: Redis) -> int:
    """Cut every key of `keys.SHORT_LIVED` that would live longer than it can to its lifetime; return their number.

    Reads the names of all keys, 0.1 s for 100,000. Raises StoreDown.
    """
    ended = 0
    with redis_faults():
        for node in await nodes(client):
            cursor = 0
            while True:
                cursor, names = await node.scan(cursor, match="lark:*", count=_CHUNK)
                ended += await _shortened(node, [str(name) for name in names])
                if not cursor:
                    break
    if ended:
        log.warning("Locks and pauses from a clock that was ahead are ended: keys=%d", ended)
    return ended


async def _shortened(node: Redis, names: list[str]) -> int:
    lifetimes = {name: seconds for name in names if (seconds := _lifetime(name))}
    ended = 0
    for name, seconds in lifetimes.items():
        if await node.pttl(name) > 1000 * (seconds + _SLACK_SECONDS):
            await node.expire(name, seconds)
            ended += 1
    return ended


def _lifetime(name: str) -> int:
    return next((seconds for pattern, seconds in keys.SHORT_LIVED if fnmatchcase(name, pattern)), 0)
