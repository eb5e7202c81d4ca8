"""The beneficiary of the running code: a person who waits for an answer, digests that are due, or neither.

The services that answers share (arXiv's queue, the model's budget) read it here: it belongs to a task and to the
tasks that this one starts, so no function in between passes it on.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass, field
from typing import Literal

from bot.domain.command import Caller


@dataclass(eq=False, slots=True)
class Question:
    """A person's command under way. `team` is `Place.tag`.

    `unlimited`: the person has a shell on the bot's machine, so no share limits them. `admitted`: it has passed the
    limit of the person's share once, so it is finished whatever it costs. `notes` are sentences for the person alone.
    `at_arxiv` lets one of its requests at a time into arXiv's queue, where a person has few places.
    """

    team: str
    user: str
    unlimited: bool = False
    admitted: bool = False
    notes: list[str] = field(default_factory=list)
    at_arxiv: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    def of(cls, caller: Caller) -> "Question":
        """Return the question of a command's caller."""
        return cls(caller.place.tag, caller.user, caller.operator)

    @property
    def person(self) -> str:
        """Return the person's name among all teams' people."""
        return f"{self.team}:{self.user}"

    def note(self, sentence: str) -> None:
        """Add a sentence for the person alone to the answer, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)


_WORK: ContextVar[Question | Literal["due digests"] | None] = ContextVar("work", default=None)


@contextmanager
def asked_by(question: Question) -> Iterator[None]:
    """Work for a person until the block ends."""
    before = _WORK.set(question)
    try:
        yield
    finally:
        _WORK.reset(before)


@contextmanager
def for_due_digests() -> Iterator[None]:
    """Work for digests that are due until the block ends."""
    before = _WORK.set("due digests")
    try:
        yield
    finally:
        _WORK.reset(before)


def for_nobody() -> Context:
    """Return the context for a task that outlives the question that starts it."""
    context = copy_context()
    context.run(_WORK.set, None)
    return context


def question() -> Question | None:
    """Return the question that the running code answers; None if no person waits."""
    work = _WORK.get()
    return work if isinstance(work, Question) else None


def serves_due_digests() -> bool:
    """Return True if digests that are due wait for the running code."""
    return _WORK.get() == "due digests"
