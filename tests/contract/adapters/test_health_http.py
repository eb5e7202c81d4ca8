"""The port for those who watch, over real HTTP: how the process is, what it counted, and nothing else."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from adapters.http.health import health_port
from bot.app.gauges import standing
from bot.app.health import STUCK_SECONDS, Health
from bot.app.settings import Settings
from bot.delivery.store.due_places import DuePlaces
from bot.delivery.store.failures import FailureStore
from bot.delivery.store.ledger import Ledger
from bot.domain.errors import BotError
from bot.infra.clock import SystemClock
from bot.infra.metrics import COMMANDS, Reading
from bot.infra.prometheus import PrometheusMeter
from bot.infra.redis.connection import check, open_redis
from bot.papers.store.fetch_log import FetchLog
from support.local_http import free_port, local_client
from support.servers.redis_cluster import BINARY_MISSING, Node


class Watched:
    """A process with a Redis of its own, and whoever watches it."""

    def __init__(self, http: httpx.AsyncClient, redis_server: Node, health: Health) -> None:
        self.http = http
        self.redis_server = redis_server
        self.health = health
        self.meter = PrometheusMeter("1.2.3")
        self.seconds = 0.0


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    async with AsyncExitStack() as stack:
        if BINARY_MISSING:
            pytest.skip(BINARY_MISSING)
        server = Node(tmp_path, free_port(), free_port())
        stack.callback(server.kill)
        server.start(clustered="no")
        client = open_redis(f"redis://127.0.0.1:{server.port}")
        stack.push_async_callback(client.aclose)
        port = free_port()
        http = await stack.enter_async_context(local_client(base_url=f"http://127.0.0.1:{port}", trust_env=False))
        found = Watched(http, server, Health(lambda: check(client), lambda: found.seconds))

        async def read() -> list[Reading]:
            stores = Ledger(client), DuePlaces(client), FailureStore(client), FetchLog(client)
            return await standing(*stores, SystemClock().now())

        await stack.enter_async_context(serving(port, found.health, lambda: found.meter.page(read)))
        yield found


@asynccontextmanager
async def serving(port: int | None, health: Health, page: Callable, host: str = "127.0.0.1") -> AsyncIterator[None]:
    settings = Settings.model_construct(paperlark_port=port, paperlark_host=host)
    async with health_port(settings, health, page):
        yield


class TestHealthz:
    async def test_all_is_well(self, watched: Watched) -> None:
        watched.health.turned("worker")
        watched.health.platform("discord", True)
        watched.seconds = 1.5
        answer = await watched.http.get("/healthz")
        assert answer.status_code == 200
        assert answer.json() == {
            "status": "ok",
            "redis": "answers",
            "platforms": {"discord": "connected"},
            "loops": {"worker": 1.5},
        }

    async def test_a_redis_that_stopped_is_said(self, watched: Watched) -> None:
        assert (await watched.http.get("/healthz")).status_code == 200
        watched.redis_server.kill()
        answer = await watched.http.get("/healthz")
        assert answer.status_code == 503
        assert (answer.json()["status"], answer.json()["redis"]) == ("failing", "does not answer")

    async def test_a_redis_that_hangs_is_said_in_time(self, watched: Watched) -> None:
        watched.redis_server.process.send_signal(signal.SIGSTOP)
        async with asyncio.timeout(4):
            assert (await watched.http.get("/healthz")).status_code == 503
        watched.redis_server.process.send_signal(signal.SIGCONT)
        assert (await watched.http.get("/healthz")).status_code == 200

    async def test_a_loop_that_hangs_is_said(self, watched: Watched) -> None:
        watched.health.turned("scheduler")
        watched.seconds = STUCK_SECONDS
        answer = await watched.http.get("/healthz")
        assert answer.status_code == 503
        assert answer.json()["loops"] == {"scheduler": STUCK_SECONDS}
        assert answer.json()["redis"] == "answers"


class TestMetrics:
    async def test_prometheus_own_parser_reads_them(self, watched: Watched) -> None:
        watched.meter.count(COMMANDS, platform="slack", command="follow", outcome="answered")
        answer = await watched.http.get("/metrics")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        families = {family.name: family for family in text_string_to_metric_families(answer.text)}
        (counted,) = [s for s in families["paperlark_commands"].samples if s.name.endswith("_total")]
        assert counted.labels == {"platform": "slack", "command": "follow", "outcome": "answered"}
        assert counted.value == 1
        assert [s.value for s in families["paperlark_waiting_digests"].samples] == [0]
        assert [s.value for s in families["paperlark_store_up"].samples] == [1]

    @pytest.mark.parametrize("trouble", [signal.SIGKILL, signal.SIGSTOP])
    async def test_they_are_told_in_time_also_without_redis(self, watched: Watched, trouble: signal.Signals) -> None:
        watched.redis_server.process.send_signal(trouble)
        async with asyncio.timeout(5):
            answer = await watched.http.get("/metrics")
        families = {family.name: family for family in text_string_to_metric_families(answer.text)}
        assert [s.value for s in families["paperlark_store_up"].samples] == [0]
        assert families["paperlark_waiting_digests"].samples == []


class TestThePort:
    @pytest.mark.parametrize("path", ["/healthz", "/metrics"])
    async def test_it_takes_get_and_head_alone(self, watched: Watched, path: str) -> None:
        statuses = {method: (await watched.http.request(method, path)).status_code for method in ("GET", "HEAD")}
        assert statuses == {"GET": 200, "HEAD": 200}
        assert (await watched.http.head(path)).content == b""
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
            assert (await watched.http.request(method, path)).status_code == 405

    @pytest.mark.parametrize("path", ["/", "/slack/events", "/metrics/../.env", "/healthz/x", "/%2e%2e/etc/passwd"])
    async def test_there_is_nothing_else(self, watched: Watched, path: str) -> None:
        assert (await watched.http.get(path)).status_code == 404

    async def test_it_does_not_say_what_it_is_made_of(self, watched: Watched) -> None:
        assert (await watched.http.get("/healthz")).headers["Server"] == "paperlark"

    async def test_one_that_is_taken_is_one_plain_sentence(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            with pytest.raises(BotError) as refused:
                async with serving(port, Health(_fine), _empty):
                    pass
        assert refused.value.sentence.startswith(
            f"Port {port} (PAPERLARK_PORT) can't be opened on 127.0.0.1 (PAPERLARK_HOST): "
        )
        assert "\n" not in refused.value.sentence

    async def test_a_host_that_is_none_is_one_plain_sentence(self) -> None:
        with pytest.raises(BotError, match="PAPERLARK_PORT"):
            async with serving(free_port(), Health(_fine), _empty, host="203.0.113.1"):
                pass

    async def test_without_a_port_nothing_is_opened_and_all_goes_on(self) -> None:
        async with serving(None, Health(_fine), _empty):
            pass

    async def test_it_is_closed_at_the_end(self) -> None:
        port = free_port()
        for _ in range(2):
            async with serving(port, Health(_fine), _empty), local_client(trust_env=False) as http:
                assert (await http.get(f"http://127.0.0.1:{port}/healthz")).status_code == 200
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0


async def _fine() -> None:
    pass


async def _empty() -> bytes:
    return b""
