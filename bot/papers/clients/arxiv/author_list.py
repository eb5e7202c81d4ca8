"""Splitting of the single line in which arXiv's feeds name all authors."""

import re
from collections.abc import Iterator

_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|ph\.?d|m\.?d)\.?", re.IGNORECASE)
_AFFILIATION = re.compile(r"\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)\s*$")
_LEADING_AND = re.compile(r"^and\s+", re.IGNORECASE)
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
# "ATLAS and CMS Collaborations" is one author; "Ada Lovelace and Alan Turing" are two.
_MANY = re.compile(r"collaboration|consortium|team|group|project|university|institute|department", re.IGNORECASE)
_LONGEST_NAME = 200
_OPENING, _CLOSING = "({[", ")}]"


def split_authors(line: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the authors and the affiliations (stated in parentheses after names) of a comma-separated `line`.

    A comma inside parentheses or before "Jr." separates no authors.
    """
    names: list[str] = []
    affiliations: list[str] = []
    for part in _parts(" ".join(line.split())):
        stated = _AFFILIATION.search(part)
        if stated:
            affiliations.append(stated[1].strip())
        name = _LEADING_AND.sub("", _AFFILIATION.sub("", part).strip())
        if names and _SUFFIX.fullmatch(name) and len(names[-1]) < _LONGEST_NAME:
            names[-1] = f"{names[-1]}, {name}"
        else:
            names.extend(_people(name))
    return tuple(filter(None, names)), tuple(dict.fromkeys(filter(None, affiliations)))


def _parts(line: str) -> Iterator[str]:
    depth, begun = 0, 0
    for at, char in enumerate(line):
        depth += (char in _OPENING) - (char in _CLOSING and depth > 0)
        if char == "," and not depth:
            yield line[begun:at].strip()
            begun = at + 1
    rest = line[begun:].strip()
    # An unclosed bracket must not merge all later authors into one.
    yield from (part.strip() for part in rest.split(",")) if depth else (rest,)


def _people(name: str) -> list[str]:
    both = _AND.split(name)
    alone = len(both) == 1 or _MANY.search(name) or any(" " not in person.strip() for person in both)
    return [name] if alone else [person.strip() for person in both]
