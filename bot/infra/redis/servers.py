"""Information about the Redis servers, for `paperlark doctor`."""

from dataclasses import dataclass
from datetime import UTC, datetime

from redis.asyncio import Redis

from bot.domain.errors import StoreDown
from bot.infra.redis.cluster import Cluster
from bot.infra.redis.connection import NEEDS_CLUSTER_SCHEME, redis_faults, twice


@dataclass(frozen=True, slots=True)
class Server:
    """`product` is such as "Valkey 9.1.0"; with `append_only` the data survives a crash."""

    product: str
    append_only: bool
    in_cluster: bool


async def servers(client: Redis) -> list[Server]:
    """Return the single server, or the nodes of a cluster that have slots.

    Raises StoreDown, also if a cluster's node is used as a single server: most keys would be out of reach.
    """
    with redis_faults():
        found = [await _about(node) for node in await nodes(client)]
    if found[0].in_cluster and not isinstance(client, Cluster):
        raise StoreDown(NEEDS_CLUSTER_SCHEME)
    return found


async def times(client: Redis) -> list[datetime]:
    """Return each server's current time, in UTC. Raises StoreDown."""
    with redis_faults():
        told = [await twice(node.time) for node in await nodes(client)]
    return [datetime.fromtimestamp(seconds + microseconds / 1e6, UTC) for seconds, microseconds in told]


async def nodes(client: Redis) -> list[Redis]:
    """Return a client for each server."""
    return await client.nodes() if isinstance(client, Cluster) else [client]


async def _about(node: Redis) -> Server:
    info = await twice(node.info)
    name = "Valkey" if "valkey_version" in info else "Redis"
    version = info.get("valkey_version", info.get("redis_version", ""))
    return Server(f"{name} {version}", bool(info.get("aof_enabled")), bool(info.get("cluster_enabled")))
