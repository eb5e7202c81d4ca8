"""Decide which new papers under a followed name were written by the followed author."""

import asyncio
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from bot.domain.attribution import Attributions, Grade, Sureness
from bot.domain.channel import Follow, Person
from bot.domain.paper import Paper
from bot.domain.text.author_name import spellings
from bot.papers.candidate import Candidate, wrote
from bot.papers.store.papers import PaperStore

if TYPE_CHECKING:
    from bot.authors.profile import BackgroundStatistics

BACKGROUND = 400
"""Papers in the background statistics: more don't change tests/benchmarks/homonyms/RESULTS.md."""
MAX_PAPERS_KEPT = 100
"""Maximum of stored papers of a followed author: more than a profile uses."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Judged:
    """What was found out about one week's papers: equal persons of many channels are judged once."""

    background: "BackgroundStatistics | None" = None
    grades: dict[Hashable, Mapping[str, Sureness] | None] = field(default_factory=dict)


async def attribute_authors(
    candidates: Sequence[Candidate],
    when: Mapping[str, datetime],
    follows: Iterable[Follow],
    papers: PaperStore,
    papers_named: Callable[[Follow], Sequence[Paper]] | None = None,
    judged: Judged | None = None,
) -> Attributions:
    """Attribute the candidates, announced at `when` (UTC, by paper id), to the persons that `follows` follow.

    Compares words and co-authors only, as measured in tests/benchmarks/homonyms/RESULTS.md. `papers_named` returns the
    candidates with the name that a follow has, where that is known; `judged` is of the same candidates. Raises
    StoreDown.
    """
    known, judged = [follow for follow in follows if follow.person], judged or Judged()
    if new := [follow for follow in known if _judged_by(follow) not in judged.grades]:
        named = papers_named or partial(_papers_named, candidates)
        grades = await _judge_new(candidates, when, new, papers, named, judged)
        judged.grades |= {_judged_by(follow): grades.get(follow.key) for follow in new}
    found = {follow.key: judged.grades[_judged_by(follow)] for follow in known}
    return Attributions({key: grades for key, grades in found.items() if grades is not None})


async def _judge_new(
    candidates: Sequence[Candidate],
    when: Mapping[str, datetime],
    follows: Sequence[Follow],
    papers: PaperStore,
    papers_named: Callable[[Follow], Sequence[Paper]],
    judged: Judged,
) -> Mapping[str, Mapping[str, Sureness]]:
    # In a thread: normalizing a week's papers takes seconds, and commands must be acknowledged meanwhile.
    named = await asyncio.to_thread(_named, follows, papers_named)
    if not named:
        return {}
    ids = [paper_id for follow, _ in named.values() for paper_id in _ids(follow.person)]
    earlier = await papers.get(list(dict.fromkeys(ids)))
    return await asyncio.to_thread(_grades, named, earlier, candidates, when, judged)


def _judged_by(follow: Follow) -> Hashable:
    """Return all that a judgement depends on."""
    return follow.key, follow.spellings, follow.person


def with_new_papers(follow: Follow, persons: Attributions) -> Follow | None:
    """Return the follow with the papers newly attributed to its author for sure; None if there are none.

    Keeps the latest `MAX_PAPERS_KEPT` papers.
    """
    if not follow.person:
        return None
    grades = persons.judged.get(follow.key, {})
    new = [paper_id for paper_id, how_sure in grades.items() if how_sure.grade is Grade.SURE]
    if set(new) <= set(follow.person.papers):
        return None
    papers = tuple(dict.fromkeys((*follow.person.papers, *new)))[-MAX_PAPERS_KEPT:]
    return replace(follow, person=replace(follow.person, papers=papers)) if papers != follow.person.papers else None


Named = dict[str, tuple[Follow, list[Paper]]]
"""Follows with the candidates that have the followed name, by `Follow.key`."""


def _named(follows: Sequence[Follow], papers_named: Callable[[Follow], Sequence[Paper]]) -> Named:
    return {follow.key: (follow, list(papers)) for follow in follows if (papers := papers_named(follow))}


def _papers_named(candidates: Sequence[Candidate], follow: Follow) -> Sequence[Paper]:
    return [one.paper for one in candidates if any(wrote(name, one) for name in follow.spellings)]


def _ids(person: Person | None) -> tuple[str, ...]:
    return (*person.papers, *(paper_id for other in person.others for paper_id in other)) if person else ()


def _grades(
    named: Named,
    earlier: Mapping[str, Paper],
    candidates: Sequence[Candidate],
    when: Mapping[str, datetime],
    judged: Judged,
) -> dict[str, dict[str, Sureness]]:
    from bot.authors.profile import background_statistics  # noqa: PLC0415 - loads numpy

    if judged.background is None:
        step = max(len(candidates) // BACKGROUND, 1)
        judged.background = background_statistics([one.paper for one in candidates[::step][:BACKGROUND]])
    background, grades = judged.background, {}
    for key, (follow, papers) in named.items():
        in_order = sorted(papers, key=lambda paper: (when.get(paper.id, _LONG_AGO), paper.id))
        grades[key] = _grades_of_follow(follow, in_order, earlier, background)
    return grades


def _grades_of_follow(
    follow: Follow, new: Sequence[Paper], earlier: Mapping[str, Paper], background: "BackgroundStatistics"
) -> dict[str, Sureness]:
    """Grade the new papers, oldest first: a paper that is surely the author's joins the profile for the next ones."""
    from bot.authors.profile import judge, profile_of  # noqa: PLC0415

    person = follow.person or Person()
    followed_spellings = frozenset[str]().union(*map(spellings, follow.spellings))

    def is_author(name: str) -> bool:
        return bool(spellings(name) & followed_spellings)

    own = [earlier[paper_id] for paper_id in person.papers if paper_id in earlier]
    if not own:
        return {}  # without earlier papers, the name alone decides
    others = [profile_of([earlier[id] for id in ids if id in earlier], is_author) for ids in person.others]
    found: dict[str, Sureness] = {}
    for paper in new:
        if paper.id in person.papers:
            found[paper.id] = Sureness(Grade.SURE)
        elif any(paper.id in ids for ids in person.others):
            found[paper.id] = Sureness(Grade.SOMEBODY_ELSE)
        else:
            found[paper.id] = judge(profile_of(own, is_author), others, paper, background)
        if found[paper.id].grade is Grade.SURE and paper not in own:
            own.append(paper)
    return found
