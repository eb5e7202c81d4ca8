"""Messages, the messenger port and ledger entries.

The ledger raises `StoreDown`; a messenger raises a subclass of `DeliveryFailed`.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.delivery.rate_limit import Limit
from bot.domain.card import Card
from bot.domain.channel import Place
from bot.domain.club import Ballot, Pick
from bot.domain.digest import Digest
from bot.domain.frozen import frozen
from bot.domain.issue_key import IssueKey
from bot.domain.plot import Plot
from bot.domain.posting import PostingCheck
from bot.domain.recap import Recap


@frozen
class Message:
    """One message in a platform's own format.

    `payload` is JSON, opaque to the core; `papers` are the ids it names. `plot` is drawn when the message is posted:
    `image` then holds its PNG, empty if it couldn't be drawn.
    """

    payload: Mapping[str, object]
    papers: tuple[str, ...] = ()
    plot: Plot | None = None
    image: bytes = b""


class Messenger(Protocol):
    """Posts messages to one platform.

    `key` identifies one message permanently (at most 25 characters). It travels invisibly with the message, and `find`
    uses it to tell if the message arrived.
    """

    platform: str

    @property
    def limits(self) -> tuple[Limit, ...]:
        """Return the platform's limits, narrowest scope first; all processes share them."""
        ...

    def draw(self, card: Card, key: str) -> tuple[Message, ...]:
        """Render `card` as messages within the platform's limits: one unless they force more. Pure."""
        ...

    async def post(self, place: Place, message: Message, key: str) -> str:
        """Post the message once and return its receipt (a timestamp or an id). Never retry an unknown outcome.

        If the platform rejects a picture, post the message without it.

        Raises Refused, TryLater (with a scope if the platform limits us), NotLetIn or Unknown.
        """
        ...

    async def tell(self, place: Place, user: str, card: Card, key: str) -> None:
        """Send `card` to one user of the place's team privately, with one attempt.

        `user` is the id from `Caller.user`. Raises a subclass of DeliveryFailed.
        """
        ...

    def address(self, place: Place) -> str:
        """Return the URL that opens the channel; empty if there is none. Pure."""
        ...

    def direct(self, place: Place) -> bool:
        """Return True if the place's name marks a direct message; used if no record says so. Pure."""
        ...

    async def can_post(self, place: Place) -> PostingCheck:
        """Tell if the bot can post in the channel now, without posting. Never raises: a failure is UNKNOWN."""
        ...

    async def may_read(self, place: Place, user: str) -> bool | None:
        """Tell if the user may still read the place, and so what the bot writes there; None if the platform won't tell.

        Raises TryLater or NotLetIn if it may tell later.
        """
        ...

    def token(self, place: Place) -> str:
        """Return a fingerprint of the token for the place's team; another token has another fingerprint. Pure."""
        ...

    async def find(self, place: Place, key: str, since: datetime, besides: str = "") -> str | None:
        """Return the receipt of the message with `key` posted since then; None if it isn't in the channel's history.

        The message with the receipt `besides` is left out.

        Raises HistoryUnreadable if the history can't answer, TryLater or NotLetIn if it may answer later.
        """
        ...


class Claim(StrEnum):
    """The result of claiming a message.

    `FRESH`: post it. `LOOK`: it may have been posted; look for it first. `DONE`: nothing to do. `BUSY`: another process
    holds it. `SOON`: retry within half a minute. `LATER`: retry after more than that.
    """

    FRESH = "fresh"
    LOOK = "look"
    DONE = "done"
    BUSY = "busy"
    SOON = "soon"
    LATER = "later"


@frozen
class LedgerEntry:
    """A digest, a recap, or a ballot or pick of the reading club, in the ledger.

    `opened` is the real time when it was written, whatever slot it is for. `state` is open, sent, cancelled, dead
    (given up, through no fault of the channel) or quiet (never sent). `receipts` has one entry a message, "" if its
    arrival is unknown.
    """

    digest: Digest | Recap | Ballot | Pick
    state: str
    opened: datetime
    receipts: tuple[str, ...] = ()

    @property
    def place(self) -> Place:
        """Return the place it is sent to."""
        return self.digest.place

    @property
    def issue_key(self) -> IssueKey:
        """Return the key that identifies it permanently within its place."""
        return self.digest.issue_key
