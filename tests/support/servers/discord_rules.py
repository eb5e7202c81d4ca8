"""Validation rules of Discord, from its documentation and discord.py's tests; used by the loopback server."""

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

COMPONENTS_V2 = 1 << 15
TOP_LEVEL = {1, 9, 10, 12, 13, 14, 17}
IN_CONTAINER = {1, 9, 10, 12, 13, 14}
KNOWN = {1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 17}


class Invalid(Exception):
    """Error for which Discord would answer 400 with `code`."""

    def __init__(self, why: str, code: int = 50035) -> None:
        super().__init__(why)
        self.code = code


def walk(components: list[Json]) -> Iterator[Json]:
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        if component.get("accessory"):
            yield component["accessory"]


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def check_message(body: Json) -> None:
    """Raise Invalid for a message that Discord would refuse."""
    _need(isinstance(body, dict), "not an object")
    nonce = body.get("nonce")
    _need(nonce is None or len(str(nonce)) <= 25, "nonce: Must be 25 or fewer in length.")
    components = body.get("components") or []
    _need(isinstance(components, list), "components: must be a list")
    if not int(body.get("flags") or 0) & COMPONENTS_V2:
        _check_plain(body, components)
        return
    for field in ("content", "embeds", "poll", "sticker_ids"):
        _need(not body.get(field), f"{field}: cannot be used when using MessageFlags.IS_COMPONENTS_V2")
    _need(bool(components), "components: required")
    for component in components:
        _need(component.get("type") in TOP_LEVEL, "components: Value of field 'type' must be one of …")
        _check(component)
    everything = list(walk(components))
    _need(len(everything) <= 40, f"components: The total number of components cannot exceed 40, is {len(everything)}")
    said = sum(units(c["content"]) for c in everything if c["type"] == 10)
    _need(said <= 4000, f"components: total text must be 4000 or fewer, is {said}")
    _check_distinct([c["custom_id"] for c in everything if "custom_id" in c], "custom_id")
    _check_distinct([c["id"] for c in everything if c.get("id")], "id")


def check_commands(commands: Any) -> None:
    """Raise Invalid for command definitions that Discord would refuse."""
    _need(isinstance(commands, list) and len(commands) <= 100, "not a list of at most 100")
    _check_distinct([(command.get("name"), command.get("type", 1)) for command in commands], "name")
    menus = [command for command in commands if command.get("type", 1) != 1]
    _need(len([menu for menu in menus if menu["type"] == 3]) <= 15, "message commands: at most 15")
    for menu in menus:
        _need(menu["type"] in {2, 3} and re.fullmatch(r"[-_ \w]{1,32}", menu.get("name", "")), "name: invalid")
        _need(not menu.get("description") and not menu.get("options"), "menus have no description or options")
    for command in commands:
        _need(set(command.get("integration_types") or [0]) <= {0, 1}, "integration_types: 0 or 1")
        _need(set(command.get("contexts") or [0]) <= {0, 1, 2}, "contexts: 0 to 2")
        if command.get("type", 1) == 1:
            _check_definition(command, depth=0)
        written = sum(len(str(part.get("name", ""))) + len(part.get("description", "")) for part in _within(command))
        _need(written <= 8000, "command is longer than 8000")


def _within(command: Json) -> Iterator[Json]:
    yield command
    for option in command.get("options") or []:
        yield from _within(option)


def _check_definition(definition: Json, depth: int) -> None:
    _need(re.fullmatch(r"[-_\w]{1,32}", definition.get("name", "")) is not None, "name: invalid")
    _need(definition["name"] == definition["name"].lower(), "name: must be lower case")
    _need(1 <= len(definition.get("description", "")) <= 100, f"{definition['name']}: description 1 to 100")
    options = definition.get("options") or []
    _need(len(options) <= 25 and depth <= 3, "options: at most 25")
    _check_distinct([option.get("name") for option in options], "option name")
    required = [bool(option.get("required")) for option in options]
    _need(required == sorted(required, reverse=True), "options: required ones come first")
    for option in options:
        _need(option.get("type") in range(1, 12), "option type: unknown")
        _need(not (option.get("autocomplete") and option.get("choices")), "autocomplete excludes choices")
        _check_definition(option, depth + 1)


def _check_plain(body: Json, components: list[Json]) -> None:
    content = body.get("content") or ""
    _need(len(content) <= 2000, "content: Must be 2000 or fewer in length.")
    _need(len(components) <= 5, "components: at most 5 rows")
    for component in components:
        _need(component.get("type") == 1, "components: needs MessageFlags.IS_COMPONENTS_V2")
        _check(component)
    if not (content or components or body.get("embeds") or body.get("poll")):
        raise Invalid("Cannot send an empty message", 50006)


def _check(component: Json) -> None:
    kind = component.get("type")
    _need(kind in KNOWN, f"unknown component type {kind}")
    {
        1: _check_row,
        2: _check_button,
        3: _check_select,
        9: _check_section,
        10: _check_text,
        12: _check_gallery,
        14: _check_rule,
        17: _check_container,
    }.get(kind, lambda _: None)(component)


def _check_row(row: Json) -> None:
    inside = row.get("components") or []
    _need(1 <= len(inside) <= 5, "action row: 1 to 5 components")
    for component in inside:
        _need(component.get("type") in {2, 3}, "action row: buttons or one select here")
        _need(component["type"] == 2 or len(inside) == 1, "action row: a select stands alone")
        _check(component)


def _check_select(select: Json) -> None:
    _need(1 <= units(select.get("custom_id", "")) <= 100, "custom_id: Must be between 1 and 100 in length.")
    _need(units(select.get("placeholder", "")) <= 150, "placeholder: Must be 150 or fewer in length.")
    options = select.get("options") or []
    _need(1 <= len(options) <= 25, "options: 1 to 25")
    _check_distinct([option.get("value") for option in options], "option value")
    for option in options:
        _need(units(option.get("label", "").strip()) >= 1 and units(option["label"]) <= 100, "label: 1 to 100")
        _need(1 <= units(option.get("value", "")) <= 100, "value: 1 to 100")


def _check_button(button: Json) -> None:
    style, label = button.get("style"), button.get("label") or ""
    _need(style in {1, 2, 3, 4, 5}, "style: invalid")
    _need(bool(label.strip()) or "emoji" in button, "button: needs a label or an emoji")
    _need(units(label) <= 80, "label: Must be 80 or fewer in length.")
    if style == 5:
        _need("custom_id" not in button, "A button with a URL cannot have a custom_id")
        _need(re.match(r"https?://[^\s/]+|discord://", button.get("url", "")) is not None, "url: not well formed")
        _need(len(button["url"]) <= 512, "url: Must be 512 or fewer in length.")
    else:
        _need("url" not in button, "url: only for links")
        _need(1 <= units(button.get("custom_id", "")) <= 100, "custom_id: Must be between 1 and 100 in length.")


def _check_section(section: Json) -> None:
    inside = section.get("components") or []
    _need(1 <= len(inside) <= 3, "section: 1 to 3 components")
    _need(all(component.get("type") == 10 for component in inside), "section: text displays only")
    _need((section.get("accessory") or {}).get("type") in {2, 11}, "section: accessory required")
    for component in [*inside, section["accessory"]]:
        _check(component)


def _check_text(text: Json) -> None:
    content = text.get("content")
    _need(isinstance(content, str) and units(content.strip()) >= 1 and units(content) <= 4000, "content: 1 to 4000")


def _check_gallery(gallery: Json) -> None:
    items = gallery.get("items") or []
    _need(1 <= len(items) <= 10, "items: 1 to 10")
    for item in items:
        _need(bool((item.get("media") or {}).get("url")), "media: url: required")
        _need(len(item.get("description") or "x") <= 1024, "description: Must be 1024 or fewer in length.")


def _check_rule(rule: Json) -> None:
    _need(rule.get("spacing", 1) in {1, 2}, "spacing: 1 or 2")


def _check_container(container: Json) -> None:
    inside = container.get("components") or []
    _need(bool(inside), "container: components required")
    color = container.get("accent_color")
    _need(color is None or 0 <= color <= 0xFFFFFF, "accent_color: 0 to 0xFFFFFF")
    for component in inside:
        _need(component.get("type") in IN_CONTAINER, "container: not allowed inside")
        _check(component)


def _check_distinct(values: list[Any], name: str) -> None:
    _need(len(values) == len(set(values)), f"{name}: cannot be duplicated")


def _need(condition: object, why: str) -> None:
    if not condition:
        raise Invalid(why)
