"""Papers met with a channel's follows: pure, with the reason of each match in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.attribution import NOBODY_KNOWN, Attributions, Grade, Sureness
from bot.domain.categories import covers
from bot.domain.channel import Follow, Kind, Mute
from bot.domain.digest import Match
from bot.domain.paper import Paper
from bot.domain.text.normalize import fold
from bot.papers.candidate import (
    Candidate,
    speaks_of,
    wrote,
)

if TYPE_CHECKING:  # a tenth of a second, which a bot without a model does without
    import numpy as np
    from numpy.typing import NDArray

NEAR = 0.42
"""The cosine of a topic to what sets a paper apart from all others, from which the paper counts as about the topic.

Of the papers it adds to those that say the words nine in ten are on the topic, on topics and papers held out too; the
others, and other ways and bounds, are in tests/benchmarks/topics/RESULTS.md.
Set apart means less the mean of all papers, since
what all abstracts have in common would count for every topic.
"""
NEAR_ALONE = 0.55
"""The same where too few papers are at hand to know what is usual."""

_MOST_TELLING = (Kind.AUTHOR, Kind.TOPIC, Kind.CATEGORY)


@dataclass(frozen=True, slots=True)
class Meanings:
    """What followed topics mean: vectors of unit length, by `Follow.what`. Where one is missing, words alone count.
    And which of the people of a name wrote what: `persons`.

    `near_from` is `NEAR` where the candidates' vectors are what sets each apart, else `NEAR_ALONE`.
    """

    topics: "Mapping[str, NDArray[np.float32]]" = field(default_factory=dict)
    near_from: float = NEAR_ALONE
    persons: Attributions = NOBODY_KNOWN

    def near(self, topic: str, candidate: Candidate) -> bool:
        """Whether the paper is about the topic, whatever words it uses."""
        meant = self.topics.get(topic)
        return meant is not None and candidate.vector is not None and candidate.vector.dot(meant) >= self.near_from


NO_MEANINGS = Meanings()
"""Topics match by words alone, and people by their names."""


@dataclass(frozen=True, slots=True)
class FilterResult:
    """What became of the papers offered: `matches` in the order given, and how many a mute kept out."""

    matches: tuple[Match, ...]
    muted: int


def filter_papers(
    candidates: Iterable[Candidate],
    follows: Sequence[Follow],
    mutes: Sequence[Mute],
    cross: bool = True,
    meanings: Meanings = NO_MEANINGS,
    when: Mapping[str, datetime] | None = None,
) -> FilterResult:
    """The candidates that any follow wants and no mute keeps out; `cross` as in `Timetable`.

    `when` holds announcements (UTC) by paper id: a follow meets only the papers `announced_since` it began.
    """
    found, muted = [], 0
    for candidate in candidates:
        active = announced_since(follows, (when or {}).get(candidate.paper.id))
        match = match_of(candidate, active, cross, meanings)
        if match is None:
            continue
        if any(is_muted(candidate, mute) for mute in mutes):
            muted += 1
        else:
            found.append(match)
    return FilterResult(tuple(found), muted)


def announced_since(follows: Sequence[Follow], announced: datetime | None) -> Sequence[Follow]:
    """The follows that may bring a paper announced then: those that began before; all, where no time is known.

    The one place that decides it, for digests, previews and single papers.
    """
    return follows if announced is None else [follow for follow in follows if follow.since < announced]


def match_of(
    candidate: Candidate, follows: Sequence[Follow], cross: bool = True, meanings: Meanings = NO_MEANINGS
) -> Match | None:
    """Why a channel with these follows wants the paper, authors first; None where it doesn't."""
    hits = [(follow, why) for follow in follows if (why := reason(follow, candidate, cross, meanings))]
    if not hits:
        return None
    unsure = {follow.key for follow, _ in hits if is_unsure(follow, candidate, meanings)}
    hits.sort(key=lambda hit: (hit[0].key in unsure, _MOST_TELLING.index(hit[0].kind)))
    reasons = tuple(why for _, why in hits)
    if hits[0][0].key in unsure:  # and so are all behind it
        return Match(candidate.paper, reasons, perhaps_another=tuple(dict.fromkeys(one.what for one, _ in hits)))
    return Match(candidate.paper, reasons, followed_author=hits[0][0].kind is Kind.AUTHOR)


def wants(follow: Follow, candidate: Candidate, cross: bool = True, meanings: Meanings = NO_MEANINGS) -> bool:
    """Whether this one follow wants the paper; as `reason`."""
    return bool(reason(follow, candidate, cross, meanings))


def reason(follow: Follow, candidate: Candidate, cross: bool = True, meanings: Meanings = NO_MEANINGS) -> str:
    """Why this one follow wants the paper, for a person; empty where it doesn't.

    Without `cross`, a category wants it by its primary one alone.
    """
    match follow.kind:
        case Kind.CATEGORY:
            offered = candidate.paper.categories if cross else candidate.paper.categories[:1]
            return f"Category {follow.what}" if any(covers(follow.what, category) for category in offered) else ""
        case Kind.AUTHOR:
            named = any(wrote(name, candidate) for name in follow.spellings)
            return _by_person(follow, meanings.persons.of(follow.key, candidate.paper.id)) if named else ""
        case Kind.TOPIC:
            if speaks_of(follow.what, candidate):
                return f"Topic “{follow.what}”"
            return f"Close to “{follow.what}”" if meanings.near(follow.what, candidate) else ""


def _by_person(follow: Follow, how_sure: Sureness | None) -> str:
    """The reason for a paper that bears the name; empty where somebody else wrote it."""
    if how_sure is None or how_sure.grade is Grade.SURE:
        return f"You follow {follow.what}"
    if how_sure.grade is Grade.PROBABLY:
        return f"You follow {follow.what}, probably this one ({how_sure.why})"
    if how_sure.grade is Grade.PERHAPS_ANOTHER:
        return f"Perhaps another {follow.what} than you follow ({how_sure.why})"
    return ""


def is_unsure(follow: Follow, candidate: Candidate, meanings: Meanings) -> bool:
    """Whether the paper may be by a namesake: this follow alone doesn't bring it, but has it counted."""
    how_sure = meanings.persons.of(follow.key, candidate.paper.id)
    return how_sure is not None and how_sure.grade is Grade.PERHAPS_ANOTHER


def is_muted(candidate: Candidate, mute: Mute) -> bool:
    """Whether a mute names one of the authors, the primary category or words of the title or abstract."""
    if mute.what == candidate.paper.primary:
        return True
    return wrote(mute.what, candidate) or speaks_of(mute.what, candidate)


def mutes_of(paper: Paper, topics: Sequence[str], muted: Sequence[Mute] = ()) -> tuple[str, ...]:
    """What could be muted of a paper: its authors (the first three and the last), those of `topics` that it says in
    these words, its category. Each would keep it out; what is `muted` already isn't named.
    """
    candidate = Candidate(paper)
    authors = [*paper.authors[:3], *paper.authors[3:][-1:]]
    said = [topic for topic in topics if speaks_of(topic, candidate)]
    kept_out = {mute.key for mute in muted}
    named = dict.fromkeys(what for what in (*authors, *said, paper.primary) if what)
    return tuple(what for what in named if fold(what) not in kept_out)
