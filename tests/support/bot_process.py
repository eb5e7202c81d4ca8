"""Paperlark as its own process, started as people start it."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from support.fast import FAST
from support.forked_process import ForkedProcess, fork

READY_SECONDS = 30.0
END_SECONDS = 15.0
REPOSITORY = Path(__file__).resolve().parents[2]

_QUIET = ("REDIS_URL", "PAPERLARK_", "SLACK_", "DISCORD_", "OPENAI_", "ARXIV_", "SSL_CERT_")
_PROXIES = tuple(f"{name}_proxy" for name in ("http", "https", "all", "no"))

Process = asyncio.subprocess.Process | ForkedProcess


@dataclass(frozen=True)
class Ended:
    """The result of a command."""

    code: int
    out: str
    err: str


@dataclass
class Running:
    """A process of `paperlark run`; `log` grows as it writes."""

    process: Process
    out: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)

    async def says(self, words: str, seconds: float = READY_SECONDS) -> None:
        """Wait until it prints or logs these words."""
        async with asyncio.timeout(seconds):
            while not any(words in line for line in (*self.out, *self.log)):
                if self.process.returncode is not None:
                    raise AssertionError(f"it ended with {self.process.returncode}: {self.log[-20:]}")
                await asyncio.sleep(0.02)

    async def end(self) -> int:
        """Send SIGTERM, as a supervisor does."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), END_SECONDS)

    async def kill(self) -> None:
        """Send SIGKILL (kill -9)."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()


def environment(settings: Mapping[str, object]) -> dict[str, str]:
    """Return this environment with `settings`, without any variable that would change the bot."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_QUIET) and name.lower() not in _PROXIES
    }
    return kept | {name: str(value) for name, value in settings.items()}


async def paperlark(*arguments: str, settings: Mapping[str, object], seconds: float = 120.0) -> Ended:
    """Run a command to its end."""
    process = await _start(arguments, settings)
    try:
        out, err = await asyncio.wait_for(process.communicate(), seconds)
    except TimeoutError:
        process.kill()
        out, err = await process.communicate()
        raise AssertionError(f"{arguments} did not end within {seconds} s: {err.decode()[-3000:]}") from None
    return Ended(process.returncode or 0, out.decode(), err.decode())


async def killed(
    *arguments: str, settings: Mapping[str, object], when: Awaitable[object], log: list[str] | None = None
) -> bool:
    """Start a command and kill it (kill -9) at that moment; return False if it ended before.

    Its standard error is added to `log`.
    """
    process = await _start(arguments, settings)
    ending, moment = asyncio.ensure_future(process.communicate()), asyncio.ensure_future(when)
    await asyncio.wait({ending, moment}, return_when=asyncio.FIRST_COMPLETED)
    alive = process.returncode is None
    if alive:
        process.kill()
    moment.cancel()
    (_, err), _ = await asyncio.gather(ending, asyncio.wait({moment}))
    if log is not None:
        log.append(err.decode(errors="replace"))
    return alive


@asynccontextmanager
async def running(*arguments: str, settings: Mapping[str, object], ready: bool = True) -> AsyncIterator[Running]:
    """Yield a ready `paperlark run`; kill it at the end if it still runs."""
    bot = Running(await _start(("run", *arguments), settings))
    readers = [asyncio.create_task(_read(bot.process.stdout, bot.out))]
    readers.append(asyncio.create_task(_read(bot.process.stderr, bot.log)))
    try:
        if ready:
            await bot.says("Paperlark is ready")
        yield bot
    finally:
        await bot.kill()
        await asyncio.gather(*readers)


async def _start(arguments: tuple[str, ...], settings: Mapping[str, object]) -> Process:
    """Start a new interpreter; under `make test`, a fork of a running one, which saves the imports."""
    own, folder = environment({"PYTHONPATH": str(REPOSITORY), **settings}), str(REPOSITORY)
    if FAST:
        return await fork(arguments, own, folder)
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "adapters", *arguments)
    return await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe, cwd=folder, env=own
    )


async def _read(stream: asyncio.StreamReader | None, lines: list[str]) -> None:
    assert stream
    while line := await stream.readline():
        lines.append(line.decode(errors="replace").rstrip("\n"))
