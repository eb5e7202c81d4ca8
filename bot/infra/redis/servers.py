"""Information about the Redis servers: can they be used, and do they keep what they are given?"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import NoPermissionError, ResponseError

from bot.domain.errors import StoreDown
from bot.domain.frozen import frozen
from bot.infra.redis.cluster import Cluster
from bot.infra.redis.connection import check, redis_faults, twice
from bot.infra.redis.faults import NEEDS_CLUSTER_SCHEME

OLDEST_VERSION = 7
_NO_EVICTION = "noeviction"


@frozen
class Server:
    """`product` is such as "Valkey 9.1.0"; with `append_only` the data survives a crash.

    `eviction` is the policy by which the server may throw keys away, empty if it never does. `is_told` is False if
    the server doesn't tell about itself.
    """

    product: str
    append_only: bool
    in_cluster: bool
    eviction: str = ""
    is_told: bool = True


async def usable_servers(client: Redis) -> list[Server]:
    """Return the servers after a check that they can do what Paperlark needs. Raises StoreDown with the reason."""
    await check(client)
    return await servers(client)


async def servers(client: Redis) -> list[Server]:
    """Return the single server, or the nodes of a cluster that have slots.

    Raises StoreDown, also if one is too old, or if a cluster's node is used as a single server: most keys would be out
    of reach.
    """
    with redis_faults():
        found = [await _about(node) for node in await nodes(client)]
    if found[0].in_cluster and not isinstance(client, Cluster):
        raise StoreDown(NEEDS_CLUSTER_SCHEME)
    return found


def eviction_fault(servers: Sequence[Server]) -> str:
    """Return the sentence on servers that may throw away what people set; empty if none may."""
    policies = sorted({server.eviction for server in servers if server.eviction})
    if not policies:
        return ""
    named = " and ".join(policies)
    return (
        f"Redis's maxmemory-policy is {named}: it may throw away what people set. Set it to {_NO_EVICTION}: "
        f"CONFIG SET maxmemory-policy {_NO_EVICTION}, and the same in its configuration."
    )


async def times(client: Redis) -> list[datetime]:
    """Return each server's current time, in UTC. Raises StoreDown."""
    with redis_faults():
        told = [await twice(node.time) for node in await nodes(client)]
    return [datetime.fromtimestamp(seconds + microseconds / 1e6, UTC) for seconds, microseconds in told]


async def nodes(client: Redis) -> list[Redis]:
    """Return a client for each server."""
    return await client.nodes() if isinstance(client, Cluster) else [client]


async def _about(node: Redis) -> Server:
    try:
        info = await twice(node.info)
    except (NoPermissionError, ResponseError):  # INFO is forbidden or renamed; nothing else needs it
        return Server("Redis", append_only=False, in_cluster=False, is_told=False)
    name = "Valkey" if "valkey_version" in info else "Redis"
    version = str(info.get("valkey_version", info.get("redis_version", "")))
    _check_version(str(info.get("redis_version", "")))
    append_only, in_cluster = bool(info.get("aof_enabled")), bool(info.get("cluster_enabled"))
    return Server(f"{name} {version}", append_only, in_cluster, _eviction(info))


def _check_version(version: str) -> None:
    """Raise StoreDown if the version, which Valkey tells for the sake of clients too, is too old."""
    major = re.match(r"\d+", version)
    if major and int(major[0]) < OLDEST_VERSION:
        raise StoreDown(f"Redis {version} is too old: Paperlark needs Redis {OLDEST_VERSION}.0 or newer, or Valkey.")


def _eviction(info: Mapping[str, Any]) -> str:
    policy = str(info.get("maxmemory_policy", _NO_EVICTION))
    return policy if info.get("maxmemory") and policy != _NO_EVICTION else ""
