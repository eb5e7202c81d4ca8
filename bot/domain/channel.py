"""A channel's subscriptions: follows, mutes and the timetable of its digest."""

from dataclasses import field, replace
from datetime import datetime, time
from enum import StrEnum
from functools import lru_cache

from bot.domain.frozen import frozen
from bot.domain.text.normalize import fold

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Indexed by `datetime.weekday()`."""


MAX_FOLLOWS, MAX_MUTES = 500, 500


class Kind(StrEnum):
    """The kind of a follow or a mute."""

    AUTHOR = "author"
    CATEGORY = "category"
    TOPIC = "topic"


@frozen
class Place:
    """One channel or direct message of one team on one platform."""

    platform: str
    team: str
    channel: str

    @property
    def tag(self) -> str:
        """The team's name, unique over all platforms; the hash tag of its Redis keys."""
        return f"{self.platform}:{self.team}"

    def __str__(self) -> str:
        return f"{self.platform}/{self.team}/{self.channel}"


@frozen
class Person:
    """The person meant by a follow, among all people of that name.

    `identity` comes from `author.find_identity`; it is empty if only a paper identifies them. `names` are other
    spellings. `papers` are arXiv ids they are known to have written, the latest last. `others` holds the papers of
    each other known person of the name; an empty entry is a person with no known paper. `orcid` looks like
    0000-0002-1825-0097; empty if unknown.
    """

    identity: str = ""
    names: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    others: tuple[tuple[str, ...], ...] = ()
    orcid: str = ""


@frozen
class Follow:
    """A channel's subscription to an author, a category or a topic, from `since` (UTC) on.

    An author follow without a `person` matches everybody of that name.
    """

    kind: Kind
    what: str
    since: datetime
    by: str = ""
    person: Person | None = None

    @property
    def key(self) -> str:
        """Equal for two follows of the same thing, however it was typed; two people of one name differ."""
        return f"{self.kind}:{self.identity or _folded(self.what)}"

    @property
    def identity(self) -> str:
        """The identity of the followed person, as people can type it; empty if unknown."""
        return self.person.identity if self.person else ""

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every known spelling of what is followed."""
        return (self.what, *self.person.names) if self.person else (self.what,)


@lru_cache(maxsize=16_384)  # asked a hundred times for a digest
def _folded(what: str) -> str:
    return fold(what)


@frozen
class Mute:
    """Words or an author whose papers a channel hides."""

    what: str
    since: datetime
    by: str = ""

    @property
    def key(self) -> str:
        """Equal for two mutes of the same words; see `Follow.key`."""
        return fold(self.what)


@frozen
class Timetable:
    """Settings of a channel's digest: local time `at` in `zone` (an IANA name) on `days` (0 is Monday).

    If `cross` is False, a followed category brings only papers whose primary category it covers. `recap` is the
    weekday of the weekly recap, or None. `trending` adds trending papers, `gists` a sentence to each paper. `club`: the
    channel picks a paper to read together, on Fridays.
    """

    at: time = time(9, 0)
    zone: str = "UTC"
    days: frozenset[int] = frozenset(range(5))
    top: int = 10
    lang: str = "en"
    cross: bool = True
    recap: int | None = None
    trending: bool = False
    gists: bool = True
    club: bool = False


@frozen
class Channel:
    """Everything set for one place. `since` (UTC) is when the digest was switched on; `off`: it was switched off.

    `paused` is the sentence that explains why nothing is sent any more; empty if deliveries work. `by` is the platform
    id of the person who last switched the digest on; they are told of a pause. `last_slot` is the slot of the last
    digest in the ledger, `last_recap` that of the last recap. `ahead` is a last slot from the future that was
    corrected, until the next digest says so. `direct` tells a direct message from a channel; None in records older than
    this field. `locked`: only admins may change what the channel gets. `set_up_by` is the platform id of the person who
    first switched the digest on, or locked a channel that had none. `last_club` is the slot of the last ballot or pick
    of the reading club.
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
    ahead: datetime | None = None
    locked: bool = False
    set_up_by: str = ""
    last_club: datetime | None = None

    @property
    def owner(self) -> str:
        """The platform id of the person who set the channel up; in older records, who last switched the digest on."""
        return self.set_up_by or self.by

    @property
    def has_anything(self) -> bool:
        """True if anybody ever set anything here; `direct` doesn't count, nobody sets it."""
        return replace(self, direct=None) != Channel(self.place)

    @property
    def wants_digest(self) -> bool:
        """True if digests are built for this channel."""
        return self.timetable is not None and not self.off and not self.paused
