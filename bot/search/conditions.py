"""Checks a paper against the conditions of a `SearchQuery`: pure."""

from collections.abc import Sequence
from datetime import date

from bot.domain.categories import covers
from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery
from bot.domain.text.author_name import read_author_names
from bot.domain.text.normalize import words
from bot.papers.candidate import Candidate, wrote


def fulfils(paper: Paper, query: SearchQuery, announced: date | None = None) -> bool:
    """Return True if all conditions hold; words of `query.text` aren't conditions.

    `announced` replaces a missing date of submission. A condition on an unknown value, such as categories, fails.
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
    """Return True if the title, the abstract or an author's name contains the phrase."""
    wanted = " ".join(words(phrase))
    if not wanted:
        return True
    return f" {wanted} " in candidate.text or any(
        f" {wanted} " in f" {' '.join(words(author))} " for author in candidate.paper.authors
    )


def written_by(name: str, candidate: Candidate) -> bool:
    """Return True if an author has this name; a single name matches any part."""
    single = {one.family for one in read_author_names(name) if len(one.words) == 1}
    return wrote(name, candidate) or any(single & set(written.words) for written in candidate.names)


def _within(categories: Sequence[str], paper: Paper) -> bool:
    offered = (*paper.categories, *paper.cross_listed)
    return not categories or any(covers(wanted, category) for wanted in categories for category in offered)


def _dated(query: SearchQuery, paper: Paper, announced: date | None) -> bool:
    if query.first is None and query.last is None:
        return True
    day = paper.published.date() if paper.published else announced
    return day is not None and (query.first or day) <= day <= (query.last or day)
