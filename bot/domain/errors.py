"""What can go wrong, each as the sentence that a person reads.

BotError
├── BadInput            what was typed can't be used; `hint` says what to type instead
├── SourceDown          a service outside didn't answer, or answered nonsense
│   ├── SourceBusy      it asked us to wait, or our own politeness did
│   └── StaleToken      it forgot how far we were in a long answer: begin that again
├── ModelDown           the summariser gave nothing usable
│   └── BudgetSpent     it wasn't asked, as that would cost more than is allowed
├── EmbeddingsDown      meanings can't be compared: words must do
├── StoreDown           Redis can't be reached
└── DeliveryFailed      a platform didn't take a message
    ├── Refused         for good: archived, deleted, bot removed, no permission
    ├── TryLater        it asked to wait, or surely didn't take it
    ├── NotLetIn        our token is refused, whatever the channel
    │   └── Revoked     for good: the bot was removed from the team
    ├── Unknown         it may have taken it: look before sending again
    └── HistoryUnreadable   and we can't look
"""

from typing import Literal

Scope = Literal["channel", "team", "platform"]
"""How far a platform's limit reaches, narrowest first."""


class BotError(Exception):
    """The base of all ours. `sentence` is for the person, the chained cause for the log."""

    sentence = "Something went wrong on our side."

    def __init__(self, sentence: str = "", hint: str = "") -> None:
        self.sentence = sentence or type(self).sentence
        self.hint = hint
        super().__init__(self.sentence)


class BadInput(BotError):
    """Nothing can be done with what was typed. `nearest` are commands that can be."""

    sentence = "That can't be used as it is."

    def __init__(self, sentence: str = "", hint: str = "", nearest: tuple[str, ...] = ()) -> None:
        super().__init__(sentence, hint)
        self.nearest = nearest


class SourceDown(BotError):
    """A service outside didn't answer. `source` is its name as people know it."""

    sentence = "A source is not answering."

    def __init__(self, source: str, why: str = "is not answering") -> None:
        self.source = source
        super().__init__(f"{source} {why}.", hint="Try again in a few minutes.")


class SourceBusy(SourceDown):
    """The service asked us to wait: `retry_after_seconds`, already capped."""

    def __init__(self, source: str, retry_after_seconds: float) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(source, "is busy")


class StaleToken(SourceDown):
    """What asks for the rest of a long answer has expired: the answer is to be begun again."""

    def __init__(self, source: str) -> None:
        super().__init__(source, "has forgotten how far we were")


class ModelDown(BotError):
    """The model didn't give a usable summary: down, slow, refusing, or talking nonsense."""

    sentence = "The model gave no usable summary."


class BudgetSpent(ModelDown):
    """The model isn't asked: what may be spent on it is used up, or that can't be known. No fault of the model's."""

    sentence = "The model's budget is used up."


class EmbeddingsDown(BotError):
    """The local embedding model can't be used: damaged, of another kind, or its libraries are missing."""

    sentence = "The embedding model can't be used: texts are compared by their words."


class StoreDown(BotError):
    """Redis or Valkey can't be reached."""

    sentence = "Could not reach Redis. Is it running?"


class DeliveryFailed(BotError):
    """A message was not, or perhaps not, taken by the platform."""

    sentence = "The message could not be sent."


class Refused(DeliveryFailed):
    """It never will be taken: the channel is archived or gone, or the bot was removed or lacks a permission."""

    sentence = "The channel can't be written to."


class TryLater(DeliveryFailed):
    """It was surely not taken, and may be later: `after_seconds` from now.

    `scope`: the platform itself limits us, and so far; None where it is down or something else went wrong.
    """

    sentence = "The platform asked to wait."

    def __init__(self, sentence: str = "", after_seconds: float = 1.0, scope: Scope | None = None) -> None:
        super().__init__(sentence)
        self.after_seconds = after_seconds
        self.scope = scope


class NotLetIn(DeliveryFailed):
    """It doesn't take our token. That is no channel's fault: nothing is lost, and somebody has to mend a setting."""

    sentence = "The platform doesn't take the bot's token."


class Revoked(NotLetIn):
    """Another token is needed: this one was taken back, as when the bot is removed from the team."""

    sentence = "The bot was removed from the team."


class Unknown(DeliveryFailed):
    """The connection broke before the answer came: it may or may not stand in the channel."""

    sentence = "It is not known whether the message arrived."


class HistoryUnreadable(DeliveryFailed):
    """The channel's history can't be read, so an unknown outcome stays unknown."""

    sentence = "The channel's history can't be read."
