"""A reading list: what a channel, or a person in a direct message, has saved. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil

from bot.domain.feedback import NOTE_LIMIT, Feedback, FeedbackKind
from bot.domain.text.clean import clean

PAGE = 10
"""Papers of a list that are shown at once, as many as a digest has."""

EVERY, READ, UNREAD = "all", "read", "unread"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a reading list: `saved` of `total` papers of `which`; `number` counts from 1 to `pages`.

    `unread` and `read` count the whole list.
    """

    which: str
    saved: tuple[Feedback, ...]
    number: int
    total: int
    unread: int
    read: int

    @property
    def pages(self) -> int:
        """At least one."""
        return max(ceil(self.total / PAGE), 1)

    @property
    def first(self) -> int:
        """The place of its first paper in the list, from 1."""
        return (self.number - 1) * PAGE + 1


def saved_of(opinions: Iterable[Feedback]) -> list[Feedback]:
    """The saved among a channel's opinions, in their order."""
    return [opinion for opinion in opinions if opinion.verdict is FeedbackKind.SAVED]


def saved_again(new: Feedback, before: Feedback | None, note: str | None) -> Feedback:
    """A paper saved with a `note`, where one is meant; one saved before stays where it is in the list."""
    kept = before or new
    return kept if note is None else replace(kept, note=clean(note, NOTE_LIMIT))


def page_of(saved: Sequence[Feedback], which: str, number: int) -> Page:
    """The unread first, the newest first; a page that there isn't is the nearest that there is."""
    wanted = {READ: (True,), UNREAD: (False,)}.get(which, (False, True))
    newest = sorted(saved, key=lambda one: (one.since, one.paper_id), reverse=True)
    listed = sorted((one for one in newest if one.read in wanted), key=lambda one: one.read)
    number = min(max(number, 1), max(ceil(len(listed) / PAGE), 1))
    unread = sum(not one.read for one in saved)
    shown = tuple(listed[(number - 1) * PAGE : number * PAGE])
    return Page(which, shown, number, len(listed), unread, len(saved) - unread)
