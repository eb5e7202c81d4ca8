"""The jobs of `paperlark run`, and what is known of those that failed. Errors: `StoreDown`."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.channel import Place
from bot.domain.issue_key import IssueKey

MAX_TRIES = 5
"""Failures of our own making after which a digest is a dead letter: it holds up nobody, and a person is told."""


class Job(StrEnum):
    """A step of the pipeline that any process may do, and do again: each leaves the same behind when it runs twice."""

    FETCH = "fetch"
    ENRICH = "enrich"
    EMBED = "embed"
    UPVOTES = "upvotes"
    SUMMARISE = "summarise"
    BUILD = "build"
    RECAP = "recap"
    COPY = "copy"
    DELIVER = "deliver"


@dataclass(frozen=True, slots=True)
class Task:
    """One job to be done: for all of arXiv, or for what `place` is to be told: the digest of `day` (its
    own date), the recap of a week, or the mailbox's copy of a digest.

    A delivery without one is that of all editions which wait for the place.
    """

    job: Job
    place: Place | None = None
    day: IssueKey | None = None

    @property
    def key(self) -> str:
        """Two tasks of one key are the same task, whoever asks for it and however often."""
        return ":".join(filter(None, (self.job.value, self.digest)))

    @property
    def digest(self) -> str:
        """The key of the digest it works on, the same in every log line; empty for what is for all channels."""
        if self.place is None:
            return ""
        return f"{self.place}:{self.day.isoformat()}" if self.day else str(self.place)


@dataclass(frozen=True, slots=True)
class Failure:
    """A task that failed `tries` times, the last time at `last` (UTC) because of `why`, a sentence.

    `again_at` is when it will be tried again (UTC); None where it was given up: a dead letter, which only a person
    brings back.
    """

    task: Task
    why: str
    tries: int
    last: datetime
    again_at: datetime | None

    @property
    def dead(self) -> bool:
        """Whether it was given up."""
        return self.again_at is None
