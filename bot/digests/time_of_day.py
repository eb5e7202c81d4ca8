"""Read a time of day as people write it: "9 am", "21h15", "0930", "noon", "9 in the evening". Pure."""

import re
import unicodedata
from datetime import time

from bot.domain.errors import BadInput
from bot.domain.text.clean import shorten
from bot.domain.text.pattern import later

_LONGEST = 40

_NAMED = {
    "noon": time(12), "midday": time(12), "12 noon": time(12), "midi": time(12), "mittags": time(12),
    "midnight": time(0), "12 midnight": time(0), "minuit": time(0), "mitternacht": time(0),
}  # fmt: skip
_BEFORE = later(r"^(?:(?:at|um|à|a las|alle|by|from|around|about)\s+)+")
_CLOCK = r"(?P<hour>\d{1,2})(?:\s?(?:[:.,h時时点點시]|uhr|heures?)\s?(?P<minute>\d{2})(?:[:.]\d{2})?)?"
_PACKED = r"(?P<packed>\d{3,4})"
_CALLED = r"(?:\s?(?:o'?\s?clock|uhr|heures?|horas?|hours?|hrs?|h|[時时点點시分분]))?"
_ROUGHLY = r"(?:\s?-?ish)?"
_HALF = r"(?:\s?(?P<half>[ap])\.?\s?m\.?)?"
_PART = r"(?:\ssharp)?(?:\s(?:in the |at |du |de l'|am |de la )?(?P<part>morning|afternoon|evening|night"
_PART += r"|matin|soir|apr[eè]s-midi|morgens?|nachmittags?|abends?|mañana|tarde|noche))?"
_TIME = later(rf"(?:{_CLOCK}|{_PACKED}){_CALLED}{_ROUGHLY}{_HALF}{_ROUGHLY}{_PART}", re.ASCII)
_AFTER_NOON = {
    "afternoon", "evening", "soir", "après-midi", "apres-midi", "nachmittag", "nachmittags", "abend", "abends", "tarde",
}  # fmt: skip
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBER = later(rf"\b(?:{'|'.join(_NUMBERS)})\b")
_QUARTERS = later(rf"(?P<quarter>half past|quarter past|quarter to)\s(?P<hour>\d{{1,2}}){_HALF}{_PART}", re.ASCII)
_MINUTES = {"half past": 30, "quarter past": 15, "quarter to": -15}


def find_time(text: str) -> time | None:
    """Return the time of day that all of `text` says, without a zone; None if it says none that exists."""
    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).replace("’", "'").lower()
    plain = _NUMBER.sub(lambda word: str(_NUMBERS.index(word[0]) + 1), _BEFORE.sub("", " ".join(plain.split())))
    if named := _NAMED.get(plain):
        return named
    if found := _QUARTERS.fullmatch(plain):
        hour = _hour(int(found["hour"]), found["half"], found["part"])
        minutes = (hour * 60 + _MINUTES[found["quarter"]]) % (24 * 60) if hour < 24 else -1
        return time(minutes // 60, minutes % 60) if minutes >= 0 else None
    if not (found := _TIME.fullmatch(plain)):
        return None
    packed = found["packed"]
    hour = _hour(int(packed[:-2] if packed else found["hour"]), found["half"], found["part"])
    minute = int(packed[-2:] if packed else found["minute"] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def read_time(text: str) -> time:
    """Return the time of day that `text` says. Raises BadInput if it says none."""
    found = find_time(text)
    if found is None:
        said = f"I couldn't read “{shorten(text, 20)}” as a time."
        raise BadInput(said, "Write it as 09:00, 9am or 17:30.", ("/digest on 09:00",))
    return found


def _hour(hour: int, half: str | None, part: str | None) -> int:
    """Return the hour of 24; 24 if there is none. "9 in the evening" is 21, "21:00 in the evening" too."""
    if half:
        return hour % 12 + (12 if half == "p" else 0) if 1 <= hour <= 12 else 24
    if part in _AFTER_NOON and 1 <= hour < 12:
        return hour + 12
    if part in {"night", "noche"} and 6 <= hour <= 12:
        return (hour + 12) % 24
    return hour
