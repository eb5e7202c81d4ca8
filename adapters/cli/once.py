"""`paperlark once`: do everything due at an instant and exit, for cron and CI schedules."""

import argparse
import os
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack

from adapters.platforms import messengers
from adapters.terminal.app import Progress
from bot.app.bootstrap import opened
from bot.app.jobs.once import Left, OnceRunner
from bot.app.settings import Settings
from bot.domain.errors import StoreDown
from bot.infra.clock import FixedClock, SystemClock
from bot.infra.clock_port import Clock

TIMEOUT_SECONDS = 45.0
"""Timeout for delivery retries: longer than the lock of a killed process lasts."""

PAUSE_SECONDS = 1.0


async def main(asked: argparse.Namespace, settings: Settings) -> int:
    """Return 0 if nothing is left, or report what is left on standard error and return 75 (EX_TEMPFAIL)."""
    clock: Clock = FixedClock(asked.at) if asked.at else SystemClock()
    async with AsyncExitStack() as stack:
        progress = stack.enter_context(Progress(sys.stderr))
        speakers = await messengers(settings, stack)
        app = await stack.enter_async_context(opened(settings, clock, speakers))
        left = await _left(app.rounds, clock, progress.say)
    for sentence in left:
        print(f"paperlark: left: {sentence}", file=sys.stderr, flush=True)
    return os.EX_TEMPFAIL if left else 0


async def _left(rounds: OnceRunner, clock: Clock, say: Callable[[str], None]) -> tuple[str, ...]:
    """Do all the work and return what is left, one sentence per item."""
    try:
        prepared = await rounds.prepare(say)
        delivered = await _delivered(rounds, clock)
    except StoreDown as down:
        return (down.sentence,)
    return (*prepared.sentences, *delivered.sentences)


async def _delivered(rounds: OnceRunner, clock: Clock) -> Left:
    """Deliver until nothing is left or the timeout expires."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while True:
        left = await rounds.deliver()
        if not left.undelivered or time.monotonic() > deadline:
            return left
        await clock.sleep(PAUSE_SECONDS)
