"""A person who fills in a form in the loopback Slack: completions of a field, and the submission."""

import json
from typing import Any

from support.servers.slack_rules import options_fault
from support.servers.slack_server import SlackServer
from support.servers.slack_workspace import TEAM, Exchange, Json

_SHAPES = {
    "plain_text_input": "value",
    "timepicker": "selected_time",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
}
"""The key of a submitted value (https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload)."""
_INITIAL = {
    "value": "initial_value",
    "selected_time": "initial_time",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
}


async def fills(slack: SlackServer, view: Json, values: dict[str, Any], user: str = "U1") -> Exchange:
    """Fill in a form, submit it and wait for the answer; what `values` doesn't name stays as shown.

    A value is the text, the time, or the value or values chosen, which the form must offer.
    """
    unknown = set(values) - {block["block_id"] for block in inputs(view)}
    assert not unknown, f"no such field: {unknown}"
    opening = next(one for one in slack.exchanges if one.view is not None and one.view["id"] == view["id"])
    before = len(opening.answers)
    exchange = slack.exchange(_channel_of(view), user)
    exchange.by_event = True
    state = {"values": {block["block_id"]: await _field(slack, view, block, values, user) for block in inputs(view)}}
    answer = await slack.deliver(
        "interactive", _about("view_submission", user) | {"view": view | {"state": state}}, exchange
    )
    if answer.get("response_action") == "errors":
        exchange.errors = answer["errors"]
        assert set(exchange.errors) <= {block["block_id"] for block in inputs(view)}, "errors of no field"
        return exchange
    await slack.until(lambda: exchange.done or len(opening.answers) > before, "an answer to the form")
    exchange.answers += opening.answers[before:]
    return exchange


async def searches(slack: SlackServer, view: Json, field: str, typed: str, user: str = "U1") -> list[Json]:
    """Type into a field that completes, and return the options that Slack shows."""
    element = next(block for block in inputs(view) if block["block_id"] == field)["element"]
    if len(typed) < element.get("min_query_length", 3):
        return []
    about = _about("block_suggestion", user) | {"value": typed, "action_id": element["action_id"], "block_id": field}
    answer = await slack.deliver("interactive", about | {"view": view}, slack.exchange(_channel_of(view), user))
    fault = options_fault(answer.get("options"))
    assert not fault, fault
    return list(answer["options"])


def inputs(view: Json) -> list[Json]:
    """Return the fields of a form."""
    return [block for block in view["blocks"] if block["type"] == "input"]


def initial(block: Json) -> Any:
    """Return what a field shows at first, as Slack would submit it."""
    shape = _SHAPES[block["element"]["type"]]
    return block["element"].get(_INITIAL[shape], [] if shape == "selected_options" else None)


async def _field(slack: SlackServer, view: Json, block: Json, values: dict[str, Any], user: str) -> Json:
    """Return one field of a submission as Slack sends it."""
    element, name = block["element"], block["block_id"]
    shape, held = _SHAPES[element["type"]], initial(block)
    if name in values and shape.startswith("selected_option"):
        wanted = [values[name]] if shape == "selected_option" else values[name]
        chosen = [await _option(slack, view, block, value, user) for value in wanted]
        held = chosen[0] if shape == "selected_option" else chosen
    elif name in values:
        held = values[name]
    assert held or block.get("optional"), f"{name} must be filled in"
    assert shape != "value" or len(held or "") <= element.get("max_length", 3000), f"{name} is too long"
    return {element["action_id"]: {"type": element["type"], shape: held}}


async def _option(slack: SlackServer, view: Json, block: Json, value: str, user: str) -> Json:
    """Return the option with that value, which the field shows at once or after it is typed."""
    element = block["element"]
    first = [*element.get("options", ()), *element.get("initial_options", ()), element.get("initial_option", {})]
    offered = [option for option in first if option.get("value") == value]
    offered = offered or await searches(slack, view, block["block_id"], value, user)
    return next(option for option in offered if option["value"] == value)


def _about(kind: str, user: str) -> Json:
    return {"type": kind, "team": {"id": TEAM}, "user": {"id": user}, "is_enterprise_install": False}


def _channel_of(view: Json) -> str:
    """Return the channel that the bot wrote into the form, where its answer is expected."""
    told = view.get("private_metadata") or ""
    return str(json.loads(told).get("channel", "")) if told.startswith("{") else told.partition(":")[0]
