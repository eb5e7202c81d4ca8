"""A paper with its normalized words and names, and whether a name or phrase is in it."""

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from bot.domain.paper import Paper
from bot.domain.text.normalize import spellings, words

if TYPE_CHECKING:  # a tenth of a second, which a bot without a model does without
    import numpy as np
    from numpy.typing import NDArray


class Candidate:
    """A paper read once for all channels: its folded names and words are made when first asked for.

    `vector` is what it means, or what sets it apart from the others of its days, at unit length; None where that isn't
    known. `Meanings` knows which of the two.
    """

    def __init__(self, paper: Paper, vector: "NDArray[np.float32] | None" = None) -> None:
        self.paper = paper
        self.vector = vector

    @cached_property
    def names(self) -> frozenset[tuple[str, ...]]:
        """The authors' names, folded, each as its parts."""
        return frozenset(parts for author in self.paper.authors for parts in name_parts(author))

    @cached_property
    def text(self) -> str:
        """The words of title and abstract, folded, with a space at both ends so that whole words are found."""
        return f" {' '.join(words(self.paper.title))} | {' '.join(words(self.paper.abstract))} "

    def may_name(self, last_part: str) -> bool:
        """False where no author can have this folded last part of a name, which is seen far sooner than `names`."""
        return _may_hold(last_part, self._signed)

    def may_say(self, wanted: str) -> bool:
        """The same for folded words and `text`."""
        return all(_may_hold(word, self._written) for word in wanted.split())

    @cached_property
    def _signed(self) -> str:
        return "\n".join(self.paper.authors).lower()

    @cached_property
    def _written(self) -> str:
        return f"{self.paper.title}\n{self.paper.abstract}".lower()


def wrote(name: str, candidate: Candidate) -> bool:
    """Whether one of the authors has this name: accents, case and middle names aside."""
    wanted = _wanted_names(name)
    likely = [one for one in wanted if candidate.may_name(one[-1])]
    return any(same_name(one, written) for one in likely for written in candidate.names)


def same_name(wanted: tuple[str, ...], written: tuple[str, ...]) -> bool:
    """Whether two folded names may be one person's.

    First and last parts must agree; what stands between may be missing or abbreviated on either side ("Michael M.
    Bronstein" is "Michael Bronstein"). A first name that was followed as an initial meets any that begins with it.
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
    """A name in its parts, folded, in each of its spellings."""
    return frozenset(tuple(spelling.split()) for spelling in spellings(name))


def speaks_of(phrase: str, candidate: Candidate) -> bool:
    """Whether the title or the abstract says these words, one after the other."""
    wanted = _wanted_words(phrase)
    return bool(wanted) and candidate.may_say(wanted) and f" {wanted} " in candidate.text


def _may_hold(word: str, lower: str) -> bool:
    """In ASCII, folding a text leaves the letters of each word as they are; elsewhere nothing is certain before it."""
    return word in lower or not lower.isascii()


# What is followed is folded once and not again for every paper: that was most of the time of matching.
@lru_cache(maxsize=4096)
def _wanted_names(name: str) -> frozenset[tuple[str, ...]]:
    return name_parts(name)


@lru_cache(maxsize=4096)
def _wanted_words(phrase: str) -> str:
    return " ".join(words(phrase))
