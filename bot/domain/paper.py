"""A paper as its source describes it: the plain data that everything else is about."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.paper_source import abs_url, pdf_url

# The authors' comment says so: "This paper has been withdrawn by the authors". Not a withdrawal: "withdrawn from
# IJCAI", "withdrawn before presentation", which speak of a conference.
_WITHDRAWN = re.compile(r"\bwithdrawn\b(?!\s+(?:from|before)\b)", re.IGNORECASE)
_WITHDRAWN_ABSTRACT = re.compile(
    r"^\s*(?:this|the) (?:paper|article|submission|manuscript|preprint) (?:has been|is being|is|was) withdrawn",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper, all its versions together.

    `id` has no version, and before it the prefix of its source; arXiv's stay bare. `published` is the submission of
    version 1 and `updated` that of `version`, both UTC; neither is the announcement. `categories` are those it was
    first seen with, the primary one first; `cross_listed` came later, which makes it no news to who follows them.
    Texts are plain Unicode on one line: LaTeX drawn, control characters gone. `source` names who described the paper
    where that wasn't its own source.
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

    @property
    def primary(self) -> str:
        """The primary category, always the first of `categories`; empty where arXiv named none."""
        return self.categories[0] if self.categories else ""

    @property
    def abs_url(self) -> str:
        """The abstract page, at its source."""
        return abs_url(self.id)

    @property
    def pdf_url(self) -> str:
        """The PDF, at its source."""
        return pdf_url(self.id)

    @property
    def stated_version(self) -> int | None:
        """The latest version; None where who described the paper doesn't say."""
        return self.version if self.updated or not self.source else None

    @property
    def withdrawn(self) -> bool:
        """True where the authors or arXiv took it back, which is always a later version than the first."""
        said = _WITHDRAWN.search(self.comment) or _WITHDRAWN_ABSTRACT.search(self.abstract)
        return self.version > 1 and bool(said)
