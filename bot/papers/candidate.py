"""A paper with its normalized words and names, and tests for a name or phrase in it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from bot.domain.digest import Match
from bot.domain.paper import Paper
from bot.domain.text.author_name import AuthorName, read_author_names, same_name
from bot.domain.text.normalize import words

if TYPE_CHECKING:  # a tenth of a second, which a bot without a model does without
    import numpy as np
    from numpy.typing import NDArray


_BETWEEN_PARTS = {ord(sign): None for sign in " .-'`"}


class Candidate:
    """A paper prepared once for all channels; normalized names and words are computed on first use.

    `vector` is its embedding, centered or not (`Meanings` knows), at unit length; None if unknown.
    """

    def __init__(self, paper: Paper, vector: "NDArray[np.float32] | None" = None) -> None:
        self.paper = paper
        self.vector = vector

    @cached_property
    def by_category(self) -> dict[tuple[str, bool], Match | None]:
        """Its matches by a followed category alone, with and without cross-lists; None if it doesn't match."""
        return {}

    def without_vector(self) -> "Candidate":
        """Return the same paper, with all that was normalized so far."""
        again = Candidate(self.paper)
        again.__dict__.update(self.__dict__ | {"vector": None})
        return again

    @cached_property
    def names(self) -> frozenset[AuthorName]:
        """The authors' names, in each of their spellings."""
        return frozenset(name for author in self.paper.authors for name in read_author_names(author))

    def named(self, family: str) -> Sequence[AuthorName]:
        """Return the authors' names that end in this normalized word; fast if there are none."""
        return self._by_family.get(family, ()) if _may_hold(family, self._signed) else ()

    @cached_property
    def text(self) -> str:
        """The normalized words of title and abstract, padded with spaces to find whole words."""
        return f" {' '.join(words(self.paper.title))} | {' '.join(words(self.paper.abstract))} "

    def may_say(self, wanted: str) -> bool:
        """Return False if `text` can't contain these normalized words."""
        written = self._written
        return not written.isascii() or all(word in written for word in wanted.split())

    @cached_property
    def _by_family(self) -> Mapping[str, Sequence[AuthorName]]:
        found: defaultdict[str, list[AuthorName]] = defaultdict(list)
        for name in self.names:
            found[name.family].append(name)
        return found

    @cached_property
    def _signed(self) -> str:
        """The authors without what may be missing within a family name: O'Neill, Le Cun."""
        return "\n".join(self.paper.authors).lower().translate(_BETWEEN_PARTS)

    @cached_property
    def _written(self) -> str:
        return f"{self.paper.title}\n{self.paper.abstract}".lower()


def wrote(name: str, candidate: Candidate) -> bool:
    """Return True if an author has this name, however it is written; see `same_name`."""
    return any(
        same_name(wanted, written) for wanted in wanted_names(name) for written in candidate.named(wanted.family)
    )


def speaks_of(phrase: str, candidate: Candidate) -> bool:
    """Return True if the title or the abstract contains the phrase."""
    return says(wanted_words(phrase), candidate)


def says(wanted: str, candidate: Candidate) -> bool:
    """Return True if the title or the abstract contains these normalized words, of which there is at least one."""
    return bool(wanted) and candidate.may_say(wanted) and f" {wanted} " in candidate.text


def _may_hold(word: str, lower: str) -> bool:
    """Return True if the text may have the word; in ASCII, normalizing keeps the letters of words."""
    return word in lower or not lower.isascii()


# What is followed is folded once and not again for every paper: that was most of the time of matching.
@lru_cache(maxsize=4096)
def wanted_names(name: str) -> frozenset[AuthorName]:
    """Return the forms of a followed or muted name."""
    return read_author_names(name)


@lru_cache(maxsize=4096)
def wanted_words(phrase: str) -> str:
    """Return the normalized words of a followed or muted phrase."""
    return " ".join(words(phrase))
