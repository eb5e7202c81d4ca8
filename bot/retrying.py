"""Brings back what was given up, when a person wants it."""

from bot.edition import Edition
from bot.ports import Failures, Job, Ledger, Task
from bot.subscription import Place


async def retry(
    failures: Failures, ledger: Ledger, place: Place | None = None, day: Edition | None = None
) -> list[Task]:
    """The dead letters of `place`, and of its `day`, or all of them, begin anew; they are done by `run` or `once`."""
    brought_back = await failures.retry(place, day)
    for task in brought_back:
        if task.job is Job.DELIVER and task.place and task.day:
            await ledger.revive(task.place, task.day)
    return brought_back
