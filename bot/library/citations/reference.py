"""A paper as a citable reference: key, date and DOI, the same in every format. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.domain.paper import Paper
from bot.domain.paper_source import doi, label, source_of
from bot.domain.text.clean import clean
from bot.domain.text.normalize import fold
from bot.library.citations.names import Name, read_names

MAX_TITLE_LENGTH, MAX_ABSTRACT_LENGTH, MAX_NOTE_LENGTH = 600, 10_000, 2_000
"""Maximum characters written of each; the store has none longer."""
MAX_KEY_PART = 30

_DOI = re.compile(r"10\.[0-9]{4,9}/[-._;()/:A-Za-z0-9]{1,150}", re.ASCII)
"""DOIs of journals (https://www.crossref.org/blog/dois-and-matching-regular-expressions/), which contain nothing
special to LaTeX."""
_MONTH = re.compile(r"(?:[a-z-]+/)?([0-9]{2})([0-9]{2})")
_STOP_WORDS = """
    a about against all an and are as at be beyond by can do does for from has have how if in into is it its not of on
    or over the this to toward towards under upon via was what when where which who why with without
"""


@dataclass(frozen=True)
class Reference:
    """A paper to cite, with a user's note."""

    paper: Paper
    note: str = ""

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """Return all authors, cleaned."""
        return read_names(tuple(filter(None, (clean(author, 200) for author in self.paper.authors))))

    @property
    def title(self) -> str:
        """Return the title on one line; the id if there is none."""
        return clean(self.paper.title, MAX_TITLE_LENGTH) or f"arXiv:{self.paper.id}"

    @property
    def abstract(self) -> str:
        """Return the abstract on one line."""
        return clean(self.paper.abstract, MAX_ABSTRACT_LENGTH)

    @property
    def journal(self) -> str:
        """Return arXiv's journal reference; empty if there is none."""
        return clean(self.paper.journal_ref, 300)

    @property
    def noted(self) -> str:
        """Return the user's note on one line."""
        return clean(self.note, MAX_NOTE_LENGTH)

    @property
    def doi(self) -> str:
        """The journal's DOI if known, else the one that the source gives every paper; empty if neither is."""
        return self.paper.doi if _DOI.fullmatch(self.paper.doi) else doi(self.paper.id)

    @property
    def publisher(self) -> str:
        """The paper's source."""
        return source_of(self.paper.id).name

    @property
    def number(self) -> str:
        """The id with its source: "arXiv:2605.05971"."""
        return label(self.paper.id)

    @property
    def day(self) -> tuple[int, ...]:
        """Return year, month and day of version 1 (UTC); year and month by the id if the day isn't known."""
        if when := self.paper.published:
            return when.year, when.month, when.day
        month = _MONTH.match(self.paper.id)
        if not month:
            return ()
        year = int(month[1])
        return (1900 if year > 90 else 2000) + year, int(month[2])


def citation_keys(references: Sequence[Reference]) -> list[str]:
    """Return a distinct ASCII key for each reference, such as eitan2025topological.

    The first of several equal keys stays unchanged, the others get their ids: appending to a list keeps its keys.
    """
    taken: set[str] = set()
    found = []
    for reference in references:
        key = citation_key(reference)
        if key in taken:
            key += "-" + reference.paper.id.replace("/", "-").replace(":", "-")
        taken.add(key)
        found.append(key)
    return found


def citation_key(reference: Reference) -> str:
    """Return the first author's family name, the year and the first significant word of the title, folded."""
    first = _folded(reference.names[0].last) if reference.names else ""
    year = str(reference.day[0]) if reference.day else ""
    words = fold(reference.title).split()
    word = next((word for word in words if word not in _STOP_WORDS.split()), "".join(words[:1]))
    return f"{first or 'anonymous'}{year}{word[:MAX_KEY_PART]}"


def _folded(text: str) -> str:
    return "".join(fold(text).split())[:MAX_KEY_PART]
