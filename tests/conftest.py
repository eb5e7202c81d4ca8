"""Fixtures for real servers, and for waiting without fixed sleeps."""

import asyncio
import gc
import inspect
import os
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from pathlib import Path

import pytest
import redis
from hypothesis import HealthCheck, settings
from redis.asyncio import Redis

from bot.infra.redis.connection import open_redis
from bot.infra.redis.embedded import embedded_valkey
from bot.infra.spare_memory import keep_for_good
from support.fast import examples
from support.servers.redis_cluster import BINARY, BINARY_MISSING, Cluster, running_cluster

# As in `paperlark`, and before a test loads numpy: otherwise parallel workers would wait for each other's threads.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# A busy machine is slow, which isn't a fault of the code. CI draws the same inputs each time, so that a failure there
# is always the change's; people's runs draw new ones.
settings.register_profile(
    "paperlark",
    max_examples=examples(settings.default.max_examples),
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("paperlark")

WaitUntil = Callable[..., Awaitable[None]]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark `one_store` tests as slow on every store except the embedded one, so only `make test-all` runs them."""
    store = item.callspec.params.get("redis_url", "embedded") if hasattr(item, "callspec") else "embedded"
    if item.get_closest_marker("one_store") and store != "embedded":
        item.add_marker(pytest.mark.slow)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Look for no garbage while ten thousand tests are collected, and never in them.

    The bot looks for garbage whenever it gives memory back. That takes half a second if it goes through all tests and
    modules, and milliseconds without them, as in `paperlark run`.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        keep_for_good()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the files with the longest tests first; otherwise one worker would run them alone at the end."""
    items.sort(key=lambda item: "e2e" not in item.path.parts)


@pytest.fixture(scope="module", autouse=True)
def _no_garbage_in_what_is_loaded() -> None:
    """Leave out of later searches for garbage, too, what the tests of files before this one loaded and keep.

    Not with `keep_for_good`, which goes through everything again.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture
def wait_until() -> WaitUntil:
    """Return `await wait_until(predicate, "description", timeout)`; the predicate may be a coroutine function."""
    return _wait_until


@pytest.fixture(params=["embedded", "redis-server", pytest.param("cluster", marks=pytest.mark.slow)])
def redis_url(request: pytest.FixtureRequest) -> str:
    """Return the address of a real, empty store: the embedded Valkey, the system's Redis, or a cluster of three."""
    if request.param == "cluster":
        cluster: Cluster = request.getfixturevalue("redis_cluster")
        cluster.empty()
        return cluster.url
    url: str = request.getfixturevalue("_embedded_url" if request.param == "embedded" else "_redis_server_url")
    with redis.Redis.from_url(url) as client:
        client.flushall()
    return url


@pytest.fixture
def gone_url(redis_url: str) -> str:
    """Return an address of the same kind without a server."""
    return "redis+cluster://127.0.0.1:1" if redis_url.startswith("redis+cluster") else f"{redis_url}.gone"


@pytest.fixture
async def redis_client(redis_url: str) -> AsyncIterator[Redis]:
    """Yield a client on the server of `redis_url`, opened as the bot opens it."""
    client = open_redis(redis_url)
    yield client
    await client.aclose()


@pytest.fixture(scope="session")
def redis_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Yield three nodes for every test of the session to fill; a test that breaks nodes starts its own cluster."""
    if BINARY_MISSING:
        pytest.skip(BINARY_MISSING)
    with running_cluster(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def _embedded_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with _in_background(embedded_valkey(tmp_path_factory.mktemp("home"))) as url:
        yield url


@pytest.fixture(scope="session")
def _redis_server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if BINARY_MISSING:
        pytest.skip(BINARY_MISSING)
    folder = tmp_path_factory.mktemp("redis")
    socket = folder / "redis.sock"
    server = subprocess.Popen(
        [BINARY, "--port", "0", "--unixsocket", socket, "--dir", folder, "--appendonly", "yes", "--save", ""],
        stdout=subprocess.DEVNULL,
    )
    try:
        _await_socket(socket)
        yield f"unix://{socket}"
    finally:
        server.terminate()
        server.wait(10)


def _await_socket(socket: Path) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            with redis.Redis(unix_socket_path=str(socket)) as client:
                client.ping()
            return
        except redis.ConnectionError:
            time.sleep(0.02)
    pytest.fail("redis-server did not start within 10 s")


@contextmanager
def _in_background(context: AbstractAsyncContextManager[str]) -> Iterator[str]:
    """Enter `context` on a loop of its own, because it outlives the loop of each test."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        entered = asyncio.run_coroutine_threadsafe(context.__aenter__(), loop).result(30)
        try:
            yield entered
        finally:
            asyncio.run_coroutine_threadsafe(context.__aexit__(None, None, None), loop).result(30)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _wait_until(predicate: Callable[[], object], description: str, timeout: float = 5.0) -> None:
    deadline = time.monotonic() + timeout
    while True:
        met = predicate()
        if inspect.isawaitable(met):
            met = await met
        if met:
            return
        if time.monotonic() > deadline:
            pytest.fail(f"Not within {timeout} s: {description}")
        await asyncio.sleep(0.02)
