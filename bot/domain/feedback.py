"""What a channel thinks of papers, and what follows from it for others: plain data."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.domain.paper import Paper


class FeedbackKind(StrEnum):
    """What somebody in a channel said of a paper."""

    MORE = "more"
    LESS = "less"
    SAVED = "saved"


NOTE_LIMIT = 500
"""Characters of a note to a saved paper."""

WEIGHTS = {FeedbackKind.SAVED: 1.0, FeedbackKind.MORE: 0.3, FeedbackKind.LESS: 0.3}
"""How much each says of a taste; chosen on days of June in the corpus (tests/benchmarks/ranking/RESULTS.md)."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """A channel's verdict on one paper, since `since` (UTC), by a person's id on their platform.

    A paper may be saved and liked at once, but more of it and less of it exclude each other. Of one that is saved,
    `note` is what somebody wrote to it, and `read` whether somebody has read it.
    """

    paper_id: str
    verdict: FeedbackKind
    since: datetime
    by: str = ""
    note: str = ""
    read: bool = False

    @property
    def key(self) -> str:
        """Two opinions with the same key are one; the later one counts. `/unfollow` takes it, as buttons do."""
        return f"{'saved' if self.verdict is FeedbackKind.SAVED else 'taste'}:{self.paper_id}"


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant_key(said: datetime) -> str:
    """Names all opinions that were given in one message: those of this instant (UTC)."""
    return f"at:{(said - _EPOCH) // timedelta(microseconds=1)}"


@dataclass(frozen=True, slots=True)
class Example:
    """A paper that a channel wants more (`liked`) or less of; `why` completes "like 3 papers …": "you saved".

    `weight` is how much it says of the taste, beside others: one that was tapped in passing less than one saved.
    `passing`: it was somebody else's find, liked or refused among those shown, not kept as what the channel is about.
    """

    paper: Paper
    liked: bool
    why: str = "you liked"
    weight: float = 1.0
    passing: bool = False


@dataclass(frozen=True, slots=True)
class PreferenceScore:
    """How much a paper speaks to a channel, in the points of `bot/ranking/score.py`, and why, in words for a person."""

    points: float
    reasons: tuple[str, ...] = ()
