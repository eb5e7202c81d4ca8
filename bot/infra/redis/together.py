"""Commands of many tasks in one request: alone, each costs the client several times as much."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary, proxy

from redis.asyncio import Redis
from redis.exceptions import ClusterCrossSlotError, ConnectionError, RedisError

from bot.domain.frozen import frozen
from bot.infra.aio.cancel import cancelled
from bot.infra.redis.connection import twice

log = logging.getLogger(__name__)

_END_SECONDS = 1.0


@frozen
class _Question:
    command: Sequence[Any]
    options: Mapping[str, Any]
    answer: "asyncio.Future[Any]"


class Together:
    """Sends what is asked in one moment in one request, in order on each server.

    Only for commands that may run twice (see `twice`): those of a request that fails are sent again, each alone, hence
    a server of a cluster that is down fails nobody else's.
    """

    def __init__(self, client: Redis) -> None:
        self._client = proxy(client)  # those who ask keep the client
        self._asked: list[_Question] = []
        self._sending: set[asyncio.Task[None]] = set()
        self._closed = False

    async def run(self, *command: Any, **options: Any) -> Any:
        """Return the answer to a command; raises the errors of Redis."""
        return await self._ask(command, options)

    async def run_all(self, *commands: Sequence[Any]) -> list[Any]:
        """Return the answers to several commands; that of one whose key holds another type is its error."""
        answers = await asyncio.gather(*(self._ask(one, {}) for one in commands), return_exceptions=True)
        for answer in answers:
            if isinstance(answer, BaseException) and not str(answer).startswith("WRONGTYPE"):
                raise answer
        return answers

    async def aclose(self) -> None:
        """Send what was asked and nothing more: a reading that nobody waits for would open another connection."""
        self._closed = True
        sending = list(self._sending)
        if sending:
            await asyncio.wait(sending, timeout=_END_SECONDS)
        await cancelled(*sending)

    def _ask(self, command: Sequence[Any], options: Mapping[str, Any]) -> "asyncio.Future[Any]":
        answer = asyncio.get_running_loop().create_future()
        if self._closed:
            answer.set_exception(ConnectionError("The client is closed."))
            return answer
        self._asked.append(_Question(command, options, answer))
        if len(self._asked) == 1:
            sending = asyncio.create_task(self._send())  # begins once all that can run now has run
            self._sending.add(sending)
            sending.add_done_callback(self._sending.discard)
        return answer

    async def _send(self) -> None:
        asked, self._asked = self._asked, []
        try:
            await self._answer(asked)
        finally:
            for one in asked:
                one.answer.cancel()  # nothing, unless this was cancelled

    async def _answer(self, asked: Sequence[_Question]) -> None:
        try:
            if len(asked) > 1:
                await self._answer_in_one(asked)
        except (RedisError, OSError, TimeoutError) as error:
            log.debug("A request failed, and each of its commands is sent alone: commands=%d why=%s", len(asked), error)
        await asyncio.gather(*(self._answer_alone(one) for one in asked if not one.answer.done()))

    async def _answer_in_one(self, asked: Sequence[_Question]) -> None:
        pipe = self._client.pipeline(transaction=False)
        for one in asked:
            pipe.execute_command(*one.command, **one.options)
        for one, answer in zip(asked, await pipe.execute(raise_on_error=False), strict=True):
            if not isinstance(answer, ClusterCrossSlotError):  # keys of several servers: the client divides it alone
                _settle(one, answer)

    async def _answer_alone(self, one: _Question) -> None:
        try:
            _settle(one, await twice(lambda: self._client.execute_command(*one.command, **one.options)))
        except Exception as error:
            _settle(one, error)


_OF_CLIENTS: WeakKeyDictionary[Redis, Together] = WeakKeyDictionary()


def together(client: Redis) -> Together:
    """Return the one of this client, which all stores share."""
    if client not in _OF_CLIENTS:
        _OF_CLIENTS[client] = Together(client)
    return _OF_CLIENTS[client]


def _settle(one: _Question, answer: object) -> None:
    if one.answer.done():  # the task that asked was cancelled
        return
    if isinstance(answer, Exception):
        one.answer.set_exception(answer)
    else:
        one.answer.set_result(answer)
