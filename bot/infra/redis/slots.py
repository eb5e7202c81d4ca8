"""Which node of a Redis cluster has which slot: learnt from any node, and mended by what the nodes answer."""

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
"""What a node says whose host nobody told it: the one it was reached at
(https://redis.io/docs/latest/commands/cluster-slots/)."""


class Slots:
    """The nodes of a cluster and their slots. A node that left keeps its pool, for answers that are on their way."""

    def __init__(self, pool_at: Callable[[str, int], Pool], host: str, port: int) -> None:
        self._pool_at = pool_at
        self._nodes: dict[tuple[str, int], Redis] = {}
        self._owners: list[Redis | None] = [None] * REDIS_CLUSTER_HASH_SLOTS
        self._current = False
        self._doubted: Redis | None = None
        self._learning = asyncio.Lock()
        self.node(host, port)

    def owner(self, slot: int) -> Redis | None:
        """None where no node serves it, as far as is known."""
        return self._owners[slot]

    def owners(self) -> list[Redis]:
        """Every node that has slots."""
        return list(dict.fromkeys(owner for owner in self._owners if owner))

    def node(self, host: str, port: int) -> Redis:
        """The one client for this address."""
        if (host, port) not in self._nodes:
            self._nodes[host, port] = Redis.from_pool(self._pool_at(host, port))
        return self._nodes[host, port]

    def moved(self, error: MovedError, by: Redis) -> None:
        """Notes what a node answered: its slot is another's."""
        self._owners[error.slot_id] = self.redirected(error.host, error.port, by)

    def redirected(self, host: object, port: int, by: Redis) -> Redis:
        """The node that another one names."""
        own: str = by.connection_pool.connection_kwargs["host"]
        return self.node(own if str(host) in _UNKNOWN_HOSTS else str(host), port)

    def doubt(self, node: Redis | None) -> None:
        """All is learnt anew before the next command: a node died, or a slot has none."""
        self._current, self._doubted = False, node

    async def learn(self) -> None:
        """Asks the nodes, one after the other, where that is due. Raises what the last of them raised."""
        if self._current:
            return
        async with self._learning:
            if not self._current:
                await self._ask_around()

    async def aclose(self) -> None:
        """Closes every connection; what is used again connects again."""
        self._current = False
        await asyncio.gather(*(node.aclose() for node in self._nodes.values()))

    async def _ask_around(self) -> None:
        """In another order each time, for one of them may be behind; who failed last comes last."""
        nodes = sorted(random.sample(list(self._nodes.values()), len(self._nodes)), key=lambda n: n is self._doubted)
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
