"""The proxy that breaks lines, between a real client and a real server."""

import asyncio
import errno
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import WSMsgType, web

from support.servers.proxy import Fault, Kind, Proxy, Request

LETTERS = "paper " * 50_000


class Line:
    """A server that notes what reached it, and a client behind the proxy."""

    def __init__(self) -> None:
        self.reached: list[str] = []

    async def __aenter__(self) -> "Line":
        app = web.Application(client_max_size=2**22)
        app.router.add_post("/api/echo", self._echo)
        app.router.add_get("/api/chunks", self._chunks)
        app.router.add_get("/api/nothing", self._nothing)
        app.router.add_get("/api/socket", self._socket)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.proxy = await Proxy(f"http://127.0.0.1:{self._runner.addresses[0][1]}/api/").__aenter__()
        self.http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.close()
        await self.proxy.__aexit__()
        await self._runner.cleanup()

    async def says(self, text: str) -> str:
        async with self.http.post(self.proxy.url + "echo", data=text) as answer:
            answer.raise_for_status()
            return await answer.text()

    def breaks(self, *faults: Fault | None) -> list[Request]:
        """The next requests meet these, one after the other; the list grows with them."""
        asked: list[Request] = []

        def fault_of(request: Request) -> Fault | None:
            asked.append(request)
            return faults[len(asked) - 1] if len(asked) <= len(faults) else None

        self.proxy.fault_of = fault_of
        return asked

    async def _echo(self, request: web.Request) -> web.Response:
        self.reached.append(await request.text())
        return web.Response(text=self.reached[-1])

    async def _chunks(self, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        answer.enable_chunked_encoding()
        await answer.prepare(request)
        for part in ("one", "two", LETTERS):
            await answer.write(part.encode())
        return answer

    async def _nothing(self, request: web.Request) -> web.Response:
        return web.Response(status=204)

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await socket.send_str(message.data[::-1])
        return socket


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    async with Line() as line:
        yield line


async def test_requests_and_answers_pass_over_one_kept_connection(line: Line) -> None:
    asked = line.breaks()
    assert await line.says("first") == "first"
    assert await line.says(LETTERS) == LETTERS
    async with line.http.get(line.proxy.url + "nothing") as answer:
        assert answer.status == 204
    async with line.http.get(line.proxy.url + "chunks") as answer:
        assert await answer.text() == f"onetwo{LETTERS}"
    assert [(one.method, one.target) for one in asked[1:3]] == [("POST", "/api/echo"), ("GET", "/api/nothing")]
    assert asked[0].body == b"first"
    assert line.proxy.done == {Kind.PASS: 4}


async def test_a_chunked_request_is_seen_and_passed_whole(line: Line) -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield b"one"
        yield LETTERS.encode()

    asked = line.breaks()
    async with line.http.post(line.proxy.url + "echo", data=parts()) as answer:
        assert await answer.text() == f"one{LETTERS}"
    assert asked[0].body == f"one{LETTERS}".encode()


@pytest.mark.parametrize(("kind", "arrives"), [(Kind.CUT, False), (Kind.RESET, False), (Kind.LOSE, True)])
async def test_a_broken_line_is_an_error_for_the_client_whether_it_arrived_or_not(
    line: Line, kind: Kind, arrives: bool
) -> None:
    line.breaks(None, Fault(kind))
    await line.says("before")
    with pytest.raises(aiohttp.ClientError) as caught:
        await line.says("now")
    assert ("now" in line.reached) is arrives
    assert (getattr(caught.value, "errno", None) == errno.ECONNRESET) is (kind is Kind.RESET)
    assert await line.says("after") == "after"
    assert line.proxy.done[kind] == 1


async def test_a_truncated_answer_has_its_head_and_half_its_body(line: Line) -> None:
    line.breaks(Fault(Kind.TRUNCATE))
    async with line.http.post(line.proxy.url + "echo", data="whole") as answer:
        assert answer.status == 200
        with pytest.raises(aiohttp.ClientPayloadError):
            await answer.read()
    assert line.reached == ["whole"]


async def test_a_refusal_is_answered_in_the_servers_place(line: Line) -> None:
    line.breaks(Fault(Kind.REFUSE, 429, {"Retry-After": "7"}, b'{"ok": false}'))
    async with line.http.post(line.proxy.url + "echo", data="now") as answer:
        assert (answer.status, answer.headers["Retry-After"], await answer.json()) == (429, "7", {"ok": False})
    assert line.reached == []
    assert await line.says("after") == "after"


async def test_delays_come_before_the_request_and_before_the_answer(line: Line) -> None:
    line.breaks(Fault(before_seconds=0.2, after_seconds=0.2))
    asking = asyncio.create_task(line.says("now"))
    await asyncio.sleep(0.1)
    assert line.reached == []
    await asyncio.sleep(0.2)
    assert line.reached == ["now"]
    assert not asking.done()
    assert await asking == "now"


async def test_what_a_client_sent_arrives_though_it_left(line: Line) -> None:
    line.breaks(Fault(before_seconds=0.2))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await line.says("now")
    async with asyncio.timeout(5):
        while line.reached != ["now"]:
            await asyncio.sleep(0.01)


async def test_a_websocket_passes_untouched(line: Line) -> None:
    async with line.http.ws_connect(line.proxy.url + "socket") as socket:
        for text in ("paper", LETTERS):
            await socket.send_str(text)
            assert await socket.receive_str() == text[::-1]
    assert line.proxy.done == {Kind.PASS: 1}
