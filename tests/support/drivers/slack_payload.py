"""The visible parts of a Slack payload: words, links and buttons."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

Json = dict[str, Any]

JOINER = "\u2060"
_LINK = re.compile(r"<([^<>|]+)\|([^<>]*)>")


def visible_text(payload: Json) -> str:
    """Return all words without markup, one block a line."""
    return "\n".join(filter(None, (_block_text(block) for block in payload.get("blocks", ()))))


def links(payload: Json) -> tuple[str, ...]:
    """Return every address that words or buttons link to, in order."""
    return tuple(_links(payload.get("blocks", [])))


def buttons(payload: Json) -> tuple[str, ...]:
    """Return the label of every button, menu option and link button, in order."""
    return tuple(
        option["text"]["text"] for element in elements(payload) for option in element.get("options", [element])
    )


def elements(payload: Json) -> Iterator[Json]:
    """Yield every button and menu."""
    for block in payload.get("blocks", ()):
        beside = [block["accessory"]] if "accessory" in block else []
        yield from (
            e for e in [*block.get("elements", ()), *beside] if e.get("type") in {"button", "overflow", "static_select"}
        )


def text_leaves(part: object) -> Iterator[Json]:
    """Yield every object that holds words: text objects and rich_text's elements."""
    if isinstance(part, dict):
        if isinstance(part.get("text"), str) and "type" in part:
            yield part
        for value in part.values():
            yield from text_leaves(value)
    elif isinstance(part, list):
        for value in part:
            yield from text_leaves(value)


def _block_text(block: Json) -> str:
    words = [block.get("text") or {}, *(e for e in block.get("elements", ()) if "text" in e and e["type"] != "button")]
    if block["type"] == "input":
        return _field_text(block)
    if block["type"] == "image":
        return f"[{block['alt_text']}]"
    if block["type"] == "rich_text":
        return "\n".join(_rich_lines(block["elements"]))
    return " ".join(_plain(word) for word in words if word)


def _field_text(block: Json) -> str:
    """Return a field's label, what it shows and its hint."""
    element = block["element"]
    one = [element[key] for key in ("initial_option",) if key in element]
    chosen = [option["text"]["text"] for option in (*element.get("initial_options", ()), *one)]
    shown = element.get("initial_value") or element.get("initial_time") or ", ".join(chosen)
    hint = block.get("hint", {}).get("text", "")
    return f"{block['label']['text']}: {shown} {hint}".strip()


def _rich_lines(sections: list[Json]) -> Iterator[str]:
    for section in sections:
        if section["type"] == "rich_text_list":
            yield from (f"• {line}" for line in _rich_lines(section["elements"]))
        else:
            yield "".join(leaf["text"] for leaf in section["elements"]).replace(JOINER, "")


def _plain(text: Json) -> str:
    if text["type"] == "plain_text":
        return str(text["text"]).replace(JOINER, "")
    without_marks = re.sub(r"(?<![\w*_`])[*_`]|[*_`](?![\w*_`])", "", _LINK.sub(r"\2", text["text"]))
    return unescape(without_marks).replace(JOINER, "")


def _links(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("url"), str):
            yield part["url"]
        if part.get("type") == "mrkdwn":
            yield from (unescape(url) for url, _ in _LINK.findall(part["text"]))
        for value in part.values():
            yield from _links(value)
    elif isinstance(part, list):
        for value in part:
            yield from _links(value)
