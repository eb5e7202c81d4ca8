"""The gist of a model's answer, held against the paper; or one of sentences that were."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from bot.domain.paper import Paper
from bot.domain.summary import GIST_LIMIT, Summary
from bot.summaries.faults import bears_out_all
from bot.summaries.gist.cut import shortened
from bot.summaries.gist.extract import best_of, extracted_gist, finished
from bot.summaries.gist.hyphens import joined
from bot.summaries.injection_filter import reported, reported_text
from bot.summaries.role_cues import Role
from bot.summaries.roles import Part, parts
from bot.summaries.sanitize import plain
from bot.summaries.sentences import sentences

_MOST_READ, _SHORTEST = 600, 12
_POINT_ROLES = (Role.CONTRIBUTION, Role.METHODOLOGY, Role.RESULTS, Role.IMPLICATIONS)


def checked_gist(said: str, key_points: Sequence[str], paper: Paper, lang: str) -> str:
    """Return the gist that a model `said`, if it passes; else one of its `key_points`, which did; else an extract."""
    first = next(iter(sentences(plain(said, _MOST_READ))), "")
    if len(first) >= _SHORTEST and reported_text(first) and bears_out_all(first, paper, lang):
        own = finished(shortened(first, GIST_LIMIT - 1, lang))
        if own:
            return own
    return gist_of_points(tuple(key_points), paper, lang)


@lru_cache(maxsize=1024)  # summaries that an older version stored are asked for it each time they are read
def gist_of_points(key_points: tuple[str, ...], paper: Paper, lang: str) -> str:
    """Return a gist made of key points in the model's words, or of the abstract's where they tell more (English)."""
    if lang != "en":
        return _first(finished(shortened(point, GIST_LIMIT - 1, lang)) for point in key_points)
    told = reported(paper)
    points = [Part(point, role, 0.0) for point, role in zip(key_points, _POINT_ROLES, strict=False)]
    return best_of(told, [*points, *parts(joined(told.abstract, told.abstract))])


@lru_cache(maxsize=1024)  # lists show the same papers again and again
def gist_of(paper: Paper) -> str:
    """Return the gist of a paper in its abstract's words, in some milliseconds; "" if no sentence is fit."""
    told = reported(paper)
    return extracted_gist(told, parts(told.abstract))


def with_gist(summary: Summary, paper: Paper) -> Summary:
    """Return a stored summary with a gist, which records of older versions lack."""
    if summary.gist:
        return summary
    return replace(summary, gist=gist_of_points(summary.key_points, paper, summary.lang))


def _first(found: Iterable[str]) -> str:
    return next(filter(None, found), "")
