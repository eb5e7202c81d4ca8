"""What every long measurement of this folder offers to `python -m durability`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

Figure = tuple[str, object]
"""A row: what was counted or timed, and how much it was."""


class Size(StrEnum):
    """`SHORT` takes a minute or two and tries the rig; `LONG` is what the promise is measured by."""

    SHORT = "short"
    LONG = "long"


@dataclass(frozen=True)
class Promise:
    """One part of "nothing lost, nothing twice": a module of this folder has one as its `MEASUREMENT`."""

    name: str
    measure: Callable[[Size], Awaitable[list[Figure]]]
