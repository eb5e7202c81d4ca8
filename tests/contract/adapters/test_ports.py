"""The limits of every port, over raw connections: what arrives too late, too large, compressed, broken or too often."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from adapters.http import port
from adapters.http.port import LARGEST_BODY_BYTES, open_port
from support.local_http import free_port

Caller = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Served:
    """An application behind a port: it answers with the length of each body, once `gate` is open."""

    def __init__(self) -> None:
        self.port = free_port()
        self.gate = asyncio.Event()
        self.gate.set()
        self.bodies: list[int] = []
        self.answer = b""

    async def handle(self, request: web.Request) -> web.Response:
        self.bodies.append(len(await request.read()))
        await self.gate.wait()
        return web.Response(body=self.answer or str(self.bodies[-1]).encode())

    async def call(self, sent: bytes = b"") -> Caller:
        """Connect and send these bytes."""
        caller = await asyncio.open_connection("127.0.0.1", self.port)
        caller[1].write(sent)
        return caller

    async def status(self, sent: bytes) -> int:
        """Return the status of the answer to these bytes."""
        caller = await self.call(sent)
        return status_in(await rest_of(caller))


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with serving() as found:
        yield found


@asynccontextmanager
async def serving() -> AsyncIterator[Served]:
    found = Served()
    application = web.Application(client_max_size=LARGEST_BODY_BYTES)
    application.router.add_post("/", found.handle)
    async with open_port(application, "127.0.0.1", found.port, "SOME_PORT"):
        yield found


def post(body: bytes, length: int | None = None, *headers: str) -> bytes:
    """Return a request; `length` is declared in place of the body's."""
    lines = ["POST / HTTP/1.1", "Host: x", f"Content-Length: {len(body) if length is None else length}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def chunked(*chunks: bytes) -> bytes:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)


async def rest_of(caller: Caller) -> bytes:
    """Return what still comes until the other side closes or resets the connection."""
    heard = b""
    try:
        async with asyncio.timeout(20):
            while part := await caller[0].read(65_536):
                heard += part
    except ConnectionError:
        pass
    caller[1].close()
    return heard


def status_in(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer else 0


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(port, "READ_SECONDS", 0.2)
    monkeypatch.setattr(port, "TAKE_SECONDS", 0.2)


class TestTime:
    @pytest.mark.usefixtures("hurried")
    @pytest.mark.parametrize(
        "begun",
        [b"", b"POST / HTTP/1.1\r\nHost:", post(b"x", 100), chunked(b"x")],
        ids=["silence", "head", "body", "chunk"],
    )
    async def test_a_request_that_never_ends_is_answered_with_408(self, served: Served, begun: bytes) -> None:
        assert await served.status(begun) == 408
        assert served.bodies == []

    @pytest.mark.usefixtures("hurried")
    @pytest.mark.parametrize("begun", [b"GET / HTTP/1.1\r\nX-Slow: ", post(b"", 100_000)], ids=["head", "body"])
    async def test_one_that_drips_is_no_different(self, served: Served, begun: bytes) -> None:
        caller = await served.call(begun)

        async def drip() -> None:
            while True:
                caller[1].write(b"x")
                await asyncio.sleep(0.01)

        dripping = asyncio.create_task(drip())
        assert b" 408 " in await rest_of(caller)
        dripping.cancel()

    @pytest.mark.usefixtures("hurried")
    async def test_an_answer_that_nobody_takes_is_given_up(
        self, served: Served, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(port, "MOST_CONNECTIONS", 1)
        served.answer = b"x" * 16 * 1024 * 1024
        untaken = await served.call(post(b""))
        while await served.status(post(b"")) == 503:
            pass
        assert len(await rest_of(untaken)) < len(served.answer)

    async def test_a_connection_carries_one_request(self, served: Served) -> None:
        heard = await rest_of(await served.call(post(b"1") + post(b"22")))
        assert heard.count(b"HTTP/1.1 ") == 1
        assert served.bodies == [1]


class TestSize:
    async def test_the_largest_body_is_read(self, served: Served) -> None:
        assert await served.status(post(b"x" * LARGEST_BODY_BYTES)) == 200

    async def test_a_larger_one_is_refused_before_it_is_sent(self, served: Served) -> None:
        assert await served.status(post(b"", LARGEST_BODY_BYTES + 1)) == 413

    async def test_one_that_turns_out_larger_is_refused_too(self, served: Served) -> None:
        assert await served.status(chunked(*[b"x" * 65_536] * 3)) == 413

    @pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "GZIP", "identity, gzip"])
    async def test_a_compressed_one_is_refused(self, served: Served, encoding: str) -> None:
        assert await served.status(post(b"x", None, f"Content-Encoding: {encoding}")) == 415

    @pytest.mark.parametrize(
        "broken",
        [
            chunked(b"x") + b"zz\r\n",
            post(b"", None, "X: " + "y" * 9000),
            post(b"", None, *["X: y"] * 65),
            b"\x16\x03\x01\n\n",
        ],
    )
    async def test_a_broken_one_is_refused(self, served: Served, broken: bytes) -> None:
        assert await served.status(broken) == 400
        assert served.bodies == []

    async def test_a_caller_who_leaves_in_the_middle_is_no_fault(
        self, served: Served, caplog: pytest.LogCaptureFixture
    ) -> None:
        caller = await served.call(post(b"x", 100))
        caller[1].transport.abort()
        assert await served.status(post(b"")) == 200
        assert not caplog.records


class TestNumber:
    async def test_the_one_that_waits_longest_makes_room(self, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(port, "MOST_CONNECTIONS", 3)
        held = [await served.call(post(b"x", 100)) for _ in range(3)]
        assert await served.status(post(b"")) == 200
        assert await rest_of(held[0]) == b""
        for caller in held[1:]:
            caller[1].write(b"x" * 99)
        assert [status_in(await rest_of(caller)) for caller in held[1:]] == [200, 200]

    async def test_one_that_began_and_stopped_goes_before_one_that_is_silent(
        self, served: Served, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(port, "MOST_CONNECTIONS", 2)
        silent, begun = await served.call(), await served.call(post(b"x", 100))
        assert await served.status(post(b"")) == 200
        assert await rest_of(begun) == b""
        silent[1].write(post(b""))
        assert status_in(await rest_of(silent)) == 200

    async def test_one_that_is_being_answered_stays(self, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(port, "MOST_CONNECTIONS", 2)
        served.gate.clear()
        answered = [await served.call(post(b"")) for _ in range(2)]
        while len(served.bodies) < 2:
            await asyncio.sleep(0)
        assert await served.status(post(b"")) == 503
        served.gate.set()
        assert [status_in(await rest_of(caller)) for caller in answered] == [200, 200]
