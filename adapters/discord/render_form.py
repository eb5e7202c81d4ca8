"""Conversion of a form to a Discord modal, which holds at most five fields, and of its submission to values. Pure.

Limits: https://discord.com/developers/docs/components/reference.
"""

from collections.abc import Iterable, Mapping
from functools import singledispatch
from typing import Any

from adapters.discord.markup import fitting, harmless, length
from bot.domain.form import OPENED, Choice, Field, Form, Lines, Option, Search, TimeOfDay, refilled

Json = dict[str, Any]

FORM = "f:"
"""Prefix of a form's custom_id: `f:setup#2026-11-30T09:00:00+00:00`."""
LABEL, STRING_SELECT, TEXT_INPUT = 18, 3, 4
SHORT, PARAGRAPH = 1, 2
FIELDS, TITLE, LABEL_TEXT, DESCRIPTION = 5, 45, 45, 100
OPTIONS, OPTION_TEXT, SELECT_PLACEHOLDER = 25, 100, 150
INPUT_TEXT, INPUT_PLACEHOLDER = 4000, 100


def form_modal(form: Form, typed: Mapping[str, tuple[str, ...]] | None = None) -> Json:
    """Return the modal, with what a person `typed` before in place of what is set."""
    fields = refilled(form.short, typed or {})[:FIELDS]
    return {
        "custom_id": f"{FORM}{form.command}#{form.opened}",
        "title": _text(form.title, TITLE),
        "components": [_label(field) for field in fields],
    }


def form_values(data: Mapping[str, Any]) -> tuple[str, dict[str, tuple[str, ...]]]:
    """Return the form's name and what its fields hold, from the data of a submission."""
    name, _, opened = str(data.get("custom_id", "")).removeprefix(FORM).partition("#")
    inner = (label.get("component") or {} for label in data.get("components") or ())
    return name, {str(one.get("custom_id", "")): _held(one) for one in inner} | {OPENED: (opened,)}


def _held(component: Mapping[str, Any]) -> tuple[str, ...]:
    if "values" in component:
        return tuple(map(str, component["values"] or ()))
    return (str(component.get("value") or ""),)


def _label(field: Field) -> Json:
    about: Json = {"type": LABEL, "label": _text(field.label, LABEL_TEXT), "component": _component(field)}
    if field.hint:
        about["description"] = _text(field.hint, DESCRIPTION)
    return about


@singledispatch
def _component(field: Field) -> Json:
    """Return the component of a field; one function for each kind of field."""
    raise TypeError(type(field))


@_component.register
def _(field: Search) -> Json:
    """Offer what is chosen and what is often chosen: Discord completes nothing in a form."""
    chosen = {option.value for option in field.chosen}
    offered = _options((*field.chosen, *field.often), chosen)
    most = 1 if field.single else len(offered)
    select = {"type": STRING_SELECT, "custom_id": field.name, "options": offered, "required": field.single}
    return (
        select | {"min_values": int(field.single), "max_values": most} | _hinted(field.placeholder, SELECT_PLACEHOLDER)
    )


@_component.register
def _(field: Choice) -> Json:
    offered = _options(field.options, set(field.chosen))
    select = {"type": STRING_SELECT, "custom_id": field.name, "options": offered, "required": not field.many}
    return select | {"min_values": int(not field.many), "max_values": len(offered) if field.many else 1}


@_component.register
def _(field: Lines) -> Json:
    about: Json = {"type": TEXT_INPUT, "custom_id": field.name, "style": SHORT if field.single else PARAGRAPH}
    about |= {"required": field.single, "max_length": min(field.longest, INPUT_TEXT)}
    return about | _given(field.text, about["max_length"]) | _hinted(field.placeholder, INPUT_PLACEHOLDER)


@_component.register
def _(field: TimeOfDay) -> Json:
    about: Json = {"type": TEXT_INPUT, "custom_id": field.name, "style": SHORT, "required": True, "max_length": 10}
    return about | _given(field.at, 10)


def _given(text: str, limit: int) -> Json:
    written = _whole(text)
    return {"value": fitting(written, limit)} if written.strip() else {}


def _hinted(placeholder: str, limit: int) -> Json:
    return {"placeholder": _text(placeholder, limit)} if placeholder else {}


def _options(offered: Iterable[Option], chosen: set[str]) -> list[Json]:
    labels = {_whole(one.value): one.label for one in offered if 0 < length(_whole(one.value)) <= OPTION_TEXT}
    drawn = [
        {"label": _text(label, OPTION_TEXT) or value, "value": value, "default": value in chosen}
        for value, label in labels.items()
        if value.strip()
    ]
    return drawn[:OPTIONS]


def _text(text: str, limit: int) -> str:
    return fitting(harmless(_whole(text)).strip(), limit)


def _whole(text: str) -> str:
    """Return the text without halves of characters, which Discord refuses."""
    return text.encode("utf-8", "ignore").decode()
