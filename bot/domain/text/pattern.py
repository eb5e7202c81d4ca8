"""Patterns that are compiled at their first use.

Long ones take milliseconds each, and a process that answers one command uses few of them. Short ones may as well be
compiled where they stand.
"""

import re
from functools import cached_property
from typing import cast


class _Later:
    """Stands for a compiled pattern."""

    def __init__(self, text: str, flags: int) -> None:
        self._text = text
        self._flags = flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._text, self._flags)

    def __getattr__(self, name: str) -> object:
        found: object = getattr(self._compiled, name)
        setattr(self, name, found)  # from now on, nobody comes here for it
        return found


def later(text: str, flags: int = 0) -> re.Pattern[str]:
    """Return the pattern of `text`, whose errors show at its first use too."""
    return cast("re.Pattern[str]", _Later(text, flags))
