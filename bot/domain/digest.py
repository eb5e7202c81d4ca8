"""A digest: the papers that one channel gets on one day, and counts of the rest."""

from dataclasses import field
from datetime import date, datetime
from enum import StrEnum

from bot.domain.channel import Place
from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.domain.summary import Summary


class Group(StrEnum):
    """The main reason for a paper in a digest, in the order of a digest's parts."""

    PEOPLE = "people"
    LIKED = "liked"
    TOPICS = "topics"
    CATEGORIES = "categories"
    TRENDING = "trending"


GROUPS = tuple(Group)


@frozen
class Match:
    """A paper that matches a channel's follows, with reasons for people; `followed_author` puts it first.

    `group` is its part of the digest, None in records older than this field; `because` is the reason in a few words
    beside the part's heading: followed names, a topic, a liked paper. `trending`: no follow matches it, but many people
    read it. `perhaps_another` lists followed names if the only match
    is a name that somebody else may have; such a paper is counted, never shown.
    """

    paper: Paper
    reasons: tuple[str, ...]
    followed_author: bool = False
    score: int | None = None
    trending: bool = False
    perhaps_another: tuple[str, ...] = ()
    group: Group | None = None
    because: str = ""

    def scored(self, reasons: tuple[str, ...], score: int) -> "Match":
        """Return the match with these; `replace` takes four times as long for each of hundreds of a digest."""
        followed, trending, perhaps_another = self.followed_author, self.trending, self.perhaps_another
        return Match(self.paper, reasons, followed, score, trending, perhaps_another, self.group, self.because)


@frozen
class DigestItem:
    """A paper shown in a digest, with its summary."""

    match: Match
    summary: Summary


@frozen
class Namesake:
    """A paper that may be by a different person than the one followed under `names`, with reasons for people."""

    paper_id: str
    names: tuple[str, ...]
    reasons: tuple[str, ...]


@frozen
class Digest:
    """The digest of one channel and day (the channel's own date).

    `announced` counts all papers announced in the time covered, `matched` those for this channel, `muted` those hidden
    by a mute. `hidden` are ids that matched but aren't shown; `namesakes` are neither matched nor shown, but one press
    away. `quiet_because` explains an empty digest. `missing` has a sentence for each source or model that was down.
    `uncertain` are days since the last digest whose messages may not have arrived. `next_at` is the next delivery
    (UTC), `zone` the IANA name of the channel's time zone. `gists`: each paper comes with a sentence on what it says.
    """

    place: Place
    day: date
    slot: datetime
    items: tuple[DigestItem, ...]
    announced: int
    matched: int
    muted: int = 0
    hidden: tuple[str, ...] = ()
    quiet_because: str = ""
    missing: tuple[str, ...] = field(default=())
    next_at: datetime | None = None
    zone: str = "UTC"
    uncertain: tuple[date, ...] = ()
    namesakes: tuple[Namesake, ...] = ()
    gists: bool = True

    @property
    def issue_key(self) -> date:
        """Its name among what is said in the channel."""
        return self.day

    @property
    def paper_ids(self) -> tuple[str, ...]:
        """Ids of all its papers: shown, hidden and namesakes'."""
        shown = (item.match.paper.id for item in self.items)
        return (*shown, *self.hidden, *(one.paper_id for one in self.namesakes))

    @property
    def key(self) -> str:
        """Unique for each channel and day."""
        return f"{self.place.channel}:{self.day.isoformat()}"
