"""Extraction of the JSON object from a model's answer, with values converted to the requested types."""

import re
from collections.abc import Collection, Iterator, Mapping
from html import unescape

from bot.domain.text.pattern import later
from bot.summaries.loose_json import LooseReader
from bot.summaries.prompt import SECTIONS

_KEYS = ("keypoints", *SECTIONS)
_IN_ORDER, _LISTS = ("topics", "gist", *_KEYS), ("topics", "keypoints")
_DEEPEST = 5
_MOST_READ = 24_000
_MOST_STARTS = 400
_START = later(r"\{(?=\s*(?:[\"'“”„‘«`}]|//|/\*|#|[A-Za-z_]\w*\s*:))")
_ESCAPED = later(r"\{\s*(?:\\+n\s*)*(?:\\+\"|&quot;)")
_BULLET = later(r"(?:^|\s)[•●▪‣]\s")
_NOT_LETTER = later(r"[^a-z]+")

# Marks of the parts in which models think aloud: a draft there isn't the answer. Some mark only the end, and gpt-oss
# the channel of the answer (https://cookbook.openai.com/articles/openai-harmony).
_THINKING = r"\s*(?:seed:)?(?:think(?:ing)?|thoughts?|reasoning|analysis|scratchpad|reflection)\s*"
_MARK = later(
    rf"(?P<begin>[<\[◁]\|?{_THINKING}\|?[>\]▷])|[<\[◁]\|?/{_THINKING}\|?[>\]▷]|<\|channel\|>final(?:<\|message\|>)?"
    r"|<channel\|>|<\|?(?:end_of_thought|begin_of_solution|answer|final)\|?>|assistantfinal",
    re.IGNORECASE,
)


# The beginning of one more answer, of which no object could be made.
_UNREAD = later(r"\{[^{}]{0,400}?[\"'“]?key_?points[\"'”]?\s*:\s*\[", re.IGNORECASE)


def json_object(text: str, wanted: Collection[str], depth: int = _DEEPEST) -> dict[str, object] | None:
    """Return the last object in `text` that has one of the `wanted` keys; None if there is none.

    An object with key points and a summary is preferred to a part of one, or to a form without words. Keys are
    lowercase letters only. Code fences and prose are skipped; thoughts, which may hold drafts, are read only if nothing
    else is there. A draft isn't taken for an answer that can't be read.
    """
    said = text[-_MOST_READ:]
    part = next((spoken for spoken in _without_thoughts(said) if "{" in spoken), said)
    read = [(with_keys, end) for value, end in _objects(part) if (with_keys := _with(value, wanted, depth))]
    if not read and depth and (escaped := _ESCAPED.search(part)):
        return json_object(_unescaped(part[escaped.start() :]), wanted, depth - 1)
    if not read or _UNREAD.search(part, read[-1][1]):
        return None
    found = [with_keys for with_keys, _ in read]
    whole = [one for one in found if "keypoints" in one and any(map(str.isalnum, as_text(one.get("summary"))))]
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
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 1:
        return lines
    bullets = [item.strip() for item in _BULLET.split(text) if item.strip()]
    return bullets if len(bullets) > 1 else _numbered(text)


def _numbered(text: str) -> list[str]:
    """Split a line at its own numbers: 1., 2., 3."""
    items, rest, number = list[str](), text, 1
    while mark := re.search(rf"(?:^|\s)\(?{number}[.):]\s+", rest):
        items.append(rest[: mark.start()])
        rest, number = rest[mark.end() :], number + 1
    return [*items[1:], rest] if number > 2 else [text]


def _without_thoughts(text: str) -> Iterator[str]:
    """Yield the text without what is marked as thoughts, first without the part whose end mark is missing."""
    kept, at, is_thought = list[str](), 0, False
    for mark in _MARK.finditer(text):
        if mark["begin"] and is_thought:
            continue
        # An end without a beginning: all before it was thought.
        kept = [*kept, text[at : mark.start()]] if mark["begin"] else kept if is_thought else []
        at, is_thought = mark.end(), bool(mark["begin"])
    if is_thought:
        yield " ".join(kept)
    yield " ".join((*kept, text[at:]))


def _unescaped(text: str) -> str:
    """Return JSON that was escaped once more, as it was before."""
    if text.startswith("{&quot;"):
        return unescape(text)
    try:
        return as_text(LooseReader(f'"{text[: text.rfind("}") + 1]}"').read(0)[0])
    except ValueError:
        return ""


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


def _with(value: object, wanted: Collection[str], depth: int) -> dict[str, object] | None:
    """Return `value` if it is the wanted object, else the last one inside of it."""
    if not depth:
        return None
    if isinstance(value, str):
        return json_object(value, wanted, depth - 1) if "{" in value else None
    if isinstance(value, list):
        return next(filter(None, (_with(one, wanted, depth - 1) for one in reversed(value))), None)
    if not isinstance(value, dict):
        return None
    named = _named(value)
    if any(key in named for key in wanted) and not all(isinstance(inner, dict) for inner in named.values()):
        sections = [_named(inner) for inner in value.values() if isinstance(inner, dict)]
        return {key: inner for one in (*sections, named) for key, inner in one.items()}
    return _with(list(value.values()), wanted, depth) or _translated(value)


def _named(value: Mapping[str, object]) -> dict[str, object]:
    """Return the fields by their letters; those that differ by a number alone are one list."""
    named: dict[str, list[object]] = {}
    for key, inner in value.items():
        named.setdefault(_NOT_LETTER.sub("", str(key).lower()), []).append(inner)
    return {key: inner[0] if len(inner) == 1 else inner for key, inner in named.items()}


def _translated(value: Mapping[str, object]) -> dict[str, object] | None:
    """Return the fields by their order, if a model translated all of their names."""
    fields = dict(zip(_IN_ORDER, value.values(), strict=False))
    is_form = len(value) == len(_IN_ORDER) and all(
        isinstance(inner, list if name in _LISTS else str) for name, inner in fields.items()
    )
    return fields if is_form else None
