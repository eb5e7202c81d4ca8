"""The filters of a search as an answer shows them, each with the command that searches without it. Pure."""

import re
from collections.abc import Iterator
from datetime import date

from bot.domain.frozen import frozen
from bot.domain.text.clean import shorten
from bot.domain.wording import date_in_short
from bot.search.terms import Part, Term, Wording

_WORDS = {Part.WORD, Part.PHRASE}
_LONGEST = 40
_PREPOSITION = re.compile(r"^(?:about|by|in|without) ")
_SAID = {
    Part.AUTHOR: "by {}",
    Part.CATEGORY: "in {}",
    Part.FIRST: "since {}",
    Part.LAST: "until {}",
    Part.CODE: "with code",
    Part.WITHOUT: "without “{}”",
}


@frozen
class Filter:
    """A filter in words, its button's label, and the command of the search without it; empty if nothing is left."""

    said: str
    remove: str
    without: str = ""


def filters_of(wording: Wording, name: str) -> tuple[Filter, ...]:
    """Return the filters of a search by the command `name`, its words among them; none if it has only words."""
    conditions = [term for term in wording.terms if term.part not in _WORDS]
    return tuple(_filters(wording, name)) if conditions else ()


def _filters(wording: Wording, name: str) -> Iterator[Filter]:
    words = tuple(term for term in wording.terms if term.part in _WORDS)
    groups = [words, *((term,) for term in wording.terms if term.part not in _WORDS)]
    for group in filter(None, groups):
        rest = wording.less(group).typed
        said = _in_words(group)
        yield Filter(said, f"Remove {_PREPOSITION.sub('', said)}", f"{name} {rest}" if rest else "")


def _in_words(group: tuple[Term, ...]) -> str:
    value = shorten(" ".join(term.value for term in group), _LONGEST)
    if group[0].part in {Part.FIRST, Part.LAST}:
        value = date_in_short(date.fromisoformat(value))
    return _SAID.get(group[0].part, "about “{}”").format(value)
