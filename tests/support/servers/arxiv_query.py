"""arXiv's query language: `cat: au: ti: abs: co: jr: all: submittedDate: lastUpdatedDate:`, AND OR ANDNOT, ()."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from bot.domain.paper import Paper
from bot.domain.text.normalize import fold

Test = Callable[[Paper], bool]

_TOKEN = re.compile(r'\s*(\(|\)|(?:[A-Za-z]+:)?"[^"]*"|[A-Za-z]+:\[[^\]]*\]|[^\s()]+)')
_RANGE = re.compile(r"\[(\d{12}) TO (\d{12})\]")


def compiled(query: str) -> Test:
    """Return a test that is True for papers that match `query`; all match an empty one. Raise ValueError if invalid."""
    tokens = _TOKEN.findall(query)
    if not tokens:
        return lambda paper: True
    test, rest = _either(tokens)
    if rest:
        raise ValueError(f"unexpected {rest[0]}")
    return test


def _either(tokens: list[str]) -> tuple[Test, list[str]]:
    """Parse adjacent terms as OR, as arXiv does."""
    left, rest = _both(tokens)
    while rest and rest[0] != ")":
        right, rest = _both(rest[1:] if rest[0] == "OR" else rest)
        left = _or(left, right)
    return left, rest


def _both(tokens: list[str]) -> tuple[Test, list[str]]:
    left, rest = _term(tokens)
    while rest and rest[0] in {"AND", "ANDNOT"}:
        word = rest[0]
        right, rest = _term(rest[1:])
        left = _and(left, right if word == "AND" else _not(right))
    return left, rest


def _term(tokens: list[str]) -> tuple[Test, list[str]]:
    if not tokens:
        raise ValueError("ends too early")
    if tokens[0] != "(":
        return _field(tokens[0]), tokens[1:]
    test, rest = _either(tokens[1:])
    if not rest or rest[0] != ")":
        raise ValueError("unclosed (")
    return test, rest[1:]


def _or(left: Test, right: Test) -> Test:
    return lambda paper: left(paper) or right(paper)


def _and(left: Test, right: Test) -> Test:
    return lambda paper: left(paper) and right(paper)


def _not(test: Test) -> Test:
    return lambda paper: not test(paper)


def _field(token: str) -> Test:
    name, colon, value = token.partition(":")
    if not colon:
        name, value = "all", token
    value = value.strip('"')
    if name == "cat":
        return _category(value)
    if name in {"submittedDate", "lastUpdatedDate"}:
        return _dated(value, "published" if name == "submittedDate" else "updated")
    if name not in _TEXTS:
        raise ValueError(f"unknown field {name}")
    # arXiv finds nothing for an accented letter in a query, since its index has the names without accents.
    wanted = f" {fold(value)} " if value.isascii() else "\0"
    return lambda paper: any(wanted in f" {fold(text)} " for text in _TEXTS[name](paper))


_TEXTS: dict[str, Callable[[Paper], tuple[str, ...]]] = {
    "au": lambda paper: paper.authors,
    "ti": lambda paper: (paper.title,),
    "abs": lambda paper: (paper.abstract,),
    "co": lambda paper: (paper.comment,),
    "jr": lambda paper: (paper.journal_ref,),
    "all": lambda paper: (paper.title, paper.abstract, paper.comment, *paper.authors, *paper.categories),
}


def _category(value: str) -> Test:
    if value.endswith(".*"):
        return lambda paper: any(category.startswith(value[:-1]) for category in paper.categories)
    return lambda paper: value in paper.categories


def _dated(value: str, which: str) -> Test:
    found = _RANGE.fullmatch(value)
    if not found:
        raise ValueError(f"unreadable range {value}")
    since, until = (datetime.strptime(end, "%Y%m%d%H%M").replace(tzinfo=UTC) for end in found.groups())

    def within(paper: Paper) -> bool:
        when = getattr(paper, which) or paper.published
        return when is not None and since <= when.replace(second=0, microsecond=0) <= until

    return within
