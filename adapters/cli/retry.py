"""`paperlark retry`: retry deliveries that were given up."""

import argparse

from bot.app.jobs.retry import retry
from bot.app.settings import Settings
from bot.app.stores import opened_record
from bot.domain.wording import count


async def main(_: argparse.Namespace, settings: Settings) -> int:
    """Requeue every dead letter for `run` or the next `once`, and print which ones."""
    async with opened_record(settings) as (failures, ledger):
        brought_back = await retry(failures, ledger)
    for task in brought_back:
        print(task.key, flush=True)
    print(f"{count(len(brought_back), 'task')} will be tried again by paperlark run or once.", flush=True)
    return 0
