"""A search query: words, and conditions that results must meet."""

from dataclasses import replace
from datetime import date

from bot.domain.frozen import frozen


@frozen
class SearchQuery:
    """A query over all known papers.

    `text` is the typed text without filters; results are ordered by how well they match it, by words and meaning. The
    other fields are conditions on every result:

    - `phrases`: title, abstract or an author's name contain each phrase, word by word.
    - `without`: they contain none of these words or phrases.
    - `authors`: each name is one of its authors (a family name matches everybody who has it).
    - `categories`: it is in one of them (an archive such as cs includes its categories).
    - `first` to `last`: it was submitted, or if that is unknown announced, on these days (UTC, inclusive).
    - `code`: it has a code link.
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
        """True if there is neither text nor a condition."""
        return self == SearchQuery()

    @property
    def conditional(self) -> bool:
        """True if there is any condition."""
        return replace(self, text="") != SearchQuery()
