"""What must be said, and who says it. Errors: `StoreDown` of the ledger, a kind of `DeliveryFailed` of a messenger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.card import Card
from bot.digest import Digest
from bot.edition import Edition
from bot.plot import Plot
from bot.ports.pace import Limit
from bot.recap import Recap
from bot.subscription import Place


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
class Say:
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
    def edition(self) -> Edition:
        """Its name in that place for all time."""
        return self.digest.edition


class Ledger(Protocol):
    """What must be said to whom, was said, and where. Each call is one atomic step, safe to repeat.

    An edition is what is said at a time: a day's digest, or a week's recap.
    """

    async def open(self, digest: Digest, served: datetime | None) -> bool:
        """Writes the digest, its papers as delivered (the hidden too) and the slot as served, all or nothing.

        False, and nothing written, where that day has a digest or the channel's last slot isn't `served` any more.
        """
        ...

    async def open_recap(self, recap: Recap, last: datetime | None) -> bool:
        """Writes the recap and its slot as that of the channel's last one; it delivers no paper.

        False, and nothing written, where that week has a recap or the channel's last one isn't `last` any more.
        """
        ...

    async def delivered(self, place: Place) -> set[str]:
        """The ids that this channel was told of, or is being told of, within the last 40 days."""
        ...

    async def told(self, place: Place) -> dict[str, datetime]:
        """As `delivered`, each with its digest's slot, but without what surely wasn't said yet."""
        ...

    async def find(self, place: Place, edition: Edition) -> Say | None:
        """The digest of that day or the recap of that week, if there was one."""
        ...

    async def waiting(self) -> list[tuple[Place, Edition]]:
        """All editions that aren't wholly sent, over all teams."""
        ...

    async def editions(self, place: Place) -> list[Edition]:
        """Those for that place that aren't wholly sent, oldest first, a recap after the digests of its week."""
        ...

    async def uncertain(self, place: Place) -> list[Edition]:
        """Those with a message whose arrival can't be told."""
        ...

    async def messages(self, place: Place, edition: Edition, drawn: Sequence[Message]) -> list[Message]:
        """The messages of the edition as first drawn: `drawn` where it is the first, else what was stored then."""
        ...

    async def claim(self, place: Place, edition: Edition, part: int) -> Claim:
        """Takes the right to post one message, until it is settled or `hold` isn't called for 15 s."""
        ...

    async def queue(self, place: Place, edition: Edition, part: int) -> Claim:
        """As `claim`, for who has to wait before it posts: a claim that isn't `LOOK` and runs out leaves no doubt.

        `claim` has to follow right before it is posted.
        """
        ...

    async def hold(self, place: Place, edition: Edition, part: int) -> bool:
        """Keeps a claim alive; False where it is ours no more."""
        ...

    async def sent(self, place: Place, edition: Edition, part: int, receipt: str) -> None:
        """Records where it stands."""
        ...

    async def unsent(self, place: Place, edition: Edition, part: int, wait_seconds: float = 0) -> None:
        """Gives the claim back: the message was surely not taken, and isn't wanted by anybody for `wait_seconds`."""
        ...

    async def unseen(self, place: Place, edition: Edition, part: int, wait_seconds: float) -> None:
        """As `unsent`, but it may have been taken, which can't be looked up now: who claims it next looks first."""
        ...

    async def tried(self, place: Place, edition: Edition) -> int:
        """Counts an attempt that failed for the time being, and returns how many there were since the last success."""
        ...

    async def doubt(self, place: Place, edition: Edition, part: int) -> None:
        """Marks the message uncertain; it isn't posted again unless `again` is called."""
        ...

    async def again(self, place: Place, edition: Edition) -> bool:
        """Somebody wants its uncertain messages posted; False where there are none."""
        ...

    async def refused(self, place: Place, edition: Edition) -> int:
        """Counts a refusal and returns how many there were."""
        ...

    async def close(self, place: Place, edition: Edition) -> None:
        """All its messages are sent or uncertain."""
        ...

    async def cancel(self, place: Place, edition: Edition, why: str) -> str:
        """Gives up: the channel is paused with this sentence, and papers surely not said count as undelivered again.

        Returns `Channel.by` where this is what paused the channel; empty where it was paused already.
        """
        ...

    async def drop(self, place: Place, edition: Edition) -> None:
        """Gives up this edition alone: it waits no more, unless it is revived."""
        ...

    async def revive(self, place: Place, edition: Edition) -> bool:
        """Has a dropped edition wait again; False where it wasn't dropped."""
        ...
