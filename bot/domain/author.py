"""An author profile from OpenAlex, Semantic Scholar or arXiv, and parsing of author identities."""

import re
from collections.abc import Sequence

from bot.domain.frozen import frozen
from bot.domain.orcid import find_orcid, looks_like_orcid
from bot.domain.text.author_name import spellings
from bot.domain.text.clean import clean

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


@frozen
class Figure:
    """A number about a person, and its source."""

    value: int
    source: str


@frozen
class Affiliation:
    """An institution, and the years in which papers named it, newest first; empty if unknown."""

    institution: str
    years: tuple[int, ...] = ()


@frozen
class Author:
    """One person. Unknown values are None or empty; text is plain and bounded, ids are in canonical form.

    `openalex` looks like A5023888391, `orcid` like 0000-0002-1825-0097, `s2` is Semantic Scholar's number, `arxiv` an
    arXiv author identifier such as warner_s_1, or the ORCID under which arXiv lists their papers. `other_names` are
    further spellings. `affiliations` are the latest first, `topics` the most frequent first, `field` is the broadest.
    `source` names the service; each figure names its own. `also` holds the figures of other services, which count
    differently: shown beside these, never merged.
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
        """Their identity as people can type it: arxiv:warner_s_1, openalex:A… or orcid:…; empty if unknown.

        What they told arXiv themselves takes precedence over what a program inferred.
        """
        if self.arxiv:
            return f"arxiv:{self.arxiv}"
        return f"openalex:{self.openalex}" if self.openalex else f"orcid:{self.orcid}" if self.orcid else ""

    @property
    def names(self) -> tuple[str, ...]:
        """Every known spelling, their main one first."""
        return tuple(dict.fromkeys((self.name, *self.other_names)))

    def is_same(self, other: "Author") -> bool:
        """Return True if both have an id in common."""
        ids = ((self.openalex, other.openalex), (self.orcid, other.orcid), (self.arxiv, other.arxiv))
        return any(own and own == its for own, its in ids)

    def in_year(self, year: int) -> str:
        """Return the institution their papers named in `year` or last before it; empty if unknown."""
        dated = [(max(then), place.institution) for place in self.affiliations if (then := _until(place.years, year))]
        return max(dated, key=lambda pair: pair[0])[1] if dated else ""

    def name_in(self, authors: Sequence[str]) -> str:
        """Return their name as printed in a paper's author list; empty if they aren't in it."""
        spelt = frozenset().union(*map(spellings, self.names))
        return next((one for one in authors if spellings(one) & spelt), "")

    def is_named(self, name: str) -> bool:
        """Return True if `name` is one of their spellings, ignoring case and accents."""
        wanted = spellings(name)
        return any(spellings(one) & wanted for one in self.names)


def _until(years: Sequence[int], last: int) -> list[int]:
    return [year for year in years if year <= last]


def find_identity(text: str) -> str | None:
    """Return `openalex:A5023888391`, `orcid:0000-0002-1825-0097` or `arxiv:warner_s_1` if `text` is one, else None.

    Accepts a bare or linked ORCID, an OpenAlex id as a link or after `openalex:`, and an arXiv author identifier bare,
    as a link or after `arxiv:`. `arxiv:0000-0002-1825-0097` means what arXiv lists under an ORCID, as on
    https://arxiv.org/a/0000-0002-1825-0097.
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
    """Return True if `text` is meant as an OpenAlex id, well-formed or not."""
    return _MEANT.fullmatch(clean(text, _LONGEST).strip(_QUOTES)) is not None


def looks_like_identity(text: str) -> bool:
    """Return True if `text` is meant as an author identity, well-formed or not."""
    bare = clean(text, _LONGEST).strip(_QUOTES)
    return looks_like_orcid(text) or looks_like_openalex(text) or _ARXIV_MEANT.fullmatch(bare) is not None


def identity_address(identity: str) -> str:
    """Return the web page of an identity from `find_identity`; empty for anything else."""
    kind, _, value = (find_identity(identity) or "").partition(":")
    return f"{_PAGES_OF[kind]}{value}" if kind else ""
