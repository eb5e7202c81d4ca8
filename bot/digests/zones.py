"""Read a time zone as people write it: a city, a country, an abbreviation, an offset or tzdata's name. Pure."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from bot.digests.zone_names import ABBREVIATIONS, PLACES, WITHOUT_WHOLE_HOURS
from bot.domain.card import Button
from bot.domain.errors import BadInput
from bot.domain.text import fuzzy
from bot.domain.text.clean import shorten
from bot.domain.text.normalize import fold
from bot.domain.wording import city, listed, zone_in_words

_LONGEST = 60
_REGION = re.compile(
    r"(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)/", re.IGNORECASE
)
_SEASONS = (datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC))
_NO_CITIES = {"Australia/North", "Australia/South", "Australia/West"}
_NO_ZONES = {"Factory", "localtime"}

_OFFSET = re.compile(
    r"(?:(?:utc|gmt|z)?\s*([+-])|(?:utc|gmt))\s*(\d{1,2})(?:[:h]?(\d{2})|(\.5))?\s*(?:h|hours?)?", re.ASCII
)
_WORDS_AFTER = re.compile(r"\s+(?:(?:standard|daylight|summer|local|city)\s+)?(?:time|zone|time zone)$")
_HOURS = range(-12, 15)
"""Offsets for which tzdata has a zone, Etc/GMT+12 to Etc/GMT-14, with the sign the other way round as in POSIX
(https://data.iana.org/time-zones/theory.html)."""


def zones_named(text: str) -> tuple[str, ...]:
    """Return tzdata's names of the zones that `text` may mean, the likeliest first; empty if there are none.

    "GMT+8", "UTC+8" and "UTC 8" are 8 hours ahead of UTC. Of "EST, Boston" and "Berlin (Germany)", both parts have to
    hold.
    """
    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).replace("−", "-").replace("–", "-")
    plain = " ".join(plain.replace("_", " ").lower().strip(" ()[],.").split())
    wanted = re.sub(r"\s*/\s*", "/", _WORDS_AFTER.sub("", plain))
    if offset := _OFFSET.fullmatch(wanted):
        return _with_offset(offset)
    return _called(wanted) or _in_parts(wanted)


def read_zone(text: str, again: Callable[[str], str] = "/digest on {}".format) -> str:
    """Return tzdata's name of the one zone that `text` means. Raises BadInput with the zones that it may mean.

    `again` returns the command that a button sends for one of them.
    """
    named = zones_named(text)
    if len(named) == 1:
        return named[0]
    said = shorten(text, 40)
    if named:
        raise BadInput(
            f"“{said}” is used in several time zones. Which city's time do you mean?",
            f"Or write {listed(named, 'or')}.",
            tuple(Button(city(name), again(name)) for name in named),
        )
    near = _nearest(text)
    hint = f"The nearest are {listed(near)}." if near else "Write it as Europe/Berlin or America/New_York."
    raise BadInput(f"I don't know a time zone “{said}”.", hint, tuple(map(again, near)))


def complete_zone(begun: str, limit: int) -> list[str]:
    """Return zones, as `read_zone` reads them: those that the text means, then those whose city or name begins so."""
    wanted = _key(begun)
    by_name, by_city = _zones()
    cities = [name for city_name, name in by_city.items() if city_name.startswith(fold(wanted))]
    names = [name for key, name in by_name.items() if key.startswith(wanted) and not key.startswith("etc/")]
    places = [
        zone for place, zones in PLACES.items() if len(wanted) > 2 and place.startswith(fold(wanted)) for zone in zones
    ]
    found = dict.fromkeys([*zones_named(begun), *cities, *places, *names])
    return list(dict.fromkeys(map(zone_in_words, found)))[:limit]


def known_zone(name: str) -> str | None:
    """Return a zone's name as tzdata writes it; None if it has none of that name."""
    return _zones()[0].get(_key(name))


def _key(text: str) -> str:
    return " ".join(text.strip().lower().replace("_", " ").split())


def _in_parts(wanted: str) -> tuple[str, ...]:
    """Return the zones that all parts of a text may mean: "Asia/Beijing", "est, boston", "beijing (utc+8)"."""
    region = _REGION.match(wanted)
    parts = [part for part in re.split(r"\s*[,;/()]+\s*", wanted[region.end() :] if region else wanted) if part]
    if len(parts) < (1 if region else 2):
        return ()
    cities, *others = sorted(map(zones_named, parts), key=_is_fixed)
    inside = (zone for zone in cities if not region or zone.lower().startswith(region[0]))
    return tuple(zone for zone in inside if all(_agrees(zone, other) for other in others))


def _is_fixed(zones: tuple[str, ...]) -> bool:
    return all(zone.startswith("Etc/") for zone in zones)


def _agrees(zone: str, others: tuple[str, ...]) -> bool:
    """Return True if the zone is one of the others, or has their fixed offset in winter or in summer."""
    fixed = _offsets(others[0]) if others and _is_fixed(others) else set()
    return zone in others or not fixed.isdisjoint(_offsets(zone))


def _offsets(zone: str) -> set[timedelta | None]:
    return {season.astimezone(ZoneInfo(zone)).utcoffset() for season in _SEASONS}


def _called(wanted: str) -> tuple[str, ...]:
    """Return the zones of a whole name, an abbreviation, a country or a city; tzdata's EST isn't what people mean."""
    by_name, by_city = _zones()
    folded, exact = fold(wanted), by_name.get(wanted)
    if exact and "/" in exact:
        return (exact,)
    if zones := ABBREVIATIONS.get(folded) or PLACES.get(folded):
        return zones
    name = exact or by_city.get(folded)
    return (name,) if name else ()


def _with_offset(offset: re.Match[str]) -> tuple[str, ...]:
    sign, hours, minutes = offset[1], int(offset[2]), 30 if offset[4] else int(offset[3] or 0)
    east = (hours * 60 + minutes) * (-1 if sign == "-" else 1)
    if east == 0:
        return ("UTC",)
    if minutes:
        return (WITHOUT_WHOLE_HOURS[east],) if east in WITHOUT_WHOLE_HOURS else ()
    return (f"Etc/GMT{-east // 60:+d}",) if east // 60 in _HOURS else ()


def _nearest(text: str) -> list[str]:
    """Return up to three zones of a city, or of a whole name, that are written nearly as `text`."""
    by_name, by_city = _zones()
    names = {key: name for key, name in by_name.items() if _REGION.match(name)}
    unique = {name: zones[0] for name, zones in PLACES.items() if len(zones) == 1 and len(name) > 3}
    known = names | unique | by_city
    near = fuzzy.extract(_key(shorten(text, _LONGEST)), known.keys(), scorer=fuzzy.ratio, limit=6, score_cutoff=70)
    return list(dict.fromkeys(known[name] for name, _, _ in near))[:3]


@lru_cache(maxsize=1)
def _zones() -> tuple[dict[str, str], dict[str, str]]:
    """Return all zones by name in lower case with spaces, and those of cities by folded city."""
    names = sorted(name for name in available_timezones() if not name.startswith(("posix/", "right/", "SystemV/")))
    cities = [name for name in names if _REGION.match(name) and name not in _NO_CITIES]
    by_city = {fold(name.rsplit("/", 1)[-1]): name for name in reversed(cities)}
    return {_key(name): name for name in names if name not in _NO_ZONES}, by_city
