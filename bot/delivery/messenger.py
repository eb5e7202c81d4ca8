"""What must be said, and who says it. Errors: `StoreDown` of the ledger, a kind of `DeliveryFailed` of a messenger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.delivery.rate_limit import Limit
from bot.domain.card import Card
from bot.domain.channel import Place
from bot.domain.digest import Digest
from bot.domain.issue_key import IssueKey
from bot.domain.plot import Plot
from bot.domain.recap import Recap


@dataclass(frozen=True, slots=True)
class Message:
    """One message as a platform wants it: `payload` is JSON, opaque to the core; `papers` are the ids it names.

    `plot` is to be drawn when the message is posted, and then `image` holds its PNG; empty where it couldn't be drawn.
    """

    payload: Mapping[str, object]
    papers: tuple[str, ...] = ()
    plot: Plot | None = None
    image: bytes = b""


class Messenger(Protocol):
    """Puts messages where people see them, on one platform.

    `key` names one message for all time (at most 25 characters): it travels with the message, invisibly, so that
    `find` can tell whether it arrived.
    """

    platform: str

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The platform's limits that all processes keep together, from the narrowest scope to the widest."""
        ...

    def draw(self, card: Card, key: str) -> tuple[Message, ...]:
        """The messages that say `card`, within the platform's limits: one unless they force more. Pure."""
        ...

    async def post(self, place: Place, message: Message, key: str) -> str:
        """Sends it once and returns its receipt (a timestamp or an id). Never retries an unknown outcome itself.

        A picture that the platform doesn't take costs the picture, never the message.

        Raises Refused, TryLater (with a scope where the platform limits us), NotLetIn or Unknown.
        """
        ...

    async def tell(self, place: Place, user: str, card: Card, key: str) -> None:
        """Says `card` to one person of the place's team alone, tried once. Raises a kind of DeliveryFailed.

        `user` is their id, as `Caller.user` gave it.
        """
        ...

    def address(self, place: Place) -> str:
        """The URL under which a person can open the channel; empty where there is none. Pure."""
        ...

    def direct(self, place: Place) -> bool:
        """Whether the place is one person's alone, by its name: for channels of which no record says so. Pure."""
        ...

    def token(self, place: Place) -> str:
        """A fingerprint of the token that speaks for the place's team: another token has another one. Pure."""
        ...

    async def find(self, place: Place, key: str, since: datetime) -> str | None:
        """The receipt of the message with `key` in the channel's history since then; None where it isn't there.

        Raises HistoryUnreadable where that can't be told, TryLater or NotLetIn where it may be told later.
        """
        ...


class Claim(StrEnum):
    """What may be done with a message: `FRESH` post it; `LOOK` it may be there already, look first.

    Or nothing: it is `DONE`, another process is `BUSY` with it, or it is to be tried `SOON` (within half a minute) or
    `LATER`.
    """

    FRESH = "fresh"
    LOOK = "look"
    DONE = "done"
    BUSY = "busy"
    SOON = "soon"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One digest, or recap, in the ledger, written there at `opened` (real time, whatever instant it is for).

    `state` is open, sent, cancelled or dead (given up, with no fault of the channel); `receipts` say where each of its
    messages stands, "" where that is uncertain.
    """

    digest: Digest | Recap
    state: str
    opened: datetime
    receipts: tuple[str, ...] = ()

    @property
    def place(self) -> Place:
        """Where it is to be said."""
        return self.digest.place

    @property
    def edition(self) -> IssueKey:
        """Its name in that place for all time."""
        return self.digest.edition
