"""Searches in arXiv's query language (https://info.arxiv.org/help/api/user-manual.html#query_details).

Fields `all ti abs au cat submittedDate`, joined by AND, OR and ANDNOT. Accents are removed, since arXiv never matches
them. Pure.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date

from anyascii import anyascii

from bot.domain.categories import has_subjects
from bot.domain.search_query import SearchQuery
from bot.domain.text.normalize import fold

_MOST_WORDS = 12
_MOST_CONDITIONS = 8
_LONGEST = 300
_NOT_IN_PHRASE = re.compile(r"[^A-Za-z0-9.' -]+")
_SMALL_WORDS = re.compile("a|an|and|are|as|at|by|can|do|for|from|in|into|is|it|of|on|or|the|to|via|what|with|you")
_BEGINNING, _END = "199101010000", "209912312359"


def questions(query: SearchQuery) -> list[str]:
    """Return the queries to try until one finds papers: first for all of the words, then for any of them.

    Empty if no query is possible: it must name something that papers have, not only what they lack.
    """
    words = _words(query)
    rest = [*_conditions(query)]
    asked = [_all_of([*(f"all:{word}" for word in words), *rest])]
    if len(words) > 1:
        asked.append(_all_of([_any_of([f"all:{word}" for word in words]), *rest]))
    without = "".join(f" ANDNOT {_said(phrase)}" for phrase in query.without[:_MOST_CONDITIONS] if plain_phrase(phrase))
    return [f"{question}{without}" for question in asked if question]


def plain_phrase(text: str) -> str:
    """Return `text` without accents, which arXiv never matches, and without the signs of its grammar."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text[:_LONGEST]) if not unicodedata.combining(c))
    return " ".join(_NOT_IN_PHRASE.sub(" ", anyascii(bare)).split())


def _words(query: SearchQuery) -> list[str]:
    """Return the words of the text outside phrases, which have queries of their own."""
    quoted = {word for phrase in query.phrases for word in fold(phrase).split()}
    words = dict.fromkeys(word for word in fold(query.text).split() if not _SMALL_WORDS.fullmatch(word))
    return [word for word in words if word not in quoted and len(word) > 1][:_MOST_WORDS]


def _conditions(query: SearchQuery) -> Iterable[str]:
    yield from (_said(phrase) for phrase in query.phrases[:_MOST_CONDITIONS] if plain_phrase(phrase))
    yield from (f'au:"{name}"' for one in query.authors[:_MOST_CONDITIONS] if (name := plain_phrase(one)))
    if query.categories:
        yield _any_of([_category(code) for code in query.categories[:_MOST_CONDITIONS]])
    if query.first or query.last:
        yield f"submittedDate:[{_day(query.first, '0000', _BEGINNING)} TO {_day(query.last, '2359', _END)}]"


def _said(phrase: str) -> str:
    return f'all:"{plain_phrase(phrase)}"'


def _category(code: str) -> str:
    return f"cat:{code}.*" if has_subjects(code) else f"cat:{code}"


def _day(day: date | None, minute: str, otherwise: str) -> str:
    return f"{day:%Y%m%d}{minute}" if day else otherwise


def _all_of(terms: Sequence[str]) -> str:
    return " AND ".join(terms)


def _any_of(terms: Sequence[str]) -> str:
    return terms[0] if len(terms) == 1 else f"({' OR '.join(terms)})"
