"""What a channel's examples say of the papers on offer: by their words, by their meaning and by who wrote them.

    0.5 words    a linear model of TF-IDF of words and pairs of words
    0.35 meaning the same of the papers' embeddings, where there are any and kin isn't learned yet
    0.3 near     a soft maximum of the likeness, by embedding, to each that was liked
    0.9 kin      the same where words and embedding place them by what was learned from who wrote what (`kinship.py`)
    0.2 fields   the log odds of its categories among what was liked
    0.7 verdicts the likeness to what was wanted more of, less half of that to what was wanted less of: by kin; 0.4 by
                 embedding, or by words, until that is learned
    4 people     the root of how many liked papers the authors of this one wrote, each author's counted

What a channel is about is what it saved, once that is most of what it likes (`terms.telling`); More and Less say which
side of it, by a term of their own. All but the last two are standardised over all papers at hand: 0 is one like any
other of the week, 2 one in forty; verdicts are in deviations of the mean likeness to what was saved.

Weights were chosen on cases of May and June 2026 in the corpus, those of the verdicts by what five simulated readers
gain and lots don't lose; tests/benchmarks/ranking/RESULTS.md measures them on July, against arxiv-sanity's recipe
(https://github.com/karpathy/arxiv-sanity-preserver) and Scholar Inbox' (https://arxiv.org/abs/2504.08385).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bot.domain.feedback import Example, PreferenceScore
from bot.domain.paper import Paper
from bot.domain.text.clean import shorten
from bot.papers.bag_of_authors import known_from, shared
from bot.papers.bag_of_words import bag_of, weighed
from bot.ranking.learning.categories import field_odds
from bot.ranking.learning.contrastive import at_unit_length
from bot.ranking.learning.features import drawn, leaning, nearness, standard, telling
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

Rows = NDArray[np.float32]
Points = NDArray[np.float64]


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


@dataclass(slots=True)
class _Evidence:
    """What is known of each paper offered, in their order."""

    points: Points
    like: list[list[int]]
    likest: list[int]
    by: list[Sequence[tuple[str, int]]] = field(default_factory=list)


def preference_scores(
    offered: Sequence[Paper],
    background: Sequence[Paper],
    examples: Sequence[Example],
    vectors: Mapping[str, NDArray[np.float32]],
    kinship: SimilarityModel | None = None,
    weights: Weights = WEIGHTS,
) -> dict[str, PreferenceScore]:
    """The appeal of each paper offered, by id; none where there is nothing to learn from.

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
    found = _evidence(offered, others, examples, vectors, kinship, weights)
    return {
        paper.id: PreferenceScore(float(found.points[n]), _reasons(examples, found, n))
        for n, paper in enumerate(offered)
    }


def _evidence(
    offered: Sequence[Paper],
    others: Sequence[Paper],
    examples: Sequence[Example],
    vectors: Mapping[str, NDArray[np.float32]],
    kinship: SimilarityModel | None,
    weights: Weights,
) -> _Evidence:
    everything = [*(example.paper for example in examples), *others, *offered]
    new = slice(len(everything) - len(offered), None)
    words = weighed([bag_of(paper) for paper in everything], len(examples))
    meaning = _meaning(everything, len(examples), vectors)
    kin = None if kinship is None else kinship.rows(everything, vectors)
    terms = _terms(everything, len(others), examples, words, meaning, kin, weights)
    known = known_from(example.paper for example in examples if example.liked)
    by = [shared(paper, known) for paper in offered]
    points = terms[new] + weights.people * np.array([math.sqrt(sum(times for _, times in names)) for names in by])
    like, told_from = (words, TOLD_FROM_WORDS) if meaning is None else (meaning, TOLD_FROM_MEANING)
    near = like[new] @ like[: len(examples)].T
    told = [[n for n, cosine in enumerate(row) if cosine >= told_from and examples[n].liked] for row in near]
    nearest = np.where([example.liked for example in examples], near, -np.inf).argmax(axis=1)
    return _Evidence(points, told, [int(n) for n in nearest], by)


def _terms(
    papers: Sequence[Paper],
    others: int,
    examples: Sequence[Example],
    words: Rows,
    meaning: Rows | None,
    kin: Rows | None,
    weights: Weights,
) -> Points:
    """The sum of all terms but the people's: the examples' papers first, then so many others, then those offered."""
    told, given = telling(examples), len(examples)
    liked = [(examples[n].paper, examples[n].weight) for n in told.liked]
    points = weights.words * standard(leaning(words, examples, told, others, weights.stiffness), given)
    points += weights.fields * standard(field_odds(papers, liked, papers[given:]), given)
    if meaning is not None:
        points += weights.near * standard(nearness(meaning, examples, told.liked), given)
    if kin is not None:
        points += weights.kin * standard(nearness(kin, examples, told.liked), given)
        return points + weights.verdicts * drawn(kin, examples, told.liked)
    if meaning is not None:
        points += weights.meaning * standard(leaning(meaning, examples, told, others, weights.stiffness), given)
    return points + weights.verdicts_at_first * drawn(words if meaning is None else meaning, examples, told.liked)


def _meaning(papers: Sequence[Paper], examples: int, vectors: Mapping[str, NDArray[np.float32]]) -> Rows | None:
    """A row for each paper: how it differs from the middle of those that are no examples, at unit length.

    All papers of a field point the same way, which says nothing; a paper without a vector is the middle itself. None
    where fewer than half have one.
    """
    known = [vectors[paper.id] for paper in papers[examples:] if paper.id in vectors]
    if len(known) * 2 < len(papers) - examples:
        return None
    middle = np.mean(known, axis=0)
    return at_unit_length(np.stack([vectors.get(paper.id, middle) for paper in papers]) - middle)


def _reasons(examples: Sequence[Example], found: _Evidence, place: int) -> tuple[str, ...]:
    """Why the paper at this place appeals: its people, what it is like, and nothing that isn't so."""
    like = found.like[place]
    said = [f"{name} wrote {_papers(times)} you liked" for name, times in found.by[place][:1]]
    for why in dict.fromkeys(examples[n].why for n in like):
        alike = [examples[n].paper for n in like if examples[n].why == why]
        said.append(f"like {_named(alike[0]) if len(alike) == 1 else _papers(len(alike))} {why}")
    closest = examples[found.likest[place]]
    if not said and closest.liked and found.points[place] >= TOLD_FROM_POINTS:
        said.append(f"closest to {_named(closest.paper)} {closest.why}")
    return tuple(said)


def _named(paper: Paper) -> str:
    return f"“{shorten(paper.title, NAMED_TITLE)}”, which"


def _papers(number: int) -> str:
    return "a paper" if number == 1 else f"{number} papers"
