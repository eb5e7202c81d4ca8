"""`paperlark once`: do everything due at an instant and exit, for cron and CI schedules."""

import argparse
import os
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from adapters.cli.located import located
from adapters.platforms import messengers
from adapters.terminal.app import Progress
from bot.app.settings import Settings
from bot.domain.errors import StoreDown
from bot.domain.schedule import is_ahead
from bot.infra.clock import FixedClock, SystemClock
from bot.infra.clock_check import in_words
from bot.infra.clock_port import Clock

if TYPE_CHECKING:  # loaded while the store starts
    from bot.app.jobs.once import Left, OnceRunner, OpenPlatforms
    from bot.app.rounds import Rounds
    from bot.delivery.messenger import Messenger

TIMEOUT_SECONDS = 45.0
"""Timeout for delivery retries: longer than the lock of a killed process lasts."""

PAUSE_SECONDS = 1.0

FAR_BACK = timedelta(days=1)
"""A cron job that comes late names an instant of the same day."""


async def main(asked: argparse.Namespace, settings: Settings) -> int:
    """Return 0 if nothing is left, or report what is left on standard error and return 75 (EX_TEMPFAIL)."""
    clock: Clock = FixedClock(asked.at) if asked.at else SystemClock()
    if asked.at and (warning := far_off(asked.at, SystemClock().now())):
        _say(warning)
    async with AsyncExitStack() as stack:
        progress = stack.enter_context(Progress(sys.stderr))
        speakers: dict[str, Messenger] = {}

        async def open_platforms() -> None:
            speakers.update(await messengers(settings, stack))

        own = await located(settings, stack, "bot.app.rounds", online=True)
        from bot.app.rounds import opened_rounds  # noqa: PLC0415 - loaded by now

        rounds = await stack.enter_async_context(opened_rounds(own, clock, speakers))
        left = await _left(rounds, clock, progress.say, open_platforms)
    for sentence in left:
        _say(f"left: {sentence}")
    return os.EX_TEMPFAIL if left else 0


def far_off(instant: datetime, wall: datetime) -> str:
    """Return a sentence if `--at` is far from this machine's clock (`wall`), else "". Both are aware."""
    span = in_words(abs(instant - wall))
    if is_ahead(instant, wall):
        return f"--at is {span} ahead of this machine's clock: what is due by then is delivered now"
    if wall - instant > FAR_BACK:
        return f"--at is {span} behind this machine's clock: what came due since then is left for later"
    return ""


def _say(sentence: str) -> None:
    print(f"paperlark: {sentence}", file=sys.stderr, flush=True)


async def _left(
    rounds: "Rounds",
    clock: Clock,
    say: Callable[[str], None],
    open_platforms: "OpenPlatforms",
) -> tuple[str, ...]:
    """Do all the work and return what is left, one sentence per item."""
    try:
        await rounds.end_overlong()
        prepared = await rounds.runner.prepare(say, open_platforms)
        delivered = await _delivered(rounds.runner, clock)
        finished = await rounds.runner.finish(say)
    except StoreDown as down:
        return (down.sentence,)
    return tuple(dict.fromkeys((*prepared.sentences, *delivered.sentences, *finished.sentences)))


async def _delivered(runner: "OnceRunner", clock: Clock) -> "Left":
    """Deliver until nothing is left or the timeout expires."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while True:
        left = await runner.deliver()
        if not left.undelivered or time.monotonic() > deadline:
            return left
        await clock.sleep(PAUSE_SECONDS)
