"""Split what a person types into the things that they mean: "cs.CL, cs.LG and stat.ML" into three. Pure."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from bot.digests.follow_words import PARTICLES, is_topical
from bot.domain.author import find_identity
from bot.domain.categories import categories_named, find_category, is_category, looks_like_category, name_of
from bot.domain.text.normalize import fold
from bot.domain.text.pattern import later

MAX_AT_ONCE = 10
SUFFIX = later(r"(?:jr|sr|ii|iii|iv)\.?", re.IGNORECASE)
"""What follows a name after a comma without being a first name."""

_QUOTED = later(r"\"[^\"]+\"|“[^”]+”|„[^“”]+[“”]|«[^»]+»")
_HELD = later(r"\0\d+\0")
_TOPIC = later(r"topic:", re.IGNORECASE)
_PREFIXED = later(r"(?:author|category|name):", re.IGNORECASE)
_ANYWAY = later(r"(.+?)\s+(anyway)", re.IGNORECASE)
_SEMICOLONS, _COMMAS = later(r"\s*[;\n；|•]\s*"), later(r"\s*[,，、]\s*")
_AND = later(r"\s+(?:and|or|et|und|&|\+|/)\s+|\s*·\s*", re.IGNORECASE)
_BEGINS_WITH_AND = later(r"^(?:and|&|\+)\s+", re.IGNORECASE)
_BETWEEN_CODES = later(
    r"\s+(?:(?:and|or|et|und|&|\+|/|\|)\s+)?|\s*[+&|]\s*|(?<=\.[a-z]{2})/(?=[a-z-]+\.)", re.IGNORECASE
)
_MAX_GIVEN_NAMES = 3

# The names of fields in searches at arXiv (https://info.arxiv.org/help/api/user-manual.html#query_details), as ours.
_FIELD = later(r"(?:(?<=^)|(?<=[\s,;(]))(au|authors|cats?|categories|ti|abs|all|topics)\s*:\s*(?=\S)", re.IGNORECASE)
_FIELDS = {"au": "author", "authors": "author", "cat": "category", "cats": "category", "categories": "category"}
_LISTING = later(
    r"(?:https?://)?(?:[a-z]+\.)?arxiv\.org/(?:list|rss|atom)/([A-Za-z.+-]+)(?:[/?#][^\s,;]*)?", re.IGNORECASE
)
_INITIAL_LAST = later(r"\bau:([a-z-]+(?:_[a-z-]+)*)_([a-z])\b", re.IGNORECASE)
_DEGREE = later(r",\s*(?:ph\.?\s?d|d\.?phil)\b\.?(?=\s*(?:[,;]|$))", re.IGNORECASE)
_TITLE = later(r"^(?:(?:prof|dr|mrs?|ms)\.?\s+)+(?=\S+\s)", re.IGNORECASE)
_BEFORE_SUFFIX = later(rf",(?=\s*{SUFFIX.pattern}(?:\s*[,;]|\s+(?:and|&)\s|\s*$))", re.IGNORECASE)
_JOINED = "\1"
"""Stands for the comma before a suffix, which separates nothing."""
_CODE = later(r"[\[({#]*([A-Za-z-]+(?:\.[A-Za-z-]+)?)[\])}]*(?:\s*[:(–-]\s*([^()]+?)\s*\)?)?")


def split_list(text: str) -> tuple[str, ...]:
    """Return the things that `text` lists, each once, in order; quotes keep a topic whole.

    "Eitan, Yam" is one person; "Yann LeCun, Yoshua Bengio" are two. The word anyway at the end goes with each.
    """
    if (insisted := _ANYWAY.fullmatch(text.strip())) and len(parts := split_list(insisted[1])) > 1:
        return tuple(f"{part} {insisted[2]}" for part in parts)
    if _TOPIC.match(own := _own_words(text).strip()):
        return (own,)
    held: list[str] = []

    def hold(quoted: re.Match[str]) -> str:
        held.append(quoted[0])
        return f"\0{len(held) - 1}\0"

    found = _parts(_BEFORE_SUFFIX.sub(_JOINED, _QUOTED.sub(hold, own)))
    whole = [_HELD.sub(lambda number: held[int(number[0].strip("\0"))], part) for part in found]
    return tuple({part.casefold(): part.replace(_JOINED, ",") for part in whole if part}.values())


def in_order(text: str) -> str:
    """Return a person's name as it is said: "Martin Luther King Jr." of "King, Jr., Martin Luther"."""
    parts = _COMMAS.split(_TITLE.sub("", _DEGREE.sub("", text.strip())))
    suffixes = [part for part in parts if SUFFIX.fullmatch(part)]
    names = [part for part in parts if part and part not in suffixes]
    if len(names) == 2:
        names.reverse()
    return " ".join([*names, *suffixes]) if len(names) < 3 else ", ".join(parts)


def inverted_name(text: str) -> str:
    """Return "Yam Eitan" of "eitan, yam", which may as well be two things; empty if it can't be a name."""
    chunks = _COMMAS.split(text.strip())
    names = [chunk for chunk in chunks if not SUFFIX.fullmatch(chunk)]
    is_name = len(names) == 1 < len(chunks) or (len(names) == 2 and _may_be_inverted(*names))
    return in_order(text) if is_name else ""


def _own_words(text: str) -> str:
    """Return the text with arXiv's names of fields as ours, the categories of its lists and feeds, and no degrees."""
    plain = _DEGREE.sub("", text.replace("\0", " ").replace(_JOINED, " "))
    plain = _LISTING.sub(lambda found: found[1].replace("+", " "), plain)
    plain = _INITIAL_LAST.sub(lambda found: f"au:{found[2]} {found[1].replace('_', ' ')}", plain)
    return _FIELD.sub(lambda found: f"{_FIELDS.get(found[1].lower(), 'topic')}:", plain)


def _parts(text: str) -> Iterator[str]:
    if categories_named(text) or find_identity(text) or text.strip().endswith("?"):
        yield text.strip()
        return
    for chunk in _SEMICOLONS.split(text):
        people = _AND.split(chunk.strip())
        if all(_is_inverted(person) for person in people):
            yield from people
            continue
        for part in _COMMAS.split(chunk):
            bare = _BEGINS_WITH_AND.sub("", part.strip())
            yield from _joined(bare if _JOINED in bare else bare.strip(" ."))


def _is_inverted(text: str) -> bool:
    chunks = _COMMAS.split(text)
    return len(chunks) == 2 and _is_one_person(*chunks)


def _joined(text: str) -> Iterator[str]:
    """Yield the parts of what has no comma: codes beside each other, and things joined by "and"."""
    if code := _bare_code(text):
        yield code
        return
    codes = [part for part in _BETWEEN_CODES.split(text) if part]
    if len(codes) > 1 and not find_category(text) and all(map(_is_fixed, codes)):
        yield from codes
        return
    parts = _AND.split(text)
    if len(parts) > 1 and not categories_named(text) and (any(map(_is_fixed, parts)) or all(map(_is_name, parts))):
        for part in parts:
            yield from _joined(part)
        return
    yield from _beside_codes(text)


def _bare_code(text: str) -> str:
    """Return the code of "[cs.LG]" or "cs.LG (Machine Learning)", the whole text; else an empty one."""
    found = _CODE.fullmatch(text)
    code = is_category(found[1]) if found else None
    named = not found or not found[2] or (code and fold(found[2]) == fold(name_of(code)))
    return found[1] if found and code and named and found[0] != found[1] else ""


def _beside_codes(text: str) -> Iterator[str]:
    """Yield "cs.LG" and "Yann LeCun" of "cs.LG Yann LeCun"; other text stays whole."""
    groups = [
        (is_code, " ".join(words))
        for is_code, words in groupby(text.split(), lambda word: "." in word and is_category(word) is not None)
    ]
    if len(groups) > 1 and all(is_code or _is_name(part) or _HELD.fullmatch(part) for is_code, part in groups):
        for is_code, part in groups:
            yield from part.split() if is_code else [part]
        return
    yield text


def _is_fixed(text: str) -> bool:
    """Return True for a category and for words in quotes: they end where they end."""
    return bool(
        _HELD.fullmatch(text)
        or find_category(text)
        or looks_like_category(text)
        or _PREFIXED.match(text)
        or find_identity(text)
    )


def _is_name(text: str) -> bool:
    """Return True for a full name as people write it: "Yann LeCun"."""
    names = text.split()
    return 2 <= len(names) <= 5 and all(map(_is_capitalized, names)) and not is_topical(text)


def _is_one_person(last: str, first: str) -> bool:
    """Return True for "Eitan, Yam", and for "Sammy Davis, Jr."."""
    first = first.partition(_JOINED)[0]
    last = _PREFIXED.sub("", last).strip()
    shouted = last.isupper() and first.isupper()  # "LLM, RAG"
    names = (*_without_particles(last), *first.split())
    return _may_be_inverted(last, first) and not shouted and all(map(_is_capitalized, names))


def _may_be_inverted(last: str, first: str) -> bool:
    last = _PREFIXED.sub("", last).partition(_JOINED)[0].strip()
    both = f"{last} {first}"
    if (
        SUFFIX.fullmatch(first)
        or _HELD.search(both)
        or any(map(str.isdigit, both))
        or _is_fixed(last)
        or _is_fixed(first)
        or is_topical(both)
    ):
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
