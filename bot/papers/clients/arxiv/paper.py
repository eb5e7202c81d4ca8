"""Conversion of arXiv's description to a Paper: drawn, cleaned and bounded, without implausible values."""

import re
from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from bot.domain.arxiv_id import find_id, version_of
from bot.domain.frozen import frozen
from bot.domain.paper import MOST_AUTHORS, Paper
from bot.domain.text.clean import clean
from bot.domain.text.latex import draw
from bot.papers.code_links import code_link

if TYPE_CHECKING:  # its libraries take 0.1 s and 5 MB to load
    import arxiv  # type: ignore[import-untyped]

_TITLE, _ABSTRACT, _NAME, _COMMENT, _REFERENCE, _AFFILIATION = 500, 6000, 100, 1000, 300, 200
_MOST_CATEGORIES, _MOST_AFFILIATIONS = 30, 100

# By shape, so a category that arXiv adds tomorrow is valid at once; the field also has MSC and ACM classes.
_CATEGORY = re.compile(r"(?:[a-z]{2,8}|q)(?:-[a-z]{2,4})?(?:\.(?:[A-Z]{2}|[a-z]{2,8}(?:-[a-z]{2,8})?))?")
_DOI = re.compile(r"10\.[0-9]{4,9}/[^\s<>\"]{1,200}")
_SAYS_NOTHING = re.compile(r"[\W\d_]*")


@frozen
class Stated:
    """A paper in arXiv's raw words; `identifier` in any form, with its version."""

    identifier: str
    title: str
    abstract: str
    authors: Iterable[str]
    categories: Iterable[str]
    comment: str = ""
    journal_ref: str = ""
    doi: str = ""
    affiliations: Iterable[str] = ()
    published: datetime | None = None
    updated: datetime | None = None
    source: str = ""
    without_files: bool = False


def paper_of(stated: Stated) -> Paper | None:
    """Return the paper; None if the identifier is invalid, which makes the rest useless."""
    paper_id = find_id(stated.identifier)
    if paper_id is None:
        return None
    abstract, comment = _plain(stated.abstract, _ABSTRACT), _plain(stated.comment, _COMMENT)
    doi = _DOI.search(stated.doi)
    authors, unnamed = _names(stated.authors)
    affiliations = (_plain(place, _AFFILIATION) for place in islice(stated.affiliations, MOST_AUTHORS))
    return Paper(
        id=paper_id,
        version=version_of(stated.identifier) or 1,
        title=_plain(stated.title, _TITLE) or f"arXiv:{paper_id}",
        abstract=abstract,
        authors=authors,
        unnamed_authors=unnamed,
        categories=_categories(stated.categories),
        published=stated.published,
        updated=stated.updated,
        comment=comment,
        journal_ref=_plain(stated.journal_ref, _REFERENCE),
        doi=doi[0] if doi else "",
        code_url=code_link(abstract, comment),
        source=stated.source,
        without_files=stated.without_files,
        affiliations=_distinct(affiliations, _MOST_AFFILIATIONS),
    )


def paper_from(result: "arxiv.Result") -> Paper | None:
    """Return the paper of one result of the query API; None if its id is invalid."""
    return paper_of(
        Stated(
            result.entry_id,
            result.title,
            result.summary,
            (author.name for author in result.authors),
            (result.primary_category, *result.categories),
            comment=result.comment or "",
            journal_ref=result.journal_ref or "",
            doi=result.doi or "",
            affiliations=(place for author in result.authors for place in author.affiliation),
            published=result.published,
            updated=result.updated,
        )
    )


def _plain(text: str, limit: int) -> str:
    return clean(draw(text), limit)


def _names(authors: Iterable[str]) -> tuple[tuple[str, ...], int]:
    """Return the names, in order, and the number of those that are too many.

    A lone ":" after a collaboration is nobody.
    """
    stated = iter(authors)
    names = [_plain(author, _NAME) for author in islice(stated, MOST_AUTHORS)]
    return tuple(name for name in names if not _SAYS_NOTHING.fullmatch(name)), sum(1 for _ in stated)


def _categories(terms: Iterable[str]) -> tuple[str, ...]:
    return _distinct((term.strip() for term in terms if _CATEGORY.fullmatch(term.strip())), _MOST_CATEGORIES)


def _distinct(texts: Iterable[str], most: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, texts)))[:most]
