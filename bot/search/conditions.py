"""Check a paper against the conditions of a `SearchQuery`. Pure."""

from collections.abc import Sequence
from datetime import date

from bot.domain.categories import covers
from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery
from bot.domain.text.normalize import words
from bot.papers.candidate import Candidate, name_parts, wrote


def fulfils(paper: Paper, query: SearchQuery, announced: date | None = None) -> bool:
    """Tell whether all conditions hold; the words of `query.text` are none. `announced` replaces a missing submission.

    A condition on something unknown, such as the categories, fails.
    """
    candidate = Candidate(paper)
    return (
        all(says(phrase, candidate) for phrase in query.phrases)
        and not any(says(phrase, candidate) for phrase in query.without)
        and all(written_by(name, candidate) for name in query.authors)
        and _within(query.categories, paper)
        and _dated(query, paper, announced)
        and (not query.code or bool(paper.code_url))
    )


def says(phrase: str, candidate: Candidate) -> bool:
    """Tell whether title, abstract or an author's name has these words, one after the other."""
    wanted = " ".join(words(phrase))
    if not wanted:
        return True
    return f" {wanted} " in candidate.text or any(
        f" {wanted} " in f" {' '.join(words(author))} " for author in candidate.paper.authors
    )


def written_by(name: str, candidate: Candidate) -> bool:
    """Tell whether an author has this name; a family name alone means everybody of it."""
    asked = name_parts(name)
    alone = {parts[0] for parts in asked if len(parts) == 1}
    return wrote(name, candidate) or any(alone & set(written) for written in candidate.names)


def _within(categories: Sequence[str], paper: Paper) -> bool:
    offered = (*paper.categories, *paper.cross_listed)
    return not categories or any(covers(wanted, one) for wanted in categories for one in offered)


def _dated(query: SearchQuery, paper: Paper, announced: date | None) -> bool:
    if query.first is None and query.last is None:
        return True
    day = paper.published.date() if paper.published else announced
    return day is not None and (query.first or day) <= day <= (query.last or day)
