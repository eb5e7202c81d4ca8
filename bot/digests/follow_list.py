"""Split what a person types into the things that they mean: "cs.CL, cs.LG and stat.ML" into three. Pure."""

import re
from collections.abc import Iterator, Sequence

from bot.digests.follow_words import PARTICLES, is_topical
from bot.domain.author import find_identity
from bot.domain.categories import categories_named, find_category

MAX_AT_ONCE = 10
SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|ph\.?d)\.?", re.IGNORECASE)
"""What follows a name after a comma without being a first name."""

_QUOTED = re.compile(r"\"[^\"]+\"|“[^”]+”|„[^“”]+[“”]|«[^»]+»")
_HELD = re.compile(r"\0\d+\0")
_TOPIC = re.compile(r"topic:", re.IGNORECASE)
_PREFIXED = re.compile(r"(?:author|category|name):", re.IGNORECASE)
_ANYWAY = re.compile(r"(.+?)\s+(anyway)", re.IGNORECASE)
_SEMICOLONS, _COMMAS = re.compile(r"\s*[;\n；]\s*"), re.compile(r"\s*[,，、]\s*")
_AND = re.compile(r"\s+(?:and|&|\+)\s+", re.IGNORECASE)
_BEGINS_WITH_AND = re.compile(r"^(?:and|&|\+)\s+", re.IGNORECASE)
_BETWEEN_CODES = re.compile(r"\s+(?:(?:and|&|\+|/|\|)\s+)?|\s*[+&|]\s*", re.IGNORECASE)
_MAX_GIVEN_NAMES = 3


def split_list(text: str) -> tuple[str, ...]:
    """Return the things that `text` lists, each once, in order; quotes keep a topic whole.

    "Eitan, Yam" is one person; "Yann LeCun, Yoshua Bengio" are two. The word anyway at the end goes with each.
    """
    if (insisted := _ANYWAY.fullmatch(text.strip())) and len(parts := split_list(insisted[1])) > 1:
        return tuple(f"{part} {insisted[2]}" for part in parts)
    if _TOPIC.match(text.strip()):
        return (text.strip(),)
    held: list[str] = []

    def hold(quoted: re.Match[str]) -> str:
        held.append(quoted[0])
        return f"\0{len(held) - 1}\0"

    found = _parts(_QUOTED.sub(hold, text.replace("\0", " ")))
    whole = [_HELD.sub(lambda number: held[int(number[0].strip("\0"))], part) for part in found]
    return tuple({part.casefold(): part for part in whole if part}.values())


def inverted_name(text: str) -> str:
    """Return "Yam Eitan" of "eitan, yam", which may as well be two things; empty if it can't be a name."""
    chunks = _COMMAS.split(text.strip())
    return f"{chunks[1]} {chunks[0]}" if len(chunks) == 2 and _may_be_inverted(*chunks) else ""


def _parts(text: str) -> Iterator[str]:
    if categories_named(text) or find_identity(text):
        yield text.strip()
        return
    for chunk in _SEMICOLONS.split(text):
        chunks = _COMMAS.split(chunk)
        if len(chunks) == 2 and _is_one_person(*chunks):
            yield chunk.strip()
            continue
        for part in chunks:
            yield from _joined(_BEGINS_WITH_AND.sub("", part.strip()).strip(" ."))


def _joined(text: str) -> Iterator[str]:
    """Yield the parts of what has no comma: codes beside each other, and things joined by "and"."""
    codes = [part for part in _BETWEEN_CODES.split(text) if part]
    if len(codes) > 1 and not find_category(text) and all(map(_is_fixed, codes)):
        yield from codes
        return
    parts = _AND.split(text)
    if len(parts) > 1 and not categories_named(text) and (any(map(_is_fixed, parts)) or all(map(_is_name, parts))):
        for part in parts:
            yield from _joined(part)
        return
    yield text


def _is_fixed(text: str) -> bool:
    """Return True for a category and for words in quotes: they end where they end."""
    return bool(_HELD.fullmatch(text) or find_category(text) or _PREFIXED.match(text) or find_identity(text))


def _is_name(text: str) -> bool:
    """Return True for a full name as people write it: "Yann LeCun"."""
    names = text.split()
    return 2 <= len(names) <= 5 and all(map(_is_capitalized, names)) and not is_topical(text)


def _is_one_person(last: str, first: str) -> bool:
    """Return True for "Eitan, Yam", and for "Sammy Davis, Jr."."""
    if SUFFIX.fullmatch(first):
        return True
    last = _PREFIXED.sub("", last).strip()
    shouted = last.isupper() and first.isupper()  # "LLM, RAG"
    names = (*_without_particles(last), *first.split())
    return _may_be_inverted(last, first) and not shouted and all(map(_is_capitalized, names))


def _may_be_inverted(last: str, first: str) -> bool:
    last = _PREFIXED.sub("", last).strip()
    both = f"{last} {first}"
    if _HELD.search(both) or any(map(str.isdigit, both)) or _is_fixed(last) or _is_fixed(first) or is_topical(both):
        return False
    family, given = _without_particles(last), first.split()
    if not family or not 1 <= len(given) <= _MAX_GIVEN_NAMES:
        return False
    full = sum(len(name.strip(".")) > 1 for name in given)
    return len(family) == 1 or (len(family) == 2 and full <= 1)


def _without_particles(name: str) -> Sequence[str]:
    return [word for word in name.split() if word.lower() not in PARTICLES]


def _is_capitalized(word: str) -> bool:
    return word[:1].isupper() or not word[:1].isascii() or word.lower() in PARTICLES
