"""An index of the papers announced: what a new follow matches is looked up, and not sought in a week's papers."""

from array import array
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from copy import copy

from bot.domain.categories import covering
from bot.domain.channel import Kind
from bot.papers.candidate import Candidate, wanted_names, wanted_words, wrote
from bot.ranking.follow_index import Wanted, key_of, keys_of_written

_NONE: "array[int]" = array("I")


class PaperIndex:
    """Papers by category, by name and by word. Reading a week's names takes two seconds, its words half a second."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self._candidates = candidates
        self._categories = _rows(candidates, _codes)
        self._names = _rows(candidates, _names)
        self._words = _rows(candidates, lambda candidate: candidate.text.split())

    def of_equal(self, candidates: Sequence[Candidate]) -> "PaperIndex":
        """Return the same index of equal papers."""
        equal = copy(self)
        equal._candidates = candidates
        return equal

    def match(self, wanted: Wanted) -> "array[int]":
        """Return the rows of the papers that match by words and names, ascending, as `FollowIndex.match` does."""
        kind, spellings = wanted
        match kind:
            case Kind.CATEGORY:
                return self._categories.get(spellings[0], _NONE)
            case Kind.AUTHOR:
                keys = {key_of(form) for name in spellings for form in wanted_names(name)}
                named = {row for key in keys for row in self._names.get(key, _NONE)}
                return array("I", (row for row in sorted(named) if self._wrote(spellings, row)))
        phrase = wanted_words(spellings[0])
        rarest, *others = sorted((self._words.get(word, _NONE) for word in phrase.split()), key=len) or [_NONE]
        both = sorted(set(rarest).intersection(*others[:1]))
        return array("I", (row for row in both if f" {phrase} " in self._candidates[row].text))

    def _wrote(self, names: Iterable[str], row: int) -> bool:
        return any(wrote(name, self._candidates[row]) for name in names)


def _codes(candidate: Candidate) -> Iterator[str]:
    return (code for category in candidate.paper.categories for code in covering(category))


def _names(candidate: Candidate) -> Iterator[str]:
    return (key for name in candidate.names for key in keys_of_written(name))


def _rows(
    candidates: Sequence[Candidate], keys_of: Callable[[Candidate], Iterable[str]]
) -> "Mapping[Hashable, array[int]]":
    found: dict[Hashable, array[int]] = {}
    for row, candidate in enumerate(candidates):
        for key in set(keys_of(candidate)):
            found.setdefault(key, array("I")).append(row)
    return found
