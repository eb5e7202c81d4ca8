"""An index of the papers announced: what a new follow matches is looked up, and not sought in a week's papers."""

from array import array
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from copy import copy

from bot.domain.categories import covering
from bot.domain.channel import Kind
from bot.domain.text.author_name import AuthorName, same_name
from bot.papers.candidate import Candidate, wanted_names, wanted_words
from bot.ranking.follow_index import Wanted, key_of, keys_of_written

_NONE: "array[int]" = array("I")


class PaperIndex:
    """Papers by category, by name and by word. Reading a week's names takes two seconds, its words half a second."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self._candidates = candidates
        self._categories = _rows(candidates, _codes)
        self._names = _named(candidates)
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
                forms = {form for name in spellings for form in wanted_names(name)}
                found = {
                    row for form in forms for row, name in self._names.get(key_of(form), ()) if same_name(form, name)
                }
                return array("I", sorted(found))
        phrase = wanted_words(spellings[0])
        rarest, *others = sorted((self._words.get(word, _NONE) for word in phrase.split()), key=len) or [_NONE]
        both = sorted(set(rarest).intersection(*others[:1]))
        return array("I", (row for row in both if f" {phrase} " in self._candidates[row].text))


def _codes(candidate: Candidate) -> Iterator[str]:
    return (code for category in candidate.paper.categories for code in covering(category))


def _named(candidates: Sequence[Candidate]) -> Mapping[str, Sequence[tuple[int, AuthorName]]]:
    """Return the authors' names with their papers' rows, by the keys of who may be meant by each."""
    found: dict[str, list[tuple[int, AuthorName]]] = {}
    for row, candidate in enumerate(candidates):
        for name in candidate.names:
            entry = (row, name)
            for key in set(keys_of_written(name)):
                found.setdefault(key, []).append(entry)
    return found


def _rows(
    candidates: Sequence[Candidate], keys_of: Callable[[Candidate], Iterable[str]]
) -> "Mapping[Hashable, array[int]]":
    found: dict[Hashable, array[int]] = {}
    for row, candidate in enumerate(candidates):
        for key in set(keys_of(candidate)):
            found.setdefault(key, array("I")).append(row)
    return found
