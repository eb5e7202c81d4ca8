"""Terms of a search; each can be left out, and all can be written as text again. Plain data."""

from collections.abc import Iterable
from dataclasses import field, replace
from datetime import date
from enum import StrEnum

from bot.domain.frozen import frozen
from bot.domain.search_query import SearchQuery


class Part(StrEnum):
    """The kind of a term."""

    WORD = "word"
    PHRASE = "phrase"
    WITHOUT = "without"
    AUTHOR = "author"
    CATEGORY = "cat"
    FIRST = "from"
    LAST = "to"
    CODE = "has"


@frozen
class Term:
    """A word or a condition; days are ISO 8601."""

    part: Part
    value: str

    @property
    def typed(self) -> str:
        """The term as text that parses to the same term."""
        match self.part:
            case Part.WORD:
                return self.value
            case Part.PHRASE:
                return f'"{self.value}"'
            case Part.WITHOUT:
                return f"-{_quoted(self.value)}"
            case Part.AUTHOR:
                return f'author:"{self.value}"'
            case _:
                return f"{self.part}:{self.value}"


@frozen
class Wording:
    """The text as terms, and notes on how it was read, a sentence each."""

    terms: tuple[Term, ...]
    notes: tuple[str, ...] = field(default=())

    @property
    def query(self) -> SearchQuery:
        """The query for the index; words of phrases also count for the ranking."""
        first, last = self._values(Part.FIRST), self._values(Part.LAST)
        return SearchQuery(
            text=" ".join(term.value for term in self.terms if term.part in {Part.WORD, Part.PHRASE}),
            phrases=self._values(Part.PHRASE),
            without=self._values(Part.WITHOUT),
            authors=self._values(Part.AUTHOR),
            categories=self._values(Part.CATEGORY),
            first=max(map(date.fromisoformat, first), default=None),
            last=min(map(date.fromisoformat, last), default=None),
            code=bool(self._values(Part.CODE)),
        )

    @property
    def typed(self) -> str:
        """The search as text that parses to the same query."""
        return " ".join(term.typed for term in self.terms)

    def less(self, left_out: Iterable[Term]) -> "Wording":
        """Return the search without these terms."""
        gone = frozenset(left_out)
        return replace(self, terms=tuple(term for term in self.terms if term not in gone))

    def _values(self, part: Part) -> tuple[str, ...]:
        return tuple(dict.fromkeys(term.value for term in self.terms if term.part is part))


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value
