"""Connections to one Redis server that work when they are handed out, and repeat nothing behind our back."""

import asyncio
from typing import Any

from redis.asyncio import BlockingConnectionPool
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, AuthorizationError, BusyLoadingError
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer

_CONNECT_SECONDS = 3.0
_CONNECT_PAUSES_SECONDS = (0.1, 0.4)
_ANSWER_SECONDS = 10.0
_MOST_CONNECTIONS = 50
_IDLE_SECONDS = 30


class NotReached(NoConnection):
    """No connection could be made: whatever was to be sent was not."""


class Pool(BlockingConnectionPool):
    """Hands out connections that work: what is done before a command is sent on one can repeat nothing.

    Values come as str; what isn't UTF-8 comes with replacement characters instead of an exception. The library's own
    retries are off: after a lost reply they would send a MULTI or an INCR again. RESP 2, because servers and proxies
    without HELLO don't take 3. `address` is what redis-py's `parse_url` makes of an address.
    """

    def __init__(self, **address: Any) -> None:
        options: dict[str, Any] = {
            "decode_responses": True,
            "encoding_errors": "replace",
            "protocol": 2,
            "retry": Retry(NoBackoff(), 0),
            "socket_connect_timeout": _CONNECT_SECONDS,
            "socket_timeout": _ANSWER_SECONDS,
            "health_check_interval": _IDLE_SECONDS,
            "max_connections": _MOST_CONNECTIONS,
            "timeout": _ANSWER_SECONDS,
            "driver_info": None,  # announced by a command of Redis 7.2, and 5 ms a connection to look its version up
        }
        super().__init__(**options | address)
        self.make_connection()  # type: ignore[no-untyped-call]  # TypeError where an option is unknown

    async def ensure_connection(self, connection: AbstractConnection) -> None:
        for pause_seconds in _CONNECT_PAUSES_SECONDS:
            try:
                return await self._make_sure(connection)
            except (AuthenticationError, AuthorizationError):
                raise
            except NoConnection:  # refused: a server that is just starting again takes it in a moment
                await asyncio.sleep(pause_seconds)
        try:
            return await self._make_sure(connection)
        except (AuthenticationError, AuthorizationError, BusyLoadingError):
            raise
        except (NoConnection, NoAnswer) as error:
            raise NotReached(str(error)) from error

    async def _make_sure(self, connection: AbstractConnection) -> None:
        await super().ensure_connection(connection)
        try:
            await connection.check_health()  # type: ignore[no-untyped-call]
        except (NoConnection, NoAnswer, OSError):  # it died while idle
            await connection.disconnect()
            await connection.connect()  # type: ignore[no-untyped-call]
