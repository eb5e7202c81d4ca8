"""Comparison of a typed title with papers' titles: only one that is surely meant is chosen. Pure."""

from collections.abc import Iterable, Sequence

from bot.domain.paper import Paper
from bot.domain.text import fuzzy, latex
from bot.domain.text.normalize import fold

SURE, CLEAR_LEAD = 90.0, 10.0
"""A title that isn't exact needs this similarity (token sort ratio, of 100), and this lead over the next paper."""

CLOSEST = 3
NEAR = 60.0
"""Minimum similarity of a title to be offered as one of the closest."""


def meant(typed: str, papers: Iterable[Paper]) -> Paper | None:
    """Return the paper whose title is exactly `typed`, or nearly so and clearly ahead of the next; else None.

    Case, punctuation, accents and LaTeX don't count. A single word has to be the whole title.
    """
    different = {paper.id: paper for paper in papers}.values()
    same = exact(typed, different)
    if same:
        return same[0] if len(same) == 1 else None
    ranked = sorted(((similarity(typed, paper), paper) for paper in different), key=lambda pair: -pair[0])
    if len(_key(typed).split()) < 2 or not ranked or ranked[0][0] < SURE:
        return None
    return ranked[0][1] if len(ranked) == 1 or ranked[0][0] - ranked[1][0] >= CLEAR_LEAD else None


def exact(typed: str, papers: Iterable[Paper]) -> list[Paper]:
    """Return the papers with exactly this title."""
    wanted = _squeezed(typed)
    return [paper for paper in papers if wanted and _squeezed(paper.title) == wanted]


def closest(typed: str, papers: Sequence[Paper]) -> tuple[Paper, ...]:
    """Return the three papers with the most similar titles, most similar first."""
    different = {paper.id: paper for paper in papers}.values()
    return tuple(sorted(different, key=lambda paper: -_nearness(typed, paper))[:CLOSEST])


def is_near(typed: str, paper: Paper) -> bool:
    """Return True if the title has much in common with `typed`."""
    return _nearness(typed, paper) >= NEAR


def similarity(typed: str, paper: Paper) -> float:
    """Return how similar the words of `typed` and of the title are in any order, 0 to 100."""
    return fuzzy.token_sort_ratio(_key(typed), _key(paper.title))


def _nearness(typed: str, paper: Paper) -> float:
    """Return the similarity, also counting a part of a title."""
    return max(similarity(typed, paper), 0.9 * fuzzy.token_set_ratio(_key(typed), _key(paper.title)))


def _key(text: str) -> str:
    return fold(latex.draw(text))


def _squeezed(text: str) -> str:
    return _key(text).replace(" ", "")
