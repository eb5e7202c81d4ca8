"""Times, days, zones, categories and numbers that people say to set up the digest: "cs.LG + stat.ML, at 8". Pure.

Nothing is set here: the reading is a question whose button sets it.
"""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from bot.app.plain.reading import HELP, Reading
from bot.app.plain.rule import words_of
from bot.digests.settings import read_days
from bot.digests.time_of_day import find_time
from bot.digests.when import options_in
from bot.digests.zones import zones_named
from bot.domain.card import Button
from bot.domain.categories import is_category
from bot.domain.channel import WEEKDAYS
from bot.domain.errors import BadInput
from bot.domain.languages import LANGUAGES
from bot.domain.text.clean import shorten
from bot.domain.text.normalize import fold
from bot.domain.text.pattern import later
from bot.domain.wording import city, day_name, listed

_MOST_WORDS = 16
_MOST_CITIES = 4
_ORDER = words_of("post send deliver share give bring set schedule start change move put make digest digests get")
_FILLERS = _ORDER | words_of(
    "like later earlier rather add follow subscribe paper papers arxiv it the a an this that time timezone zone tz "
    "clock to me us we i our my your instead only "
    "just be is at from now on here can you could would for new updates update daily please pls plz want need like "
    "one by about around channel in of sharp bitte um merci per favore sil vous plait svp de la a las alle por "
    "favor uhrzeit every each and with around maybe let's lets do them everything day days everyday today tomorrow "
    "onwards our's how about what"
)
_TIMETABLE_WORDS = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "every", "everyday", "daily",
    "weekday", "weekdays", "weekend", "weekends", "digest", "morning", "afternoon", "evening", "midnight",
)  # fmt: skip
_MOST_RESPELLED, _SHORTEST_RESPELLED, _ALIKE = 8, 4, 0.8
"""Words of a text, characters of a word, and difflib's ratio: "dialy" is just like "daily", "event" isn't "every"."""
_MEANT = later(
    r"\b(?:at|um|à|a las|by|from|digest|post|send|deliver|schedule|time|alle|every|each|daily|move|change|set|start)\b"
    r"|\d ?(?:[ap]\.?m\b|[:.,h]\d|heures?|uhr|o'?clock|h\b)|noon|midnight|midday|half past|quarter (?:past|to)"
    r"|in the (?:morning|evening|afternoon)",
    re.IGNORECASE,
)
_ONLY_TIME = later(
    r"\d ?(?:[ap]\.?m\b|[:.,h]\d\d|heures?|uhr|o'?clock|-?ish\b)|^half past|^quarter (?:past|to)"
    r"|^(?:noon|midday|midnight)$",
    re.IGNORECASE,
)
_SIGNS = later(r"(?<=\s)[+&](?=\s)|(?<=[A-Za-z])\+(?=[a-z])|[!?;\"“”()]+|[.,](?=\s|$)|\s[-–—]+(?=\s)")
_ROUGHLY = later(r"(?<=[\dm])\s?-?ish\b", re.IGNORECASE)
_INSTEAD_OF = later(r"\b(?:instead of|rather than|not) (?:at )?\d\S*", re.IGNORECASE)
_TIGHT_TIME = later(r"(\d) ([ap])\.?m\.?\b", re.IGNORECASE)
_NUMBER = r"(?P<top>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|twenty)"
_NAMES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBERS = {name: number for number, name in enumerate(_NAMES, start=1)} | {"twenty": 20}
_TOP = later(
    rf"(?:(?:show|send|post|give|i want|we want|only|just|max(?:imum)?|at most|no more than|up to|limit(?: it| this)?"
    rf"|to|me|"
    rf"us|the|top|best|make it|can we have) )*{_NUMBER}(?: (?:best|top))?(?: papers?)?(?: (?:a|per|each|every) day"
    rf"| daily|"
    r" max(?:imum)?| at most| (?:is|are) enough| only| please)*"
)
_TOP_MEANT = later(r"paper|top|best|max|most|limit|a day|per day|each day|every day|daily|enough")
_LANGUAGE = later(
    r"(?:(?:send|write|make|give|show|post|set|change|switch|the|me|us|in|to|into|summaries|summary|digests?|language|"
    r"papers|it|please|all|everything) )*(?:in|to|language) (?P<lang>[a-z]{4,12})(?: please)?"
)


def settings_in(text: str) -> Reading | None:
    """Return the question before the digest is set as the text says; None if the text says something else too."""
    return _number(text) or _language(text) or _options(text)


def _number(text: str) -> Reading | None:
    folded = fold(text)
    found = _TOP.fullmatch(folded)
    if not found or not _TOP_MEANT.search(folded):
        return None
    top = _NUMBERS.get(found["top"]) or int(found["top"])
    most = min(max(top, 1), 50)
    return _question(f"Show {most} papers at most?", (Button(f"Show {most} at most", f"/digest on top={most}"),))


def _language(text: str) -> Reading | None:
    found = _LANGUAGE.fullmatch(fold(text))
    codes = {fold(name): code for code, names in LANGUAGES.items() for name in names}
    if not found or found["lang"] not in codes:
        return None
    code = codes[found["lang"]]
    name = LANGUAGES[code][0]
    return _question(f"Write the summaries in {name}?", (Button(f"Use {name}", f"/digest on lang={code}"),))


def _options(text: str) -> Reading | None:
    words = _INSTEAD_OF.sub(" ", _ROUGHLY.sub("", _SIGNS.sub(" ", text.replace("’", "'")))).split()
    if reading := _options_of(words, text):
        return reading
    if not 1 < len(words) <= _MOST_RESPELLED:
        return None
    respelled = [_respelled(word) for word in words]
    return _options_of(respelled, " ".join(respelled)) if respelled != words else None


def _options_of(words: Sequence[str], text: str) -> Reading | None:
    kept = [word for word in words if word.lower().strip(",.") not in _FILLERS]
    if not kept or len(words) > _MOST_WORDS:
        return None
    found: dict[str, list[str]] = {}
    for kind, value in options_in(_TIGHT_TIME.sub(r"\1\2m", " ".join(kept))):
        found.setdefault(kind, []).append(value)
    return _asked(found) if _are_settings(found, text) else None


def _respelled(word: str) -> str:
    """Return the day or the word of a timetable that a misspelled one is surely meant as: "evry", "tusday"."""
    if len(word) < _SHORTEST_RESPELLED or not word.isalpha():
        return word
    return next(iter(get_close_matches(word.lower(), _TIMETABLE_WORDS, 1, _ALIKE)), word)


def _are_settings(found: Mapping[str, Sequence[str]], text: str) -> bool:
    """Return True if all of it can be set, and it isn't a bare number, word or category."""
    times, zones, days = (found.get(kind, ()) for kind in ("time", "zone", "days"))
    categories = found.get("categories", ())
    single = len(times) <= 1 and len(zones) <= 1 and found.keys() <= {"time", "zone", "days", "categories", "top"}
    readable = all(map(find_time, times)) or all(find_time(time) is not None for time in times)
    if not (single and readable and all(map(zones_named, zones)) and all(map(is_category, categories))):
        return False
    if days and _days(days) is None:
        return False
    if times:
        return bool(zones or days or categories or _ONLY_TIME.search(text) or _MEANT.search(text))
    if zones:
        return "zone" in text.lower() or bool(days or categories)
    return bool(days) or len(categories) > 1 or bool(categories and _MEANT.search(text))


def _days(values: Sequence[str]) -> str | None:
    """Return the days as `/digest on` takes them; None if they aren't any."""
    text = ",".join(values)
    try:
        numbers = read_days(text)
    except BadInput:
        return None
    return text if "-" in text else ",".join(WEEKDAYS[day] for day in sorted(numbers))


def _asked(found: Mapping[str, Sequence[str]]) -> Reading:
    time, zone = " ".join(found.get("time", ())), " ".join(found.get("zone", ()))
    codes = [code for name in found.get("categories", ()) if (code := is_category(name))]
    days = _days(found["days"]) if found.get("days") else ""
    options = [*codes, *([f"days={days}"] if days else []), *(f"top={top}" for top in found.get("top", ())[:1])]
    named = zones_named(zone) if zone else ()
    words = _in_words(time, zone if len(named) <= 1 else "", days or "", codes)
    if len(named) > 1:
        return _which_city(zone, words, time, named, options)
    command = " ".join(filter(None, ["/digest on", time, zone, *options]))
    if codes and not (time or zone or days):
        together = ", ".join(codes)
        offers = (Button(shorten(f"Follow {listed(codes)}", 60), f"/follow {together}"),)
        return _question(f"Follow {listed(codes)}?", offers)
    label = f"Post it {words}" if time or days else f"Use {words} time"
    return _question(f"Post the digest {words}?" if time or days else f"Use {words} time?", (Button(label, command),))


def _which_city(zone: str, words: str, time: str, named: Sequence[str], options: Sequence[str]) -> Reading:
    """Return the question in which city's time, with a button for each."""
    offers = tuple(
        Button(
            f"{city(name)}{f', {words}' if words else ''}", " ".join(filter(None, ["/digest on", time, name, *options]))
        )
        for name in named[:_MOST_CITIES]
    )
    said = f"Post the digest {words}? “{zone}” is used in several time zones. Which city's time do you mean?"
    return _question(said if words else said.partition("? ")[2], offers)


def _in_words(time: str, zone: str, days: str, codes: Sequence[str]) -> str:
    parts = [f"at {time} {zone}".rstrip() if time else zone, f"on {_days_in_words(days)}" if days else ""]
    parts += [f"with {listed(codes)}" if codes else ""]
    return " ".join(filter(None, parts))


def _days_in_words(days: str) -> str:
    numbers = sorted(read_days(days))
    return {tuple(range(5)): "weekdays", (5, 6): "weekends", tuple(range(7)): "all days"}.get(
        tuple(numbers), listed([day_name(day) for day in numbers])
    )


def _question(sentence: str, offers: tuple[Button, ...]) -> Reading:
    return Reading(sentence=sentence, offers=(*offers, HELP))
