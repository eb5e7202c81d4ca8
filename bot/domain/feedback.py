"""A channel's feedback on papers, and the preference scores learned from it."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.domain.frozen import frozen
from bot.domain.paper import Paper


class FeedbackKind(StrEnum):
    """More like this, less like this, or saved."""

    MORE = "more"
    LESS = "less"
    SAVED = "saved"


NOTE_LIMIT = 500
"""Maximum characters of a note to a saved paper."""

WEIGHTS = {FeedbackKind.SAVED: 1.0, FeedbackKind.MORE: 0.3, FeedbackKind.LESS: 0.3}
"""Weight of each kind as a training example; chosen on June of the corpus (tests/benchmarks/ranking/RESULTS.md)."""


@frozen
class Feedback:
    """A channel's feedback on one paper, given at `since` (UTC) by the person with platform id `by`.

    A paper can be saved and liked at once; MORE and LESS exclude each other. `note` and `read` belong to saved papers.
    """

    paper_id: str
    verdict: FeedbackKind
    since: datetime
    by: str = ""
    note: str = ""
    read: bool = False

    @property
    def key(self) -> str:
        """Feedback with an equal key replaces the earlier one. `/unfollow` and buttons take this key."""
        return f"{'saved' if self.verdict is FeedbackKind.SAVED else 'taste'}:{self.paper_id}"


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant_key(said: datetime) -> str:
    """Return the key of all feedback given in one message, at this instant (UTC)."""
    return f"at:{(said - _EPOCH) // timedelta(microseconds=1)}"


@frozen
class Example:
    """A training example: a paper that the channel liked or rejected. `why` completes "like 3 papers …": "you saved".

    `weight` is lower for a button press than for a saved paper. `passing`: the paper was rated among those shown, not
    saved as one of the channel's own.
    """

    paper: Paper
    liked: bool
    why: str = "you liked"
    weight: float = 1.0
    passing: bool = False


@frozen
class PreferenceScore:
    """Points that a channel's feedback adds to a paper (`bot/ranking/order.py`), with reasons for people.

    `like` is the first reason in a few words: a liked author's name or "like Holtercare-Bench"; empty if there is none.
    """

    points: float
    reasons: tuple[str, ...] = ()
    like: str = ""
