"""Lists read ten at a time: `page=2` before or behind what is asked for, in every command that has them. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.domain.errors import BadInput
from bot.domain.text.clean import shorten

PAGE = 10
MOST_PAGES = 50

T = TypeVar("T")

_SAID = r"page\s*(?:=\s*(\S*)|:\s*([0-9]+)(?!\S))"
"""A colon only before a number: there are titles such as "PAGE: a simple and optimal probabilistic gradient"."""
_AT_HEAD = re.compile(rf"{_SAID}\s*", re.IGNORECASE)
_AT_END = re.compile(rf"(?:^|(?<=\s)){_SAID}\s*$", re.IGNORECASE)


def page_of(text: str) -> tuple[str, str]:
    """What stands behind `page=` at the head or the end of a text, empty where it isn't there, and the rest."""
    found = _AT_HEAD.match(text) or _AT_END.search(text)
    if not found:
        return "", text
    return found[1] or found[2] or "", f"{text[: found.start()]}{text[found.end() :]}".strip()


def read_page(typed: str, again: str, last: int | None = None) -> int:
    """The number of the page, from 1; where the `last` is known, one that isn't there is the nearest that is.

    Raises BadInput with the first page of the command `again`.
    """
    if not typed:
        return 1
    number = int(typed[:9]) if typed.isascii() and typed.isdigit() else None
    if number is not None and last is not None:
        return min(max(number, 1), last)
    if number is not None and 1 <= number <= MOST_PAGES:
        return number
    raise BadInput(
        f"There is no page “{shorten(typed, 20)}”.", f"1 to {last or MOST_PAGES} can be had: page=1.", (again,)
    )


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
