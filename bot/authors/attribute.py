"""Which of the week's papers by a name are by the person followed: her known papers read, the new ones judged."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.domain.attribution import NOBODY_KNOWN, Attributions, Grade, Sureness
from bot.domain.channel import Follow, Person
from bot.domain.paper import Paper
from bot.domain.text.normalize import spellings
from bot.papers.candidate import Candidate, wrote
from bot.papers.store.papers import PaperStore

if TYPE_CHECKING:
    from bot.authors.profile import BackgroundStatistics

BACKGROUND = 400
"""Papers that tell how rare a word is: more change nothing of tests/benchmarks/homonyms/RESULTS.md."""
MOST_KEPT = 100
"""Papers of a person: more than a portrait is made of."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


async def attribute_authors(
    candidates: Sequence[Candidate], when: Mapping[str, datetime], follows: Iterable[Follow], papers: PaperStore
) -> Attributions:
    """What can be told of the candidates, announced at `when`, for those of `follows` that follow a person.

    Reads what these people wrote from the store, as far as any candidate bears their names. By words and co-authors
    alone, as it was measured (tests/benchmarks/homonyms/RESULTS.md).
    """
    known = [follow for follow in follows if follow.person]
    if not known:
        return NOBODY_KNOWN
    # In a thread: folding a week's papers takes seconds, and commands are acknowledged meanwhile.
    named = await asyncio.to_thread(_named, candidates, known)
    ids = [one for follow in named.values() for one in _ids(follow[0].person)]
    read = await papers.get(list(dict.fromkeys(ids))) if named else {}
    return Attributions(await asyncio.to_thread(_judged, named, read, candidates, when)) if named else NOBODY_KNOWN


def with_new_papers(follow: Follow, persons: Attributions) -> Follow | None:
    """The follow with the papers that are surely hers now; None where nothing new is known. The latest are kept."""
    judged = persons.judged.get(follow.key, {})
    new = [one for one, how in judged.items() if how.grade is Grade.SURE] if follow.person else []
    if not follow.person or set(new) <= set(follow.person.papers):
        return None
    papers = tuple(dict.fromkeys((*follow.person.papers, *new)))[-MOST_KEPT:]
    return replace(follow, person=replace(follow.person, papers=papers)) if papers != follow.person.papers else None


Named = dict[str, tuple[Follow, list[Paper]]]
"""By `Follow.key`, the candidates that bear the name."""


def _named(candidates: Sequence[Candidate], follows: Sequence[Follow]) -> Named:
    found = {
        one.key: (one, [c.paper for c in candidates if any(wrote(name, c) for name in one.spellings)])
        for one in follows
    }
    return {key: pair for key, pair in found.items() if pair[1]}


def _ids(person: Person | None) -> tuple[str, ...]:
    return (*person.papers, *(one for other in person.others for one in other)) if person else ()


def _judged(
    named: Named, read: Mapping[str, Paper], candidates: Sequence[Candidate], when: Mapping[str, datetime]
) -> dict[str, dict[str, Sureness]]:
    from bot.authors.profile import background_statistics  # noqa: PLC0415 - loads numpy

    step = max(len(candidates) // BACKGROUND, 1)
    by = background_statistics([candidate.paper for candidate in candidates[::step][:BACKGROUND]])
    judged = {}
    for key, (follow, papers) in named.items():
        in_order = sorted(papers, key=lambda paper: (when.get(paper.id, _LONG_AGO), paper.id))
        judged[key] = _one(follow, in_order, read, by)
    return judged


def _one(
    follow: Follow, new: Sequence[Paper], read: Mapping[str, Paper], by: "BackgroundStatistics"
) -> dict[str, Sureness]:
    """One person's new papers, the oldest first: what is surely hers tells of those after it."""
    from bot.authors.profile import judge, profile_of  # noqa: PLC0415

    person = follow.person or Person()
    spelt = frozenset[str]().union(*map(spellings, follow.spellings))

    def is_her(author: str) -> bool:
        return bool(spellings(author) & spelt)

    hers = [read[one] for one in person.papers if one in read]
    if not hers:
        return {}  # nothing to compare with: the name alone tells
    others = [profile_of([read[one] for one in ids if one in read], is_her) for ids in person.others]
    found: dict[str, Sureness] = {}
    for paper in new:
        if paper.id in person.papers:
            found[paper.id] = Sureness(Grade.SURE)
        elif any(paper.id in ids for ids in person.others):
            found[paper.id] = Sureness(Grade.SOMEBODY_ELSE)
        else:
            found[paper.id] = judge(profile_of(hers, is_her), others, paper, by)
        if found[paper.id].grade is Grade.SURE and paper not in hers:
            hers.append(paper)
    return found
