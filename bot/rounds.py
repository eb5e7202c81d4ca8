"""The two endless loops of `paperlark run`: what must be said is prepared, and what is prepared is said."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.cancelling import cancelled
from bot.errors import BotError
from bot.pipeline import Left, Pipeline

log = logging.getLogger(__name__)

PREPARE_SECONDS = 20.0
DELIVER_SECONDS = 2.0


async def scheduler(pipeline: Pipeline, stop: asyncio.Event) -> None:
    """Prepares whatever gets due until `stop`; a fetch under way is broken off, as the next start takes it up."""
    await _until(stop, pipeline.prepare, PREPARE_SECONDS, finish=False)


async def worker(pipeline: Pipeline, stop: asyncio.Event) -> None:
    """Says what waits in the ledger until `stop`, and finishes the message it is at."""
    await _until(stop, pipeline.deliver, DELIVER_SECONDS, finish=True)


async def _until(stop: asyncio.Event, work: Callable[[], Awaitable[Left]], pause: float, finish: bool) -> None:
    """Repeats `work`, whatever goes wrong with it."""
    ended = asyncio.create_task(stop.wait())
    try:
        while not stop.is_set():
            task = asyncio.ensure_future(_safely(work))
            await asyncio.wait({task, ended}, return_when=asyncio.FIRST_COMPLETED)
            if not finish:
                await cancelled(task)
            await asyncio.wait({task})
            await asyncio.wait({ended}, timeout=pause)
    finally:
        await cancelled(ended)


async def _safely(work: Callable[[], Awaitable[Left]]) -> None:
    """Does one round. Nothing it raises ends the loop."""
    try:
        await work()
    except BotError as error:
        log.warning("A round was broken off: why=%s", error)
    except Exception:
        log.exception("A round failed")
