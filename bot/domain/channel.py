"""What a channel asked for: its follows, its mutes, and when its digest comes."""

from dataclasses import dataclass, field, replace
from datetime import datetime, time
from enum import StrEnum

from bot.domain.text.normalize import fold

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""In the order of `datetime.weekday()`."""


class Kind(StrEnum):
    """What a follow or a mute is about."""

    AUTHOR = "author"
    CATEGORY = "category"
    TOPIC = "topic"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is said: one channel or direct message of one team on one platform."""

    platform: str
    team: str
    channel: str

    @property
    def tag(self) -> str:
        """The team's name over all platforms: the hash tag of its keys."""
        return f"{self.platform}:{self.team}"

    def __str__(self) -> str:
        return f"{self.platform}/{self.team}/{self.channel}"


@dataclass(frozen=True, slots=True)
class Person:
    """Which of the people of a name is followed.

    `identity` is as `author.find_identity` gives it; empty where she is known by a paper alone. `names` are her other
    spellings, `papers` the arXiv ids of what she is known to have written, the latest last. `others` are the papers of
    each other person of the name who is known; an empty one says that there is somebody of whom nothing is. `orcid` is
    hers, such as 0000-0002-1825-0097, where it is known.
    """

    identity: str = ""
    names: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    others: tuple[tuple[str, ...], ...] = ()
    orcid: str = ""


@dataclass(frozen=True, slots=True)
class Follow:
    """A channel's wish to hear of an author, a category or a topic, from `since` (UTC) on.

    Without a `person`, an author is everybody of that name.
    """

    kind: Kind
    what: str
    since: datetime
    by: str = ""
    person: Person | None = None

    @property
    def key(self) -> str:
        """Two follows with the same key are the same wish, however it was typed; two people of one name are two."""
        return f"{self.kind}:{self.identity or fold(self.what)}"

    @property
    def identity(self) -> str:
        """Of the person followed, as it can be typed; empty where none is known."""
        return self.person.identity if self.person else ""

    @property
    def spellings(self) -> tuple[str, ...]:
        """What is followed, in every spelling that is known."""
        return (self.what, *self.person.names) if self.person else (self.what,)


@dataclass(frozen=True, slots=True)
class Mute:
    """Words or an author that a channel doesn't want to hear of."""

    what: str
    since: datetime
    by: str = ""

    @property
    def key(self) -> str:
        """As `Follow.key`."""
        return fold(self.what)


@dataclass(frozen=True, slots=True)
class Timetable:
    """When a channel's digest comes: `at` is the local time in `zone` (an IANA name) on `days` (0 is Monday).

    Without `cross` a followed category brings only papers whose primary category it covers. `recap` is the weekday of
    the weekly recap, None where the channel wants none. `trending`: what many read is part of the digest too.
    """

    at: time = time(9, 0)
    zone: str = "UTC"
    days: frozenset[int] = frozenset(range(5))
    top: int = 10
    lang: str = "en"
    cross: bool = True
    recap: int | None = None
    trending: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """All that is set for one place. `since` is when the digest was switched on; `off` that it was switched off.

    `paused` is the sentence that says why nothing is sent there any more; empty where all is well. `by` is the
    platform's id of the person who switched the digest on last, and is told of a pause; empty where nobody is known.
    `last_slot` is the slot of the last digest that was written to the ledger, `last_recap` that of the last recap.
    `direct`: whether it is one person's alone, as whoever first made something there said; None in older records.
    """

    place: Place
    timetable: Timetable | None = None
    since: datetime | None = None
    off: bool = False
    paused: str = ""
    last_slot: datetime | None = None
    follows: tuple[Follow, ...] = field(default=())
    mutes: tuple[Mute, ...] = field(default=())
    by: str = ""
    last_recap: datetime | None = None
    direct: bool | None = None

    @property
    def has_anything(self) -> bool:
        """Whether anything was ever set; what kind of place it is isn't set by anybody."""
        return replace(self, direct=None) != Channel(self.place)

    @property
    def wants_digest(self) -> bool:
        """Whether a digest is to be built for it."""
        return self.timetable is not None and not self.off and not self.paused
