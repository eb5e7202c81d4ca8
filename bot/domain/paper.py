"""A paper as its source describes it, the plain data on which everything else builds."""

import re
from dataclasses import field
from datetime import datetime

from bot.domain.frozen import frozen
from bot.domain.paper_source import abs_url, pdf_url
from bot.domain.text.clean import shorten
from bot.domain.withdrawal import says_withdrawn, withdrawn_by_arxiv

SHORT_TITLE = 40
"""Maximum characters of a short title."""

MOST_AUTHORS = 6000
"""Authors whose names are kept; the longest list so far has 5,154 (https://arxiv.org/abs/1503.07589)."""

_LAST_WORDS = re.compile(r"(?:\s+(?:an?|and|as|at|by|for|from|in|of|on|or|the|to|via|with))+$", re.IGNORECASE)


@frozen
class Paper:
    """One paper, all its versions together.

    `id` has no version; it begins with the prefix of its source, except for arXiv's. `published` is the submission of
    version 1 and `updated` that of `version`, both UTC; neither is the announcement. `categories` are those of the
    first sighting, the primary one first; `cross_listed` were added later, so the paper isn't new to their followers.
    `unnamed_authors` counts those beyond `MOST_AUTHORS`. Texts are plain Unicode on one line, with LaTeX drawn and
    control characters removed. `source` names the service that described the paper if it wasn't the paper's own source.
    `without_files` is True if the source says that `version` has none, as after a withdrawal.
    """

    id: str
    title: str
    abstract: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    published: datetime | None = None
    updated: datetime | None = None
    version: int = 1
    comment: str = ""
    journal_ref: str = ""
    doi: str = ""
    code_url: str = ""
    affiliations: tuple[str, ...] = field(default=())
    cross_listed: tuple[str, ...] = field(default=())
    source: str = ""
    without_files: bool = False
    unnamed_authors: int = 0

    @property
    def short_title(self) -> str:
        """Return the name that the title gives the work ("BERT: Pre-training of …"), else the title's beginning."""
        name, colon, _ = self.title.partition(":")
        if colon and 1 < len(name) <= SHORT_TITLE:
            return name
        begun = shorten(self.title, SHORT_TITLE)
        return begun if begun == self.title else f"{_LAST_WORDS.sub('', begun.removesuffix('…'))}…"

    @property
    def primary(self) -> str:
        """Return the primary category, always the first of `categories`; empty if arXiv named none."""
        return self.categories[0] if self.categories else ""

    @property
    def abs_url(self) -> str:
        """Return the address of the abstract page at its source."""
        return abs_url(self.id)

    @property
    def pdf_url(self) -> str:
        """Return the address of the PDF at its source."""
        return pdf_url(self.id)

    @property
    def stated_version(self) -> int | None:
        """Return the latest version; None if the source doesn't state it."""
        return self.version if self.updated or not self.source else None

    @property
    def withdrawn(self) -> bool:
        """Return True if the authors withdrew the paper, always in a version after the first, or arXiv did."""
        if self.without_files or withdrawn_by_arxiv(self.comment):
            return True
        return self.version > 1 and says_withdrawn(self.comment, self.abstract)
