"""Waiting for others, and no longer than a person would."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from bot.domain.errors import SourceDown

T = TypeVar("T")

TOO_LONG = "took too long to answer"
NOT_IN_TIME = "has not answered in time"
"""Of a service that others may be holding up: arXiv, whose turn it is once in 3 s."""


async def within(seconds: float, source: str, call: Awaitable[T], late: str = TOO_LONG) -> T:
    """The answer in time; raises SourceDown of `source`, with `late` as what it did."""
    try:
        async with asyncio.timeout(seconds):
            return await call
    except TimeoutError as error:
        raise SourceDown(source, late) from error
