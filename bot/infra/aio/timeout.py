"""Timeouts of external services."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from bot.domain.errors import SourceDown

T = TypeVar("T")

TOO_LONG = "took too long to answer"
NOT_IN_TIME = "has not answered in time"
"""For a service that other requests may delay, such as arXiv with its one request in 3 s."""


async def within(seconds: float, source: str, call: Awaitable[T], late: str = TOO_LONG) -> T:
    """Return the result of `call`; after the timeout raise SourceDown of `source` with the reason `late`."""
    try:
        async with asyncio.timeout(seconds):
            return await call
    except TimeoutError as error:
        raise SourceDown(source, late) from error
