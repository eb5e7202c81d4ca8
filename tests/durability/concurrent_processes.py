"""Two schedulers, four workers and `once` on one store: every digest is sent once."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from durability.due_digests import digests_due
from durability.promise import Figure, Promise, Size
from durability.store_restarts import LONGEST_SECONDS, until
from support.bot_process import Running, running
from support.servers.redis_cluster import BINARY, running_cluster, running_server

PARTS = (("scheduler",) * 2, ("worker",) * 4)
STORES = ("redis-server", "cluster of three", "embedded")


@dataclass(frozen=True)
class Together:
    """Content of the channels at the end; `built_by` counts the processes that took part."""

    store: str
    channels: int
    messages: int
    lost: int
    doubled: int
    built_by: int
    codes: tuple[int, ...]
    seconds: float
    log: str


@contextmanager
def _store(name: str, folder: Path) -> Iterator[str]:
    """Yield the URL of such a store; empty for the embedded one."""
    folder.mkdir(parents=True)
    if name == "redis-server":
        with running_server(folder) as node:
            yield node.url
    elif name == "embedded":
        yield ""
    else:
        with running_cluster(folder) as cluster:
            yield cluster.url


async def together(home: Path, store: str, channels: int) -> Together:
    """Start all processes while digests are due; stop them when everything is sent."""
    with _store(store, home / "store") as url:
        async with digests_due(home / "home", channels, now=True, redis_url=url) as due, AsyncExitStack() as stack:
            begun, settings = time.monotonic(), due.world.settings
            starting = [running("--only", part, settings=settings) for parts in PARTS for part in parts]
            bots: list[Running] = await asyncio.gather(*(stack.enter_async_context(one) for one in starting))
            calls = await asyncio.gather(due.once(), due.once())
            await until(lambda: due.delivered, LONGEST_SECONDS)
            seconds = time.monotonic() - begun
            ends = await asyncio.gather(*(bot.end() for bot in bots))
            again, tally = await due.once(), due.tally
            logs = ["\n".join(bot.log) for bot in bots] + [one.err for one in (*calls, again)]
    at_work = sum("A digest is due" in log or "A digest stands" in log for log in logs)
    codes = (*ends, again.code)
    return Together(
        store, tally.channels, tally.messages, tally.lost, tally.doubled, at_work, codes, seconds, "\n".join(logs)
    )


async def _measured(size: Size) -> list[Figure]:
    rows: list[Figure] = []
    for store in STORES if BINARY else STORES[2:]:
        with tempfile.TemporaryDirectory(prefix="paperlark-", ignore_cleanup_errors=True) as home:
            found = await together(Path(home), store, channels=20 if size is Size.LONG else 3)
        figure = (
            f"{found.lost} lost, {found.doubled} doubled of {found.messages} messages in {found.channels} channels, "
            f"by {found.built_by} processes, all said after {found.seconds:.0f} s, exit codes {set(found.codes)}, "
            f"tracebacks {found.log.count('Traceback')}"
        )
        rows.append((f"2 schedulers, 4 workers and once on {store}", figure))
    return rows


MEASUREMENT = Promise("several processes", _measured)
