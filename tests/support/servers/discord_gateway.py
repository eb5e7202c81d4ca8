"""The gateway of the loopback Discord: HELLO, IDENTIFY, heartbeats, events, RESUME; compressed on request."""

import asyncio
import json
import zlib
from collections.abc import Callable, Sequence
from typing import Any

from aiohttp import WSMsgType, web

Json = dict[str, Any]

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, INVALID_SESSION, HELLO, ACK = 0, 1, 2, 6, 9, 10, 11


class Gateway:
    """All sessions of the bot. The newest one gets `events`; a resumed session gets those it missed."""

    def __init__(self, token: str, greet: Callable[[], tuple[Json, list[Json]]]) -> None:
        self.token = token
        self.greet = greet
        self.sessions: dict[str, list[Json]] = {}
        self.sockets: dict[str, _Socket] = {}
        self.shards: dict[str, tuple[int, int]] = {}
        """Each session's number and how many there are (https://docs.discord.com/developers/events/gateway#sharding)."""
        self.identified = 0
        self.intents = 0
        self.resumed = 0
        self.ready = asyncio.Event()

    @property
    def connected(self) -> bool:
        return bool(self.sockets)

    async def emit(self, event: str, data: Json) -> None:
        """Send an event, or keep it until the session resumes."""
        session = next(reversed(self.sessions), None)
        assert session is not None, "no bot has connected"
        if about := data.get("guild_id"):
            session = next((one for one in reversed(self.sessions) if _is_on(self.shards[one], about)), session)
        events = self.sessions[session]
        events.append({"op": DISPATCH, "t": event, "s": len(events) + 1, "d": data})
        if socket := self.sockets.get(session):
            await socket.send(events[-1])

    async def tell(self, event: str, data: Json) -> None:
        """Send an event like `emit`, but only if a bot has connected."""
        if self.sessions:
            await self.emit(event, data)

    async def drop(self) -> None:
        """Close every connection in a way that asks the client to reconnect."""
        for socket in list(self.sockets.values()):
            await socket.close(4000)
        self.sockets.clear()
        self.ready.clear()

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        response = web.WebSocketResponse(compress=False)
        await response.prepare(request)
        socket = _Socket(response, request.query.get("compress"))
        await socket.send({"op": HELLO, "d": {"heartbeat_interval": 41250}, "s": None, "t": None})
        session = ""
        try:
            async for message in response:
                if message.type is WSMsgType.TEXT:
                    session = await self._take(socket, json.loads(message.data)) or session
        finally:
            if self.sockets.get(session) is socket:
                del self.sockets[session]
        return response

    async def _take(self, socket: "_Socket", packet: Json) -> str:
        op, data = packet["op"], packet.get("d")
        if op == HEARTBEAT:
            await socket.send({"op": ACK, "d": None, "s": None, "t": None})
        elif op == IDENTIFY:
            return await self._identify(socket, data)
        elif op == RESUME:
            return await self._resume(socket, data)
        return ""

    async def _identify(self, socket: "_Socket", data: Json) -> str:
        if data.get("token") != self.token:
            await socket.close(4004)
            return ""
        assert "intents" in data, "IDENTIFY without intents"
        self.identified += 1
        self.intents = int(data["intents"])
        session = f"session{self.identified}"
        ready, guilds = self.greet()
        shard = data.get("shard") or [0, 1]
        self.sessions[session] = []
        self.sockets[session] = socket
        self.shards[session] = tuple(shard)
        here = [guild for guild in guilds if _is_on(shard, guild["id"])]
        away = [one for one in ready["guilds"] if _is_on(shard, one["id"])]
        await self.emit("READY", {**ready, "guilds": away, "session_id": session, "shard": shard})
        for guild in here:
            await self.emit("GUILD_CREATE", guild)
        self.ready.set()
        return session

    async def _resume(self, socket: "_Socket", data: Json) -> str:
        session = str(data.get("session_id"))
        if data.get("token") != self.token or session not in self.sessions:
            await socket.send({"op": INVALID_SESSION, "d": False, "s": None, "t": None})
            return ""
        self.resumed += 1
        for event in self.sessions[session][int(data["seq"]) :]:
            await socket.send(event)
        self.sockets[session] = socket
        await self.emit("RESUMED", {})
        self.ready.set()
        return session


def _is_on(shard: Sequence[int], guild: str) -> bool:
    number, count = shard
    return (int(guild) >> 22) % count == number


class _Socket:
    def __init__(self, response: web.WebSocketResponse, compress: str | None) -> None:
        assert compress in {None, "zlib-stream"}, f"this server doesn't speak {compress}"
        self.response = response
        self.deflate = zlib.compressobj() if compress else None

    async def send(self, packet: Json) -> None:
        if self.response.closed:
            return
        text = json.dumps(packet)
        if self.deflate is None:
            await self.response.send_str(text)
            return
        data = self.deflate.compress(text.encode()) + self.deflate.flush(zlib.Z_SYNC_FLUSH)
        await self.response.send_bytes(data)

    async def close(self, code: int) -> None:
        await self.response.close(code=code)
