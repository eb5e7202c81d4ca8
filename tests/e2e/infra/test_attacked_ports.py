"""A running bot under attack by strangers, on its three addresses: Slack's, `/healthz` and `/unsubscribe`.

S3, S10 and S15 of an attack on an earlier version: 993 connections with headers and one byte stopped the bot and its
`/healthz` while they were held; 1,200 unsigned bodies of 1 MiB took 730 MB, which stayed; a timestamp `nan` was
answered with 500.
"""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest

from support.bot_process import Running, running
from support.local_http import free_port, local_client
from support.loopback_world import World, a_world
from support.servers.slack_workspace import TEAM

ACK_SECONDS = 3.0
HELD, LARGE, FORGED = 900, 400, 1000
MOST_MB, MOST_FILES = 150, 300
STAMPS = ("nan", "1e400", "-1", "inf", "0x10", "١٧٠٠٠٠٠٠٠٠", "²", "1_000", " ", "9" * 8000, "1.5", "now", "")

pytestmark = pytest.mark.slow


@dataclass
class Attacked:
    world: World
    bot: Running
    slack_url: str
    other_url: str

    @property
    def addresses(self) -> list[str]:
        return [self.slack_url, f"{self.other_url}/healthz", f"{self.other_url}/unsubscribe/x"]

    @property
    def megabytes(self) -> float:
        status = Path(f"/proc/{self.bot.process.pid}/status").read_text()
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024

    @property
    def open_files(self) -> int:
        return len(list(Path(f"/proc/{self.bot.process.pid}/fd").iterdir()))

    async def answers_people(self) -> None:
        """Type a command and ask for the health, as Slack and a supervisor do, with their patience."""
        said = await self.world.slack.says("/following")
        assert said.ack_status == 200
        assert said.ack_seconds is not None
        assert said.ack_seconds < ACK_SECONDS
        async with local_client(trust_env=False, timeout=ACK_SECONDS) as http:
            assert (await http.get(f"{self.other_url}/healthz")).status_code == 200
            assert (await http.get(f"{self.other_url}/unsubscribe/x")).status_code == 404


@pytest.fixture
async def attacked(tmp_path: Path) -> AsyncIterator[Attacked]:
    async with a_world(tmp_path) as world:
        slack_port, other_port = free_port(), free_port()
        settings = {name: value for name, value in world.settings.items() if not name.startswith(("SLACK_APP", "DISC"))}
        settings |= {
            "SLACK_SIGNING_SECRET": world.slack.signing_secret,
            "SLACK_PORT": slack_port,
            "PAPERLARK_PORT": other_port,
            "PAPERLARK_URL": f"http://127.0.0.1:{other_port}",
            "EMAIL_HOST": "localhost",
            "EMAIL_TLS": "none",
            "EMAIL_FROM": "paperlark@example.org",
            "EMAIL_SECRET": "sixteen letters or more",
        }
        world.slack.events_url = f"http://127.0.0.1:{slack_port}/slack/events"
        async with running("--only", "slack", settings=settings) as bot:
            found = Attacked(world, bot, world.slack.events_url, f"http://127.0.0.1:{other_port}")
            await found.answers_people()
            yield found
            assert await bot.end() == 0


@contextmanager
def held(address: str, count: int) -> Iterator[None]:
    """Hold connections that have sent their headers and one byte, and connect again whenever one is closed.

    The attackers have a thread of their own: they don't keep people from asking.
    """
    holding, stop = threading.Event(), threading.Event()
    attack = threading.Thread(target=asyncio.run, args=(_hold(address, count, holding, stop),))
    attack.start()
    try:
        assert holding.wait(60)
        yield
    finally:
        stop.set()
        attack.join()


async def _hold(address: str, count: int, holding: threading.Event, stop: threading.Event) -> None:
    host, _, path = address.removeprefix("http://").partition("/")
    name, _, port = host.partition(":")
    sent = f"POST /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1000\r\n\r\nx".encode()
    held = 0

    async def hold() -> None:
        nonlocal held
        while True:
            with suppress(OSError):
                reader, writer = await asyncio.open_connection(name, int(port))
                try:
                    writer.write(sent)
                    held += 1
                    await reader.read()
                finally:
                    writer.close()
            await asyncio.sleep(3.0)  # theirs: an attacker who isn't hurried

    attackers = [asyncio.create_task(hold()) for _ in range(count)]
    while not stop.is_set():
        await asyncio.sleep(0.05)
        if held >= count:
            holding.set()
    for attacker in attackers:
        attacker.cancel()
    await asyncio.gather(*attackers, return_exceptions=True)


async def statuses(address: str, requests: list[tuple[bytes, dict[str, str]]]) -> Counter[int]:
    """Post them all, some at a time; return how often each status came, 0 for a connection that was cut."""
    room = asyncio.Semaphore(50)

    async def post(session: aiohttp.ClientSession, body: bytes, headers: dict[str, str]) -> int:
        async with room:
            try:
                async with session.post(address, data=body, headers=headers) as answer:
                    await answer.read()
                    return answer.status
            except aiohttp.ClientError:
                return 0

    async with aiohttp.ClientSession() as session:
        return Counter(await asyncio.gather(*(post(session, *request) for request in requests)))


def forged(attacked: Attacked, number: int) -> tuple[bytes, dict[str, str]]:
    """Return a command with a signature that is missing, wrong, old or another body's, or an impossible timestamp."""
    about = {"command": "/follow", "text": "cs.LG", "team_id": TEAM, "channel_id": "C1", "user_id": "U1"}
    body = urlencode(about | {"trigger_id": str(number)})
    content = {"Content-Type": "application/x-www-form-urlencoded"}
    good, slack = attacked.world.slack.signed(body), attacked.world.slack
    stamp, signature = "X-Slack-Request-Timestamp", "X-Slack-Signature"
    kinds: list[dict[str, str]] = [
        {},
        good | {signature: "v0=" + "0" * 64},
        good | {signature: "v0=é"},
        {stamp: good[stamp]},
        {signature: good[signature]},
        slack.signed(body, age_seconds=600),
        slack.signed(body, age_seconds=-600),
        slack.signed(body + "x"),
        *(good | {stamp: value} for value in STAMPS),
    ]
    return body.encode(), content | kinds[number % len(kinds)]


async def test_forged_requests_do_nothing_and_are_all_refused(attacked: Attacked) -> None:
    asked = await statuses(attacked.slack_url, [forged(attacked, number) for number in range(FORGED)])
    broken = [(b"{" * 5000, {"Content-Type": "application/json"}), (b"payload=%ff", {}), (b"\xff" * 1000, {})]
    for address in attacked.addresses:
        assert 500 not in await statuses(address, broken)

    assert asked == {401: FORGED}
    assert "follows nothing" in str((await attacked.world.slack.says("/following")).answers)
    assert not [line for line in attacked.bot.log if "Traceback" in line]


async def test_people_are_answered_while_connections_are_held_and_bodies_thrown(attacked: Attacked) -> None:
    megabytes, files = attacked.megabytes, attacked.open_files
    large = [(b"x" * 2**20, {"Content-Type": "application/json"})] * LARGE
    for address in attacked.addresses:
        with held(address, HELD):
            assert attacked.open_files - files < MOST_FILES
            throwing = asyncio.create_task(asyncio.to_thread(asyncio.run, statuses(address, large)))
            answered = 0
            while not throwing.done() or not answered:
                await attacked.answers_people()
                answered += 1
            assert set(throwing.result()) <= {0, 405, 413}
        assert attacked.megabytes - megabytes < MOST_MB
    print(f"memory grew by {attacked.megabytes - megabytes:.0f} MB")
    assert not [line for line in attacked.bot.log if "Traceback" in line]


async def test_a_held_connection_is_ended_after_ten_seconds(attacked: Attacked) -> None:
    async def seconds_held(address: str) -> float:
        host, _, path = address.removeprefix("http://").partition("/")
        reader, writer = await asyncio.open_connection(*host.split(":"))
        writer.write(f"POST /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1000\r\n\r\nx".encode())
        began = time.monotonic()
        assert b" 408 " in await reader.read()
        writer.close()
        return time.monotonic() - began

    assert min(await asyncio.gather(*map(seconds_held, attacked.addresses))) > 9
