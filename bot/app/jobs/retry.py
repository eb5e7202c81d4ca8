"""Retry of tasks that were given up, at a person's request."""

from bot.delivery.store.failures import FailureStore
from bot.delivery.store.ledger import Ledger
from bot.domain.channel import Place
from bot.domain.issue_key import IssueKey
from bot.domain.task import Job, Task


async def retry(
    failures: FailureStore, ledger: Ledger, place: Place | None = None, day: IssueKey | None = None
) -> list[Task]:
    """Reset the dead letters of `place`, and of its `day`, or all; `run` or `once` then tries them again."""
    brought_back = await failures.retry(place, day)
    for task in brought_back:
        if task.job is Job.DELIVER and task.place and task.day:
            await ledger.revive(task.place, task.day)
    return brought_back
