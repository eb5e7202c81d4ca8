"""Reliable cancellation of tasks."""

import asyncio
from typing import Any

_RETRY_SECONDS = 2.0
"""Long enough for a canceled task to clean up undisturbed."""


async def cancelled(*tasks: "asyncio.Future[Any]") -> None:
    """Cancel tasks repeatedly until they end; discard their results.

    One cancellation isn't enough before Python 3.12: if it meets `asyncio.wait_for` just as its awaitable finishes, it
    is lost (https://github.com/python/cpython/issues/86296), and redis-py sends every command within one.
    """
    running = {task for task in tasks if not task.done()}
    while running:
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=_RETRY_SECONDS)
    await asyncio.gather(*tasks, return_exceptions=True)
