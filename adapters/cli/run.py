"""`paperlark run`: serves every platform that has a token, with scheduler and worker, in one process."""

import argparse
import asyncio
import logging
import signal
from contextlib import AsyncExitStack

from adapters.cli.platforms import PLATFORMS, has_token, messengers, serving
from bot.bootstrap import Application, opened
from bot.cancelling import cancelled
from bot.clock import SystemClock
from bot.errors import BotError
from bot.rounds import scheduler, worker
from bot.settings import Settings

log = logging.getLogger(__name__)

END_SECONDS = 8.0
"""How long a message under way is given at the end; `run` ends within 10 s of SIGTERM."""

LOOPS = {"scheduler": scheduler, "worker": worker}


async def main(asked: argparse.Namespace, settings: Settings) -> int:
    """Runs until SIGTERM or SIGINT; raises BotError where nothing can run."""
    platforms = _platforms(asked.only, settings)
    stop = asyncio.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_number, stop.set)
    async with AsyncExitStack() as stack:
        speakers = await messengers(settings, stack)
        app = await stack.enter_async_context(opened(settings, SystemClock(), speakers))
        loops = _begin(app, asked.only, stop)
        stack.push_async_callback(_end, loops)
        for platform in platforms:
            await stack.enter_async_context(serving(platform, app.core, settings))
        print(f"Paperlark is ready: {', '.join((*platforms, *(p for p in asked.only if p in LOOPS)))}", flush=True)
        await stop.wait()
        log.info("Ending")
    return 0


def _platforms(parts: tuple[str, ...], settings: Settings) -> list[str]:
    """The platforms to serve. Raises BotError where there is nothing to run."""
    wanted = [part for part in parts if part in PLATFORMS]
    found = [platform for platform in wanted if has_token(settings, platform)]
    if wanted and not found:
        raise BotError(
            "No token is set: put SLACK_BOT_TOKEN or DISCORD_TOKEN into .env.", "paperlark doctor says more."
        )
    return found


def _begin(app: Application, parts: tuple[str, ...], stop: asyncio.Event) -> list[asyncio.Task[None]]:
    return [asyncio.create_task(LOOPS[part](app.pipeline, stop)) for part in parts if part in LOOPS]


async def _end(loops: list[asyncio.Task[None]]) -> None:
    """Lets each loop finish what it is at, and cancels what takes too long."""
    if not loops:
        return
    _, late = await asyncio.wait(loops, timeout=END_SECONDS)
    await cancelled(*late)
