"""Whether a passage may answer a question: it holds what is asked for, and is close by words or by meaning.

The bounds were set on 285 questions about 71 abstracts (tests/benchmarks/answers/development.jsonl), with
all-MiniLM-L6-v2. What they give there and on 100 other questions: tests/benchmarks/answers/RESULTS.md.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from bot.summaries.answers.asked import holds_what_is_asked, is_open, is_yes_or_no, names_an_aspect
from bot.summaries.grounding import content_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_CLOSEST = 3
"""Sentences shown if no model answers."""

Vectors = Mapping[str, "NDArray[np.float32]"]
"""Unit-length vectors by text; a text without one is compared by words."""


class _Bounds(NamedTuple):
    """The least cosine, or else the least share of the question's words."""

    cosine: float
    share: float


class Trust(Enum):
    """How close a passage must be: for questions that "yes" answers, for open ones, and for all others."""

    CHOSEN = (_Bounds(0.4, 0.25), _Bounds(0.15, 0.01), _Bounds(0.1, 0.01))
    """A model that says no where nothing answers has chosen the passage."""
    FOUND = (_Bounds(0.45, 0.51), _Bounds(0.3, 0.34), _Bounds(0.2, 0.25))
    """Nobody has chosen it."""
    DOUBTED = (_Bounds(0.5, 0.51), _Bounds(0.4, 0.5), _Bounds(0.3, 0.34))
    """A model has that says yes to everything."""


def closest(question: str, said: Sequence[str], vectors: Vectors, title: str = "") -> tuple[str, ...]:
    """Return the passages that concern the question, at most `MAX_CLOSEST`, in their order."""
    near = sorted(
        (one for one in said if concerns(question, one, vectors, title)),
        key=lambda one: -nearness(question, one, vectors),
    )
    best = near[:MAX_CLOSEST]
    return tuple(one for one in said if one in best)


def concerns(question: str, passage: str, vectors: Vectors, title: str = "", trust: Trust = Trust.FOUND) -> bool:
    """Return True if a passage may answer the question about the paper of that title."""
    if not holds_what_is_asked(question, passage, title):
        return False
    if is_yes_or_no(question):
        return names_an_aspect(question) or _is_within(trust.value[0], question, passage, vectors)
    bounds = trust.value[1] if is_open(question) else trust.value[2]
    without_meaning = trust is Trust.CHOSEN and question not in vectors
    return without_meaning or _is_within(bounds, question, passage, vectors)


def nearness(question: str, passage: str, vectors: Vectors) -> float:
    """Return how close a passage is, by words and by meaning; 0 if not at all."""
    return _share(question, passage) + _cosine(question, passage, vectors)


def _is_within(bounds: _Bounds, question: str, passage: str, vectors: Vectors) -> bool:
    return _share(question, passage) >= bounds.share or _cosine(question, passage, vectors) >= bounds.cosine


def _share(question: str, passage: str) -> float:
    """Return the share of the question's words, without those that are said of any paper, that the passage has."""
    asked = content_words(question)
    return len(asked & content_words(passage)) / len(asked) if asked else 0.0


def _cosine(question: str, passage: str, vectors: Vectors) -> float:
    one, other = vectors.get(question), vectors.get(passage)
    return float(one @ other) if one is not None and other is not None else 0.0
