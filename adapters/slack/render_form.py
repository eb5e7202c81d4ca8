"""Conversion of a form to a Slack modal, and of completions to its options. Pure.

Limits: https://docs.slack.dev/reference/block-kit/block-elements and …/composition-objects.
"""

from collections.abc import Iterable
from functools import singledispatch

from adapters.slack.buttons import plain_text
from adapters.slack.markup import Json, mrkdwn
from bot.app.command_service import Suggestion
from bot.domain.card import line
from bot.domain.form import OPTION_VALUE_LIMIT, Choice, Field, Form, Lines, Option, Search, TimeOfDay

FORM = "form"
"""Prefix of a form's callback_id."""
FIND, FREE = "find", "free"
"""A search's action_id: `find:<kind>`, or `find:<kind>:free` if typed text is a choice too."""

TITLE, LABEL, HINT, PLACEHOLDER, OPTION_TEXT = 24, 2000, 2000, 150, 75
INITIAL_VALUE = 3000
OPTIONS = 100


def form_view(form: Form, metadata: str = "") -> Json:
    """Return the modal; Slack returns `metadata` with its submission."""
    blocks = [_input(field) for field in form.fields]
    if form.note:
        text = {"type": "mrkdwn", "text": mrkdwn(line(form.note)), "verbatim": True}
        blocks.append({"type": "context", "elements": [text]})
    return {
        "type": "modal",
        "callback_id": f"{FORM}:{form.command}",
        "title": plain_text(form.title, TITLE),
        "submit": plain_text(form.submit, TITLE),
        "close": plain_text("Cancel", TITLE),
        "blocks": blocks,
        "private_metadata": metadata,
    }


def options(found: Iterable[Suggestion], typed: str = "") -> list[Json]:
    """Return completions as options, and `typed` as the last one unless it is among them."""
    offered = {one.text: f"{one.text} {one.title}".strip() for one in found}
    if typed and typed.casefold() not in {text.casefold() for text in offered}:
        offered[typed] = typed
    return _options(Option(value, label) for value, label in offered.items())


def _input(field: Field) -> Json:
    hint = {"hint": plain_text(field.hint, HINT)} if not isinstance(field, Choice | TimeOfDay) and field.hint else {}
    about = {"type": "input", "block_id": field.name, "label": plain_text(field.label, LABEL)}
    return about | {"element": _element(field), "optional": _is_optional(field)} | hint


def _is_optional(field: Field) -> bool:
    match field:
        case Search():
            return not field.single
        case Choice():
            return field.many
        case _:
            return isinstance(field, Lines)


@singledispatch
def _element(field: Field) -> Json:
    """Return the element of a field; one function for each kind of field."""
    raise TypeError(type(field))


@_element.register
def _(field: Search) -> Json:
    action = f"{FIND}:{field.completes}:{FREE}" if field.free else f"{FIND}:{field.completes}"
    about: Json = {"action_id": action, "min_query_length": 0 if field.often else 2}
    if field.placeholder:
        about["placeholder"] = plain_text(field.placeholder, PLACEHOLDER)
    chosen = _options(field.chosen)
    if field.single:
        return {"type": "external_select"} | about | ({"initial_option": chosen[0]} if chosen else {})
    return {"type": "multi_external_select"} | about | ({"initial_options": chosen} if chosen else {})


@_element.register
def _(field: Lines) -> Json:
    about: Json = {"type": "plain_text_input", "action_id": "text", "multiline": not field.single}
    about["max_length"] = min(field.longest, INITIAL_VALUE)
    if field.placeholder:
        about["placeholder"] = plain_text(field.placeholder, PLACEHOLDER)
    return about | ({"initial_value": field.text[:INITIAL_VALUE]} if field.text.strip() else {})


@_element.register
def _(field: TimeOfDay) -> Json:
    return {"type": "timepicker", "action_id": "time", "initial_time": field.at}


@_element.register
def _(field: Choice) -> Json:
    offered = _options(field.options)
    chosen: list[Json] = [option for option in offered if option["value"] in field.chosen]
    if field.many:
        boxes: Json = {"type": "checkboxes", "action_id": "choice", "options": offered}
        return boxes | ({"initial_options": chosen} if chosen else {})
    menu: Json = {"type": "static_select", "action_id": "choice", "options": offered}
    return menu | ({"initial_option": chosen[0]} if chosen else {})


def _options(offered: Iterable[Option]) -> list[Json]:
    labels = {
        one.value: plain_text(one.label, OPTION_TEXT) for one in offered if 0 < len(one.value) <= OPTION_VALUE_LIMIT
    }
    drawn: list[Json] = [{"text": label, "value": value} for value, label in labels.items() if label["text"]]
    return drawn[:OPTIONS]
