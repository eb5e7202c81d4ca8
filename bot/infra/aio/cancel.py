"""Ends tasks for sure."""

import asyncio
from typing import Any

_AGAIN_SECONDS = 2.0
"""Long enough for a task that did hear it to clean up undisturbed."""


async def cancelled(*tasks: "asyncio.Future[Any]") -> None:
    """Cancels tasks until they have ended, and forgets what they ended with.

    Once isn't enough before Python 3.12: a cancellation that meets `asyncio.wait_for` just as what it waits for is done
    gets lost (https://github.com/python/cpython/issues/86296), and redis-py sends every command within one.
    """
    running = {task for task in tasks if not task.done()}
    while running:
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=_AGAIN_SECONDS)
    await asyncio.gather(*tasks, return_exceptions=True)
