"""The recipes that are compared: each gives every paper of a day a number, the higher the more the author wants it."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from benchmarks.ranking.cases import Case, without
from bot.domain.feedback import Example
from bot.domain.paper import Paper
from bot.domain.text.normalize import fold
from bot.ranking.learning import preference_scores
from bot.ranking.learning.similarity import SimilarityModel

OTHERS = 300
"""Papers of the days before, drawn once a day, as examples of what isn't wanted: the same for every recipe."""
FOLLOWED = 3
"""The co-authors she wrote most with, at least two papers, are followed where a row says so."""

Scores = NDArray[np.float64]
Vectors = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Day:
    """What is announced, what was before, and the words of both and of all that the day's authors wrote.

    `digests`: all papers of each of the days before, the latest first. `model`: learned from papers before the
    first measured day. `co_authors`: by folded name, in the papers before the first measured day; for a judge alone.
    """

    papers: Sequence[Paper]
    others: Sequence[Paper]
    known: Sequence[Paper]
    vectors: Vectors
    digests: Sequence[Sequence[Paper]] = ()
    model: SimilarityModel | None = None
    co_authors: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def place(self) -> dict[str, int]:
        return {paper.id: n for n, paper in enumerate([*self.papers, *self.others, *self.known])}

    @cached_property
    def words(self):
        """TF-IDF as arxiv-sanity-lite makes it, over all papers of the day, before it, and known."""
        made = TfidfVectorizer(
            lowercase=True, strip_accents="unicode", ngram_range=(1, 2), max_features=20_000, sublinear_tf=True,
            stop_words="english", min_df=2, max_df=0.3,
        )  # fmt: skip
        papers = {paper.id: paper for paper in [*self.known, *self.others, *self.papers]}
        order = sorted(self.place, key=lambda paper_id: self.place[paper_id])
        rows = made.fit_transform([f"{papers[i].title} {papers[i].abstract}" for i in order])
        return rows, {paper_id: n for n, paper_id in enumerate(order)}

    def rows(self, papers: Sequence[Paper]) -> NDArray[np.float32]:
        return np.stack([self.vectors[paper.id] for paper in papers])


def standard(scores: Scores) -> Scores:
    return (scores - scores.mean()) / (scores.std() or 1.0)


def centroid(case: Case, day: Day) -> Scores:
    return day.rows(day.papers) @ day.rows(case.known).mean(axis=0)


def nearest(case: Case, day: Day) -> Scores:
    return (day.rows(day.papers) @ day.rows(case.known).T).max(axis=1)


def logistic(case: Case, day: Day) -> Scores:
    """On MiniLM, as Scholar Inbox does on its own embeddings: https://arxiv.org/abs/2504.08385."""
    model = LogisticRegression(C=10.0, class_weight="balanced", max_iter=500)
    model.fit(day.rows([*case.known, *day.others]), [1] * len(case.known) + [0] * len(day.others))
    return model.decision_function(day.rows(day.papers))


def sanity(case: Case, day: Day) -> Scores:
    """https://github.com/karpathy/arxiv-sanity-lite: known against everything else, a linear SVM."""
    rows, place = day.words
    wanted = {paper.id for paper in case.known}
    others = [paper.id for paper in [*day.papers, *day.others] if paper.id not in wanted]
    chosen = [place[paper_id] for paper_id in [*wanted, *others]]
    model = LinearSVC(class_weight="balanced", C=0.1, max_iter=2000, tol=1e-3)
    model.fit(rows[chosen], [1] * len(wanted) + [0] * len(others))
    return model.decision_function(rows[[place[paper.id] for paper in day.papers]])


def both(case: Case, day: Day) -> Scores:
    return standard(logistic(case, day)) + standard(sanity(case, day))


def ours(case: Case, day: Day) -> Scores:
    """Words and meaning alone: no paper has an author."""
    return ours_of(nameless(case.known), nameless(day.papers), day)


def ours_without_model(case: Case, day: Day) -> Scores:
    """Words alone, as on a machine without the embedding model."""
    return ours_of(nameless(case.known), nameless(day.papers), replace(day, vectors={}))


def ours_at_first(case: Case, day: Day) -> Scores:
    """Words and meaning, as in the first weeks of an installation: what makes papers alike isn't learned yet."""
    return ours_of(nameless(case.known), nameless(day.papers), replace(day, model=None))


def ours_at_first_without_model(case: Case, day: Day) -> Scores:
    return ours_of(nameless(case.known), nameless(day.papers), replace(day, model=None, vectors={}))


def ours_with_co_authors(case: Case, day: Day) -> Scores:
    """The author's own name is taken from every paper; the others' stand."""
    return ours_of(without(case.author, case.known), without(case.author, day.papers), day)


def ours_with_follows(case: Case, day: Day) -> Scores:
    """The same, and papers by the co-authors she follows come first, as they do in a digest."""
    points = ours_with_co_authors(case, day)
    times: dict[str, int] = {}
    for paper in case.known:
        for name in {fold(author) for author in paper.authors} - {case.author}:
            times[name] = times.get(name, 0) + 1
    followed = {name for name in sorted(times, key=lambda name: -times[name])[:FOLLOWED] if times[name] > 1}
    theirs = [bool(followed & {fold(author) for author in paper.authors}) for paper in day.papers]
    return points + 1000.0 * np.array(theirs)


def ours_of(known: Sequence[Paper], offered: Sequence[Paper], day: Day, said: Sequence[Example] = ()) -> Scores:
    found = preference_scores(
        offered, day.others, [*(Example(paper, True) for paper in known), *said], day.vectors, day.model
    )
    return np.array([found[paper.id].points for paper in offered])


def nameless(papers: Sequence[Paper]) -> list[Paper]:
    return [replace(paper, authors=()) for paper in papers]


def drawn(papers: Sequence[Paper], seed: str) -> list[Paper]:
    """`OTHERS` of them, the same for the same seed."""
    once = list({paper.id: paper for paper in papers}.values())
    return random.Random(seed).sample(once, min(OTHERS, len(once)))
