"""The keys of a store, on all of its servers."""

from redis.asyncio import Redis

from bot.infra.redis.servers import nodes


async def stored(client: Redis, pattern: str = "*") -> list[str]:
    """Return the names of all matching keys."""
    return [str(name) for node in await nodes(client) for name in await node.keys(pattern)]
