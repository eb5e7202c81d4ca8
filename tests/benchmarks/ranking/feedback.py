"""Five More and five Less, by simulated readers: who says them, and what our ten are worth afterwards.

She was shown the ten best of each of the three days before, by us, who don't know her last three papers, and judges
those thirty: More to the five that her judge puts first, Less to the five it puts last. The paper in question and its
day are never shown to her, and what she judged isn't evaluated.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache

import numpy as np

from benchmarks.ranking.cases import Case, folded_names
from benchmarks.ranking.recipes import Day, Scores, nameless, ours_of
from bot.domain.feedback import WEIGHTS, Example, FeedbackKind
from bot.domain.paper import Paper
from bot.papers.bag_of_authors import MAX_AUTHORS
from bot.papers.bag_of_words import Rarity, bag_of, cosine

JUDGED, SHOWN, DIGESTS = 5, 10, 3
HIDDEN = 3

Judge = Callable[[Case, Sequence[Paper], Day], Scores]


def her_taste(case: Case, shown: Sequence[Paper], day: Day) -> Scores:
    """A model like ours, of all that she wrote and will write."""
    return ours_of(nameless([*case.known, *case.later]), nameless(shown), day)


def her_need(case: Case, shown: Sequence[Paper], day: Day) -> Scores:
    """The cosine of MiniLM's vectors to the paper she is about to announce: she knows what she works on."""
    return day.rows(shown) @ day.vectors[case.wanted.id]


def her_need_in_words(case: Case, shown: Sequence[Paper], day: Day) -> Scores:
    """The same by TF-IDF."""
    rarity = Rarity([bag_of(paper) for paper in day.others])
    need = rarity.tf_idf(bag_of(case.wanted))
    return np.array([cosine(rarity.tf_idf(bag_of(paper)), need) for paper in shown])


def her_other_work(case: Case, shown: Sequence[Paper], day: Day) -> Scores:
    """The greatest cosine to any of the three hidden papers and the three after the one in question."""
    return (day.rows(shown) @ day.rows([*case.known[-HIDDEN:], *case.later[:HIDDEN]]).T).max(axis=1)


def her_people(case: Case, shown: Sequence[Paper], day: Day) -> Scores:
    """2 where an author has written with her, 1 with one of those, and lots among equals."""
    papers = [*case.known, *case.later]
    people = frozenset(name for paper in papers for name in _crowdless(paper)) - {case.author}
    theirs = frozenset().union(*(day.co_authors.get(name, frozenset()) for name in sorted(people)))
    near = [bool(people & _crowdless(paper)) + bool((people | theirs) & _crowdless(paper)) for paper in shown]
    return np.array(near) + lots(case, shown, day)


def lots(case: Case, shown: Sequence[Paper], day: Day) -> Scores:
    """Below 1; says nothing, and should change nothing."""
    drawn = [hashlib.sha256(f"{case.author}|{paper.id}".encode()).digest()[:4] for paper in shown]
    return np.array([int.from_bytes(one, "big") / 2**32 for one in drawn])


JUDGES: Mapping[str, Judge] = {
    "her whole taste, a model like ours of all else she wrote and will write": her_taste,
    "her need: MiniLM cosine to the paper she is about to announce": her_need,
    "her need: TF-IDF cosine to it": her_need_in_words,
    "her other work: MiniLM cosine to the three hidden and the next three": her_other_work,
    "her people: co-authors first, theirs next (ours sees no names)": her_people,
    "lots, for comparison": lots,
}


def before(case: Case, day: Day) -> Scores:
    """Words and meaning, but her last three papers are hidden from the bot."""
    return ours_of(nameless(case.known[:-HIDDEN]), nameless(day.papers), day)


def after(case: Case, day: Day, judge: Judge, shown: Sequence[Paper]) -> Scores:
    """The same after this judge's verdicts on what was shown."""
    order = np.argsort(-judge(case, shown, day), kind="stable")
    bare = nameless(shown)
    more = [Example(bare[n], True, weight=WEIGHTS[FeedbackKind.MORE], passing=True) for n in order[:JUDGED]]
    less = [Example(bare[n], False, weight=WEIGHTS[FeedbackKind.LESS], passing=True) for n in order[-JUDGED:]]
    return ours_of(nameless(case.known[:-HIDDEN]), nameless(day.papers), day, [*less, *more])


def shown_to(case: Case, day: Day) -> list[Paper]:
    """The ten best of each of the days before, without her own."""
    hers = {paper.id for paper in (*case.known, *case.later, case.wanted)}
    lists = [[paper for paper in papers if paper.id not in hers] for papers in day.digests[:DIGESTS]]
    points = ours_of(nameless(case.known[:-HIDDEN]), nameless([one for papers in lists for one in papers]), day)
    shown, at = [], 0
    for papers in lists:
        shown += [papers[n] for n in np.argsort(-points[at : at + len(papers)], kind="stable")[:SHOWN]]
        at += len(papers)
    return list({paper.id: paper for paper in shown}.values())


@cache
def _crowdless(paper: Paper) -> frozenset[str]:
    """The folded names of its authors; none of those of a crowd."""
    return frozenset(folded_names(paper)) if len(paper.authors) <= MAX_AUTHORS else frozenset()
