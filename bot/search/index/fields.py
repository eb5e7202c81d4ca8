"""Index fields of papers and queries: folded words and name keys, plain and bounded."""

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
"""Names indexed as words; `author:` finds all authors, even of a collaboration of thousands."""
_MOST_NAMES = 5_000
BETWEEN = "|"
"""Separates title, abstract and names, so that no phrase spans them; folding never yields it."""
_TITLE_COUNTS = 2
"""Weight of title words, as repetitions. Chosen on titles and sentences with words left out or misspelled, and on 30
summaries by other people, none of them in a test. With the title twice in one field, 0.86 of such titles and 0.89 of
such sentences ranked first; with separate fields 0.89 and 0.78; without the title's weight 0.80 and 0.90."""


def said(text: str) -> list[str]:
    """Return a text's words for comparison: folded, without plural s, and of bounded length."""
    return [word for word in words(text) if len(word) <= _LONGEST_WORD]


def spoken(paper: Paper) -> str:
    """Return the folded words that find the paper: title, abstract, author names and identifier."""
    title = titled(paper)
    abstract = said(paper.abstract[:_LONGEST_ABSTRACT])
    names = (said(name[:_LONGEST_NAME]) for name in paper.authors[:_NAMES_SAID])
    parts = (*[title] * _TITLE_COUNTS, abstract, *names, said(paper.id))
    return f" {BETWEEN} ".join(" ".join(part) for part in parts)


def titled(paper: Paper) -> list[str]:
    """Return the folded words of the title."""
    return said(paper.title[:_LONGEST_TITLE])


def bare(spoken: str) -> str:
    """Return `text` with each word replaced by its stem."""
    return " ".join(map(stem, spoken.split()))


def author_keys(authors: Iterable[str]) -> set[str]:
    """Return the authors' names in each spelling, family name first, so that names of a family sort together."""
    written = (spelling.split() for name in list(authors)[:_MOST_NAMES] for spelling in spellings(name[:_LONGEST_NAME]))
    return {_key(parts) for parts in written if parts}


def asked_author(name: str) -> list[str]:
    """Return the prefixes of keys that a name may refer to: family name and first name or initial."""
    begun = {f"{one[-1]} {one[0]}" if len(one) > 1 else one[0] for one in name_parts(name[:_LONGEST_NAME])}
    return sorted(begun)


def is_meant(name: str, key: str) -> bool:
    """Return True if a queried name may be that of a key, as `same_name` compares names.

    A family name alone matches everyone with it.
    """
    family, *others = key.split()
    written = (*others, family)
    wanted = name_parts(name[:_LONGEST_NAME])
    return any(same_name(one, written) or one == (family,) for one in wanted)


def category_keys(paper: Paper) -> set[str]:
    """Return the keys by which `cat:` finds the paper: categories, archives and aliases, in lower case."""
    every = (*paper.categories, *paper.cross_listed)
    return {asked_category(key) for category in every for key in covering(category)}


def asked_category(category: str) -> str:
    """Return the key of a category or archive, however it is typed."""
    return category[:_LONGEST_NAME].lower().encode("utf-8", "replace").decode()


def _key(parts: list[str]) -> str:
    return " ".join((parts[-1], *parts[:-1]))[:_LONGEST_NAME]
