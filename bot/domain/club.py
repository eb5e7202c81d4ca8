"""The reading club: a channel picks a paper on Fridays, to read it together a week later."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime

from bot.domain.channel import Place
from bot.domain.frozen import frozen
from bot.domain.issue_key import ClubDay
from bot.domain.paper import Paper

MOST_PAPERS, FEWEST_PAPERS = 3, 2
"""On a ballot."""


@frozen
class Ballot:
    """Friday's question which of `papers` to read together.

    `slot` is when it is due and `closes` when votes end (UTC); `day` is the channel's date, `zone` its time zone.
    `gists` by id.
    """

    place: Place
    slot: datetime
    day: date
    papers: tuple[Paper, ...]
    closes: datetime
    zone: str
    gists: Mapping[str, str] = field(default_factory=dict)

    @property
    def issue_key(self) -> ClubDay:
        """Its key."""
        return ClubDay(self.day)


@frozen
class Pick:
    """Monday's answer: `paper` got `votes` of `voters`; if nobody voted, it is the first of the ballot.

    `meets` is when to talk about it (UTC). `day` and `zone` as of a ballot.
    """

    place: Place
    slot: datetime
    day: date
    paper: Paper
    votes: int
    voters: int
    meets: datetime
    zone: str
    gist: str = ""

    @property
    def issue_key(self) -> ClubDay:
        """Its key."""
        return ClubDay(self.day)
