"""A paper as something to cite: its key, its date and its DOI, the same in every format. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.domain.paper import Paper
from bot.domain.text.clean import clean
from bot.domain.text.normalize import fold
from bot.library.citations.names import Name, read_names

TITLE, ABSTRACT, NOTE = 600, 10_000, 2_000
"""Characters of each that are written; nothing in the store is longer."""
KEY_PART = 30

_DOI = re.compile(r"10\.[0-9]{4,9}/[-._;()/:A-Za-z0-9]{1,150}", re.ASCII)
"""As DOIs of journals are (https://www.crossref.org/blog/dois-and-matching-regular-expressions/): nothing in them means
anything to LaTeX."""
_MONTH = re.compile(r"(?:[a-z-]+/)?([0-9]{2})([0-9]{2})")
_SMALL = """
    a about against all an and are as at be beyond by can do does for from has have how if in into is it its not of on
    or over the this to toward towards under upon via was what when where which who why with without
"""


@dataclass(frozen=True)
class Reference:
    """A paper to be cited, and what a person noted about it."""

    paper: Paper
    note: str = ""

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """All authors, cleaned."""
        return read_names(tuple(filter(None, (clean(author, 200) for author in self.paper.authors))))

    @property
    def title(self) -> str:
        """On one line; the id where there is none."""
        return clean(self.paper.title, TITLE) or f"arXiv:{self.paper.id}"

    @property
    def abstract(self) -> str:
        """On one line."""
        return clean(self.paper.abstract, ABSTRACT)

    @property
    def journal(self) -> str:
        """Where it appeared, in arXiv's own words; empty where that isn't known."""
        return clean(self.paper.journal_ref, 300)

    @property
    def noted(self) -> str:
        """The person's note on one line."""
        return clean(self.note, NOTE)

    @property
    def doi(self) -> str:
        """The journal's where it is known, else the one that arXiv gives every paper
        (https://info.arxiv.org/help/doi.html)."""
        return self.paper.doi if _DOI.fullmatch(self.paper.doi) else f"10.48550/arXiv.{self.paper.id}"

    @property
    def day(self) -> tuple[int, ...]:
        """Year, month and day of version 1 (UTC); year and month by the id where the day isn't known."""
        if when := self.paper.published:
            return when.year, when.month, when.day
        month = _MONTH.match(self.paper.id)
        if not month:
            return ()
        year = int(month[1])
        return (1900 if year > 90 else 2000) + year, int(month[2])


def citation_keys(references: Sequence[Reference]) -> list[str]:
    """A key for each, such as eitan2025topological: ASCII, all different.

    The first of several alike has it as it is, the others with their ids: so that a list to which papers are added at
    its end keeps its keys.
    """
    taken: set[str] = set()
    found = []
    for reference in references:
        key = citation_key(reference)
        if key in taken:
            key += "-" + reference.paper.id.replace("/", "-")
        taken.add(key)
        found.append(key)
    return found


def citation_key(reference: Reference) -> str:
    """The first author's family name, the year and the first telling word of the title, folded."""
    first = _folded(reference.names[0].last) if reference.names else ""
    year = str(reference.day[0]) if reference.day else ""
    words = fold(reference.title).split()
    word = next((word for word in words if word not in _SMALL.split()), "".join(words[:1]))
    return f"{first or 'anonymous'}{year}{word[:KEY_PART]}"


def _folded(text: str) -> str:
    return "".join(fold(text).split())[:KEY_PART]
