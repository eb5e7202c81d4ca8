"""A search, term by term: each can be left out, and all can be typed again. Plain data."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

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


@dataclass(frozen=True, slots=True)
class Term:
    """One word, or one condition; the value of a day is ISO 8601."""

    part: Part
    value: str

    @property
    def typed(self) -> str:
        """The term as it is typed, in the one form that is always read the same."""
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


@dataclass(frozen=True, slots=True)
class Wording:
    """The text as terms, and notes on how it was read, a sentence each."""

    terms: tuple[Term, ...]
    notes: tuple[str, ...] = field(default=())

    @property
    def query(self) -> SearchQuery:
        """The question to the papers. Phrases count for its words too, which order what is found."""
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
        """The same once more as one would type it; reading it gives the same query."""
        return " ".join(term.typed for term in self.terms)

    def less(self, left_out: Iterable[Term]) -> "Wording":
        """The rest without these terms."""
        gone = frozenset(left_out)
        return replace(self, terms=tuple(term for term in self.terms if term not in gone))

    def _values(self, part: Part) -> tuple[str, ...]:
        return tuple(dict.fromkeys(term.value for term in self.terms if term.part is part))


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value
