"""Client for a Redis cluster: each command goes to the node of its key and is executed once.

Built from redis-py's single-server clients, not its `RedisCluster` (8.1). Without hidden retries that one never finds
a dead node's successor in a pipeline, gives up on a moving slot, doesn't notice a dead idle connection, and rejects
one task too many instead of letting it wait; the contract tests cover each.
"""

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from time import monotonic
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.crc import key_slot
from redis.exceptions import (
    AskError,
    BusyLoadingError,
    ClusterCrossSlotError,
    ClusterDownError,
    MovedError,
    ResponseError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer

from bot.infra.redis.pool import NotReached, Pool
from bot.infra.redis.slots import ClusterSlots

_NOT_EXECUTED = (AskError, BusyLoadingError, ClusterDownError, NotReached, TryAgainError)
"""Errors that guarantee that nothing was executed (a MovedError is an AskError). Only these are retried."""
_RETRY_TIMEOUT = 6.0
"""A restarted node accepts commands after 2 s (CLUSTER_WRITABLE_DELAY_MS in the server's source)."""
_FIRST_PAUSE_SECONDS = 0.05
_MAX_PAUSE_SECONDS = 0.5
_IMMEDIATE_RETRIES = 2
"""Immediate redirections: MOVED to a node that answers ASK is the longest chain."""
_SCRIPTS = ("EVAL", "EVALSHA")


@dataclass(slots=True, eq=False)
class _Command:
    """One command in progress. `asked` is the node to try next, once, while its slot is moving there."""

    args: tuple[Any, ...]
    options: Mapping[str, Any]
    slot: int
    asked: Redis | None = None
    answer: Any = field(default=None)

    @property
    def refused(self) -> bool:
        return isinstance(self.answer, _NOT_EXECUTED)


class Cluster(Redis):
    """A `Redis` for the stores' needs: commands with the key as first argument, scripts, MGET, and pipelines of them.

    A pipeline keeps its order on each node, not over all of them; a transaction must be in one slot. While a slot moves
    or a node restarts, commands wait up to 6 s. A lost reply raises an error, as on a single server.
    """

    def __init__(self, pool_at: Callable[[str, int], Pool], host: str, port: int) -> None:
        super().__init__(connection_pool=pool_at(host, port))
        self._slots = ClusterSlots(pool_at, host, port)

    async def nodes(self) -> list[Redis]:
        """Return a client for each node that has slots."""
        await self._slots.learn()
        return self._slots.owners()

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        if args[0] == "MGET":
            answers = await self.send([(("GET", name), options) for name in args[1:]])
            return [None if _is_wrong_type(answer) else _raise_error(answer) for answer in answers]
        return _raise_error(*await self.send([(args, options)]))

    def pipeline(
        self,
        transaction: bool = True,
        shard_hint: str | None = None,  # noqa: ARG002 - as redis-py declares it
    ) -> "ClusterPipeline":
        return ClusterPipeline(self, transaction)

    async def aclose(self, close_connection_pool: bool | None = None) -> None:  # noqa: ARG002 - as redis-py declares it
        await self._slots.aclose()

    async def send(self, commands: Sequence[tuple[Any, Mapping[str, Any]]], together: bool = False) -> list[Any]:
        """Return the replies in the commands' order, errors included; `together` executes all or none.

        Raises the refusal if the cluster refuses for too long, NoConnection or NoAnswer if a reply got lost.
        """
        orders = [_Command(args, options, self._slot(args)) for args, options in commands]
        if together and len({order.slot for order in orders}) > 1:
            raise ClusterCrossSlotError("The keys of a transaction lie in several slots.")
        deadline, waiting = monotonic() + _RETRY_TIMEOUT, orders
        for attempt in count():
            await self._slots.learn()
            await self._send_once(waiting, together)
            waiting = [order for order in waiting if order.refused]
            if not waiting:
                break
            if monotonic() > deadline:
                raise waiting[0].answer
            await asyncio.sleep(_pause_seconds(attempt))
        return [order.answer for order in orders]

    def _slot(self, args: Sequence[Any]) -> int:
        place = 3 if str(args[0]).upper() in _SCRIPTS else 1
        if len(args) <= place:
            return 0
        return key_slot(self.get_encoder().encode(args[place]))  # type: ignore[no-untyped-call]

    async def _send_once(self, orders: list[_Command], together: bool) -> None:
        """Send to all nodes concurrently and wait for all, even if a reply got lost."""
        groups: dict[Redis, list[_Command]] = {}
        for order in orders:
            node = order.asked or self._slots.owner(order.slot)
            if node:
                groups.setdefault(node, []).append(order)
            else:
                order.answer = ClusterDownError("no node has the slot")
                self._slots.invalidate(None)
        sent = (self._send_to(node, group, together) for node, group in groups.items())
        if len(groups) == 1:
            await next(sent)
            return
        for lost in await asyncio.gather(*sent, return_exceptions=True):
            if lost:
                raise lost

    async def _send_to(self, node: Redis, orders: list[_Command], together: bool) -> None:
        try:
            answers = await _replies(node, orders, together)
        except _NOT_EXECUTED as refusal:
            answers = [refusal] * len(orders)
        except (NoConnection, NoAnswer):
            self._slots.invalidate(node)
            raise
        for order, answer in zip(orders, answers, strict=True):
            order.answer, order.asked = answer, None
            if isinstance(answer, MovedError):
                self._slots.moved(answer, node)
            elif isinstance(answer, AskError) and not together:  # a transaction waits until all of its slot is there
                order.asked = self._slots.redirected(answer.host, answer.port, node)
            elif isinstance(answer, NotReached):
                self._slots.invalidate(node)


class ClusterPipeline(Pipeline):
    """Pipeline over several nodes, or a transaction on one."""

    def __init__(self, cluster: Cluster, transaction: bool) -> None:
        super().__init__(cluster.connection_pool, cluster.response_callbacks, transaction, None)
        self._cluster = cluster

    async def execute(self, raise_on_error: bool = True) -> list[Any]:
        commands, self.command_stack = self.command_stack, []
        if not commands:
            return []
        answers = await self._cluster.send(commands, together=self.is_transaction)
        if raise_on_error:
            self.raise_first_error(commands, answers)
        return answers


def _raise_error(answer: Any) -> Any:
    if isinstance(answer, ResponseError):
        raise answer
    return answer


def _is_wrong_type(answer: Any) -> bool:
    """Return True for an error of GET on a key without a string, for which MGET returns no value."""
    return isinstance(answer, ResponseError) and str(answer).startswith("WRONGTYPE")


async def _replies(node: Redis, orders: list[_Command], together: bool) -> list[Any]:
    if len(orders) == 1 and not orders[0].asked:
        try:
            return [await node.execute_command(*orders[0].args, **orders[0].options)]  # type: ignore[no-untyped-call]
        except ResponseError as error:
            return [error]
    async with node.pipeline(transaction=together) as pipe:
        for order in orders:
            if order.asked:
                pipe.execute_command("ASKING")  # applies to the next command of its connection
            pipe.execute_command(*order.args, **order.options)
        answers = iter(await pipe.execute(raise_on_error=False))
    # next() twice: the answer to ASKING is skipped.
    return [(next(answers), next(answers))[1] if order.asked else next(answers) for order in orders]


def _pause_seconds(attempt: int) -> float:
    if attempt < _IMMEDIATE_RETRIES:
        return 0.0
    pause_seconds: float = min(_FIRST_PAUSE_SECONDS * 2 ** (attempt - _IMMEDIATE_RETRIES), _MAX_PAUSE_SECONDS)
    return random.uniform(0.5, 1.0) * pause_seconds
