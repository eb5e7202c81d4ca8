"""Answers without end, and bombs: every library that reads them stops at a limit, and what failed is said.

S4 of an attack on an earlier version: a model's answer without end took 6.0 GB in 31 s, one of 400 MB took 2.0 GB, and
a bomb of gzip 3.1 GB.
"""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager

import pytest

from adapters.discord.app import DiscordAccess
from adapters.discord.app import check as check_discord
from adapters.email.smtp import EmailAccess, signed_in
from adapters.slack.client import CallFailed, call, client, respond
from bot.domain.errors import DeliveryFailed, ModelDown, SourceDown
from bot.infra.http.probe import probe
from bot.summaries.clients.openai import open_model
from support.builders.sample_abstracts import FEDERATED
from support.servers.endless_server import FORMS, EndlessServer

MIB = 1024 * 1024
IN_FLIGHT = 16 * MIB
"""What the sockets of this machine hold before a sender has to wait."""

Ask = Callable[[str], Coroutine[None, None, object]]


async def ask_model(url: str) -> None:
    async with open_model("", f"{url}/v1", "m", timeout_seconds=20.0) as model:
        await model.summarize(FEDERATED, "en")


async def ask_slack(url: str) -> None:
    await call(client("xoxb-test", f"{url}/api/"), "auth.test")


async def ask_slack_for_a_socket(url: str) -> None:
    await client("xapp-test", f"{url}/api/").apps_connections_open(app_token="xapp-test")


async def answer_slack(url: str) -> None:
    await respond(f"{url}/respond", {"text": "x"})


async def ask_discord(url: str) -> None:
    await check_discord(DiscordAccess("token", url))


async def ask_for_doctor(url: str) -> None:
    await probe(url, {}, 20.0)


@asynccontextmanager
async def bounded_memory(most_bytes: int) -> AsyncIterator[None]:
    tracemalloc.start()
    try:
        yield
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < most_bytes


@pytest.mark.parametrize("form", FORMS)
async def test_a_model_that_never_ends_is_read_to_1_mib(form: str) -> None:
    await check(form, ask_model, ModelDown, 1 * MIB)


async def test_it_is_asked_once_and_the_reason_is_said() -> None:
    async with EndlessServer("a text") as server, open_model("", f"{server.url}/v1", "m") as model:
        assert await model.reachable() == "gave an answer of more than 1 MiB, which I don't read"
        assert server.requests == 1


@pytest.mark.parametrize("form", ["a text", "a bomb", "an error"])
@pytest.mark.parametrize(
    ("ask", "failure"),
    [
        (ask_slack, CallFailed),
        (ask_slack_for_a_socket, Exception),
        (answer_slack, CallFailed),
        (ask_discord, DeliveryFailed),
        (ask_for_doctor, SourceDown),
    ],
)
async def test_a_platform_that_never_ends_is_read_to_8_mib(form: str, ask: Ask, failure: type[Exception]) -> None:
    await check(form, ask, failure, 8 * MIB)


async def check(form: str, ask: Ask, failure: type[Exception], most_bytes: int) -> None:
    async with EndlessServer(form) as server, bounded_memory(8 * most_bytes + IN_FLIGHT):
        with pytest.raises(failure):
            async with asyncio.timeout(60):
                await ask(server.url)
        assert server.sent < server.requests * (most_bytes + IN_FLIGHT)


@pytest.mark.parametrize("line", [b"220-more of it\r\n", b"220 " + b"x" * 60_000, b"2" * 4096])
async def test_a_mail_server_that_never_ends_is_read_to_32_kib(line: bytes) -> None:
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                writer.write(line)
                await writer.drain()
        except ConnectionError:
            writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server, bounded_memory(IN_FLIGHT):
        access = EmailAccess("127.0.0.1", server.sockets[0].getsockname()[1], "p@example.org", tls="none")
        with pytest.raises(DeliveryFailed):
            async with signed_in(access):
                pass
