"""A paper with its normalized words and names, and tests for a name or phrase in it."""

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from bot.domain.paper import Paper
from bot.domain.text.normalize import spellings, words

if TYPE_CHECKING:  # a tenth of a second, which a bot without a model does without
    import numpy as np
    from numpy.typing import NDArray


class Candidate:
    """A paper prepared once for all channels; normalized names and words are computed on first use.

    `vector` is its embedding, centered or not (`Meanings` knows), at unit length; None if unknown.
    """

    def __init__(self, paper: Paper, vector: "NDArray[np.float32] | None" = None) -> None:
        self.paper = paper
        self.vector = vector

    @cached_property
    def names(self) -> frozenset[tuple[str, ...]]:
        """The authors' names, normalized, each as its parts."""
        return frozenset(parts for author in self.paper.authors for parts in name_parts(author))

    @cached_property
    def text(self) -> str:
        """The normalized words of title and abstract, padded with spaces to find whole words."""
        return f" {' '.join(words(self.paper.title))} | {' '.join(words(self.paper.abstract))} "

    def may_name(self, last_part: str) -> bool:
        """Return False if no author can have this normalized last name; much faster than `names`."""
        return _may_hold(last_part, self._signed)

    def may_say(self, wanted: str) -> bool:
        """Return False if `text` can't contain these normalized words."""
        return all(_may_hold(word, self._written) for word in wanted.split())

    @cached_property
    def _signed(self) -> str:
        return "\n".join(self.paper.authors).lower()

    @cached_property
    def _written(self) -> str:
        return f"{self.paper.title}\n{self.paper.abstract}".lower()


def wrote(name: str, candidate: Candidate) -> bool:
    """Return True if an author has this name, ignoring accents, case and middle names."""
    wanted = _wanted_names(name)
    likely = [one for one in wanted if candidate.may_name(one[-1])]
    return any(same_name(one, written) for one in likely for written in candidate.names)


def same_name(wanted: tuple[str, ...], written: tuple[str, ...]) -> bool:
    """Return True if two normalized names may be one person's.

    First and last parts must agree; middle ones may be missing or abbreviated on either side ("Michael M. Bronstein" is
    "Michael Bronstein"). A followed initial matches any first name that starts with it.
    """
    if wanted == written:
        return True
    if len(wanted) < 2 or len(written) < 2 or wanted[-1] != written[-1]:
        return False
    if not (wanted[0] == written[0] or (len(wanted[0]) == 1 and written[0].startswith(wanted[0]))):
        return False
    middles = zip(wanted[1:-1], written[1:-1], strict=False)
    return all(a.startswith(b) or b.startswith(a) for a, b in middles)


def name_parts(name: str) -> frozenset[tuple[str, ...]]:
    """Return the normalized parts of each spelling of a name."""
    return frozenset(tuple(spelling.split()) for spelling in spellings(name))


def speaks_of(phrase: str, candidate: Candidate) -> bool:
    """Return True if the title or the abstract contains the phrase."""
    wanted = _wanted_words(phrase)
    return bool(wanted) and candidate.may_say(wanted) and f" {wanted} " in candidate.text


def _may_hold(word: str, lower: str) -> bool:
    """Return True if the text may have the word; in ASCII, normalizing keeps the letters of words."""
    return word in lower or not lower.isascii()


# What is followed is folded once and not again for every paper: that was most of the time of matching.
@lru_cache(maxsize=4096)
def _wanted_names(name: str) -> frozenset[tuple[str, ...]]:
    return name_parts(name)


@lru_cache(maxsize=4096)
def _wanted_words(phrase: str) -> str:
    return " ".join(words(phrase))
