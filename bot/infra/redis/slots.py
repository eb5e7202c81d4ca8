"""Slot map of a Redis cluster: learned from any node, and corrected by the nodes' replies."""

import asyncio
import random
from collections.abc import Callable

from redis.asyncio import Redis
from redis.crc import REDIS_CLUSTER_HASH_SLOTS
from redis.exceptions import BusyLoadingError, MovedError
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer

from bot.infra.redis.pool import Pool

_UNKNOWN_HOSTS = ("", "?", "None")
"""Placeholders of a node that doesn't know its own host; use the host it was reached at
(https://redis.io/docs/latest/commands/cluster-slots/)."""


class ClusterSlots:
    """The nodes of a cluster and their slots. A node that left keeps its pool for replies in progress."""

    def __init__(self, pool_at: Callable[[str, int], Pool], host: str, port: int) -> None:
        self._pool_at = pool_at
        self._nodes: dict[tuple[str, int], Redis] = {}
        self._owners: list[Redis | None] = [None] * REDIS_CLUSTER_HASH_SLOTS
        self._current = False
        self._suspect: Redis | None = None
        self._lock = asyncio.Lock()
        self.node(host, port)

    def owner(self, slot: int) -> Redis | None:
        """Return the slot's node; None if no node is known to serve it."""
        return self._owners[slot]

    def owners(self) -> list[Redis]:
        """Return every node that has slots."""
        return list(dict.fromkeys(owner for owner in self._owners if owner))

    def node(self, host: str, port: int) -> Redis:
        """Return the client for this address, one per address."""
        if (host, port) not in self._nodes:
            self._nodes[host, port] = Redis.from_pool(self._pool_at(host, port))
        return self._nodes[host, port]

    def moved(self, error: MovedError, by: Redis) -> None:
        """Record a node's reply that the slot moved."""
        self._owners[error.slot_id] = self.redirected(error.host, error.port, by)

    def redirected(self, host: object, port: int, by: Redis) -> Redis:
        """Return the node that another one names."""
        own: str = by.connection_pool.connection_kwargs["host"]
        return self.node(own if str(host) in _UNKNOWN_HOSTS else str(host), port)

    def invalidate(self, node: Redis | None) -> None:
        """Relearn the slots before the next command: a node died, or a slot has none."""
        self._current, self._suspect = False, node

    async def learn(self) -> None:
        """Ask the nodes in turn if the map is outdated. Raises the last one's error."""
        if self._current:
            return
        async with self._lock:
            if not self._current:
                await self._load()

    async def aclose(self) -> None:
        """Close every connection; later use reconnects."""
        self._current = False
        await asyncio.gather(*(node.aclose() for node in self._nodes.values()))

    async def _load(self) -> None:
        """Ask in random order, since a node may be outdated; the one that failed last comes last."""
        nodes = sorted(random.sample(list(self._nodes.values()), len(self._nodes)), key=lambda n: n is self._suspect)
        for node in nodes:
            try:
                ranges = await node.execute_command("CLUSTER SLOTS")  # type: ignore[no-untyped-call]
            except (NoConnection, NoAnswer, BusyLoadingError):
                if node is nodes[-1]:
                    raise
                continue
            self._owners = [None] * REDIS_CLUSTER_HASH_SLOTS
            for first, last, primary, *_ in ranges:
                owner = self.redirected(primary[0], int(primary[1]), node)
                self._owners[int(first) : int(last) + 1] = [owner] * (int(last) - int(first) + 1)
            self._current = True
            return
