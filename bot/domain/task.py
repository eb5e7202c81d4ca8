"""Jobs of the pipeline, tasks, and failures of tasks."""

from datetime import datetime
from enum import StrEnum

from bot.domain.channel import Place
from bot.domain.frozen import frozen
from bot.domain.issue_key import IssueKey

MAX_TRIES = 5
"""Failures of ours after which a digest is a dead letter: it blocks nothing else, and a person is told."""


class Job(StrEnum):
    """An idempotent step of the pipeline, which any process may run."""

    FETCH = "fetch"
    ENRICH = "enrich"
    EMBED = "embed"
    UPVOTES = "upvotes"
    SUMMARISE = "summarise"
    BUILD = "build"
    RECAP = "recap"
    COPY = "copy"
    CLUB = "club"
    PUSH = "push"
    DELIVER = "deliver"


@frozen
class Task:
    """One job to run: for all of arXiv, or for one issue of `place`: the digest of `day` (the place's own date), the
    recap of a week, a mailbox's copy, or the reading club's ballot or pick.

    A push sends saved papers of a place to Zotero. A delivery without `day` sends every waiting issue of the place.
    """

    job: Job
    place: Place | None = None
    day: IssueKey | None = None

    @property
    def key(self) -> str:
        """The idempotency key: tasks with an equal key are the same task."""
        return ":".join(filter(None, (self.job.value, self.digest)))

    @property
    def digest(self) -> str:
        """The key of the digest it works on, the same in every log line; empty if it works for all channels."""
        if self.place is None:
            return ""
        return f"{self.place}:{self.day.isoformat()}" if self.day else str(self.place)


@frozen
class Failure:
    """A task that failed `tries` times, most recently at `last` (UTC), for the reason `why`, a sentence.

    `again_at` is the next try (UTC), or None if it was given up: a dead letter, which only a person revives.
    """

    task: Task
    why: str
    tries: int
    last: datetime
    again_at: datetime | None

    @property
    def dead(self) -> bool:
        """True if it was given up."""
        return self.again_at is None
