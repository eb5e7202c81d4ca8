"""Errors, each with the sentence that a person reads.

BotError
├── BadInput            the typed text can't be used; `hint` says what to type instead
│   ├── WhichPaper      it may mean several papers, or none: a question with the closest ones
│   └── ListFull        the channel's list holds as many as it can
├── SourceDown          an external service didn't answer, or its answer is unusable
│   ├── SourceBusy      it asked us to wait, or our own rate limit did
│   └── StaleToken      its paging token expired: start the listing again
├── HeldBack            a person or a team asked for more than their share: come back later
├── ModelDown           the model gave no usable summary of one paper
│   ├── ModelOutage     it makes none of any paper: down, slow, busy, or set up wrong
│   └── BudgetSpent     not called: the token budget is used up
│       └── ShareSpent  only the share for what people ask for, not that for digests
├── EmbeddingsDown      the sentence model can't be used: match by words
├── StoreDown           Redis can't be reached
│   └── StoreFull       or can't write to its disk
└── DeliveryFailed      a platform didn't take a message
    ├── Refused         permanently: archived, deleted, bot removed, no permission
    ├── TryLater        it asked to wait, or certainly didn't take it
    ├── NotLetIn        it rejects our token, for every channel
    │   └── Revoked     permanently: the bot was removed from the team
    ├── Unknown         it may have taken it: look it up before sending again
    └── HistoryUnreadable   and we can't look it up
"""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from bot.domain.card import Button
    from bot.domain.paper import Paper
    from bot.domain.purpose import Purpose

Scope = Literal["channel", "team", "platform"]
"""What a platform's rate limit covers, narrowest first."""


class BotError(Exception):
    """Base of our errors. `sentence` is for people; the chained cause is for the log."""

    sentence = "Something went wrong on our side."

    def __init__(self, sentence: str = "", hint: str = "") -> None:
        self.sentence = sentence or type(self).sentence
        self.hint = hint
        super().__init__(self.sentence)


class BadInput(BotError):
    """The typed text can't be used. `nearest` are commands that can, as text or as buttons."""

    sentence = "I can't use that as it is."

    def __init__(self, sentence: str = "", hint: str = "", nearest: "tuple[str | Button, ...]" = ()) -> None:
        super().__init__(sentence, hint)
        self.nearest = nearest


class BadForm(BadInput):
    """A submission that can't be used: a sentence for each field at fault, by its name."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()), "Nothing has changed yet.")
        self.errors = dict(errors)


class WhichPaper(BadInput):
    """The typed text may mean any of `papers`, or none is known; nothing was done.

    `purpose` is what to do with the paper that the person picks.
    """

    sentence = "Which paper?"

    def __init__(
        self,
        sentence: str = "",
        hint: str = "",
        purpose: "Purpose | None" = None,
        papers: "tuple[Paper, ...]" = (),
        nearest: "tuple[str | Button, ...]" = (),
    ) -> None:
        super().__init__(sentence, hint, nearest)
        self.purpose = purpose
        self.papers = papers


class ListFull(BadInput):
    """A list of the channel is full: `do` says what a channel can at most, and `command` shows the list."""

    def __init__(self, do: str = "follow or mute 500 things", command: str = "/following") -> None:
        super().__init__(f"A channel can {do}.", "Remove some first.", (command,))


class SourceDown(BotError):
    """An external service didn't answer. `source` is its name as people know it.

    `reason` is for those who run the bot: what to change in their network; empty if that isn't it.
    """

    sentence = "A source isn't responding."

    def __init__(self, source: str, why: str = "isn't responding", reason: str = "") -> None:
        self.source = source
        self.reason = reason
        super().__init__(f"{source} {why}.", hint="Try again in a few minutes.")


class SourceBusy(SourceDown):
    """The service asked us to wait: `retry_after_seconds`, already capped."""

    def __init__(self, source: str, retry_after_seconds: float) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(source, "is busy")


class StaleToken(SourceDown):
    """The paging token has expired: start the listing again."""

    def __init__(self, source: str) -> None:
        super().__init__(source, "lost our place in the list")


class HeldBack(BotError):
    """A person or a team asked for more than their share; `after_seconds` from now there is some again."""

    sentence = "You've asked for a lot."

    def __init__(self, sentence: str = "", after_seconds: float = 60.0) -> None:
        super().__init__(sentence, hint=f"Try again in {_about(after_seconds)}.")
        self.after_seconds = after_seconds


class ModelDown(BotError):
    """The model made no summary of a paper: it refused, or its answer is unusable."""

    sentence = "The model gave no usable summary."


class ModelOutage(ModelDown):
    """The model summarizes no paper at all for now: it can't be reached, fails, is busy, or rejects our access."""


class BudgetSpent(ModelDown):
    """The model isn't called: its budget is used up, or the spending can't be read."""

    sentence = "The model's budget is used up."


class ShareSpent(BudgetSpent):
    """The model isn't called for what a person asks; the digests' budget isn't used up."""

    sentence = "Today's share of the model for questions is used up."


class EmbeddingsDown(BotError):
    """The embedding model can't be used: damaged, without its libraries, or on a server that doesn't do it."""

    sentence = "The embedding model can't be used: texts are compared by their words."


class StoreDown(BotError):
    """Redis or Valkey can't be reached."""

    sentence = "Could not reach Redis. Is it running?"


class StoreFull(StoreDown):
    """Redis or Valkey can't write to its disk."""

    sentence = "Redis can't write to its disk and takes no changes."


class DeliveryFailed(BotError):
    """The platform didn't take a message, or may not have."""

    sentence = "The message could not be sent."


class Refused(DeliveryFailed):
    """Permanent: the channel is archived or gone, or the bot was removed or lacks a permission."""

    sentence = "The channel can't be written to."


class TryLater(DeliveryFailed):
    """The platform certainly didn't take it; try again after `after_seconds`.

    `scope` is what the platform's rate limit covers; None if it is down or something else went wrong.
    """

    sentence = "The platform asked to wait."

    def __init__(self, sentence: str = "", after_seconds: float = 1.0, scope: Scope | None = None) -> None:
        super().__init__(sentence)
        self.after_seconds = after_seconds
        self.scope = scope


class NotLetIn(DeliveryFailed):
    """The platform rejects our token. No channel is paused and nothing is lost: somebody has to fix a setting."""

    sentence = "The platform doesn't take the bot's token."


class Revoked(NotLetIn):
    """The token was revoked, for example because the bot was removed from the team."""

    sentence = "The bot was removed from the team."


class Unknown(DeliveryFailed):
    """The connection broke before the reply: the message may or may not be in the channel."""

    sentence = "It is not known whether the message arrived."


class HistoryUnreadable(DeliveryFailed):
    """The channel's history can't be read, so an unknown outcome stays unknown."""

    sentence = "The channel's history can't be read."


def _about(seconds: float) -> str:
    """Return "20 seconds", "a minute" or "3 minutes", rounded up."""
    minutes = math.ceil(seconds / 60)
    if seconds > 90:
        return f"{minutes} minutes"
    if seconds > 50:
        return "a minute"
    return f"{max(math.ceil(seconds / 5) * 5, 5)} seconds"
