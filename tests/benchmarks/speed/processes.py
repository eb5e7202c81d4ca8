"""Processes as people start them, and how long they take to say something."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import psutil

from support.bot_process import REPOSITORY, environment

LONGEST_SECONDS = 60.0
RESTING_PERCENT = 5.0
"""Of a core: the planner looks every two seconds."""

PAPERLARK = ("-m", "adapters")
BARE = ("-m", "benchmarks.speed.bare_handler")


@asynccontextmanager
async def started(
    arguments: Sequence[str], settings: Mapping[str, object], words: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, float]]:
    """A Python process that has printed a line with `words`, and the seconds from its start until then."""
    paths = f"{REPOSITORY}:{REPOSITORY / 'tests'}"
    began = monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=REPOSITORY,
        env=environment({"PYTHONPATH": paths, **settings}),
    )
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            await _said(process, words)
        seconds = monotonic() - began
        drain = asyncio.create_task(process.stdout.read())
        yield process, seconds
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), LONGEST_SECONDS)
        await drain
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def at_rest(pid: int) -> None:
    """Wait until a process has read all that it reads after its start; a minute at most."""
    process = psutil.Process(pid)
    process.cpu_percent()
    deadline = monotonic() + LONGEST_SECONDS
    while monotonic() < deadline:
        await asyncio.sleep(1.0)
        if process.cpu_percent() < RESTING_PERCENT:
            return


async def seconds_to(arguments: Sequence[str], settings: Mapping[str, object], words: str = "") -> float:
    """From the start of a Python process to a line with `words`, or to its end where there are none."""
    if words:
        async with started(arguments, settings, words) as (_, seconds):
            return seconds
    began = monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=REPOSITORY,
        env=environment({"PYTHONPATH": REPOSITORY, **settings}),
    )
    code = await asyncio.wait_for(process.wait(), LONGEST_SECONDS)
    if code:
        raise RuntimeError(f"{arguments} ended with {code}")
    return monotonic() - began


async def left(home: Path) -> None:
    """Waits until the embedded Valkey of `home` and its keeper are gone, so that the next start begins cold."""
    async with asyncio.timeout(LONGEST_SECONDS):
        while helpers(home):
            await asyncio.sleep(0.05)


def helpers(home: Path) -> list[psutil.Process]:
    """The keeper and the embedded Valkey of `home`: the processes that have it in their command line."""
    return [process for process in psutil.process_iter(["cmdline"]) if _names(process, home.resolve())]


def megabytes(process: psutil.Process) -> float:
    """Resident memory, in MB of 1,000,000 bytes."""
    return process.memory_info().rss / 1e6


def _names(process: psutil.Process, home: Path) -> bool:
    return any(str(home) in part for part in process.info["cmdline"] or ())


async def _said(process: asyncio.subprocess.Process, words: str) -> None:
    while line := await process.stdout.readline():
        if words in line.decode():
            return
    raise RuntimeError(f"It ended before it said {words!r}, with {await process.wait()}")
