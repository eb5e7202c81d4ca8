"""Computing without holding up the event loop, on which commands must be acknowledged meanwhile."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_FEW = 20
"""Records; reading or writing one takes 0.03 to 0.1 ms, going to a thread and back about as much as a few."""


async def in_thread_unless_few(number: int, compute: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what `compute` returns for these arguments; in a thread where the `number` of records is large."""
    if number <= _FEW:
        return compute(*args, **kwargs)
    return await asyncio.to_thread(compute, *args, **kwargs)
