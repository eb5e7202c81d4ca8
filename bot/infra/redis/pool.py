"""Connection pool for one Redis server: connections are checked before use, and nothing is retried implicitly."""

import asyncio
from typing import Any

from redis.asyncio import BlockingConnectionPool
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, AuthorizationError, BusyLoadingError
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer

_CONNECT_TIMEOUT = 3.0
_CONNECT_PAUSES_SECONDS = (0.1, 0.4)
_REPLY_TIMEOUT = 10.0
_MAX_CONNECTIONS = 50
_IDLE_SECONDS = 30


class NotReached(NoConnection):
    """No connection could be made: nothing was sent."""


class Pool(BlockingConnectionPool):
    """Provides working connections: the checks happen before a command is sent and repeat none.

    Values are str, with replacement characters for invalid UTF-8. The library's own retries are off: after a lost reply
    they would send a MULTI or an INCR again. RESP 2, because servers and proxies without HELLO don't support 3.
    `address` has the options that redis-py's `parse_url` returns.
    """

    def __init__(self, **address: Any) -> None:
        options: dict[str, Any] = {
            "decode_responses": True,
            "encoding_errors": "replace",
            "protocol": 2,
            "retry": Retry(NoBackoff(), 0),
            "socket_connect_timeout": _CONNECT_TIMEOUT,
            "socket_timeout": _REPLY_TIMEOUT,
            "health_check_interval": _IDLE_SECONDS,
            "max_connections": _MAX_CONNECTIONS,
            "timeout": _REPLY_TIMEOUT,
            "driver_info": None,  # needs a command of Redis 7.2, and 5 ms a connection to look up its version
        }
        super().__init__(**options | address)
        self.make_connection()  # type: ignore[no-untyped-call]  # TypeError where an option is unknown

    async def ensure_connection(self, connection: AbstractConnection) -> None:
        for pause_seconds in _CONNECT_PAUSES_SECONDS:
            try:
                return await self._ensure_alive(connection)
            except (AuthenticationError, AuthorizationError):
                raise
            except NoConnection:  # refused: a restarting server will accept it in a moment
                await asyncio.sleep(pause_seconds)
        try:
            return await self._ensure_alive(connection)
        except (AuthenticationError, AuthorizationError, BusyLoadingError):
            raise
        except (NoConnection, NoAnswer) as error:
            raise NotReached(str(error)) from error

    async def _ensure_alive(self, connection: AbstractConnection) -> None:
        await super().ensure_connection(connection)
        try:
            await connection.check_health()  # type: ignore[no-untyped-call]
        except (NoConnection, NoAnswer, OSError):  # it died while idle
            await connection.disconnect()
            await connection.connect()  # type: ignore[no-untyped-call]
