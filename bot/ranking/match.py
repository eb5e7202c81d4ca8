"""Matches papers with a channel's follows, with a reason in words for each match: pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING

from bot.domain.attribution import NOBODY_KNOWN, Attributions, Grade, Sureness
from bot.domain.categories import covers
from bot.domain.channel import Follow, Kind, Mute
from bot.domain.digest import Group, Match
from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.domain.schedule import SETTLED, last_announcement
from bot.domain.text.normalize import fold
from bot.papers.candidate import Candidate, speaks_of, wrote

if TYPE_CHECKING:  # numpy loads in 0.1 s; a bot without a model avoids it
    import numpy as np
    from numpy.typing import NDArray

MIN_COSINE = 0.42
"""Minimum cosine of a topic and a paper's centered vector for the paper to match the topic.

Nine in ten of the papers added to those with the topic's words are on the topic, also on held-out topics and papers;
tests/benchmarks/topics/RESULTS.md has other methods and bounds. Vectors are centered on the mean of all papers, since
what all abstracts share would match every topic.
"""
MIN_COSINE_UNCENTERED = 0.55
"""Minimum cosine for uncentered vectors, when there are too few papers for a mean."""

_NO_ARXIV_YET = 1990
"""A damaged record may say any year; arXiv began in 1991."""

# Named once: in Python 3.11, each `Kind.AUTHOR` is a call, and every paper of a digest asks for several.
_AUTHOR, _TOPIC, _CATEGORY = _BY_IMPORTANCE = (Kind.AUTHOR, Kind.TOPIC, Kind.CATEGORY)
_GROUPS = (Group.PEOPLE, Group.TOPICS, Group.CATEGORIES)


@frozen
class Meanings:
    """Unit-length vectors of followed topics by `Follow.what`, and attributions of papers to `persons`.

    A topic without a vector matches by words alone. `min_cosine` is `MIN_COSINE` if the candidates' vectors are
    centered, else `MIN_COSINE_UNCENTERED`.
    """

    topics: "Mapping[str, NDArray[np.float32]]" = field(default_factory=dict)
    min_cosine: float = MIN_COSINE_UNCENTERED
    persons: Attributions = NOBODY_KNOWN

    def near(self, topic: str, candidate: Candidate) -> bool:
        """Return True if the paper is about the topic, by its embedding."""
        vector = self.topics.get(topic)
        return vector is not None and candidate.vector is not None and candidate.vector.dot(vector) >= self.min_cosine


NO_MEANINGS = Meanings()
"""Topics match by words alone, and people by their names."""


@frozen
class FilterResult:
    """The `matches` among candidates, in the order given, and the number of matches that a mute hid."""

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
    """Return the candidates that match a follow and no mute; `cross` as in `Timetable`.

    `when` has the announcements (UTC) by paper id: a follow matches only papers `announced_since` it `counts_from`.
    """
    return filter_groups([(follows, candidates)], mutes, cross, meanings, when)


def filter_groups(
    groups: Iterable[tuple[Sequence[Follow], Iterable[Candidate]]],
    mutes: Sequence[Mute],
    cross: bool = True,
    meanings: Meanings = NO_MEANINGS,
    when: Mapping[str, datetime] | None = None,
    named: bool = False,
) -> FilterResult:
    """Filter candidates as `filter_papers` does, each by the follows beside it: no other follow may match it.

    `named`: people stand only beside papers that have their names, which then needs no look.
    """
    found: list[Match] = []
    muted = 0
    for follows, candidates in groups:
        if _is_category_alone(follows) and not (when or mutes):  # most of a digest's hundreds
            found += _matches_of_category(candidates, follows[0], cross)
            continue
        for candidate in candidates:
            active = announced_since(follows, when.get(candidate.paper.id)) if when else follows
            match = match_of(candidate, active, cross, meanings, named)
            hidden = match is not None and any(is_muted(candidate, mute) for mute in mutes)
            muted += hidden
            if match is not None and not hidden:
                found.append(match)
    return FilterResult(tuple(found), muted)


def announced_since(follows: Sequence[Follow], announced: datetime | None) -> Sequence[Follow]:
    """Return the follows that count for a paper announced then; all if `announced` is None.

    Digests, previews and single papers all use this rule.
    """
    return follows if announced is None else [follow for follow in follows if counts_from(follow.since) <= announced]


@lru_cache(maxsize=16_384)  # asked for every follow and every paper
def counts_from(since: datetime) -> datetime:
    """Return the announcement (UTC) from which on papers match a follow that began at `since`: pure.

    It is the newest one that could be read by then, so that the first digest isn't empty: Thursday evening's for a
    follow on Friday, Saturday or Sunday, as arXiv announces Sunday to Thursday evenings. It depends on nothing else,
    hence every digest, preview and retry agrees; the ledger keeps out what was delivered before.
    """
    return last_announcement(since - SETTLED) if since.year > _NO_ARXIV_YET else since


def match_of(
    candidate: Candidate,
    follows: Sequence[Follow],
    cross: bool = True,
    meanings: Meanings = NO_MEANINGS,
    named: bool = False,
) -> Match | None:
    """Return the paper's match with reasons, authors first; None if no follow matches. `named`: see `reason`."""
    if _is_category_alone(follows):
        return _match_of_category(candidate, follows[0], cross)
    hits = [
        (is_unsure(follow, candidate, meanings), _BY_IMPORTANCE.index(follow.kind), follow.what, why)
        for follow in follows
        if (why := reason(follow, candidate, cross, meanings, named))
    ]
    if not hits:
        return None
    hits.sort(key=itemgetter(0, 1))
    unsure, first, _, _ = hits[0]
    reasons = tuple(why for _, _, _, why in hits)
    if unsure:  # hence all are
        return Match(candidate.paper, reasons, perhaps_another=tuple(dict.fromkeys(what for _, _, what, _ in hits)))
    because = ", ".join(what for doubt, kind, what, _ in hits if kind == first and not doubt)
    return Match(candidate.paper, reasons, first == 0, group=_GROUPS[first], because=because)


def _is_category_alone(follows: Sequence[Follow]) -> bool:
    return len(follows) == 1 and follows[0].kind is _CATEGORY


def _matches_of_category(candidates: Iterable[Candidate], follow: Follow, cross: bool) -> list[Match]:
    key = follow.what, cross
    found = [one.by_category.get(key) or _match_of_category(one, follow, cross) for one in candidates]
    return [match for match in found if match]


def _match_of_category(candidate: Candidate, follow: Follow, cross: bool) -> Match | None:
    """Return the match of a category alone, as most matches are: the same in all channels, hence made once."""
    kept, key = candidate.by_category, (follow.what, cross)
    if key not in kept:
        why = reason(follow, candidate, cross)
        kept[key] = Match(candidate.paper, (why,), group=Group.CATEGORIES, because=follow.what) if why else None
    return kept[key]


def wants(follow: Follow, candidate: Candidate, cross: bool = True, meanings: Meanings = NO_MEANINGS) -> bool:
    """Return True if the follow matches the paper; arguments as for `reason`."""
    return bool(reason(follow, candidate, cross, meanings))


def reason(
    follow: Follow, candidate: Candidate, cross: bool = True, meanings: Meanings = NO_MEANINGS, named: bool = False
) -> str:
    """Return the reason of the follow's match, for people; empty if it doesn't match.

    Without `cross`, a category matches primary categories only. `named`: the paper surely has a followed person's name.
    """
    if follow.kind is _CATEGORY:
        offered = candidate.paper.categories if cross else candidate.paper.categories[:1]
        return f"Category {follow.what}" if any(covers(follow.what, category) for category in offered) else ""
    if follow.kind is _AUTHOR:
        named = named or any(wrote(name, candidate) for name in follow.spellings)
        return _by_person(follow, how_sure(follow, candidate, meanings)) if named else ""
    if speaks_of(follow.what, candidate):
        return f"Topic “{follow.what}”"
    return f"Close to “{follow.what}”" if meanings.near(follow.what, candidate) else ""


def how_sure(follow: Follow, candidate: Candidate, meanings: Meanings) -> Sureness | None:
    """Return the confidence that the followed person wrote the paper; None if only the name is known."""
    persons = meanings.persons
    return persons.of(follow.key, candidate.paper.id) if persons.judged else None


def _by_person(follow: Follow, sureness: Sureness | None) -> str:
    """Return the reason for a paper with the followed name; empty if somebody else wrote it."""
    if sureness is None or sureness.grade is Grade.SURE:
        return f"You follow {follow.what}"
    if sureness.grade is Grade.PROBABLY:
        return f"You follow {follow.what}, probably this one ({sureness.why})"
    if sureness.grade is Grade.PERHAPS_ANOTHER:
        return f"Perhaps another {follow.what} than you follow ({sureness.why})"
    return ""


def is_unsure(follow: Follow, candidate: Candidate, meanings: Meanings) -> bool:
    """Return True if the paper may be by a namesake: this follow alone doesn't show it, only counts it."""
    if follow.kind is not _AUTHOR:
        return False
    sureness = how_sure(follow, candidate, meanings)
    return sureness is not None and sureness.grade is Grade.PERHAPS_ANOTHER


def is_muted(candidate: Candidate, mute: Mute) -> bool:
    """Return True if the mute names an author, the primary category, or words of the title or abstract."""
    if mute.what == candidate.paper.primary:
        return True
    return wrote(mute.what, candidate) or speaks_of(mute.what, candidate)


def mutes_of(paper: Paper, topics: Sequence[str], muted: Sequence[Mute] = ()) -> tuple[str, ...]:
    """Return what could be muted to hide the paper, without what is `muted` already.

    These are its first three authors and the last, the `topics` whose words it contains, and its primary category.
    """
    candidate = Candidate(paper)
    authors = [*paper.authors[:3], *paper.authors[3:][-1:]]
    contained = [topic for topic in topics if speaks_of(topic, candidate)]
    muted_keys = {mute.key for mute in muted}
    options = dict.fromkeys(what for what in (*authors, *contained, paper.primary) if what)
    return tuple(what for what in options if fold(what) not in muted_keys)
