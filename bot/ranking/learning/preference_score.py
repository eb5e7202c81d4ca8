"""What a channel's examples say of other papers: by their words, by their meaning and by who wrote them.

    0.5 words       a linear model of TF-IDF of words and pairs of words
    0.35 meaning    the same model of embeddings, if there are any and no similarity model is trained yet
    0.3 nearest     a soft maximum of the embedding's similarity to each liked paper
    0.9 similarity  the same in the space of the similarity model, trained on shared authors (`similarity.py`)
    0.2 categories  the log odds of its categories among liked papers
    0.7 feedback    similarity to papers marked More, less half of that to papers marked Less, by the similarity model;
                    0.4 by embedding, or by words, until that is trained
    4 authors       the root of the number of liked papers by this paper's authors, each author's counted

All of it is learned from the examples and from other papers of these days. A paper's score depends on these and on the
paper, never on what else is scored with it: a paper alone has the score that it has in a digest.

What a channel is about is what it saved, once that is most of what it likes (`terms.telling`); More and Less say which
side of it, by a term of their own. All but the last two are standardised over those other papers: 0 is one like any
other of the week, 2 one in forty; verdicts are in deviations of the mean likeness to what was saved.

Weights were chosen on cases of May and June 2026 in the corpus, those of feedback by the gain for five simulated
readers and the absence of loss for random feedback; tests/benchmarks/ranking/RESULTS.md measures them on July against
the recipes of arxiv-sanity (https://github.com/karpathy/arxiv-sanity-preserver) and Scholar Inbox
(https://arxiv.org/abs/2504.08385).
"""

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.domain.feedback import Example, PreferenceScore
from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.domain.text.clean import shorten
from bot.papers.bag_of_authors import count_authors, shared_authors
from bot.papers.bag_of_words import WordRows, bag_of
from bot.ranking.learning.categories import category_odds
from bot.ranking.learning.contrastive import normalize_rows
from bot.ranking.learning.features import Term, feedback_term, linear_term, nearest_term, select_core, standardize
from bot.ranking.learning.similarity import SimilarityModel

MAX_EXAMPLES = 200
"""The latest ones; a taste changes, and the time to learn grows with the square of their number."""
MAX_OTHERS = 300
"""Papers nobody judged, learned from as examples of what isn't wanted in particular."""
MIN_COSINE_WORDS, MIN_COSINE_MEANING = 0.25, 0.45
"""The cosine from which on a paper is called like another; for meaning, of vectors less their middle."""
MIN_SCORE_EXPLAINED = 0.75
"""From so many on there is always a reason, if only the likest example, so that nothing stands high without one."""
MAX_TITLE_LENGTH = 60
_AT_A_TIME = 256
"""Papers scored together: their rows of words take some 30 MB of memory at most."""
_DIGITS = 9
"""Points are rounded to these: sums in another order differ behind them, and papers alike stay equal."""

Rows = NDArray[np.float32]
Points = NDArray[np.float64]
Vectors = Mapping[str, NDArray[np.float32]]
RowsOf = Callable[[Sequence[Paper]], Rows]


@frozen
class Weights:
    """Weights of the terms and the ridge penalty of the linear models."""

    words: float = 0.5
    meaning: float = 0.35
    nearest: float = 0.3
    similarity: float = 0.9
    categories: float = 0.2
    feedback: float = 0.7
    untrained_feedback: float = 0.4
    authors: float = 4.0
    penalty: float = 1.0


WEIGHTS = Weights()


def preference_scores(
    offered: Sequence[Paper],
    background: Sequence[Paper],
    examples: Sequence[Example],
    vectors: Vectors,
    model: SimilarityModel | None = None,
    weights: Weights = WEIGHTS,
) -> dict[str, PreferenceScore]:
    """Return the preference score of each offered paper by id; empty if there are no examples.

    `background`: at least some hundred other papers of these days, for comparison. `examples`: the newest last.
    `vectors`: embeddings at unit length by id; a paper without one counts as average. `model`: the similarity model, if
    trained. Takes 0.3 s for 500 papers and 40 examples; deterministic.
    """
    examples = examples[-MAX_EXAMPLES:]
    if not examples or not offered:
        return {}
    judged = {example.paper.id for example in examples}
    others = [paper for paper in background if paper.id not in judged]
    others = others[:: max(len(others) // MAX_OTHERS, 1)][:MAX_OTHERS]
    trained = _TrainedTerms(examples, others, vectors, model, weights)
    chunks = (offered[start : start + _AT_A_TIME] for start in range(0, len(offered), _AT_A_TIME))
    return {paper_id: score for chunk in chunks for paper_id, score in trained.scores(chunk).items()}


class _TrainedTerms:
    """The terms fitted on the examples and the other papers, for scoring any paper."""

    def __init__(
        self,
        examples: Sequence[Example],
        others: Sequence[Paper],
        vectors: Vectors,
        model: SimilarityModel | None,
        weights: Weights,
    ) -> None:
        self._examples, self._weights = examples, weights
        known = [*(example.paper for example in examples), *others]
        words, meaning = _by_words(known, len(examples)), _by_meaning(others, vectors)
        similarity = _by_similarity(known, vectors, model)
        self._terms = _terms(examples, known, words, meaning, similarity, weights)
        self._like, self._told_from = (words, MIN_COSINE_WORDS) if meaning is None else (meaning, MIN_COSINE_MEANING)
        self._rows = self._like([example.paper for example in examples])
        told = select_core(examples)
        self._liked = [(examples[n].paper, examples[n].weight) for n in told.liked]
        self._others, self._usual = others, category_odds(others, self._liked, others)
        self._authors = count_authors(example.paper for example in examples if example.liked)

    def scores(self, papers: Sequence[Paper]) -> dict[str, PreferenceScore]:
        """Return the preference score of each paper by id."""
        by = [shared_authors(paper, self._authors) for paper in papers]
        points = self._weights.authors * np.array([math.sqrt(sum(times for _, times in names)) for names in by])
        points += self._weights.categories * standardize(category_odds(papers, self._liked, self._others), self._usual)
        for rows_of, terms in self._terms:
            rows = rows_of(papers)
            points += sum(weight * term(rows) for weight, term in terms)
        near = self._like(papers) @ self._rows.T
        rounded = [round(float(one), _DIGITS) for one in points]
        return {
            paper.id: PreferenceScore(rounded[n], *self._reasons(rounded[n], by[n], near[n]))
            for n, paper in enumerate(papers)
        }

    def _reasons(self, points: float, by: Sequence[tuple[str, int]], near: Rows) -> tuple[tuple[str, ...], str]:
        """Return the reasons (liked authors, and liked papers it resembles), and the first in a few words."""
        examples = self._examples
        like = [n for n, cosine in enumerate(near) if cosine >= self._told_from and examples[n].liked]
        said = [f"{name} wrote {_papers(times)} you liked" for name, times in by[:1]]
        for why in dict.fromkeys(examples[n].why for n in like):
            alike = [examples[n].paper for n in like if examples[n].why == why]
            said.append(f"like {_named(alike[0]) if len(alike) == 1 else _papers(len(alike))} {why}")
        closest = examples[int(np.where([example.liked for example in examples], near, -np.inf).argmax())]
        if not said and closest.liked and points >= MIN_SCORE_EXPLAINED:
            said.append(f"closest to {_named(closest.paper)} {closest.why}")
        short = by[0][0] if by else f"like {closest.paper.short_title}"
        return tuple(said), short if said else ""


Terms = list[tuple[RowsOf, list[tuple[float, Term]]]]
"""For each kind of rows: its terms and their weights."""


def _terms(
    examples: Sequence[Example],
    known: Sequence[Paper],
    words: RowsOf,
    meaning: RowsOf | None,
    similarity: RowsOf | None,
    weights: Weights,
) -> Terms:
    """Return all terms but categories and authors. `known`: the examples' papers first, then the others."""
    told, penalty, rows = select_core(examples), weights.penalty, words(known)
    terms = [(words, [(weights.words, linear_term(rows, examples, told, penalty))])]
    if similarity is not None:
        rows = similarity(known)
        near = (weights.similarity, nearest_term(rows, examples, told.liked))
        terms.append((similarity, [near, (weights.feedback, feedback_term(rows, examples, told.liked))]))
    if meaning is not None:
        rows = meaning(known)
        terms.append((meaning, [(weights.nearest, nearest_term(rows, examples, told.liked))]))
    if meaning is not None and similarity is None:
        terms[-1][1].append((weights.meaning, linear_term(rows, examples, told, penalty)))
    if similarity is None:
        terms[-1][1].append((weights.untrained_feedback, feedback_term(rows, examples, told.liked)))
    return terms


def _by_words(known: Sequence[Paper], examples: int) -> RowsOf:
    rows = WordRows([bag_of(paper) for paper in known], examples)
    return lambda papers: rows.of([bag_of(paper) for paper in papers])


def _by_meaning(others: Sequence[Paper], vectors: Vectors) -> RowsOf | None:
    """Return rows of embeddings minus the mean of the others, at unit length; None if fewer than half have a vector.

    All papers of a field point the same way, which carries no information. A paper without a vector counts as the mean.
    """
    known = [vectors[paper.id] for paper in others if paper.id in vectors]
    if not known or len(known) * 2 < len(others):
        return None
    middle = np.mean(known, axis=0)
    return lambda papers: normalize_rows(np.stack([vectors.get(paper.id, middle) for paper in papers]) - middle)


def _by_similarity(known: Sequence[Paper], vectors: Vectors, model: SimilarityModel | None) -> RowsOf | None:
    if model is None:
        return None
    with_meaning = model.knows_meaning(known, vectors)
    return lambda papers: model.rows(papers, vectors, with_meaning)


def _named(paper: Paper) -> str:
    return f"“{shorten(paper.title, MAX_TITLE_LENGTH)}”, which"


def _papers(number: int) -> str:
    return "a paper" if number == 1 else f"{number} papers"
