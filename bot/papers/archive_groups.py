"""Many archives in few requests to arXiv: all together, and in halves where that fails or where the answer is cut off.

A pause of three seconds follows each request, so that asking for every archive alone takes a minute.
"""

from collections import deque
from collections.abc import Collection, Iterator, Sequence

from bot.domain.errors import SourceBusy, SourceDown

Group = tuple[str, ...]

MAX_FAILURES = 3
"""Consecutive failures after which a source counts as down: all archives, the first half and the second."""


class TooSlow(SourceDown):
    """arXiv took too long to answer. It is asked for less once: each such question may take half a minute."""


class ArchiveGroups:
    """The groups of archives to ask for, in order. `too_large`: labels of groups that a request can't hold."""

    def __init__(self, archives: Sequence[str], too_large: Collection[str] = ()) -> None:
        self._waiting = deque(_divided(tuple(archives), too_large)) if archives else deque[Group]()
        self._failures = 0

    def __iter__(self) -> Iterator[Group]:
        """Yield the next group, with the halves of earlier ones, until none is left."""
        while self._waiting:
            yield self._waiting.popleft()

    @property
    def is_down(self) -> bool:
        """Return True if the source failed so often that it isn't worth asking for the rest."""
        return self._failures >= MAX_FAILURES

    def note_answer(self) -> None:
        """Note that a group was answered."""
        self._failures = 0

    def note_cut_off(self, group: Group) -> None:
        """Note that a group's answer was cut off; its halves follow at once."""
        self._failures = 0
        self._waiting.extendleft(reversed(halves(group)))

    def note_failure(self, group: Group, down: SourceDown) -> bool:
        """Note a failure, and return True if the group's halves follow at the end."""
        self._failures += MAX_FAILURES if isinstance(down, SourceBusy) else 2 if isinstance(down, TooSlow) else 1
        again = len(group) > 1 and not self.is_down
        self._waiting.extend(halves(group) if again else ())
        return again


def label(group: Sequence[str]) -> str:
    """Return the name of a group, as arXiv writes several archives: `cs+math`."""
    return "+".join(group)


def halves(group: Group) -> tuple[Group, Group]:
    """Return the two halves of a group of at least two archives."""
    middle = len(group) // 2
    return group[:middle], group[middle:]


def _divided(group: Group, too_large: Collection[str]) -> list[Group]:
    if len(group) < 2 or label(group) not in too_large:
        return [group]
    return [part for half in halves(group) for part in _divided(half, too_large)]
