"""Discord's validation of a modal, and the submission that its client makes of one.

https://discord.com/developers/docs/components/reference, …/interactions/receiving-and-responding
"""

from typing import Any

from support.servers.discord_rules import Invalid, Json, units

LABEL, SELECT, TEXT = 18, 3, 4


def check_modal(data: Json) -> None:
    """Raise Invalid for a modal that Discord would refuse."""
    _only(data, {"custom_id", "title", "components"})
    _need(1 <= units(data.get("custom_id", "")) <= 100, "custom_id: Must be between 1 and 100 in length.")
    _need(1 <= units(data.get("title", "")) <= 45, "title: Must be between 1 and 45 in length.")
    labels = data.get("components") or []
    _need(1 <= len(labels) <= 5, "components: Must be between 1 and 5 in length.")
    for label in labels:
        _only(label, {"type", "id", "label", "description", "component"})
        _need(label.get("type") == LABEL, "components: Value of field 'type' must be one of …")
        _need(1 <= units(label.get("label", "")) <= 45, "label: Must be between 1 and 45 in length.")
        _need(1 <= units(label.get("description", "x")) <= 100, "description: Must be between 1 and 100 in length.")
        _check_component(label.get("component") or {})
    ids = [label["component"]["custom_id"] for label in labels]
    _need(len(ids) == len(set(ids)), "custom_id: cannot be duplicated")


def submission(modal: Json, values: Json) -> Json:
    """Return the data of a submission: `values` by custom_id, and what the modal shows for the rest."""
    components = [label["component"] for label in modal["components"]]
    unknown = set(values) - {component["custom_id"] for component in components}
    assert not unknown, f"no such field: {unknown}"
    filled = [_filled(component, values) for component in components]
    labels = [{"type": LABEL, "id": number, "component": component} for number, component in enumerate(filled)]
    return {"custom_id": modal["custom_id"], "components": labels}


def shown(component: Json) -> list[str]:
    """Return what a field shows at first: a text, or the values of the chosen options."""
    if component["type"] == TEXT:
        return [component.get("value", "")]
    return [option["value"] for option in component["options"] if option.get("default")]


def _filled(component: Json, values: Json) -> Json:
    given = values.get(component["custom_id"], shown(component))
    given = [given] if isinstance(given, str) else given
    about = {"type": component["type"], "custom_id": component["custom_id"], "id": 1}
    if component["type"] == TEXT:
        assert given[0] or not component.get("required", True), f"{component['custom_id']} must be filled in"
        assert units(given[0]) <= component.get("max_length", 4000), f"{component['custom_id']} is too long"
        return about | {"value": given[0]}
    offered = {option["value"] for option in component["options"]}
    assert set(given) <= offered, f"{set(given) - offered} aren't offered"
    assert component["min_values"] <= len(given) <= component["max_values"], "too few or too many"
    return about | {"values": given}


def _check_component(component: Json) -> None:
    _need(component.get("type") in {SELECT, TEXT}, "component: Value of field 'type' must be one of …")
    _need(1 <= units(component.get("custom_id", "")) <= 100, "custom_id: Must be between 1 and 100 in length.")
    if component["type"] == TEXT:
        _only(component, {"type", "custom_id", "style", "required", "max_length", "min_length", "value", "placeholder"})
        longest = component.get("max_length", 4000)
        _need(component.get("style") in {1, 2} and 1 <= longest <= 4000, "style or max_length: invalid")
        _need(1 <= units(component.get("value", "x")) <= longest, "value: Must be max_length or fewer in length.")
        _need(1 <= units(component.get("placeholder", "x")) <= 100, "placeholder: Must be 100 or fewer in length.")
        return
    _only(component, {"type", "custom_id", "options", "required", "min_values", "max_values", "placeholder"})
    options = component.get("options") or []
    _need(1 <= len(options) <= 25, "options: Must be between 1 and 25 in length.")
    for option in options:
        _only(option, {"label", "value", "default", "description"})
        for part in ("label", "value"):
            _need(1 <= units(option.get(part, "")) <= 100, f"{part}: Must be between 1 and 100 in length.")
    values = [option["value"] for option in options]
    _need(len(values) == len(set(values)), "value: cannot be duplicated")
    least, most = component.get("min_values", 1), component.get("max_values", 1)
    _need(0 <= least <= most <= len(options), "min_values, max_values: out of range")
    _need(not (component.get("required", True) and least == 0), "min_values: required fields need at least 1")
    _need(sum(bool(option.get("default")) for option in options) <= most, "default: more than max_values")
    _need(1 <= units(component.get("placeholder", "x")) <= 150, "placeholder: Must be 150 or fewer in length.")


def _only(part: Json, keys: set[str]) -> None:
    _need(set(part) <= keys, f"unknown field {set(part) - keys}")


def _need(condition: Any, why: str) -> None:
    if not condition:
        raise Invalid(why)
