"""Lists that are read ten at a time: `page=2` before what is asked for, in every command that has them. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.errors import BadInput
from bot.hygiene import shorten

PAGE = 10
MOST_PAGES = 50

T = TypeVar("T")

_SAID = re.compile(r"(?:page|p)[=:](\S*)\s*", re.IGNORECASE)


def page_of(text: str) -> tuple[str, str]:
    """What stands behind `page=` at the head of a text, empty where it isn't there, and the rest."""
    found = _SAID.match(text)
    return (found[1], text[found.end() :]) if found else ("", text)


def read_page(typed: str, again: str) -> int:
    """The number of the page, from 1. Raises BadInput with the first page of the command `again`."""
    if not typed:
        return 1
    if typed.isascii() and typed.isdigit() and 1 <= int(typed[:9]) <= MOST_PAGES:
        return int(typed)
    raise BadInput(f"There is no page “{shorten(typed, 20)}”.", f"1 to {MOST_PAGES} can be had.", (again,))


@dataclass(frozen=True, slots=True)
class Turned:
    """Where one is in a list: its things begin at `start`, counted from 0."""

    number: int

    @property
    def start(self) -> int:
        return (self.number - 1) * PAGE

    def command(self, name: str, rest: str, step: int) -> str:
        """The command that brings the page so many on."""
        return f"{name} page={self.number + step} {rest}" if self.number + step > 1 else f"{name} {rest}"

    def of(self, things: Sequence[T]) -> Sequence[T]:
        """The page's things of a list that begins at 0."""
        return things[self.start : self.start + PAGE]
