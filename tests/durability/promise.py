"""Interface of the long measurements to `python -m durability`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

Figure = tuple[str, object]
"""A row of a table: a label and its value."""


class Size(StrEnum):
    """`SHORT` takes a minute or two and tests the setup; `LONG` measures the guarantee."""

    SHORT = "short"
    LONG = "long"


@dataclass(frozen=True)
class Promise:
    """One part of "nothing lost, nothing twice": the `MEASUREMENT` of a module here."""

    name: str
    measure: Callable[[Size], Awaitable[list[Figure]]]
