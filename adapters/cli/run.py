"""`paperlark run`: serve every platform that has a token, with scheduler and worker, in one process."""

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from functools import partial

from adapters.cli.doctor import mistakes
from adapters.cli.next_steps import get_tokens, next_steps
from adapters.http.health import health_port
from adapters.platforms import Serve, available, messengers, served
from bot.app.bootstrap import Application, opened
from bot.app.health import Health
from bot.app.jobs.once import indexer, scheduler
from bot.app.settings import Settings
from bot.delivery.double_watch import DoubleWatch
from bot.domain.errors import BotError, TryLater
from bot.infra.aio.cancel import cancelled
from bot.infra.clock import SystemClock
from bot.infra.clock_check import ClockWatch
from bot.infra.idle_memory import give_back_at_rest
from bot.infra.spare_memory import keep_for_good, share_arenas

log = logging.getLogger(__name__)

END_SECONDS = 8.0
"""Timeout for a message under way at the end; `run` ends within 10 s of SIGTERM."""

SWITCH_SECONDS = 0.001
"""After so long a thread that computes lets commands be acknowledged; Python's 0.005 add up where two compute."""
CLOCK_SECONDS = 60.0
ERASE_SECONDS = 5.0
DOUBLES_SECONDS = 6 * 3600.0

LOOPS = ("scheduler", "worker")
Loop = Callable[[], Coroutine[None, None, None]]
Serving = Callable[[], AbstractAsyncContextManager[None]]


async def main(asked: argparse.Namespace, settings: Settings) -> int:
    """Run until SIGTERM or SIGINT; raise BotError if nothing can run."""
    share_arenas()
    sys.setswitchinterval(SWITCH_SECONDS)
    platforms = _served(asked.only, settings)
    stop = asyncio.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_number, stop.set)
    async with AsyncExitStack() as stack:
        speakers = await messengers(settings, stack)
        app = await stack.enter_async_context(opened(settings, SystemClock(), speakers))
        loops = await _loops(asked.only, app, speakers, stop, stack)
        pages = [add for p in available(settings).values() for add in p.pages(settings, app.core.unsubscribed)]
        await stack.enter_async_context(health_port(settings, app.health, app.page, pages))
        tried = {platform: asyncio.Event() for platform in platforms}
        parts = [
            asyncio.create_task(_serve(p, partial(serve, app.core, settings), app.health, stop, tried[p]))
            for p, serve in platforms.items()
        ]
        stack.push_async_callback(_end, parts, stop)
        await _first(parts, stop.wait(), _all_set(tried.values()))
        if not stop.is_set():
            parts += [asyncio.create_task(loop()) for loop in loops.values()]
            parts.append(asyncio.create_task(_watch_clock(app.watch, stop)))
            parts.append(asyncio.create_task(_erase(app, stop)))
            parts += [asyncio.create_task(_watch_doubles(app.doubles, stop))] if "scheduler" in loops else []
            parts.append(asyncio.create_task(indexer(app.index, stop)))
            parts.append(asyncio.create_task(give_back_at_rest(stop)))
        keep_for_good()
        print(f"Paperlark is ready: {', '.join((*platforms, *loops))}", flush=True)
        guide = asyncio.create_task(_guide(app, settings)) if platforms else None
        await _first(parts, stop.wait())
        await cancelled(*filter(None, [guide]))
        log.info("Ending")
    return 0


async def _loops(
    asked: Sequence[str], app: Application, platforms: Iterable[str], stop: asyncio.Event, stack: AsyncExitStack
) -> dict[str, Loop]:
    """Return the requested loops: the scheduler queues due work, and the worker does queued work."""
    if not set(LOOPS) & set(asked):
        return {}
    from bot.app.jobs.queue import open_job_queue  # noqa: PLC0415 - slow to import

    queues = await stack.enter_async_context(open_job_queue(app.redis_url))
    loops: dict[str, Loop] = {
        "scheduler": lambda: scheduler(app.planner, queues, stop, partial(app.health.turned, "scheduler")),
        "worker": lambda: queues.work(app.jobs, platforms, stop, partial(app.health.turned, "worker")),
    }
    return {name: loop for name, loop in loops.items() if name in asked}


def _served(parts: Sequence[str], settings: Settings) -> dict[str, Serve]:
    """Return the `serve` function of each requested platform that has a token. Raise BotError if there is none."""
    wanted = {key: platform for key, platform in served().items() if key in parts}
    found = {key: platform.serve for key, platform in wanted.items() if platform.serve and platform.has_token(settings)}
    if wanted and not found:
        tokens = " or ".join(platform.token.upper() for platform in served().values())
        raise BotError(f"No token is set: put {tokens} into .env.", "\n".join(["Get one:", *get_tokens()]))
    wrong = mistakes(settings)
    for name in (name for key in found for name in wanted[key].unset if name in wrong):
        raise BotError(f"{name.upper()}: {wrong[name]}", "paperlark doctor says more.")
    return found


async def _guide(app: Application, settings: Settings) -> None:
    """Print what to do next on platforms where nothing is set up yet."""
    try:
        in_use = {channel.place.platform for channel in await app.services.channels.all()}
    except BotError:
        return
    for step in await next_steps(settings, in_use):
        print(f"Next: {step}", flush=True)


async def _watch_clock(watch: ClockWatch, stop: asyncio.Event) -> None:
    """Compare clocks now and every minute."""
    while not stop.is_set():
        await watch.look()
        await _stopped_within(CLOCK_SECONDS, stop)


async def _erase(app: Application, stop: asyncio.Event) -> None:
    """Take off the disk what people deleted, soon after they did."""
    at_once = True
    while not stop.is_set():
        try:
            await app.erase(at_once)
        except BotError as error:
            log.warning("What was deleted can't be taken off the disk yet: why=%s", error)
        at_once = False
        await _stopped_within(ERASE_SECONDS, stop)


async def _watch_doubles(watch: DoubleWatch, stop: asyncio.Event) -> None:
    """Look for another Paperlark with the same token, and log it."""
    while not await _stopped_within(DOUBLES_SECONDS, stop):
        try:
            await watch.look(SystemClock().now())
        except BotError as error:
            log.warning("Nobody looked for another Paperlark with the same token: why=%s", error)


async def _stopped_within(seconds: float, stop: asyncio.Event) -> bool:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
    return stop.is_set()


async def _serve(
    platform: str,
    serving: Callable[[], AbstractAsyncContextManager[None]],
    health: Health,
    stop: asyncio.Event,
    tried: asyncio.Event,
) -> None:
    """Serve one platform until `stop`. If it can't be reached, keep retrying without blocking the others."""
    while not stop.is_set():
        try:
            async with serving():
                health.platform(platform, True)
                tried.set()
                await stop.wait()
        except TryLater as later:
            log.warning("A platform can't be reached, trying on: platform=%s why=%s", platform, later)
            health.platform(platform, False)
            tried.set()
            await _stopped_within(later.after_seconds, stop)


async def _all_set(events: Iterable[asyncio.Event]) -> None:
    for event in events:
        await event.wait()


async def _first(parts: Sequence[asyncio.Task[None]], *conditions: Coroutine[None, None, object]) -> None:
    """Wait until a condition is met or a part ends; raise the exception that ended the part."""
    waiting = [asyncio.create_task(condition) for condition in conditions]
    try:
        await asyncio.wait({*parts, *waiting}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await cancelled(*waiting)
    for part in parts:
        if part.done():
            part.result()


async def _end(parts: Sequence[asyncio.Task[None]], stop: asyncio.Event) -> None:
    """Let all parts finish their current work concurrently, and cancel those that take too long."""
    stop.set()
    if parts:
        _, late = await asyncio.wait(parts, timeout=END_SECONDS)
        await cancelled(*late)
