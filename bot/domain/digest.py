"""A digest: what one channel is told on one day, and the truth about what it isn't told."""

from dataclasses import dataclass, field
from datetime import date, datetime

from bot.domain.channel import Place
from bot.domain.paper import Paper
from bot.domain.summary import Summary


@dataclass(frozen=True, slots=True)
class Match:
    """A paper that a channel wants, and why, in words for a person; `followed_author` puts it first.

    `trending`: it isn't of what the channel follows, but of what many read. `perhaps_another` are the names followed
    where nothing but a name speaks for it that perhaps somebody else has: it is counted, never named.
    """

    paper: Paper
    reasons: tuple[str, ...]
    followed_author: bool = False
    score: int | None = None
    trending: bool = False
    perhaps_another: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DigestItem:
    """A paper shown in a digest, with its summary."""

    match: Match
    summary: Summary


@dataclass(frozen=True, slots=True)
class Namesake:
    """A paper that is perhaps by somebody else of the `names` followed, and why that is so, in words for a person."""

    paper_id: str
    names: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """What stands in the channel on `day` (the channel's own date).

    `announced` counts all papers announced in the time covered, `matched` those for this channel, `muted` those kept
    out by a mute; `hidden` are the ids matched and not shown; `namesakes` are neither matched nor shown, but one tap
    away. `quiet_because` says why there is nothing; `missing` names each source or model that was down, a sentence
    each; `uncertain` the days since the last digest whose messages may or may not have arrived. `next_at` is the next
    delivery (UTC), `zone` the IANA name of the channel's time zone.
    """

    place: Place
    day: date
    slot: datetime
    items: tuple[DigestItem, ...]
    announced: int
    matched: int
    muted: int = 0
    by_category: tuple[tuple[str, int], ...] = ()
    hidden: tuple[str, ...] = ()
    quiet_because: str = ""
    missing: tuple[str, ...] = field(default=())
    next_at: datetime | None = None
    zone: str = "UTC"
    uncertain: tuple[date, ...] = ()
    namesakes: tuple[Namesake, ...] = ()

    @property
    def issue_key(self) -> date:
        """Its name among what is said in the channel."""
        return self.day

    @property
    def paper_ids(self) -> tuple[str, ...]:
        """All that it tells of, the hidden and those of namesakes too."""
        shown = (item.match.paper.id for item in self.items)
        return (*shown, *self.hidden, *(one.paper_id for one in self.namesakes))

    @property
    def key(self) -> str:
        """One digest a channel and day, whatever happens in between."""
        return f"{self.place.channel}:{self.day.isoformat()}"
