"""Errors of real libraries fit one line of our log."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from docket import Docket, Worker

from support.captured_log import Written
from support.local_http import free_port
from support.servers.redis_cluster import BINARY_MISSING, Node


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Node]:
    if BINARY_MISSING:
        pytest.skip(BINARY_MISSING)
    node = Node(tmp_path, free_port(), free_port())
    node.start(clustered="no")
    yield node
    node.kill()


async def test_a_redis_that_went_away_under_the_jobs_is_a_plain_line(server: Node, wait_until) -> None:
    with Written("text") as written:
        async with (
            Docket(name="jobs", url=f"redis://127.0.0.1:{server.port}") as docket,
            Worker(docket, reconnection_delay=timedelta(milliseconds=100)) as worker,
        ):
            work = asyncio.create_task(worker.run_forever())
            await wait_until(lambda: server.asks("CLIENT", "LIST").count("xreadgroup"), "the worker waits for jobs")
            server.kill()
            await wait_until(lambda: any("retrying" in line for line in written.lines), "the worker says so", 15)
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
    said = [line for line in written.lines if "Redis is unavailable, retrying" in line]
    assert all("trouble=" in line for line in said)
    assert "Traceback" not in "\n".join(written.lines)
