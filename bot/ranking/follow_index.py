"""An inverted index over what many channels follow: the time to match a paper grows with its matches, not with follows.

The index narrows and `bot.papers.candidate` decides, by the rules of a single follow:

    authors     by the family name with the first given name, or its initial: `same_name` needs both to agree
    categories  by their code
    topics      by the phrase itself, looked for only where its first two words stand
"""

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from bot.domain.categories import covering
from bot.domain.channel import Follow, Kind
from bot.domain.text.author_name import AuthorName
from bot.papers.candidate import Candidate, says, wanted_names, wanted_words, wrote

Wanted = tuple[Kind, tuple[str, ...]]
"""A follow's kind and spellings: equal for the follows of all channels that a paper matches alike."""

FEW = 32
"""So many names or phrases are faster looked for one by one than by reading all of a paper's words."""


def wanted_of(follow: Follow) -> Wanted:
    """Return what the follow asks for, whoever follows it and since when."""
    return follow.kind, follow.spellings


class FollowIndex:
    """What is followed, each wish stored once under a number: 0, 1, …"""

    def __init__(self, wanted: Iterable[Wanted] = ()) -> None:
        self._numbers: dict[Wanted, int] = {}
        self._wanted: list[Wanted] = []
        self._categories: dict[str, int] = {}
        self._names: dict[str, tuple[int, ...]] = {}
        self._phrases: dict[str, tuple[int, ...]] = {}
        self._lengths: dict[str, int] = {}
        for one in wanted:
            self.add(one)

    def __len__(self) -> int:
        return len(self._wanted)

    def number(self, wanted: Wanted) -> int:
        """Return the number of what is wanted; -1 if it was never added."""
        return self._numbers.get(wanted, -1)

    def add(self, wanted: Wanted) -> int:
        """Return the number of what is wanted, a new one if it is new."""
        number = self._numbers.setdefault(wanted, len(self._wanted))
        if number == len(self._wanted):
            self._wanted.append(wanted)
            self._insert(*wanted, number)
        return number

    def match(self, candidates: Sequence[Candidate]) -> "dict[int, array[int]]":
        """Return the positions of the candidates that match by words and names, ascending, by number; none is empty.

        A category matches cross-lists too. Topics by meaning: see `bot.ranking.topic_nearness`.
        """
        found: dict[int, array[int]] = {}
        for row, candidate in enumerate(candidates):
            for number in self._matching(candidate):
                found.setdefault(number, array("I")).append(row)
        return found

    def _insert(self, kind: Kind, spellings: tuple[str, ...], number: int) -> None:
        match kind:
            case Kind.CATEGORY:
                self._categories[spellings[0]] = number
            case Kind.AUTHOR:
                for key in {key_of(name) for spelling in spellings for name in wanted_names(spelling)}:
                    self._names[key] = (*self._names.get(key, ()), number)
            case Kind.TOPIC:
                self._insert_phrase(wanted_words(spellings[0]), number)

    def _insert_phrase(self, phrase: str, number: int) -> None:
        if phrase:
            words = phrase.split()
            start = " ".join(words[:2])
            self._lengths[start] = self._lengths.get(start, 0) | 1 << len(words)
            self._phrases[phrase] = (*self._phrases.get(phrase, ()), number)

    def _matching(self, candidate: Candidate) -> Iterator[int]:
        codes = {code for category in candidate.paper.categories for code in covering(category)}
        yield from (self._categories[code] for code in codes if code in self._categories)
        yield from (n for n in self._named(candidate) if any(wrote(name, candidate) for name in self._wanted[n][1]))
        yield from (n for phrase in self._said(candidate) if says(phrase, candidate) for n in self._phrases[phrase])

    def _named(self, candidate: Candidate) -> Collection[int]:
        if len(self._names) <= FEW:
            return {number for numbers in self._names.values() for number in numbers}
        keys = {key for name in candidate.names for key in keys_of_written(name)}
        return {number for key in keys for number in self._names.get(key, ())}

    def _said(self, candidate: Candidate) -> Iterable[str]:
        if len(self._phrases) <= FEW:
            return self._phrases
        found = set(_phrases_in(candidate.text.split(), self._lengths))
        return [phrase for phrase in found if phrase in self._phrases]


def key_of(wanted: AuthorName) -> str:
    """Return the key under which a followed name is found."""
    return f"{wanted.family} {wanted.words[0]}"


def keys_of_written(written: AuthorName) -> tuple[str, str]:
    """Return the keys of all names that can be the written one: a wanted first name is the same, or its initial."""
    first = written.words[0]
    return f"{written.family} {first}", f"{written.family} {first[0]}"


def _phrases_in(words: Sequence[str], lengths: Mapping[str, int]) -> Iterator[str]:
    """Yield the sequences of words with a known start, one word or two, and one of its lengths (bits, by start)."""
    last = len(words)
    for at, word in enumerate(words):
        if word in lengths:
            yield word
        if at + 1 < last and (wanted := lengths.get(f"{word} {words[at + 1]}")):
            for length in range(2, min(wanted.bit_length(), last - at + 1)):
                if wanted >> length & 1:
                    yield " ".join(words[at : at + length])
