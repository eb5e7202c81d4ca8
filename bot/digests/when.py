"""Split what people type after `/digest on` into options by what each part says, in any order. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence

from bot.digests.time_of_day import find_time
from bot.digests.zones import zones_named
from bot.domain.text.pattern import later

_MOST_WORDS = 5
"""Words of the longest time or zone: "9 o'clock in the evening", "Ho Chi Minh City time"."""

_OPTION = later(
    r"(time|at|zone|tz|category|categories|top|days|lang|cross|recap|trending|gists|club)[=:](.*)", re.IGNORECASE
)
_OWN_NAMES = {"at": "time", "tz": "zone", "category": "categories"}
_TOP = later(r"\btop\s+(?=\d)", re.IGNORECASE)
_ZONE_AT_TIME = later(r"(\d:\d{2})(z|[+−-]\d{1,2}(?::?\d{2})?)(?=[\s,]|$)", re.IGNORECASE)
_COMMA_IN_TIME = later(r"(?<![\d,])(\d{1,2}),(\d{2})(?![\d,])")
_FILLERS = frozenset({"at", "in", "on", "for", "with", "and", "the", "every", "each", "please", "to", "um", "à"})

_DAY = r"(?:mon|tue|wed|thu|fri|sat|sun)(?:day|sday|rsday|nesday|urday|s|rs)?s?"
_FROM_TO = later(rf"\b({_DAY})\s*(?:\s(?:to|through|thru|until|till)\s|[-–])\s*({_DAY})\b", re.IGNORECASE)
_DAYS = later(rf"{_DAY}(?:-{_DAY})?(?:[,+/&]{_DAY}(?:-{_DAY})?)*", re.IGNORECASE)
_NAMED_DAYS = {
    "daily": "mon-sun", "day": "mon-sun", "everyday": "mon-sun", "weekdays": "mon-fri", "weekday": "mon-fri",
    "workdays": "mon-fri", "workday": "mon-fri", "weekends": "sat-sun", "weekend": "sat-sun",
}  # fmt: skip

# What was meant as a time or zone, though none of it exists; the reader of each says so.
_LIKE_TIME = later(r"\d{1,2}(?:[:.h]\d{0,2})?(?:am|pm)?|\d+:\d+|\d{3,4}", re.IGNORECASE)
_LIKE_ZONE = later(r"[A-Za-z_+-]+/[A-Za-z0-9_+/-]+|(?i:utc|gmt)?[+−-]\d.*|(?![a-z])[^\W\d_](?:[^\W\d]|[-'])+")
_LIKE_CATEGORY = later(r"[a-z][a-z-]*(?:\.[A-Za-z-]+)?", re.ASCII)

Option = tuple[str, str]
"""An option's name, or "unread", and the text of its value."""


def options_in(text: str) -> Iterator[Option]:
    """Yield the options in a text: named ones ("top=5"), times, zones, days, categories, and what is none of them."""
    words, at = _words(text), 0
    while at < len(words):
        size, options = _option(words[at : at + _MOST_WORDS])
        yield from options
        at += size


def _words(text: str) -> list[str]:
    """Return the words; commas separate them, unless they separate the values of one option: "days=mon,wed"."""
    text = _COMMA_IN_TIME.sub(r"\1:\2", text)
    plain = _ZONE_AT_TIME.sub(r"\1 \2", _FROM_TO.sub(r"\1-\2", _TOP.sub("top=", text)))
    found: list[str] = []
    for word in plain.split():
        found += [word.rstrip(",")] if _OPTION.fullmatch(word) or _DAYS.fullmatch(word.rstrip(",")) else word.split(",")
    return [word for word in found if word]


def _option(words: Sequence[str]) -> tuple[int, list[Option]]:
    """Return how many of the first words belong together, and what they say; nothing for a filler."""
    first = words[0]
    if named := _OPTION.fullmatch(first):
        kind = _OWN_NAMES.get(named[1].lower(), named[1].lower())
        values = [named[2], *words[1:]]
        size = (_longest(values, _SAYS[kind]) if kind in _SAYS else 0) or 1
        several = named[2].split(",") if kind == "categories" else [" ".join(values[:size])]
        return size, [(kind, value) for value in several]
    if first.lower() in _FILLERS:
        return 1, []
    for kind, says in _SAYS.items():
        if size := _longest(words, says):
            return size, [(kind, " ".join(words[:size]))]
    return 1, [_alone(first)]


def _longest(words: Sequence[str], says: Callable[[str], object]) -> int:
    """Return how many of the first words together say something, at most; 0 if none do."""
    return next((size for size in range(len(words), 0, -1) if says(" ".join(words[:size]))), 0)


def _alone(word: str) -> Option:
    if days := _NAMED_DAYS.get(word.lower()):
        return "days", days
    shapes = (("days", _DAYS), ("time", _LIKE_TIME), ("zone", _LIKE_ZONE), ("categories", _LIKE_CATEGORY))
    return next(((kind, word) for kind, shape in shapes if shape.fullmatch(word)), ("unread", word))


def _says_time(text: str) -> bool:
    return find_time(text) is not None


_SAYS: dict[str, Callable[[str], object]] = {"time": _says_time, "zone": zones_named}
