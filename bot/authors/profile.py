"""Which of the people of one name wrote a paper: by who wrote with them, and by what they write about. Pure.

    fit   a co-author in common, and how telling the names are; words; meaning; categories
    lead  fit, less that of whoever else of the name fits best

Weights and bounds were fitted on 200 names that `python -m benchmarks.homonyms.run` doesn't measure; results are
in tests/benchmarks/homonyms/RESULTS.md.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bot.domain.attribution import Grade, Sureness
from bot.domain.paper import Paper
from bot.domain.text.normalize import fold
from bot.papers.bag_of_authors import MAX_AUTHORS
from bot.papers.bag_of_words import Rarity, bag_of, cosine

MOST_PAPERS = 60
"""Of a portrait, the latest: what somebody wrote about ten years ago says little of tomorrow."""
_LIKEST = 3
_SHORT = 5
_OFTEN_SHARED = 0.3
_MOST_SHARED = 3.0
_SAME_FIELD, _OTHER_FIELD = 0.5, 0.2

Vectors = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class AuthorProfile:
    """A person by what she wrote: `papers` at most `MOST_PAPERS`, the folded co-authors, how many in each category."""

    papers: tuple[Paper, ...]
    co_authors: frozenset[str]
    categories: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ProfileSimilarity:
    """What a paper has in common with a portrait. `shared`: co-authors as the paper has them; `company`: their weight.

    `words` and `meaning` are the cosines to the likest papers, `field` that of the categories, from 0 to 1.
    """

    shared: tuple[str, ...]
    company: float
    words: float
    meaning: float
    field: float


@dataclass(frozen=True, slots=True)
class Weights:
    """How a likeness adds up: a conditional logit of who wrote. A lead of 1 is odds of e to 1."""

    linked: float = 5.6
    company: float = 1.45
    words: float = 66.0
    meaning: float = 6.9
    field: float = 0.7


WEIGHTS = Weights()
WITHOUT_MEANING = Weights(linked=5.8, company=1.5, words=115.0, meaning=0.0, field=1.6)


@dataclass(frozen=True, slots=True)
class Bounds:
    """From which lead on a paper is `sure` or `probably` hers; with one below `never` it is another's.

    `stranger` is how well somebody fits of whom nothing is known but that there is one, `unheard_of` the same where
    everybody of the name is known, as far as anybody knows.

    On the names fitted on, at most .045 of the wrong papers are taken for hers, also where nothing is known of the
    others (`probably`, `stranger`), and none of 1,353 right ones for another's (at -7; `never` has a half in reserve).
    """

    sure: float = 3.0
    probably: float = 0.0
    never: float = -7.5
    stranger: float = 6.5
    unheard_of: float = 2.0


BOUNDS = Bounds()


@dataclass(frozen=True, slots=True)
class BackgroundStatistics:
    """What papers are compared by: how rare words are, embeddings at unit length by id, and the middle of them all."""

    rarity: Rarity
    vectors: Vectors = field(default_factory=dict)
    middle: NDArray[np.float32] | None = None


def profile_of(papers: Iterable[Paper], is_her: Callable[[str], bool]) -> AuthorProfile:
    """The portrait that these papers give, the latest of them last; `is_her` tells her own name from the others'."""
    hers = tuple(papers)[-MOST_PAPERS:]
    few = [paper for paper in hers if len(paper.authors) <= MAX_AUTHORS]
    others = {fold(author) for paper in few for author in paper.authors if not is_her(author)}
    return AuthorProfile(hers, frozenset(others - {""}), Counter(one for paper in hers for one in paper.categories))


def background_statistics(background: Sequence[Paper], vectors: Vectors | None = None) -> BackgroundStatistics:
    """Made of some hundred papers of these days; without vectors, meaning tells nothing."""
    known = [vectors[paper.id] for paper in background if paper.id in vectors] if vectors else []
    middle = np.mean(known, axis=0) if known else None
    return BackgroundStatistics(Rarity([bag_of(paper) for paper in background]), vectors or {}, middle)


def profile_similarity(portrait: AuthorProfile, paper: Paper, by: BackgroundStatistics) -> ProfileSimilarity:
    """What the paper has in common with the portrait."""
    listed = paper.authors if len(paper.authors) <= MAX_AUTHORS else ()
    shared = tuple(author for author in listed if fold(author) in portrait.co_authors)
    company = min(sum(_telling(fold(author)) for author in shared), _MOST_SHARED)
    own = by.rarity.tf_idf(bag_of(paper))
    words = [cosine(own, by.rarity.tf_idf(bag_of(one))) for one in portrait.papers]
    return ProfileSimilarity(shared, company, _likest(words), _meaning(portrait, paper, by), _field(portrait, paper))


def fit(like: ProfileSimilarity, weights: Weights = WEIGHTS) -> float:
    """How well it fits, as a number to compare with those of others."""
    return (
        weights.linked * bool(like.shared)
        + weights.company * like.company
        + weights.words * like.words
        + weights.meaning * like.meaning
        + weights.field * like.field
    )


def judge(
    portrait: AuthorProfile,
    others: Sequence[AuthorProfile],
    paper: Paper,
    by: BackgroundStatistics,
    bounds: Bounds = BOUNDS,
) -> Sureness:
    """Whether the person of `portrait` wrote the paper that bears her name.

    `others` have the name too; one who is known to be and of whom no paper is known is an empty portrait. The paper is
    somebody else's only where one of the others fits far better: nothing of hers is to be lost.
    """
    like = profile_similarity(portrait, paper, by)
    weights = WEIGHTS if by.middle is not None and paper.id in by.vectors else WITHOUT_MEANING
    own = fit(like, weights)
    if not others:
        plain = bool(like.shared) or own >= bounds.stranger
        return (
            Sureness(Grade.SURE, _why(like)) if plain else Sureness(Grade.PROBABLY, "nobody else of the name is known")
        )
    rivals = [fit(profile_similarity(other, paper, by), weights) for other in others if other.papers]
    unknown = bounds.unheard_of if len(rivals) == len(others) else bounds.stranger
    lead = own - max([unknown, *rivals])
    if lead >= bounds.probably:
        return Sureness(Grade.SURE if lead >= bounds.sure else Grade.PROBABLY, _why(like))
    elses = bool(rivals) and own - max(rivals) < bounds.never
    return Sureness(Grade.SOMEBODY_ELSE if elses else Grade.PERHAPS_ANOTHER, _why_not(like))


def _why(like: ProfileSimilarity) -> str:
    if like.shared:
        more = f" and {len(like.shared) - 1} more" if len(like.shared) > 1 else ""
        return f"with {like.shared[0]}{more}"
    return "same field" if like.field >= _SAME_FIELD else "like earlier papers"


def _why_not(like: ProfileSimilarity) -> str:
    if like.shared:
        return f"with {like.shared[0]}, but nearer to somebody else of the name"
    where = "another field" if like.field < _OTHER_FIELD else "no earlier paper much like it"
    return f"no co-author in common, {where}"


def _telling(folded: str) -> float:
    """How much one shared name tells: what is as short as "wei wang" is the name of many."""
    parts = folded.split()
    return _OFTEN_SHARED if len(parts) < 2 or (len(parts) == 2 and max(map(len, parts)) <= _SHORT) else 1.0


def _likest(cosines: Sequence[float]) -> float:
    """Between the likest and the mean of the three likest: people write on one thing twice, and on things close by."""
    best = sorted(cosines, reverse=True)[:_LIKEST]
    return (best[0] + sum(best) / len(best)) / 2 if best else 0.0


def _meaning(portrait: AuthorProfile, paper: Paper, by: BackgroundStatistics) -> float:
    """The likeness by embedding, less what all papers have in common; 0, as unlike as most, where one isn't known."""
    if by.middle is None or paper.id not in by.vectors:
        return 0.0
    known = [by.vectors[one.id] for one in portrait.papers if one.id in by.vectors]
    if not known:
        return 0.0
    rows = np.stack([by.vectors[paper.id], *known]) - by.middle
    rows /= np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9
    return _likest([float(one) for one in rows[1:] @ rows[0]])


def _field(portrait: AuthorProfile, paper: Paper) -> float:
    """The cosine of the categories, each counted as often as there is a paper in it."""
    both = sum(portrait.categories.get(one, 0) for one in set(paper.categories))
    length = math.sqrt(sum(times * times for times in portrait.categories.values()) * len(set(paper.categories)))
    return both / length if length else 0.0
