"""What the core needs of the world, as protocols; `bootstrap.py` alone names who fulfils them.

Errors: a catalogue or feed raises `SourceDown` (or `SourceBusy`), a summariser `ModelDown`, a store `StoreDown`, a
messenger a kind of `DeliveryFailed`. No library's own exception crosses these lines.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from bot.card import Card
from bot.command import Caller, Command
from bot.digest import Digest
from bot.paper import Paper
from bot.subscription import Channel, Follow, Mute, Place
from bot.summary import Summary


class Clock(Protocol):
    """Now, in UTC, and waiting."""

    def now(self) -> datetime: ...

    async def sleep(self, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a query's answer: `total` papers answer it, `papers` are those from the start asked for on."""

    papers: tuple[Paper, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Announced:
    """One entry of an announcement: `kind` is new, cross, replace or replace-cross, as arXiv says it."""

    paper: Paper
    kind: str


class Catalogue(Protocol):
    """All papers of arXiv, by question. At most one request every 3 s over all processes, so answers may take long."""

    async def papers(self, ids: Sequence[str]) -> list[Paper]:
        """Those of `ids` (versionless, valid) that exist; the others are left out without a word."""
        ...

    async def titled(self, title: str, limit: int) -> list[Paper]:
        """Papers whose titles hold these words, best first."""
        ...

    async def written_by(self, name: str, limit: int) -> list[Paper]:
        """Papers by people of exactly this name (accents and case aside), newest first."""
        ...

    async def submitted(self, archive: str, since: datetime, until: datetime, start: int) -> Page:
        """Papers of an archive (cross-lists too) submitted in between, newest first, from the `start`-th on."""
        ...


class AnnouncementFeed(Protocol):
    """What arXiv announced last, archive by archive."""

    async def today(self, archive: str) -> tuple[Announced, ...]:
        """The current announcement of `archive`, in its order; empty at weekends and on holidays."""
        ...


class Summarizer(Protocol):
    """Makes summaries. `name` is what `Summary.made_by` says."""

    name: str

    async def summarize(self, paper: Paper, lang: str) -> Summary:
        """A summary of `paper` in `lang`, checked; raises ModelDown rather than returning anything doubtful."""
        ...


class PaperStore(Protocol):
    """Every paper ever fetched, and when each was announced."""

    async def keep(self, papers: Sequence[Paper]) -> None:
        """Stores or refreshes them; an older version never replaces a newer one."""
        ...

    async def get(self, ids: Sequence[str]) -> dict[str, Paper]:
        """Those that are known, by id."""
        ...

    async def announce(self, when: Mapping[str, datetime]) -> None:
        """Notes the announcement of each id; one announced before keeps its first time."""
        ...

    async def announced(self, after: datetime, until: datetime) -> dict[str, datetime]:
        """The ids announced in (after, until], with their times."""
        ...

    async def announced_at(self, ids: Sequence[str]) -> dict[str, datetime]:
        """When those of `ids` that were announced, were."""
        ...

    async def names_like(self, name: str, limit: int) -> list[str]:
        """Authors known here with names near to `name`, nearest first, as they write themselves."""
        ...

    async def names_from(self, prefix: str, limit: int) -> list[str]:
        """Authors known here one of whose names starts with `prefix`, for autocompletion."""
        ...


class SummaryStore(Protocol):
    """The summaries that models made, one a paper, version and language."""

    async def get(self, paper: Paper, lang: str) -> Summary | None: ...

    async def keep(self, paper: Paper, summary: Summary) -> None: ...

    async def claim(self, paper: Paper, lang: str) -> bool:
        """True for the one, over all processes, that may ask a model for this summary now, for 90 s at most."""
        ...

    async def release(self, paper: Paper, lang: str) -> None:
        """Ends a claim; without a word where there is none."""
        ...


class ChannelStore(Protocol):
    """What people set, a record a channel. A change is durable when the call returns."""

    async def get(self, place: Place) -> Channel:
        """The channel, empty where nothing was ever set."""
        ...

    async def all(self) -> list[Channel]:
        """Every channel that has anything set, over all teams."""
        ...

    async def follow(self, place: Place, follow: Follow) -> bool:
        """Adds it; False where the channel had it already."""
        ...

    async def unfollow(self, place: Place, key: str) -> bool:
        """Ends the follow or mute of that key; False where there was none."""
        ...

    async def mute(self, place: Place, mute: Mute) -> bool:
        """Adds it; False where the channel had it already."""
        ...

    async def forget_team(self, platform: str, team: str) -> None:
        """Deletes all that a team made, its past digests too."""
        ...

    async def set(self, channel: Channel) -> None:
        """Stores all of the record but follows and mutes, which have their own calls, and `last_slot`."""
        ...


class FetchLog(Protocol):
    """When each archive was last asked, source by source, so that what was missed can be told."""

    async def last(self, source: str) -> dict[str, datetime]:
        """The last complete answer of `source` (feed or api) for each archive."""
        ...

    async def done(self, source: str, archive: str, now: datetime) -> None:
        """Notes a complete answer."""
        ...

    def alone(self) -> AbstractAsyncContextManager[None]:
        """Holds the one place of who fetches, over all processes; one that was killed frees it within 45 s."""
        ...


@dataclass(frozen=True, slots=True)
class Message:
    """One message as a platform wants it: `payload` is JSON, opaque to the core; `papers` are the ids it names."""

    payload: Mapping[str, object]
    papers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Say:
    """One digest in the ledger, written there at `opened` (real time, whatever instant the digest is for).

    `state` is open, sent or cancelled; `receipts` say where each of its messages stands, "" where that is uncertain.
    """

    digest: Digest
    state: str
    opened: datetime
    receipts: tuple[str, ...] = ()


class Claim(StrEnum):
    """What may be done with a message: `FRESH` post it; `LOOK` it may be there already, look first; `DONE`; `BUSY`."""

    FRESH = "fresh"
    LOOK = "look"
    DONE = "done"
    BUSY = "busy"


class Ledger(Protocol):
    """What must be said to whom, was said, and where. Each call is one atomic step, safe to repeat."""

    async def open(self, digest: Digest, served: datetime | None) -> bool:
        """Writes the digest, its papers as delivered (the hidden too) and the slot as served, all or nothing.

        False, and nothing written, where that day has a digest or the channel's last slot isn't `served` any more.
        """
        ...

    async def skip(self, place: Place, slot: datetime) -> None:
        """Notes a slot as served without a digest."""
        ...

    async def delivered(self, place: Place) -> set[str]:
        """The ids that this channel was told of, or is being told of, within the last 40 days."""
        ...

    async def find(self, place: Place, day: date) -> Say | None:
        """The digest of that day, if there was one."""
        ...

    async def waiting(self) -> list[tuple[Place, date]]:
        """All digests that aren't wholly sent, over all teams."""
        ...

    async def uncertain(self, place: Place) -> list[date]:
        """The days with a message whose arrival can't be told."""
        ...

    async def messages(self, place: Place, day: date, drawn: Sequence[Message]) -> list[Message]:
        """The messages of the digest as first drawn: `drawn` where it is the first, else what was stored then."""
        ...

    async def claim(self, place: Place, day: date, part: int) -> Claim:
        """Takes the right to post one message, until it is settled or `hold` isn't called for 30 s."""
        ...

    async def hold(self, place: Place, day: date, part: int) -> bool:
        """Keeps a claim alive; False where it is ours no more."""
        ...

    async def sent(self, place: Place, day: date, part: int, receipt: str) -> None:
        """Records where it stands."""
        ...

    async def unsent(self, place: Place, day: date, part: int) -> None:
        """Gives the claim back: the message was surely not taken."""
        ...

    async def doubt(self, place: Place, day: date, part: int) -> None:
        """Marks the message uncertain; it isn't posted again unless `again` is called."""
        ...

    async def again(self, place: Place, day: date) -> bool:
        """Somebody wants the uncertain messages of that day posted; False where there are none."""
        ...

    async def refused(self, place: Place, day: date) -> int:
        """Counts a refusal and returns how many there were."""
        ...

    async def close(self, place: Place, day: date) -> None:
        """All its messages are sent or uncertain."""
        ...

    async def cancel(self, place: Place, day: date, why: str) -> None:
        """Gives up: the channel is paused with this sentence, and papers not yet said count as undelivered again."""
        ...


class Messenger(Protocol):
    """Puts messages where people see them, on one platform.

    `key` names one message for all time (at most 25 characters): it travels with the message, invisibly, so that
    `find` can tell whether it arrived.
    """

    platform: str

    def draw(self, card: Card, key: str) -> tuple[Message, ...]:
        """The messages that say `card`, within the platform's limits: one unless they force more. Pure."""
        ...

    async def post(self, place: Place, message: Message, key: str) -> str:
        """Sends it once and returns its receipt (a timestamp or an id). Never retries an unknown outcome itself.

        Raises Refused, TryLater or Unknown.
        """
        ...

    async def find(self, place: Place, key: str, since: datetime) -> str | None:
        """The receipt of the message with `key` in the channel's history since then; None where it isn't there.

        Raises HistoryUnreadable where that can't be told, TryLater where it may be told later.
        """
        ...


class Door(Protocol):
    """The core as adapters see it."""

    async def answer(self, command: Command, caller: Caller) -> Card:
        """What to show for `command`. Never raises: whatever goes wrong comes as a card."""
        ...

    async def suggest(self, kind: str, begun: str, caller: Caller) -> list[str]:
        """At most 25 completions of what was `begun`, from the store alone, within a second; never raises.

        `kind` is author, category, topic, followed (what this channel follows or mutes), paper or zone.
        """
        ...

    async def forget_team(self, platform: str, team: str) -> None:
        """Deletes all that the team made, because the bot was removed from it."""
        ...
