"""Author profiles, and attribution of a paper to one of several authors with the same name: pure.

    fit   shared co-authors, weighted by how rare their names are; words; embeddings; categories
    lead  fit, less the best fit of any other author with the name

Weights and bounds were fitted on 200 names that `python -m benchmarks.homonyms.run` doesn't measure;
tests/benchmarks/homonyms/RESULTS.md has the results.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field

import numpy as np
from numpy.typing import NDArray

from bot.domain.attribution import Grade, Sureness
from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.domain.text.normalize import fold
from bot.papers.bag_of_authors import MAX_AUTHORS
from bot.papers.bag_of_words import Rarity, bag_of, cosine

MAX_PAPERS = 60
"""Latest papers in a profile: what an author wrote ten years ago says little about their next paper."""
_NEAREST = 3
_MAX_SHORT_PART = 5
_COMMON_NAME_WEIGHT = 0.3
_MAX_COAUTHOR_WEIGHT = 3.0
_SAME_FIELD, _OTHER_FIELD = 0.5, 0.2

Vectors = Mapping[str, NDArray[np.float32]]


@frozen
class AuthorProfile:
    """An author's latest papers (`MAX_PAPERS` at most), normalized co-author names and paper counts by category."""

    papers: tuple[Paper, ...]
    co_authors: frozenset[str]
    categories: Mapping[str, int]


@frozen
class ProfileSimilarity:
    """Similarity of a paper and a profile. `shared` co-authors are spelled as in the paper.

    `words` and `meaning` are cosines to the nearest papers, `field` is the cosine of the categories, 0 to 1.
    """

    shared: tuple[str, ...]
    coauthor_weight: float
    words: float
    meaning: float
    field: float


@frozen
class Weights:
    """Weights of the similarities: a conditional logit of authorship. A lead of 1 means odds of e to 1."""

    linked: float = 5.6
    coauthor_weight: float = 1.45
    words: float = 66.0
    meaning: float = 6.9
    field: float = 0.7


WEIGHTS = Weights()
WITHOUT_MEANING = Weights(linked=5.8, coauthor_weight=1.5, words=115.0, meaning=0.0, field=1.6)


@frozen
class Bounds:
    """Minimum lead for the grades SURE and PROBABLY; a lead below `never` means that somebody else wrote the paper.

    `unknown` is the assumed fit of another author without known papers, `all_known` that of one who isn't known to
    exist.

    On the names used for fitting, at most .045 of other authors' papers are attributed wrongly, even if nothing is
    known of the others (`probably`, `unknown`), and none of 1,353 own papers is attributed to somebody else (at -7;
    `never` adds a half as reserve).
    """

    sure: float = 3.0
    probably: float = 0.0
    never: float = -7.5
    unknown: float = 6.5
    all_known: float = 2.0


BOUNDS = Bounds()


@frozen
class BackgroundStatistics:
    """Rarity of words, unit-length embeddings by paper id, and the mean of the background papers' embeddings."""

    rarity: Rarity
    vectors: Vectors = field(default_factory=dict)
    middle: NDArray[np.float32] | None = None


def profile_of(papers: Iterable[Paper], is_author: Callable[[str], bool]) -> AuthorProfile:
    """Return the profile of an author's papers, latest last; `is_author` returns True for the author's own name."""
    latest = tuple(papers)[-MAX_PAPERS:]
    small = [paper for paper in latest if len(paper.authors) <= MAX_AUTHORS]
    others = {fold(author) for paper in small for author in paper.authors if not is_author(author)}
    categories = Counter(category for paper in latest for category in paper.categories)
    return AuthorProfile(latest, frozenset(others - {""}), categories)


def background_statistics(background: Sequence[Paper], vectors: Vectors | None = None) -> BackgroundStatistics:
    """Return the statistics of a few hundred recent papers; without vectors, embeddings don't count."""
    known = [vectors[paper.id] for paper in background if paper.id in vectors] if vectors else []
    middle = np.mean(known, axis=0) if known else None
    return BackgroundStatistics(Rarity([bag_of(paper) for paper in background]), vectors or {}, middle)


def profile_similarity(profile: AuthorProfile, paper: Paper, by: BackgroundStatistics) -> ProfileSimilarity:
    """Compare the paper with the profile."""
    listed = paper.authors if len(paper.authors) <= MAX_AUTHORS else ()
    shared = tuple(author for author in listed if fold(author) in profile.co_authors)
    coauthor_weight = min(sum(_name_weight(fold(author)) for author in shared), _MAX_COAUTHOR_WEIGHT)
    own = by.rarity.tf_idf(bag_of(paper))
    words = [cosine(own, by.rarity.tf_idf(bag_of(known))) for known in profile.papers]
    meaning, field = _meaning(profile, paper, by), _field(profile, paper)
    return ProfileSimilarity(shared, coauthor_weight, _nearest(words), meaning, field)


def fit(similarity: ProfileSimilarity, weights: Weights = WEIGHTS) -> float:
    """Return the weighted sum of the similarities, comparable among authors with the same name."""
    return (
        weights.linked * bool(similarity.shared)
        + weights.coauthor_weight * similarity.coauthor_weight
        + weights.words * similarity.words
        + weights.meaning * similarity.meaning
        + weights.field * similarity.field
    )


def judge(
    profile: AuthorProfile,
    others: Sequence[AuthorProfile],
    paper: Paper,
    by: BackgroundStatistics,
    bounds: Bounds = BOUNDS,
) -> Sureness:
    """Return the confidence that the author of `profile` wrote the paper, which has their name.

    `others` are authors with the same name; an empty profile is one without known papers. The result is SOMEBODY_ELSE
    only if another author fits far better, since a follow must not lose the author's own papers.
    """
    similarity = profile_similarity(profile, paper, by)
    weights = WEIGHTS if by.middle is not None and paper.id in by.vectors else WITHOUT_MEANING
    own = fit(similarity, weights)
    if not others:
        if similarity.shared or own >= bounds.unknown:
            return Sureness(Grade.SURE, _why(similarity))
        return Sureness(Grade.PROBABLY, "nobody else of the name is known")
    rivals = [fit(profile_similarity(other, paper, by), weights) for other in others if other.papers]
    unknown = bounds.all_known if len(rivals) == len(others) else bounds.unknown
    lead = own - max([unknown, *rivals])
    if lead >= bounds.probably:
        return Sureness(Grade.SURE if lead >= bounds.sure else Grade.PROBABLY, _why(similarity))
    excluded = bool(rivals) and own - max(rivals) < bounds.never
    return Sureness(Grade.SOMEBODY_ELSE if excluded else Grade.PERHAPS_ANOTHER, _why_not(similarity))


def _why(similarity: ProfileSimilarity) -> str:
    if similarity.shared:
        more = f" and {len(similarity.shared) - 1} more" if len(similarity.shared) > 1 else ""
        return f"with {similarity.shared[0]}{more}"
    return "same field" if similarity.field >= _SAME_FIELD else "like earlier papers"


def _why_not(similarity: ProfileSimilarity) -> str:
    if similarity.shared:
        return f"with {similarity.shared[0]}, but nearer to somebody else of the name"
    reason = "another field" if similarity.field < _OTHER_FIELD else "no earlier paper much like it"
    return f"no co-author in common, {reason}"


def _name_weight(folded: str) -> float:
    """Return the weight of a shared co-author's name: many people have names as short as "wei wang"."""
    parts = folded.split()
    common = len(parts) < 2 or (len(parts) == 2 and max(map(len, parts)) <= _MAX_SHORT_PART)
    return _COMMON_NAME_WEIGHT if common else 1.0


def _nearest(cosines: Sequence[float]) -> float:
    """Return the average of the highest cosine and the mean of the three highest."""
    best = sorted(cosines, reverse=True)[:_NEAREST]
    return (best[0] + sum(best) / len(best)) / 2 if best else 0.0


def _meaning(profile: AuthorProfile, paper: Paper, by: BackgroundStatistics) -> float:
    """Return the similarity of embeddings centered on the background's mean; 0, the usual value, if one is missing."""
    if by.middle is None or paper.id not in by.vectors:
        return 0.0
    known = [by.vectors[known.id] for known in profile.papers if known.id in by.vectors]
    if not known:
        return 0.0
    rows = np.stack([by.vectors[paper.id], *known]) - by.middle
    rows /= np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9
    return _nearest([float(cosine) for cosine in rows[1:] @ rows[0]])


def _field(profile: AuthorProfile, paper: Paper) -> float:
    """Return the cosine of the categories, weighted by the profile's paper counts."""
    both = sum(profile.categories.get(category, 0) for category in set(paper.categories))
    length = math.sqrt(sum(times * times for times in profile.categories.values()) * len(set(paper.categories)))
    return both / length if length else 0.0
