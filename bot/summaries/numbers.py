"""Check that a summary holds no number that isn't in its paper."""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import lru_cache

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_SCALES = {"k": 3, "thousand": 3, "m": 6, "million": 6, "b": 9, "bn": 9, "billion": 9, "t": 12, "trillion": 12}
_SCALE = re.compile(r"\s?(k|thousand|m|million|bn?|billion|t|trillion)\b", re.IGNORECASE)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_THOUSANDS_ABROAD = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_SPACED_THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}(?:\D|$))")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "01234567890123456789")
_RAISED_RUN = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉]+")

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORTH = {word: str(value) for value, word in enumerate(f"{_ONES} eighteen nineteen".split())}
_WORTH |= {word: str(20 + 10 * place) for place, word in enumerate(_TENS.split())}
_WORTH |= {"hundred": "100", "thousand": "1000", "million": "1000000", "billion": "1000000000", "dozen": "12"}
_ALSO_SAYS = {"single": "1", "once": "1", "first": "1", "both": "2", "dual": "2", "pair": "2", "twice": "2"}
_ALSO_SAYS |= {"double": "2", "doubles": "2", "second": "2", "third": "3", "triple": "3", "half": "50", "fourth": "4"}
_NUMBER_WORD = re.compile(rf"\b(?:({'|'.join(_TENS.split())})-)?([a-z]+)\b")
_LONGEST = 40
_COUNTABLE = 10


def foreign_figures(text: str, source: str, lang: str = "en") -> list[str]:
    """Return the numbers of `text`, as written, that `source` lacks; `3.5×`, `70%` and `1,000` compare by value.

    Small numbers in words may pass: calling three listed things three adds no figure.
    """
    known = _known(source)
    written = text if lang == "en" else _SPACED_THOUSANDS.sub("", text)
    foreign = [said for said, values in _figures(written, lang) if not values & known]
    in_words = [
        word
        for word, value in _words(written)
        if value not in known and int(value) > _COUNTABLE and word not in _SCALES
    ]
    return list(dict.fromkeys(foreign + (in_words if lang == "en" else [])))


@lru_cache(maxsize=16)  # each part of a summary is checked against the same abstract
def _known(source: str) -> set[str]:
    flat = _RAISED_RUN.sub(lambda run: f" {run.group().translate(_RAISED)} ", source).replace("{,}", ",")
    known = {value for _, value in _words(flat)}
    for said, values in _figures(flat, "en"):
        known |= values | _readings(said, "en")
        if not _THOUSANDS.fullmatch(said):
            known |= {_value(part) for part in said.split(",")}  # a list: "5,10"
    return known | {_ALSO_SAYS[word] for word in re.findall(r"[a-z]+", flat.lower()) if word in _ALSO_SAYS}


def _figures(text: str, lang: str) -> Iterator[tuple[str, set[str]]]:
    """Yield each number as written, with its possible values; a scale that follows ("1.5 million") is applied."""
    for number in _NUMBER.finditer(text):
        said = number.group()[:_LONGEST]
        scale = _SCALE.match(text, number.end())
        readings = _readings(said, lang)
        if scale:
            readings = {_value(f"{reading}e{_SCALES[scale.group(1).lower()]}") for reading in readings}
        yield said, readings


def _readings(said: str, lang: str) -> set[str]:
    if "," not in said and "." not in said:
        return {_value(said)}
    if _THOUSANDS.fullmatch(said):
        return {_value(said.replace(",", ""))}
    readings = {_value(said)}
    if lang != "en":
        readings.add(_value(said.replace(",", ".")))
        if _THOUSANDS_ABROAD.fullmatch(said):
            readings.add(_value(said.replace(".", "").replace(",", ".")))
    return readings


def _value(number: str) -> str:
    """Normalize a number: 3.50 and 3.5 are the same; text that isn't a number ("3.8.1") stays as it is."""
    try:
        return f"{Decimal(number).normalize():f}"
    except InvalidOperation:
        return number


def _words(text: str) -> Iterator[tuple[str, str]]:
    for tens, word in _NUMBER_WORD.findall(text.lower()):
        if word in _WORTH:
            yield (f"{tens}-{word}", str(int(_WORTH[tens]) + int(_WORTH[word]))) if tens else (word, _WORTH[word])
