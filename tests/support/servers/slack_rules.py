"""Slack's validation of a message or a view: its error code, or an empty text. As strict as Slack.

https://docs.slack.dev/reference/block-kit, https://docs.slack.dev/reference/methods/chat.postMessage#errors
"""

import json
import re
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]
Check = Callable[[Json, list[str]], None]

TOTAL = 12_000
CONTAINER = 10

_CONTROL = re.compile(r"<([^<>]*)>")
_KNOWN_CONTROL = re.compile(r"https?://[^|\s]+(\|[^|]+)?|[@#!][^|]+(\|[^|]+)?")
_ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")


class Invalid(Exception):
    """Slack's reason to refuse a payload; the message names the part."""


def message_fault(body: Json) -> str:
    """Return chat.postMessage's error for this body; empty if it is valid."""
    blocks, text = body.get("blocks"), body.get("text", "")
    if not blocks and not text:
        return "no_text"
    if not isinstance(text, str) or len(text) > 40_000:
        return "msg_too_long"
    metadata = body.get("metadata")
    if metadata is not None and not (metadata.get("event_type") and isinstance(metadata.get("event_payload"), dict)):
        return "invalid_metadata_format"
    return _blocks_fault(blocks or [], 50)


def view_fault(view: Json) -> str:
    """Return views.open's error for this view; empty if it is valid."""
    try:
        _only(view, {"type", "title", "close", "blocks", "private_metadata", "callback_id", "submit"})
        _need(view.get("type") == "modal", "view type")
        _plain_text(view.get("title"), 24)
        if "close" in view:
            _plain_text(view["close"], 24)
        inputs = [block for block in view.get("blocks") or [] if block.get("type") == "input"]
        _need("submit" in view or not inputs, "inputs need a submit button")
        if "submit" in view:
            _plain_text(view["submit"], 24)
        _need(len(view.get("callback_id", "")) <= 255, "callback_id")
        _need(len(view.get("private_metadata", "")) <= 3000, "private_metadata")
        _need(len(json.dumps(view)) <= 250_000, "view too large")
    except Invalid:
        return "invalid_arguments"
    if _blocks_fault(view.get("blocks") or [], 100, total=10**9, kinds=_BLOCKS | {"input": _input}):
        return "invalid_arguments"
    return ""


def options_fault(options: object) -> str:
    """Return the reason why Slack shows none of these completions; empty if they are valid."""
    try:
        _options(options, 0, 100)
    except Invalid as invalid:
        return str(invalid)
    return ""


def weight(part: object) -> int:
    """Return the length of all text in a payload, plus an amount for each container."""
    if isinstance(part, dict):
        own = len(part["text"]) if isinstance(part.get("text"), str) else 0
        return own + (CONTAINER if "type" in part else 0) + sum(map(weight, part.values()))
    return sum(map(weight, part)) if isinstance(part, list) else 0


def check_blocks(blocks: object, limit: int, kinds: "dict[str, Check] | None" = None) -> None:
    """Raise Invalid with the part at fault; messages and views take different `kinds` of blocks."""
    known = kinds or _BLOCKS
    _need(isinstance(blocks, list) and 0 < len(blocks) <= limit, f"between 1 and {limit} blocks")
    assert isinstance(blocks, list)
    actions: list[str] = []
    for block in blocks:
        _need(isinstance(block, dict) and block.get("type") in known, f"block type of {block!r:.80}")
        known[block["type"]](block, actions)
    _need(len(actions) == len(set(actions)), "action_id used twice")
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    _need(len(ids) == len(set(ids)), "block_id used twice")


def _blocks_fault(blocks: object, limit: int, total: int = TOTAL, kinds: "dict[str, Check] | None" = None) -> str:
    if blocks == []:
        return ""
    try:
        check_blocks(blocks, limit, kinds)
    except Invalid:
        return "invalid_blocks"
    return "msg_blocks_too_long" if weight(blocks) > total else ""


def _need(condition: object, what: str) -> None:
    if not condition:
        raise Invalid(what)


def _only(part: Json, keys: set[str]) -> None:
    _need(isinstance(part, dict), f"object expected: {part!r:.80}")
    _need(set(part) <= keys, f"unknown field {set(part) - keys}")


def _plain_text(part: Any, limit: int) -> None:
    _only(part, {"type", "text", "emoji"})
    _need(part.get("type") == "plain_text", "plain_text expected")
    _need(isinstance(part.get("text"), str) and 0 < len(part["text"]) <= limit, f"text of 1 to {limit}: {part!r:.80}")


def _text(part: Any, limit: int) -> None:
    if isinstance(part, dict) and part.get("type") == "plain_text":
        return _plain_text(part, limit)
    _only(part, {"type", "text", "verbatim"})
    _need(part.get("type") == "mrkdwn", "mrkdwn expected")
    text = part.get("text")
    _need(isinstance(text, str) and 0 < len(text) <= limit and text.strip(), f"text of 1 to {limit}: {part!r:.80}")
    for control in _CONTROL.findall(text):
        _need(_KNOWN_CONTROL.fullmatch(control), f"control sequence <{control}>")
    _need(not set("<>") & set(_CONTROL.sub("", text)), f"bare angle bracket in {text!r:.80}")
    return _need(not _ENTITY.search(text), f"bare ampersand in {text!r:.80}")


def _url(url: object) -> None:
    _need(isinstance(url, str) and re.fullmatch(r"https?://\S{1,2990}", url), f"url {url!r:.80}")


def _header(block: Json, actions: list[str]) -> None:
    _only(block, {"type", "text", "block_id"})
    _plain_text(block.get("text"), 150)


def _section(block: Json, actions: list[str]) -> None:
    _only(block, {"type", "text", "block_id", "accessory", "expand"})
    _text(block.get("text"), 3000)
    if "accessory" in block:
        _element(block["accessory"], actions)


def _context(block: Json, actions: list[str]) -> None:
    _only(block, {"type", "elements", "block_id"})
    _need(0 < len(block.get("elements", [])) <= 10, "1 to 10 context elements")
    for element in block["elements"]:
        _text(element, 3000)


def _actions(block: Json, actions: list[str]) -> None:
    _only(block, {"type", "elements", "block_id"})
    _need(0 < len(block.get("elements", [])) <= 25, "1 to 25 action elements")
    for element in block["elements"]:
        _element(element, actions)


def _image(block: Json, actions: list[str]) -> None:
    _only(block, {"type", "alt_text", "slack_file", "title", "block_id"})
    alt, file = block.get("alt_text"), block.get("slack_file")
    _need(isinstance(alt, str) and 0 < len(alt) <= 2000, "alt_text of 1 to 2000")
    _need(isinstance(file, dict) and set(file) == {"id"}, "a slack_file by its id")
    _need(re.fullmatch(r"F[A-Z0-9]{8,}", str(file["id"])), "the id of a slack_file")


def _divider(block: Json, actions: list[str]) -> None:
    _only(block, {"type", "block_id"})


ELEMENTS = {"button", "overflow", "static_select"}


def _element(element: Any, actions: list[str]) -> None:
    _need(isinstance(element, dict) and element.get("type") in ELEMENTS, f"element {element!r:.80}")
    _need(0 < len(element.get("action_id", "")) <= 255, "action_id")
    actions.append(element["action_id"])
    if element["type"] == "overflow":
        return _overflow(element)
    if element["type"] == "static_select":
        return _static_select(element)
    _only(element, {"type", "action_id", "text", "value", "url", "style"})
    _plain_text(element.get("text"), 75)
    _need(len(element.get("value", "")) <= 2000, "button value")
    _need(element.get("style", "primary") in {"primary", "danger"}, "button style")
    return _url(element["url"]) if "url" in element else None


def _static_select(menu: Json) -> None:
    _only(menu, {"type", "action_id", "options", "placeholder", "initial_option"})
    _plain_text(menu.get("placeholder"), 150)
    _options(menu.get("options"), 1, 100)


def _overflow(menu: Json) -> None:
    _only(menu, {"type", "action_id", "options"})
    _options([{key: told for key, told in option.items() if key != "url"} for option in menu["options"]], 1, 5)
    for option in menu["options"]:
        if "url" in option:
            _url(option["url"])


def _input(block: Json, actions: list[str]) -> None:
    _only(block, {"type", "block_id", "label", "element", "hint", "optional", "dispatch_action"})
    _plain_text(block.get("label"), 2000)
    if "hint" in block:
        _plain_text(block["hint"], 2000)
    _need(0 < len(block.get("block_id", "x")) <= 255, "block_id")
    element = block.get("element")
    _need(isinstance(element, dict) and element.get("type") in _INPUTS, f"input element {element!r:.80}")
    assert isinstance(element, dict)
    _need(0 < len(element.get("action_id", "")) <= 255, "action_id")
    _only(element, {"type", "action_id", "focus_on_load"} | _INPUTS[element["type"]])
    if "placeholder" in element:
        _plain_text(element["placeholder"], 150)
    _held(element)


_INPUTS = {
    "plain_text_input": {"multiline", "max_length", "min_length", "initial_value", "placeholder"},
    "timepicker": {"initial_time", "placeholder", "timezone"},
    "static_select": {"options", "initial_option", "placeholder"},
    "checkboxes": {"options", "initial_options"},
    "external_select": {"min_query_length", "initial_option", "placeholder"},
    "multi_external_select": {"min_query_length", "initial_options", "placeholder", "max_selected_items"},
}
"""https://docs.slack.dev/reference/block-kit/block-elements"""


def _held(element: Json) -> None:
    if element["type"] == "plain_text_input":
        _need(0 < element.get("max_length", 3000) <= 3000, "max_length")
        _need(0 < len(element.get("initial_value", "x")) <= element.get("max_length", 3000), "initial_value")
    if "initial_time" in element:
        _need(re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", element["initial_time"]), "initial_time")
    _need(element.get("min_query_length", 0) >= 0, "min_query_length")
    if "options" in element or element["type"] in {"static_select", "checkboxes"}:
        _options(element.get("options"), 1, 10 if element["type"] == "checkboxes" else 100)
    initial = element.get("initial_options", [element["initial_option"]] if "initial_option" in element else [])
    _need("initial_options" not in element or initial, "initial_options: empty")
    _options(initial, 0, 100)
    _need("options" not in element or all(option in element["options"] for option in initial), "initial option unknown")


def _options(options: object, least: int, most: int) -> None:
    _need(isinstance(options, list) and least <= len(options) <= most, f"{least} to {most} options")
    assert isinstance(options, list)
    for option in options:
        _only(option, {"text", "value", "description"})
        _plain_text(option.get("text"), 75)
        _need(0 < len(option.get("value", "")) <= 150, f"option value {option!r:.80}")
    values = [option["value"] for option in options]
    _need(len(values) == len(set(values)), "option value twice")


def _rich_text(block: Json, actions: list[str]) -> None:
    _only(block, {"type", "elements", "block_id"})
    _need(block.get("elements"), "rich_text without elements")
    for element in block["elements"]:
        if element.get("type") == "rich_text_list":
            _only(element, {"type", "style", "indent", "elements", "border", "offset"})
            _need(element.get("style") in {"bullet", "ordered"} and element.get("elements"), "rich_text_list")
            for section in element["elements"]:
                _rich_section(section)
        elif element.get("type") == "rich_text_preformatted":
            _only(element, {"type", "elements", "border"})
            _rich_section(element | {"type": "rich_text_section"} if "border" not in element else {})
        else:
            _rich_section(element)


def _rich_section(section: Json) -> None:
    _only(section, {"type", "elements"})
    _need(section.get("type") == "rich_text_section" and section.get("elements"), f"rich section {section!r:.80}")
    for leaf in section["elements"]:
        _only(leaf, {"type", "text", "style"} | ({"url"} if leaf.get("type") == "link" else set()))
        _need(leaf.get("type") in {"text", "link"}, f"rich element {leaf!r:.80}")
        _need(isinstance(leaf.get("text"), str) and leaf["text"], "empty rich text")
        styles = leaf.get("style", {})
        _need(isinstance(styles, dict) and set(styles) <= {"bold", "italic", "strike", "code"}, "rich style")
        if leaf["type"] == "link":
            _url(leaf.get("url"))


_BLOCKS: dict[str, Check] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "divider": _divider,
    "image": _image,
    "rich_text": _rich_text,
}
