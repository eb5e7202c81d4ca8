"""What a channel's examples say of the papers on offer: by their words, by their meaning and by who wrote them.

    0.5 words    a linear model of TF-IDF of words and pairs of words
    0.35 meaning the same of the papers' embeddings, where there are any
    0.3 near     a soft maximum of the likeness, by embedding, to each that was liked
    0.6 kin      the same where words place them by what was learned from who wrote what (`kinship.py`), once it was
    0.3 verdicts once kin was learned, by it: the mean likeness to what was wanted more of, less half of that to what
                 was wanted less of
    4 people     the root of how many liked papers the authors of this one wrote, each author's counted

A verdict given in passing counts for words and meaning at its weight (`bot/taste.py`), and for near and kin only where
few papers were saved: those say what a channel is about, and the verdicts which side of it. That, and the part of the
verdicts, were chosen on 1,171 cases of June, by what five simulated readers gain; by embedding it harmed some.
On July readers who judge by the next paper gained much, and the others lost .01 to .02 (tests/benchmarks/ranking.md).

All but the last are standardised over all papers at hand: 0 is one like any other of the week, 2 one in forty. Their
weights were fitted on cases of May and June 2026 in the corpus, as a conditional logit of which of the day's papers is
hers with a third of the cases taken for noise, and rounded; tests/benchmarks/ranking.md measures them on July, against
arxiv-sanity's recipe (https://github.com/karpathy/arxiv-sanity-preserver) and Scholar Inbox'
(https://arxiv.org/abs/2504.08385).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bot.hygiene import shorten
from bot.learning.bags import bag_of, weighed
from bot.learning.kinship import Kinship
from bot.learning.people import known_from, shared
from bot.learning.ridge import balanced, leanings
from bot.paper import Paper
from bot.taste import Appeal, Example

MOST_EXAMPLES = 200
"""The latest ones; a taste changes, and the time to learn grows with the square of their number."""
MOST_OTHERS = 300
"""Papers nobody judged, learned from as examples of what isn't wanted in particular."""
TOLD_FROM_WORDS, TOLD_FROM_MEANING = 0.25, 0.45
"""The cosine from which on a paper is called like another; for meaning, of vectors less their middle."""
TOLD_FROM_POINTS = 0.75
"""From so many on there is always a reason, if only the likest example, so that nothing stands high without one."""
NAMED_TITLE = 60
SHARPNESS = 10.0
"""Of the soft maximum ln(mean(exp(s cos)))/s: of several interests the nearest counts most, and each a little."""
_ALIKE = 1e-9
"""A deviation that is rounding alone."""
_ENOUGH_SAVED = 4
"""As many as the simulated teams have at least; of fewer nothing was measured, and all that was liked counts."""
_REFUSED = 0.5
"""Of a likeness to what was liked: what was refused is like much that is wanted."""

Rows = NDArray[np.float32]
Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weights:
    """How the parts add up to points, and how stiff the linear models are."""

    words: float = 0.5
    meaning: float = 0.35
    near: float = 0.3
    kin: float = 0.6
    verdicts: float = 0.3
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


def appeals(
    offered: Sequence[Paper],
    background: Sequence[Paper],
    examples: Sequence[Example],
    vectors: Mapping[str, NDArray[np.float32]],
    kinship: Kinship | None = None,
    weights: Weights = WEIGHTS,
) -> dict[str, Appeal]:
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
    return {paper.id: Appeal(float(found.points[n]), _reasons(examples, found, n)) for n, paper in enumerate(offered)}


def _evidence(
    offered: Sequence[Paper],
    others: Sequence[Paper],
    examples: Sequence[Example],
    vectors: Mapping[str, NDArray[np.float32]],
    kinship: Kinship | None,
    weights: Weights,
) -> _Evidence:
    everything = [*(example.paper for example in examples), *others, *offered]
    new = slice(len(everything) - len(offered), None)
    words = weighed([bag_of(paper) for paper in everything], len(examples))
    given = len(examples)
    points = weights.words * _standard(_leaning(words, examples, len(others), weights.stiffness), given)[new]
    meaning = _meaning(everything, len(examples), vectors)
    if meaning is None:
        like, told_from = words, TOLD_FROM_WORDS
    else:
        like, told_from = meaning, TOLD_FROM_MEANING
        points += weights.meaning * _standard(_leaning(meaning, examples, len(others), weights.stiffness), given)[new]
        points += weights.near * _standard(_nearness(meaning, examples), given)[new]
    if kinship is not None:
        kin = kinship.rows(everything)
        points += weights.kin * _standard(_nearness(kin, examples), given)[new]
        points += weights.verdicts * _standard(_verdicts(kin, examples), given)[new]
    known = known_from(example.paper for example in examples if example.liked)
    by = [shared(paper, known) for paper in offered]
    points += weights.people * np.array([math.sqrt(sum(times for _, times in names)) for names in by])
    near = like[new] @ like[: len(examples)].T
    told = [[n for n, cosine in enumerate(row) if cosine >= told_from and examples[n].liked] for row in near]
    nearest = np.where([example.liked for example in examples], near, -np.inf).argmax(axis=1)
    return _Evidence(points, told, [int(n) for n in nearest], by)


def _leaning(rows: Rows, examples: Sequence[Example], others: int, stiffness: float) -> Points:
    """As far as each row leans to what was liked and away from what was refused."""
    order = sorted(range(len(examples)), key=lambda n: not examples[n].liked)
    liked = sum(example.liked for example in examples)
    rows = np.concatenate([rows[order], rows[len(order) :]])
    labels = np.concatenate([np.ones(liked), -np.ones(len(order) - liked + others)])
    judged = [examples[n].weight for n in order]
    lean = leanings(rows, labels, balanced(judged[:liked], judged[liked:], others), stiffness)
    back = np.empty_like(lean)
    back[[*order, *range(len(order), len(lean))]] = lean
    return back


def _nearness(rows: Rows, examples: Sequence[Example]) -> Points:
    """The soft maximum of the likeness to what was saved; to what else was liked, too, where that is little."""
    liked = [n for n, example in enumerate(examples) if example.liked]
    saved = [n for n in liked if not examples[n].passing]
    chosen = saved if len(saved) >= _ENOUGH_SAVED else liked
    if not chosen:
        return np.zeros(len(rows))
    judged = np.array([examples[n].weight for n in chosen])
    near = np.exp(SHARPNESS * (rows @ rows[chosen].T).astype(np.float64))
    mean: Points = np.log(near @ (judged / judged.sum())) / SHARPNESS
    return mean


def _verdicts(rows: Rows, examples: Sequence[Example]) -> Points:
    """The mean likeness to what was liked in passing, less a part of that to what was refused so."""
    towards = np.zeros(rows.shape[1], np.float32)
    for liked, share in ((True, 1.0), (False, -_REFUSED)):
        said = [n for n, example in enumerate(examples) if example.passing and example.liked is liked]
        if said:
            towards += share * rows[said].mean(axis=0)
    drawn: Points = (rows @ towards).astype(np.float64)
    return drawn


def _standard(values: Points, examples: int) -> Points:
    """In standard deviations from the mean of those that are no examples; nothing where they are all alike."""
    deviation = values[examples:].std()
    if deviation < _ALIKE:
        return np.zeros(len(values))
    scaled: Points = (values - values[examples:].mean()) / deviation
    return scaled


def _meaning(papers: Sequence[Paper], examples: int, vectors: Mapping[str, NDArray[np.float32]]) -> Rows | None:
    """A row for each paper: how it differs from the middle of those that are no examples, at unit length.

    All papers of a field point the same way, which says nothing; a paper without a vector is the middle itself. None
    where fewer than half have one.
    """
    known = [vectors[paper.id] for paper in papers[examples:] if paper.id in vectors]
    if len(known) * 2 < len(papers) - examples:
        return None
    middle = np.mean(known, axis=0)
    rows = np.stack([vectors.get(paper.id, middle) for paper in papers]) - middle
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1.0), np.float32)


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
