"""Splitting of the single line in which arXiv names all authors, with numbered or plain affiliations.

arXiv asks for "A. Name (1), B. Name (1 and 2) ((1) MIT, (2) CERN)" (https://info.arxiv.org/help/prep.html#author), but
people write it in many ways.
"""

import re
from collections.abc import Iterator, Mapping

from bot.domain.text.pattern import later

_LONGEST = 8_000_000
"""Characters; the longest list so far, of 3,435 authors, has 60,000."""
_LONGEST_PART = 2000
_MOST_NOTES = 5
_SUFFIX = later(r"(?:jr|sr|ii|iii|iv|ph\.?d|m\.?d)\.?", re.IGNORECASE)
_LEADING_AND = later(r"^(?:and|&)\s+", re.IGNORECASE)
_AND = later(r"(?:\s+|(?<=\)))(?:and|&)\s+", re.IGNORECASE)
_NOT_PLAIN = later(r"[()\[\]$^&¹²³⁰⁴-⁹]|\b(?:and|al|others|for|on)\b", re.IGNORECASE)
"""What most names don't have: they need no closer look."""
_OTHERS = later(r"(?:^|\s)(?:(?:and|&)\s)?(?:et\.? ?al|(?:many |\d+ )?others)\b[.\s]*$", re.IGNORECASE)
_GROUP = later(r"\b(?:collaborations?|consorti(?:um|a)|team|group|project)\b", re.IGNORECASE)
_FOR_GROUP = later(r"(?:^|\s)(?:for the|on behalf of)\s", re.IGNORECASE)
# "ATLAS and CMS Collaborations" is one author; "Ada Lovelace and Alan Turing" are two.
_MANY = later(r"collaboration|consortium|team|group|project|university|institute|department", re.IGNORECASE)
_LONGEST_NAME = 200
_OPENING, _CLOSING = "({[", ")}]"

_KEY = r"(\d{1,3}|[a-z]|[*†‡§¶#]{1,3})"
_MARK = (
    rf"(?:\(\s*{_KEY}\s*\)|\[\s*{_KEY}\s*\]|\$\s*\^\s*\{{?\s*{_KEY}\s*\}}?\s*\$"
    rf"|(?:(?<=[(\[,;])|(?<=[,;]\s))\s*{_KEY}\s*[:=])"
)
"""One entry's key in the list of affiliations: (1), [1], $^{1}$ or 1:."""
_ENTRY = later(_MARK)
_LEGEND = later(rf"[(\[]\s*(?={_MARK})")
_LOOSE_ENTRY = later(rf"[(\[]\s*{_KEY}\s*[)\]]\s*(?=\S)")
_RAISED = later(r"(?:\$\s*\^\s*\{?([^${}]{1,40})\}?\s*\$|\^\{?([\d,; ]{1,40})\}?|([¹²³⁰⁴-⁹]{1,9}))$")
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_BETWEEN_KEYS = later(r"[\s,;&]+(?:and\s+)?")
_RANGE = later(r"(\d{1,2})\s*[-–]\s*(\d{1,2})")


def split_authors(line: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the authors and the affiliations (stated in parentheses after names or in a list at the end) of a `line`.

    A comma inside parentheses or before "Jr." separates no authors. Numbers that refer to the list are resolved.
    """
    line, legend = _without_legend(line[:_LONGEST])
    names: list[str] = []
    affiliations: list[str] = []
    for name, notes in _people(line):
        affiliations += [place for note in notes for place in _places(note, legend)]
        if names and _SUFFIX.fullmatch(name) and len(names[-1]) < _LONGEST_NAME:
            names[-1] = f"{names[-1]}, {name}"
        else:
            names.append(name)
    places = (*affiliations, *legend.values())
    return tuple(filter(None, names)), tuple(dict.fromkeys(filter(None, places)))


def _without_legend(line: str) -> tuple[str, Mapping[str, str]]:
    """Cut off "((1) MIT, (2) CERN)", and return it as affiliations by key."""
    found = _LEGEND.search(line)
    if not found:
        return line, {}
    end = _end_of(line, found.start())
    pieces = [piece for piece in _ENTRY.split(line[found.start() : end]) if piece is not None]
    entries = {key: text.strip(" ,;.") for key, text in zip(pieces[1::2], pieces[2::2], strict=False)}
    return f"{line[: found.start()]}{line[end + 1 :]}", entries


def _end_of(line: str, start: int) -> int:
    """Return where the bracket at `start` closes; the end of the line if it doesn't."""
    depth = 0
    for at in range(start, len(line)):
        depth += (line[at] in _OPENING) - (line[at] in _CLOSING)
        if depth == 0:
            return at
    return len(line)


def _people(line: str) -> Iterator[tuple[str, list[str]]]:
    """Return each name with what stands behind it in brackets; a name is empty if there is nothing else."""
    for part in _parts(line):
        if not _NOT_PLAIN.search(part):
            yield part, []
            continue
        if entry := _LOOSE_ENTRY.match(part):
            yield "", [part[entry.end() :]]
            continue
        both = [_without_notes(one) for one in _divided(part)]
        if any(_MANY.search(name) or " " not in name for name, _ in both):
            both = [_without_notes(part)]
        yield from both


def _parts(line: str) -> Iterator[str]:
    """Return the parts between commas outside of brackets; groups before a colon are some of their own."""
    groups, colon, rest = line.partition(":")
    if colon and len(groups) <= _LONGEST_PART and _GROUP.search(groups) and "(" not in groups:
        yield from (group.strip() for group in groups.split(","))
        line = rest
    depth, begun = 0, 0
    for at, char in enumerate(line):
        depth += (char in _OPENING) - (char in _CLOSING and depth > 0)
        if char in ",;" and not depth:
            yield line[begun:at].strip()[:_LONGEST_PART]
            begun = at + 1
    rest = line[begun:].strip()
    # An unclosed bracket must not merge all later authors into one.
    for part in rest.split(",") if depth else (rest,):
        yield part.strip()[:_LONGEST_PART]


def _divided(part: str) -> list[str]:
    """Return the parts between "and" outside of brackets."""
    found, begun = [], 0
    for between in _AND.finditer(part):
        before = part[begun : between.start()]
        if before.count("(") == before.count(")"):
            found.append(before)
            begun = between.end()
    return [*found, part[begun:]]


def _without_notes(part: str) -> tuple[str, list[str]]:
    """Return the name, and what follows it in brackets or raised, or after "for the"."""
    name, notes = _OTHERS.sub("", _LEADING_AND.sub("", part)), list[str]()
    for _ in range(_MOST_NOTES):
        name, note = _without_last_note(name)
        if not note:
            break
        notes.insert(0, note)
    if "(" not in name.strip(" ()"):
        name = name.strip(" ()[]")
    if (said := _FOR_GROUP.search(name)) and _GROUP.search(name, said.end()):
        return name[: said.start()], [name[said.start() :].strip(), *notes]
    return name.strip(), notes


def _without_last_note(part: str) -> tuple[str, str]:
    if raised := _RAISED.search(part):
        return part[: raised.start()].rstrip(), next(filter(None, raised.groups())).translate(_DIGITS)
    opened = _opening_of_last(part)
    if opened is None:
        return part, ""
    return part[:opened].rstrip(), part[opened + 1 :].removesuffix(")").removesuffix("]").strip()


def _opening_of_last(part: str) -> int | None:
    """Return where the bracket begins that ends the part, or one that never closes; None without any."""
    if part[-1:] not in {")", "]"}:
        unclosed = part.rfind("(")
        return unclosed if unclosed > part.rfind(")") else None
    depth = 0
    for at in range(len(part) - 1, -1, -1):
        depth += (part[at] in _CLOSING) - (part[at] in _OPENING)
        if depth == 0:
            return at
    return None


def _places(note: str, legend: Mapping[str, str]) -> list[str]:
    """Return the affiliations that a note refers to by keys, or is."""
    spread = _RANGE.sub(lambda found: ",".join(map(str, range(int(found[1]), int(found[2]) + 1))), note)
    keys = [key.strip("()[] ") for key in _BETWEEN_KEYS.split(spread) if key]
    if all(key in legend or re.fullmatch(_KEY, key) for key in keys):
        return [legend[key] for key in keys if key in legend]
    return [note]
