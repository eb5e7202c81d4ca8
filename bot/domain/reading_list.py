"""A reading list: the papers saved by a channel, or by a person in a direct message."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import ceil

from bot.domain.feedback import NOTE_LIMIT, Feedback, FeedbackKind
from bot.domain.frozen import frozen
from bot.domain.text.clean import clean

PAGE_SIZE = 10
"""Papers on a page, as many as a digest has."""

EVERY, READ, UNREAD = "all", "read", "unread"


@frozen
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
        return max(ceil(self.total / PAGE_SIZE), 1)

    @property
    def first(self) -> int:
        """The position of its first paper in the list, from 1."""
        return (self.number - 1) * PAGE_SIZE + 1


def saved_of(opinions: Iterable[Feedback]) -> list[Feedback]:
    """Return the saved papers among a channel's feedback, in order."""
    return [opinion for opinion in opinions if opinion.verdict is FeedbackKind.SAVED]


def saved_again(new: Feedback, before: Feedback | None, note: str | None) -> Feedback:
    """Return the entry to store: a paper saved before keeps its position; None leaves its note alone."""
    kept = before or new
    return kept if note is None else replace(kept, note=clean(note, NOTE_LIMIT))


def page_of(saved: Sequence[Feedback], which: str, number: int) -> Page:
    """Return a page: unread papers first, newest first. A page number out of range gives the nearest page."""
    wanted = {READ: (True,), UNREAD: (False,)}.get(which, (False, True))
    newest = sorted(saved, key=lambda one: (one.since, one.paper_id), reverse=True)
    listed = sorted((one for one in newest if one.read in wanted), key=lambda one: one.read)
    number = min(max(number, 1), max(ceil(len(listed) / PAGE_SIZE), 1))
    unread = sum(not one.read for one in saved)
    shown = tuple(listed[(number - 1) * PAGE_SIZE : number * PAGE_SIZE])
    return Page(which, shown, number, len(listed), unread, len(saved) - unread)
