"""Preference scores of papers for a channel, from its examples: by words, embeddings and authors.

    0.5 words       a linear model of TF-IDF of words and pairs of words
    0.35 meaning    the same model of embeddings, if there are any and no similarity model is trained yet
    0.3 nearest     a soft maximum of the embedding's similarity to each liked paper
    0.9 similarity  the same in the space of the similarity model, trained on shared authors (`similarity.py`)
    0.2 categories  the log odds of its categories among liked papers
    0.7 feedback    similarity to papers marked More, less half of that to papers marked Less, by the similarity model;
                    0.4 by embedding, or by words, until that is trained
    4 authors       the root of the number of liked papers by this paper's authors, each author's counted

A channel's interests are its saved papers once most liked papers are saved (`features.select_core`); More and Less
refine them by a term of their own. All terms but the last two are standardized over all papers at hand: 0 is an average
paper of the week, 2 one in forty. Feedback is in deviations of the mean similarity to the saved papers.

Weights were chosen on cases of May and June 2026 in the corpus, those of feedback by the gain for five simulated
readers and the absence of loss for random feedback; tests/benchmarks/ranking/RESULTS.md measures them on July against
the recipes of arxiv-sanity (https://github.com/karpathy/arxiv-sanity-preserver) and Scholar Inbox
(https://arxiv.org/abs/2504.08385).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bot.domain.feedback import Example, PreferenceScore
from bot.domain.paper import Paper
from bot.domain.text.clean import shorten
from bot.papers.bag_of_authors import count_authors, shared_authors
from bot.papers.bag_of_words import bag_of, tf_idf_rows
from bot.ranking.learning.categories import category_odds
from bot.ranking.learning.contrastive import normalize_rows
from bot.ranking.learning.features import feedback_term, linear_term, nearest_term, select_core, standardize
from bot.ranking.learning.similarity import SimilarityModel

MAX_EXAMPLES = 200
"""The latest examples count: interests change, and training time grows with the square of their number."""
MAX_OTHERS = 300
"""Unjudged papers that serve as negative examples."""
MIN_COSINE_WORDS, MIN_COSINE_MEANING = 0.25, 0.45
"""Minimum cosine to call papers alike; for embeddings, after subtracting the mean."""
MIN_SCORE_EXPLAINED = 0.75
"""Scores from here on always have a reason, if only the nearest example, so that no paper ranks high without one."""
MAX_TITLE_LENGTH = 60

Rows = NDArray[np.float32]
Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
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


@dataclass(slots=True)
class _Evidence:
    """Scores and their evidence, one entry for each offered paper."""

    scores: Scores
    similar: list[list[int]]
    nearest: list[int]
    by: list[Sequence[tuple[str, int]]] = field(default_factory=list)


def preference_scores(
    offered: Sequence[Paper],
    background: Sequence[Paper],
    examples: Sequence[Example],
    vectors: Mapping[str, NDArray[np.float32]],
    model: SimilarityModel | None = None,
    weights: Weights = WEIGHTS,
) -> dict[str, PreferenceScore]:
    """Return the preference score of each offered paper, by id; empty if there is nothing to learn from.

    `background`: at least some hundred other papers of these days, for comparison. `examples`: the latest last.
    `vectors`: embeddings at unit length by id; a paper without one counts as average. `model`: the similarity model, if
    trained. Takes 0.3 s for 500 papers and 40 examples; deterministic.
    """
    examples = examples[-MAX_EXAMPLES:]
    if not examples or not offered:
        return {}
    judged = {example.paper.id for example in examples}
    others = [paper for paper in background if paper.id not in judged]
    others = others[:: max(len(others) // MAX_OTHERS, 1)][:MAX_OTHERS]
    found = _evidence(offered, others, examples, vectors, model, weights)
    return {
        paper.id: PreferenceScore(float(found.scores[n]), _reasons(examples, found, n))
        for n, paper in enumerate(offered)
    }


def _evidence(
    offered: Sequence[Paper],
    others: Sequence[Paper],
    examples: Sequence[Example],
    vectors: Mapping[str, NDArray[np.float32]],
    model: SimilarityModel | None,
    weights: Weights,
) -> _Evidence:
    papers = [*(example.paper for example in examples), *others, *offered]
    new = slice(len(papers) - len(offered), None)
    words = tf_idf_rows([bag_of(paper) for paper in papers], len(examples))
    meaning = _meaning(papers, len(examples), vectors)
    similarity_rows = None if model is None else model.rows(papers, vectors)
    terms = _terms(papers, len(others), examples, words, meaning, similarity_rows, weights)
    known = count_authors(example.paper for example in examples if example.liked)
    by = [shared_authors(paper, known) for paper in offered]
    scores = terms[new] + weights.authors * np.array([math.sqrt(sum(times for _, times in names)) for names in by])
    rows, min_cosine = (words, MIN_COSINE_WORDS) if meaning is None else (meaning, MIN_COSINE_MEANING)
    cosines = rows[new] @ rows[: len(examples)].T
    similar = [[n for n, cosine in enumerate(row) if cosine >= min_cosine and examples[n].liked] for row in cosines]
    nearest = np.where([example.liked for example in examples], cosines, -np.inf).argmax(axis=1)
    return _Evidence(scores, similar, [int(n) for n in nearest], by)


def _terms(
    papers: Sequence[Paper],
    others: int,
    examples: Sequence[Example],
    words: Rows,
    meaning: Rows | None,
    similarity_rows: Rows | None,
    weights: Weights,
) -> Scores:
    """Return the sum of all terms but the authors', for the examples' papers, `others` papers and the offered ones."""
    core, count = select_core(examples), len(examples)
    liked = [(examples[n].paper, examples[n].weight) for n in core.liked]
    scores = weights.words * standardize(linear_term(words, examples, core, others, weights.penalty), count)
    scores += weights.categories * standardize(category_odds(papers, liked, papers[count:]), count)
    if meaning is not None:
        scores += weights.nearest * standardize(nearest_term(meaning, examples, core.liked), count)
    if similarity_rows is not None:
        scores += weights.similarity * standardize(nearest_term(similarity_rows, examples, core.liked), count)
        return scores + weights.feedback * feedback_term(similarity_rows, examples, core.liked)
    if meaning is not None:
        scores += weights.meaning * standardize(linear_term(meaning, examples, core, others, weights.penalty), count)
    return scores + weights.untrained_feedback * feedback_term(
        words if meaning is None else meaning, examples, core.liked
    )


def _meaning(papers: Sequence[Paper], examples: int, vectors: Mapping[str, NDArray[np.float32]]) -> Rows | None:
    """Return one row a paper: its embedding less the mean of the papers after the examples, at unit length.

    Embeddings of one field share a direction, which carries no information. A paper without one counts as the mean.
    Return None if fewer than half have one.
    """
    known = [vectors[paper.id] for paper in papers[examples:] if paper.id in vectors]
    if len(known) * 2 < len(papers) - examples:
        return None
    middle = np.mean(known, axis=0)
    return normalize_rows(np.stack([vectors.get(paper.id, middle) for paper in papers]) - middle)


def _reasons(examples: Sequence[Example], found: _Evidence, place: int) -> tuple[str, ...]:
    """Return the true reasons for a paper's score: its authors, then similar examples."""
    similar = found.similar[place]
    reasons = [f"{name} wrote {_papers(times)} you liked" for name, times in found.by[place][:1]]
    for why in dict.fromkeys(examples[n].why for n in similar):
        alike = [examples[n].paper for n in similar if examples[n].why == why]
        reasons.append(f"like {_named(alike[0]) if len(alike) == 1 else _papers(len(alike))} {why}")
    closest = examples[found.nearest[place]]
    if not reasons and closest.liked and found.scores[place] >= MIN_SCORE_EXPLAINED:
        reasons.append(f"closest to {_named(closest.paper)} {closest.why}")
    return tuple(reasons)


def _named(paper: Paper) -> str:
    return f"“{shorten(paper.title, MAX_TITLE_LENGTH)}”, which"


def _papers(number: int) -> str:
    return "a paper" if number == 1 else f"{number} papers"
