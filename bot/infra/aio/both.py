"""Two things at once, of which nothing runs on if one fails."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from bot.infra.aio.cancel import cancelled

T = TypeVar("T")
U = TypeVar("U")


async def both(one: Coroutine[Any, Any, T], other: Coroutine[Any, Any, U]) -> tuple[T, U]:
    """Return both results; what they ask Redis goes out together. Raise the first error, once the other has ended."""
    first, second = asyncio.create_task(one), asyncio.create_task(other)
    try:
        await asyncio.gather(first, second)
        return first.result(), second.result()
    except BaseException:
        await cancelled(first, second)
        raise
