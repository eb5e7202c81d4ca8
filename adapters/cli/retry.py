"""`paperlark retry`: tries again what was given up."""

import argparse

from bot.bootstrap import opened_failures
from bot.cards.words import count
from bot.settings import Settings


async def main(_: argparse.Namespace, settings: Settings) -> int:
    """Brings every dead letter back to where `run` or the next `once` finds it, and says how many."""
    async with opened_failures(settings) as failures:
        for failure in await failures.all():
            if failure.dead:
                print(f"{failure.task.key}: {failure.why}", flush=True)
        brought_back = await failures.retry()
    print(
        f"{count(brought_back, 'digest')} will be tried again by paperlark run or the next paperlark once.", flush=True
    )
    return 0
