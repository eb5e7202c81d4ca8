"""A person who writes papers, as who keeps records of people describes her, and whom an identity means."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.orcid import find_orcid, looks_like_orcid
from bot.domain.text.clean import clean
from bot.domain.text.normalize import spellings

_LONGEST = 200
_OPENALEX = re.compile(
    r"(?:openalex\s*:\s*|(?:https?://)?(?:www\.|api\.|explore\.)?openalex\.org/(?:(?:authors|people)/)?)"
    r"(A[1-9][0-9]{4,11})/?(?:[?#]\S*)?",
    re.IGNORECASE | re.ASCII,
)
_ARXIV_PAGE = r"(?:https?://)?(?:www\.|export\.)?arxiv\.org/a/"
_ENDING = r"(?:\.(?:html|atom2?|json))?/?(?:[?#]\S*)?"
# Last name and first initial in a to z, and a number (https://info.arxiv.org/help/author_identifiers.html).
_ARXIV = re.compile(
    rf"(?:arxiv\s*:\s*|{_ARXIV_PAGE})?([a-z]{{1,60}}_[a-z]_[1-9][0-9]{{0,4}}){_ENDING}", re.IGNORECASE | re.ASCII
)
_ARXIV_ORCID = re.compile(
    rf"(?:arxiv\s*:\s*|{_ARXIV_PAGE}(?:https?://(?:www\.)?orcid\.org/)?)([0-9]{{4}}-[0-9X-]{{4,14}}){_ENDING}",
    re.IGNORECASE | re.ASCII,
)
_ARXIV_MEANT = re.compile(
    r"(?:https?://)?(?:[a-z]+\.)?arxiv\.org/a/.*|(?:arxiv\s*:\s*)?[a-z]+_[a-z]?(?:_[0-9]*)?", re.IGNORECASE
)
_MEANT = re.compile(r"openalex\s*:.*|(?:https?://)?(?:[a-z]+\.)?openalex\.org/.*", re.IGNORECASE)
_PAGES_OF = {
    "openalex": "https://openalex.org/",
    "orcid": "https://orcid.org/",
    "arxiv": "https://arxiv.org/a/",
}
_QUOTES = "\"'`“”‘’«»()[]{}<>.,;"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number about a person, and who says so."""

    value: int
    source: str


@dataclass(frozen=True, slots=True)
class Affiliation:
    """An institution, and the years in which papers named it, newest first; empty where they aren't known."""

    institution: str
    years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Author:
    """One person. What isn't known is None or empty; text is plain and bounded, ids are of their one valid form.

    `openalex` is such as A5023888391, `orcid` as 0000-0002-1825-0097, `s2` Semantic Scholar's number, `arxiv` an author
    identifier of arXiv's such as warner_s_1, or the ORCID under which arXiv lists her papers. `other_names` are
    spellings of the same person. `affiliations` are the latest first, `topics` the commonest first, `field` is the
    widest of them. `source` names who described her; each figure names its own. `also` are the same figures by
    somebody else, who counts otherwise: shown beside them, never merged.
    """

    name: str
    openalex: str = ""
    orcid: str = ""
    s2: str = ""
    other_names: tuple[str, ...] = ()
    h_index: Figure | None = None
    papers: Figure | None = None
    citations: Figure | None = None
    affiliations: tuple[Affiliation, ...] = ()
    topics: tuple[str, ...] = ()
    field: str = ""
    source: str = ""
    also: "tuple[Author, ...]" = ()
    arxiv: str = ""

    @property
    def identity(self) -> str:
        """Who she is, as a person can type it: arxiv:warner_s_1, openalex:A… or orcid:…; empty where none is known.

        What she said herself, to arXiv, goes before what a program found out.
        """
        if self.arxiv:
            return f"arxiv:{self.arxiv}"
        return f"openalex:{self.openalex}" if self.openalex else f"orcid:{self.orcid}" if self.orcid else ""

    @property
    def names(self) -> tuple[str, ...]:
        """Every spelling that is known, her own first."""
        return tuple(dict.fromkeys((self.name, *self.other_names)))

    def is_same(self, other: "Author") -> bool:
        """Whether both are surely one person, by an id that both have."""
        ids = ((self.openalex, other.openalex), (self.orcid, other.orcid), (self.arxiv, other.arxiv))
        return any(own and own == its for own, its in ids)

    def in_year(self, year: int) -> str:
        """The institution that her papers of a year named, or the nearest before it; empty where none is known."""
        dated = [(max(then), place.institution) for place in self.affiliations if (then := _until(place.years, year))]
        return max(dated, key=lambda pair: pair[0])[1] if dated else ""

    def name_in(self, authors: Sequence[str]) -> str:
        """How she is printed among the authors of a paper; empty where she isn't one of them."""
        spelt = frozenset().union(*map(spellings, self.names))
        return next((one for one in authors if spellings(one) & spelt), "")

    def is_named(self, name: str) -> bool:
        """Whether she writes herself so, case and accents aside."""
        wanted = spellings(name)
        return any(spellings(one) & wanted for one in self.names)


def _until(years: Sequence[int], last: int) -> list[int]:
    return [year for year in years if year <= last]


def find_identity(text: str) -> str | None:
    """The identity that all of `text` is: `openalex:A5023888391`, `orcid:0000-0002-1825-0097` or `arxiv:warner_s_1`.

    Else None. An ORCID may stand bare or as a link, an OpenAlex id as a link or behind `openalex:`, an author
    identifier of arXiv's bare, as a link or behind `arxiv:`. `arxiv:0000-0002-1825-0097` is what arXiv lists under an
    ORCID, as https://arxiv.org/a/0000-0002-1825-0097.
    """
    bare = clean(text, _LONGEST).strip(_QUOTES)
    if found := _OPENALEX.fullmatch(bare):
        return f"openalex:{found[1].upper()}"
    if found := _ARXIV.fullmatch(bare):
        return f"arxiv:{found[1].lower()}"
    if found := _ARXIV_ORCID.fullmatch(bare):
        listed = find_orcid(found[1])
        return f"arxiv:{listed}" if listed else None
    orcid = find_orcid(bare)
    return f"orcid:{orcid}" if orcid else None


def looks_like_openalex(text: str) -> bool:
    """Whether `text` was meant as an id of OpenAlex, be it well-formed or not."""
    return _MEANT.fullmatch(clean(text, _LONGEST).strip(_QUOTES)) is not None


def looks_like_identity(text: str) -> bool:
    """Whether `text` was meant as an identity of a person, be it well-formed or not."""
    bare = clean(text, _LONGEST).strip(_QUOTES)
    return looks_like_orcid(text) or looks_like_openalex(text) or _ARXIV_MEANT.fullmatch(bare) is not None


def identity_address(identity: str) -> str:
    """The web page about a person, of an identity as `find_identity` gives it; empty for anything else."""
    kind, _, value = (find_identity(identity) or "").partition(":")
    return f"{_PAGES_OF[kind]}{value}" if kind else ""
