"""How close the sentences of an abstract are to a question: by shared words, and by meaning if a model is there."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bot.summaries.grounding import content_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_CLOSEST = 3
"""Sentences shown if no model answers."""

_MIN_COSINE, _MIN_SHARE = 0.36, 0.5
"""A sentence concerns a question above either bound.

Measured with all-MiniLM-L6-v2 on 55 questions about the abstracts of 28 papers: the closest sentence passes for 48 of
them in the right abstract, and for 8 of 110 in another one; by words alone for 39, and for 3 of 110.
"""

Vectors = Mapping[str, "NDArray[np.float32]"]
"""Unit-length vectors by text; a text without one is compared by words."""


def closest(question: str, said: Sequence[str], vectors: Vectors) -> tuple[str, ...]:
    """Return the sentences that concern the question, at most `MAX_CLOSEST`, in the order of the abstract."""
    near = sorted(
        (one for one in said if concerns(question, one, vectors)), key=lambda one: -_score(question, one, vectors)
    )
    best = near[:MAX_CLOSEST]
    return tuple(one for one in said if one in best)


def concerns(question: str, passage: str, vectors: Vectors) -> bool:
    """Return True if a passage may answer the question: it has half of its words, or means the same."""
    return _share(question, passage) >= _MIN_SHARE or _cosine(question, passage, vectors) >= _MIN_COSINE


def _score(question: str, passage: str, vectors: Vectors) -> float:
    return _share(question, passage) + _cosine(question, passage, vectors)


def _share(question: str, passage: str) -> float:
    """Return the share of the question's words, without those that are said of any paper, that the passage has."""
    asked = content_words(question)
    return len(asked & content_words(passage)) / len(asked) if asked else 0.0


def _cosine(question: str, passage: str, vectors: Vectors) -> float:
    one, other = vectors.get(question), vectors.get(passage)
    return float(one @ other) if one is not None and other is not None else 0.0
