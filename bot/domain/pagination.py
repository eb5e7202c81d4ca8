"""Pages of ten: `page=2` before or after the rest of a command."""

import re
from collections.abc import Sequence
from typing import TypeVar

from bot.domain.errors import BadInput
from bot.domain.frozen import frozen
from bot.domain.text.clean import shorten

PAGE = 10
MOST_PAGES = 50

T = TypeVar("T")

_SAID = r"page\s*(?:=\s*(\S*)|:\s*([0-9]+)(?!\S))"
"""A colon counts only before a number: some titles begin like "PAGE: a simple and optimal probabilistic gradient"."""
_AT_HEAD = re.compile(rf"{_SAID}\s*", re.IGNORECASE)
_AT_END = re.compile(rf"(?:^|(?<=\s)){_SAID}\s*$", re.IGNORECASE)


def page_of(text: str) -> tuple[str, str]:
    """Return the value of `page=` at the beginning or end of a text, empty if absent, and the rest of the text."""
    found = _AT_HEAD.match(text) or _AT_END.search(text)
    if not found:
        return "", text
    return found[1] or found[2] or "", f"{text[: found.start()]}{text[found.end() :]}".strip()


def read_page(typed: str, again: str, last: int | None = None) -> int:
    """Return the page number, from 1; if `last` is known, a number out of range gives the nearest page.

    Raises BadInput, which suggests the command `again`.
    """
    if not typed:
        return 1
    number = int(typed[:9]) if typed.isascii() and typed.isdigit() else None
    if number is not None and last is not None:
        return min(max(number, 1), last)
    if number is not None and 1 <= number <= MOST_PAGES:
        return number
    raise BadInput(f"There's no page “{shorten(typed, 20)}”.", f"Try page=1, up to {last or MOST_PAGES}.", (again,))


@frozen
class Turned:
    """A page of a list; its items begin at index `start`."""

    number: int

    @property
    def start(self) -> int:
        return (self.number - 1) * PAGE

    def command(self, name: str, rest: str, step: int) -> str:
        """Return the command for the page `step` pages on."""
        return f"{name} page={self.number + step} {rest}" if self.number + step > 1 else f"{name} {rest}"

    def of(self, things: Sequence[T]) -> Sequence[T]:
        """Return this page's items of the whole list."""
        return things[self.start : self.start + PAGE]
