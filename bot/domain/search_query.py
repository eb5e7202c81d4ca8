"""What somebody looks for: words, and what the papers found must or must not be. Plain data."""

from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """One question to all papers known here.

    `text` is what is left when filters are taken out, as it was typed; papers are ordered by how well they answer it,
    by words and by meaning. The rest are conditions that every paper found fulfils: each of `phrases` is said word
    after word in title, abstract or an author's name, none of `without` is (a word or several), one of its authors has
    each of the names in `authors` (a family name alone means all who have it), it is in one of `categories` (an archive
    such as cs counts for all of its own), it was submitted or, where that isn't known, announced from `first` to `last`
    (UTC, both included), and `code`: it has a code link.
    """

    text: str = ""
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    code: bool = False

    @property
    def empty(self) -> bool:
        """True where nothing at all is asked for."""
        return self == SearchQuery()

    @property
    def conditional(self) -> bool:
        """True where anything but `text` is asked for."""
        return replace(self, text="") != SearchQuery()
