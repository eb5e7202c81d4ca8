"""The store is restarted under the bot, again and again while it delivers: nothing is lost, nothing doubled.

A redis-server that writes everything to disk is ended or killed (kill -9) and comes back; of the embedded Valkey, the
server is killed under the processes that use it, and they bring it back themselves.
"""

import asyncio
import random
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psutil

from durability.due_digests import Due, digests_due
from durability.promise import Figure, Promise, Size
from durability.proxied_platforms import slowly, wired
from support.bot_process import Ended, running
from support.servers.redis_cluster import BINARY, Node, running_server

LINE_SECONDS = 0.6
LONGEST_SECONDS = 300.0
QUIET_SECONDS = (0.2, 1.5)
"""Time between two restarts."""
DOWNTIME_SECONDS = (0.0, 1.0)
STORES = ("redis-server", "embedded")


@dataclass(frozen=True)
class Outlived:
    """Result of a run; `delivering` counts restarts before everything was sent."""

    store: str
    restarts: int
    delivering: int
    channels: int
    messages: int
    lost: int
    doubled: int
    code: int
    seconds: float
    log: str


async def outlived(home: Path, store: str, restarts: int, channels: int, seed: int = 1) -> Outlived:
    """Run `run` and `once` together while the store restarts so often; then `once` finds nothing left."""
    chance, begun = random.Random(seed), time.monotonic()
    with ExitStack() as servers:
        node = servers.enter_context(running_server(home / "redis")) if store == "redis-server" else None
        async with (
            digests_due(home / "home", channels, now=True, redis_url=node.url if node else "") as due,
            wired(due.world, slowly(chance, LINE_SECONDS)),
            running(settings=due.world.settings) as bot,
        ):
            during, calls = 0, asyncio.create_task(_again_and_again(due))
            for _ in range(restarts):
                await asyncio.sleep(chance.uniform(*QUIET_SECONDS))
                during += not due.delivered
                await (_restart(node, chance) if node else _kill_embedded(home / "home"))
            await until(lambda: due.delivered, LONGEST_SECONDS)
            assert await bot.end() == 0, bot.log[-20:]
            beside = await calls
            ended, tally = await due.once(), due.tally
            log = "\n".join((*bot.log, *(one.err for one in beside), ended.err))
            seconds = time.monotonic() - begun
    return Outlived(
        store, restarts, during, tally.channels, tally.messages, tally.lost, tally.doubled, ended.code, seconds, log
    )


async def _again_and_again(due: Due) -> list[Ended]:
    """Call `once` until everything is sent; return how each ended, also without a store."""
    ended: list[Ended] = []
    while not due.delivered:
        ended.append(await due.once())
    return ended


async def _restart(node: Node, chance: random.Random) -> None:
    """Stop or kill the store; it returns after a moment with all acknowledged data."""
    await asyncio.to_thread(chance.choice((node.end, node.kill)))
    await asyncio.sleep(chance.uniform(*DOWNTIME_SECONDS))
    await asyncio.to_thread(node.start, "no")


async def _kill_embedded(home: Path) -> None:
    """Kill the server alone; its users start another."""
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or ()
        if command and "valkey-server" in command[0] and str(home) in " ".join(command):
            process.kill()


async def until(met: Callable[[], bool], seconds: float) -> None:
    """Return when the condition is met, or after the timeout."""
    deadline = time.monotonic() + seconds
    while not met() and time.monotonic() < deadline:
        await asyncio.sleep(0.3)


async def _measured(size: Size) -> list[Figure]:
    restarts, channels = (20, 10) if size is Size.LONG else (5, 2)
    rows: list[Figure] = []
    for store in STORES if BINARY else STORES[1:]:
        with tempfile.TemporaryDirectory(prefix="paperlark-", ignore_cleanup_errors=True) as home:
            found = await outlived(Path(home), store, restarts, channels)
        figure = (
            f"{found.lost} lost, {found.doubled} doubled of {found.messages} messages in {found.channels} channels; "
            f"{found.delivering} restarts fell before all was said, last exit code {found.code}, "
            f"tracebacks {found.log.count('Traceback')}, {found.seconds:.0f} s"
        )
        rows.append((f"{restarts} restarts of {store}", figure))
    return rows


MEASUREMENT = Promise("restarts", _measured)
