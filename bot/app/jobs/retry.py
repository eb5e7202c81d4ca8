"""Brings back what was given up, when a person wants it."""

from bot.delivery.store.failures import FailureStore
from bot.delivery.store.ledger import Ledger
from bot.domain.channel import Place
from bot.domain.issue_key import IssueKey
from bot.domain.task import Job, Task


async def retry(
    failures: FailureStore, ledger: Ledger, place: Place | None = None, day: IssueKey | None = None
) -> list[Task]:
    """The dead letters of `place`, and of its `day`, or all of them, begin anew; they are done by `run` or `once`."""
    brought_back = await failures.retry(place, day)
    for task in brought_back:
        if task.job is Job.DELIVER and task.place and task.day:
            await ledger.revive(task.place, task.day)
    return brought_back
