"""Extraction of the JSON object from a model's answer, with values converted to the requested types."""

import re
from collections.abc import Collection, Iterator

from bot.summaries.loose_json import LooseReader
from bot.summaries.prompt import SECTIONS

_KEYS = ("keypoints", *SECTIONS)
_MOST_READ = 24_000
_MOST_STARTS = 400
_START = re.compile(r"\{(?=\s*(?:[\"'“”„‘«`}]|//|/\*|#|[A-Za-z_]\w*\s*:))")
_NOT_LETTER = re.compile(r"[^a-z]+")

# Marks of the parts in which models think aloud: a draft there isn't the answer. Some mark only the end, and gpt-oss
# the channel of the answer (https://cookbook.openai.com/articles/openai-harmony).
_THINKING = r"\s*(?:seed:)?(?:think(?:ing)?|thoughts?|reasoning|analysis|scratchpad|reflection)\s*"
_MARK = re.compile(
    rf"(?P<begin>[<\[◁]\|?{_THINKING}\|?[>\]▷])|[<\[◁]\|?/{_THINKING}\|?[>\]▷]|<\|channel\|>final(?:<\|message\|>)?"
    r"|<channel\|>|<\|?(?:end_of_thought|begin_of_solution|answer|final)\|?>|assistantfinal",
    re.IGNORECASE,
)


# The beginning of one more answer, of which no object could be made.
_UNREAD = re.compile(r"\{[^{}]{0,400}?[\"'“]?key_?points[\"'”]?\s*:\s*\[", re.IGNORECASE)


def json_object(text: str, wanted: Collection[str]) -> dict[str, object] | None:
    """Return the last object in `text` that has one of the `wanted` keys; None if there is none.

    An object with key points and a summary is preferred to a part of one. Keys are lowercase letters only. Code fences
    and prose are skipped; thoughts, which may hold drafts, are read only if nothing else is there. A draft isn't taken
    for an answer that can't be read.
    """
    said = text[-_MOST_READ:]
    spoken = _without_thoughts(said)
    part = spoken if "{" in spoken else said
    read = [(with_keys, end) for value, end in _objects(part) if (with_keys := _with(value, wanted)) is not None]
    if not read or _UNREAD.search(part, read[-1][1]):
        return None
    found = [with_keys for with_keys, _ in read]
    whole = [one for one in found if "keypoints" in one and "summary" in one]
    return (whole or found)[-1]


def holds_answer(text: str) -> bool:
    """Return True if the object that was asked for, or a part of it, is in `text`."""
    return "{" in text and json_object(text, _KEYS) is not None


def as_text(value: object) -> str:
    """Return `value` as prose; items of lists and objects follow each other."""
    if isinstance(value, str):
        return value
    if isinstance(value, list | dict):
        inner = value if isinstance(value, list) else list(value.values())
        return " ".join(one for one in inner if isinstance(one, str))
    return ""


def as_list(value: object) -> list[str]:
    """Return `value` as a list of texts, even if it is one text: JSON in a string, or lines."""
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
            return as_list(LooseReader(text).read(0)[0])
        except ValueError:
            return []
    return [line for line in text.splitlines() if line.strip()]


def _without_thoughts(text: str) -> str:
    kept, at, is_thought = list[str](), 0, False
    for mark in _MARK.finditer(text):
        if mark["begin"] and is_thought:
            continue
        # An end without a beginning: all before it was thought.
        kept = [*kept, text[at : mark.start()]] if mark["begin"] else kept if is_thought else []
        at, is_thought = mark.end(), bool(mark["begin"])
    return " ".join((*kept, text[at:]))


def _objects(text: str) -> Iterator[tuple[object, int]]:
    """Yield the objects in `text`, each whole one once, with where it ends."""
    reader, start = LooseReader(text), _START.search(text)
    for _ in range(_MOST_STARTS):
        if start is None:
            return
        try:
            value, end = reader.read(start.start())
        except ValueError:
            end = start.end()
        else:
            yield value, end
        start = _START.search(text, end)


def _with(value: object, wanted: Collection[str]) -> dict[str, object] | None:
    """Return `value` if it is the wanted object, or the value of its only key if that is."""
    if not isinstance(value, dict):
        return None
    named = {_NOT_LETTER.sub("", str(key).lower()): inner for key, inner in value.items()}
    if any(key in named for key in wanted) and not all(isinstance(inner, dict) for inner in named.values()):
        return named
    return _with(next(iter(value.values())), wanted) if len(value) == 1 else None
