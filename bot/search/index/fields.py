"""What of a paper and of a question is looked up: folded words and the keys of names, plain and bounded."""

from collections.abc import Iterable

from bot.domain.categories import covering
from bot.domain.paper import Paper
from bot.domain.text.normalize import spellings, words
from bot.domain.text.stem import stem
from bot.papers.candidate import name_parts, same_name

_LONGEST_TITLE = 1_000
_LONGEST_ABSTRACT = 20_000
_LONGEST_WORD = 100
_LONGEST_NAME = 200
_NAMES_SAID = 100
"""Of a collaboration of thousands all are found by `author:`, and the first of them by words too."""
_MOST_NAMES = 5_000
BETWEEN = "|"
"""Stands between title, abstract and names, so that no phrase reaches over; folding leaves no such word."""
_TITLE_COUNTS = 2
"""How often the words of a title count. Chosen on titles and sentences with words left out or misspelt, and on 30
summaries by others, none of them a test's: with the title twice in one field 0.86 of such titles and 0.89 of such
sentences came first, with title and abstract apart 0.89 and 0.78, without the title's weight 0.80 and 0.90."""


def said(text: str) -> list[str]:
    """The words of a text as they are compared: folded, no plural's s, none of absurd length."""
    return [word for word in words(text) if len(word) <= _LONGEST_WORD]


def spoken(paper: Paper) -> str:
    """All that its words are found by, folded: title, abstract, the authors' names and the identifier."""
    title = titled(paper)
    abstract = said(paper.abstract[:_LONGEST_ABSTRACT])
    names = (said(name[:_LONGEST_NAME]) for name in paper.authors[:_NAMES_SAID])
    parts = (*[title] * _TITLE_COUNTS, abstract, *names, said(paper.id))
    return f" {BETWEEN} ".join(" ".join(part) for part in parts)


def titled(paper: Paper) -> list[str]:
    """The words of its title, folded."""
    return said(paper.title[:_LONGEST_TITLE])


def bare(spoken: str) -> str:
    """What `spoken` says, each word as its stem."""
    return " ".join(map(stem, spoken.split()))


def author_keys(authors: Iterable[str]) -> set[str]:
    """The names of a paper's authors in each spelling, family name first, so that those of a family lie together."""
    written = (spelling.split() for name in list(authors)[:_MOST_NAMES] for spelling in spellings(name[:_LONGEST_NAME]))
    return {_key(parts) for parts in written if parts}


def asked_author(name: str) -> list[str]:
    """The beginnings of the keys that may be meant by a name: the family name and the first one."""
    begun = {f"{one[-1]} {one[0]}" if len(one) > 1 else one[0] for one in name_parts(name[:_LONGEST_NAME])}
    return sorted(begun)


def is_meant(name: str, key: str) -> bool:
    """Whether a name that was asked for may be that of a key, as `match.same_name` has it.

    A family name alone means all who have it.
    """
    family, *others = key.split()
    written = (*others, family)
    wanted = name_parts(name[:_LONGEST_NAME])
    return any(same_name(one, written) or one == (family,) for one in wanted)


def category_keys(paper: Paper) -> set[str]:
    """All by which `cat:` finds it: each category, its archive and its twin, in lower case."""
    every = (*paper.categories, *paper.cross_listed)
    return {asked_category(key) for category in every for key in covering(category)}


def asked_category(category: str) -> str:
    """The key that a category or an archive has, however it was typed."""
    return category[:_LONGEST_NAME].lower().encode("utf-8", "replace").decode()


def _key(parts: list[str]) -> str:
    return " ".join((parts[-1], *parts[:-1]))[:_LONGEST_NAME]
