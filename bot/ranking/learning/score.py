"""What a channel's examples say of other papers: by their words, by their meaning and by who wrote them.

    0.5 words    a linear model of TF-IDF of words and pairs of words
    0.35 meaning the same of the papers' embeddings, where there are any and kin isn't learned yet
    0.3 near     a soft maximum of the likeness, by embedding, to each that was liked
    0.9 kin      the same where words and embedding place them by what was learned from who wrote what (`kinship.py`)
    0.2 fields   the log odds of its categories among what was liked
    0.7 verdicts the likeness to what was wanted more of, less half of that to what was wanted less of: by kin; 0.4 by
                 embedding, or by words, until that is learned
    4 people     the root of how many liked papers the authors of this one wrote, each author's counted

All of it is learned from the examples and from other papers of these days. A paper's score depends on these and on the
paper, never on what else is scored with it: a paper alone has the score that it has in a digest.

What a channel is about is what it saved, once that is most of what it likes (`terms.telling`); More and Less say which
side of it, by a term of their own. All but the last two are standardised over those other papers: 0 is one like any
other of the week, 2 one in forty; verdicts are in deviations of the mean likeness to what was saved.

Weights were chosen on cases of May and June 2026 in the corpus, those of the verdicts by what five simulated readers
gain and lots don't lose; tests/benchmarks/ranking/RESULTS.md measures them on July, against arxiv-sanity's recipe
(https://github.com/karpathy/arxiv-sanity-preserver) and Scholar Inbox' (https://arxiv.org/abs/2504.08385).
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.domain.feedback import Example, PreferenceScore
from bot.domain.paper import Paper
from bot.domain.text.clean import shorten
from bot.papers.bag_of_authors import known_from, shared
from bot.papers.bag_of_words import WordRows, bag_of
from bot.ranking.learning.categories import field_odds
from bot.ranking.learning.contrastive import at_unit_length
from bot.ranking.learning.features import Term, drawn, leaning, nearness, standard, telling
from bot.ranking.learning.similarity import SimilarityModel

MOST_EXAMPLES = 200
"""The latest ones; a taste changes, and the time to learn grows with the square of their number."""
MOST_OTHERS = 300
"""Papers nobody judged, learned from as examples of what isn't wanted in particular."""
TOLD_FROM_WORDS, TOLD_FROM_MEANING = 0.25, 0.45
"""The cosine from which on a paper is called like another; for meaning, of vectors less their middle."""
TOLD_FROM_POINTS = 0.75
"""From so many on there is always a reason, if only the likest example, so that nothing stands high without one."""
NAMED_TITLE = 60
_AT_A_TIME = 256
"""Papers scored together: their rows of words take some 30 MB of memory at most."""
_DIGITS = 9
"""Points are rounded to these: sums in another order differ behind them, and papers alike stay equal."""

Rows = NDArray[np.float32]
Points = NDArray[np.float64]
Vectors = Mapping[str, NDArray[np.float32]]
RowsOf = Callable[[Sequence[Paper]], Rows]


@dataclass(frozen=True, slots=True)
class Weights:
    """How the parts add up to points, and how stiff the linear models are."""

    words: float = 0.5
    meaning: float = 0.35
    near: float = 0.3
    kin: float = 0.9
    fields: float = 0.2
    verdicts: float = 0.7
    verdicts_at_first: float = 0.4
    people: float = 4.0
    stiffness: float = 1.0


WEIGHTS = Weights()


def preference_scores(
    offered: Sequence[Paper],
    background: Sequence[Paper],
    examples: Sequence[Example],
    vectors: Vectors,
    kinship: SimilarityModel | None = None,
    weights: Weights = WEIGHTS,
) -> dict[str, PreferenceScore]:
    """The score of each paper offered, by id; none where there is nothing to learn from.

    `background`: others of these days, at least some hundred, for comparison. `examples`: the latest last. `vectors`:
    embeddings at unit length by id, of any of these; a paper without one counts as like any other. `kinship`: what
    makes papers alike, where it was learned. Takes 0.3 s for 500 papers and 40 examples; deterministic.
    """
    examples = examples[-MOST_EXAMPLES:]
    if not examples or not offered:
        return {}
    judged = {example.paper.id for example in examples}
    others = [paper for paper in background if paper.id not in judged]
    others = others[:: max(len(others) // MOST_OTHERS, 1)][:MOST_OTHERS]
    model = _Model(examples, others, vectors, kinship, weights)
    chunks = (offered[start : start + _AT_A_TIME] for start in range(0, len(offered), _AT_A_TIME))
    return {paper_id: score for chunk in chunks for paper_id, score in model.scores(chunk).items()}


class _Model:
    """What was learned from the examples and the others, for any other paper."""

    def __init__(
        self,
        examples: Sequence[Example],
        others: Sequence[Paper],
        vectors: Vectors,
        kinship: SimilarityModel | None,
        weights: Weights,
    ) -> None:
        self._examples, self._weights = examples, weights
        known = [*(example.paper for example in examples), *others]
        words, meaning = _by_words(known, len(examples)), _by_meaning(others, vectors)
        kin = _by_kin(known, vectors, kinship)
        self._terms = _terms(examples, known, words, meaning, kin, weights)
        self._like, self._told_from = (words, TOLD_FROM_WORDS) if meaning is None else (meaning, TOLD_FROM_MEANING)
        self._rows = self._like([example.paper for example in examples])
        told = telling(examples)
        self._liked = [(examples[n].paper, examples[n].weight) for n in told.liked]
        self._others, self._usual = others, field_odds(others, self._liked, others)
        self._people = known_from(example.paper for example in examples if example.liked)

    def scores(self, papers: Sequence[Paper]) -> dict[str, PreferenceScore]:
        """The score of each, by id."""
        by = [shared(paper, self._people) for paper in papers]
        points = self._weights.people * np.array([math.sqrt(sum(times for _, times in names)) for names in by])
        points += self._weights.fields * standard(field_odds(papers, self._liked, self._others), self._usual)
        for rows_of, terms in self._terms:
            rows = rows_of(papers)
            points += sum(weight * term(rows) for weight, term in terms)
        near = self._like(papers) @ self._rows.T
        rounded = [round(float(one), _DIGITS) for one in points]
        return {
            paper.id: PreferenceScore(rounded[n], self._reasons(rounded[n], by[n], near[n]))
            for n, paper in enumerate(papers)
        }

    def _reasons(self, points: float, by: Sequence[tuple[str, int]], near: Rows) -> tuple[str, ...]:
        """Why the paper is wanted: its people, what it is like, and nothing that isn't so."""
        examples = self._examples
        like = [n for n, cosine in enumerate(near) if cosine >= self._told_from and examples[n].liked]
        said = [f"{name} wrote {_papers(times)} you liked" for name, times in by[:1]]
        for why in dict.fromkeys(examples[n].why for n in like):
            alike = [examples[n].paper for n in like if examples[n].why == why]
            said.append(f"like {_named(alike[0]) if len(alike) == 1 else _papers(len(alike))} {why}")
        closest = examples[int(np.where([example.liked for example in examples], near, -np.inf).argmax())]
        if not said and closest.liked and points >= TOLD_FROM_POINTS:
            said.append(f"closest to {_named(closest.paper)} {closest.why}")
        return tuple(said)


Terms = list[tuple[RowsOf, list[tuple[float, Term]]]]
"""For each kind of rows, the terms that are made of them and what each weighs."""


def _terms(
    examples: Sequence[Example],
    known: Sequence[Paper],
    words: RowsOf,
    meaning: RowsOf | None,
    kin: RowsOf | None,
    weights: Weights,
) -> Terms:
    """All terms but the fields' and the people's. `known`: the examples' papers first, then the others."""
    told, stiffness, rows = telling(examples), weights.stiffness, words(known)
    terms = [(words, [(weights.words, leaning(rows, examples, told, stiffness))])]
    if kin is not None:
        rows = kin(known)
        near = (weights.kin, nearness(rows, examples, told.liked))
        terms.append((kin, [near, (weights.verdicts, drawn(rows, examples, told.liked))]))
    if meaning is not None:
        rows = meaning(known)
        terms.append((meaning, [(weights.near, nearness(rows, examples, told.liked))]))
    if meaning is not None and kin is None:
        terms[-1][1].append((weights.meaning, leaning(rows, examples, told, stiffness)))
    if kin is None:
        terms[-1][1].append((weights.verdicts_at_first, drawn(rows, examples, told.liked)))
    return terms


def _by_words(known: Sequence[Paper], examples: int) -> RowsOf:
    rows = WordRows([bag_of(paper) for paper in known], examples)
    return lambda papers: rows.of([bag_of(paper) for paper in papers])


def _by_meaning(others: Sequence[Paper], vectors: Vectors) -> RowsOf | None:
    """How a paper differs from the middle of the others, at unit length; None where fewer than half have a vector.

    All papers of a field point the same way, which says nothing; a paper without a vector is the middle itself.
    """
    known = [vectors[paper.id] for paper in others if paper.id in vectors]
    if not known or len(known) * 2 < len(others):
        return None
    middle = np.mean(known, axis=0)
    return lambda papers: at_unit_length(np.stack([vectors.get(paper.id, middle) for paper in papers]) - middle)


def _by_kin(known: Sequence[Paper], vectors: Vectors, kinship: SimilarityModel | None) -> RowsOf | None:
    if kinship is None:
        return None
    with_meaning = kinship.knows_meaning(known, vectors)
    return lambda papers: kinship.rows(papers, vectors, with_meaning)


def _named(paper: Paper) -> str:
    return f"“{shorten(paper.title, NAMED_TITLE)}”, which"


def _papers(number: int) -> str:
    return "a paper" if number == 1 else f"{number} papers"
