"""Extraction of the JSON object from a model's answer, with values converted to the requested types."""

import json
import re
from collections.abc import Collection

_MOST_READ = 24_000
_MOST_STARTS = 40
_QUOTED = re.compile(r"\"((?:[^\"\\]|\\.)+)\"|'((?:[^'\\]|\\.)+)'(?=\s*[,\]])")
_NOT_LETTER = re.compile(r"[^a-z]+")
_DECODER = json.JSONDecoder(strict=False)


def json_object(text: str, wanted: Collection[str]) -> dict[str, object] | None:
    """Return the first object in `text` that has one of the `wanted` keys; None if there is none.

    Keys are lowercase letters only. Reasoning before `</think>`, code fences and prose are skipped.
    """
    said = text[-_MOST_READ:].rpartition("</think>")[2]
    start = said.find("{")
    for _ in range(_MOST_STARTS):
        if start < 0:
            return None
        try:
            value, end = _DECODER.raw_decode(said, start)
        except (ValueError, RecursionError):
            end = start + 1
        else:
            found = _with(value, wanted)
            if found is not None:
                return found
        start = said.find("{", end)
    return None


def as_text(value: object) -> str:
    """Return `value` as prose; items of lists and objects follow each other."""
    if isinstance(value, str):
        return value
    if isinstance(value, list | dict):
        inner = value if isinstance(value, list) else list(value.values())
        return " ".join(one for one in inner if isinstance(one, str))
    return ""


def as_list(value: object) -> list[str]:
    """Return `value` as a list of texts, even if it is one text: JSON in a string, lines or quoted parts."""
    if isinstance(value, list):
        return [text for text in map(as_text, value) if text.strip()]
    if isinstance(value, dict):
        return as_list(list(value.values()))
    if not isinstance(value, str):
        return []
    return _parts(value.strip())


def _parts(text: str) -> list[str]:
    if text.startswith("["):
        try:
            return as_list(_DECODER.decode(text))
        except (ValueError, RecursionError):
            return [double or single for double, single in _QUOTED.findall(text)]
    return [line for line in text.splitlines() if line.strip()]


def _with(value: object, wanted: Collection[str]) -> dict[str, object] | None:
    """Return `value` if it is the wanted object, or the value of its only key if that is."""
    if not isinstance(value, dict):
        return None
    named = {_NOT_LETTER.sub("", str(key).lower()): inner for key, inner in value.items()}
    if any(key in named for key in wanted) and not all(isinstance(inner, dict) for inner in named.values()):
        return named
    return _with(next(iter(value.values())), wanted) if len(value) == 1 else None
