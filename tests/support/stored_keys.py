"""What lies in a store, on all of its servers."""

from redis.asyncio import Redis

from bot.infra.redis.servers import nodes


async def stored(client: Redis, pattern: str = "*") -> list[str]:
    """The names of all keys that match."""
    return [str(name) for node in await nodes(client) for name in await node.keys(pattern)]
