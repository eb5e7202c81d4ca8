"""A loopback server of bare connections, which end with it: the part that all proxies here share."""

import asyncio
from contextlib import suppress
from typing import Self

HEAD_BYTES = 2**18


class ConnectionServer:
    """Calls `carried` for each connection until it returns, one of `broken` is raised, or the server ends."""

    broken: tuple[type[Exception], ...] = (OSError, asyncio.IncompleteReadError)

    def __init__(self) -> None:
        self.port = 0
        self._lines: set[asyncio.Task[None]] = set()

    async def carried(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0, limit=HEAD_BYTES)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for line in self._lines:
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = asyncio.current_task()
        assert line
        self._lines.add(line)
        try:
            with suppress(*self.broken):
                await self.carried(reader, writer)
        except asyncio.CancelledError:
            pass  # the test has ended; a task of start_server must not end cancelled
        finally:
            writer.close()
            self._lines.discard(line)
