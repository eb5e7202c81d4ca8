"""A form: fields to fill in, as plain data, which every platform draws as it can.

A platform returns a submission as `Values`, which `parse_form` reads. A field that is absent there stays as it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.frozen import frozen

Values = Mapping[str, Sequence[str]]
"""What a person filled in, by the name of the field: the chosen values, or one text."""

OPENED = "opened"
"""The name under which `Form.opened` comes back with a submission."""
OPTION_VALUE_LIMIT = 150
"""Slack: https://docs.slack.dev/reference/block-kit/composition-objects/option-object. Discord takes 100."""


@frozen
class Option:
    """One choice: the `value` that comes back and the `label` that people read."""

    value: str
    label: str


@frozen
class Search:
    """Choices out of many, found while typing (`completes` as in `CommandService.suggest`); one if `single`.

    `often` are offered before anything is typed. `free`: what a person types is a choice too.
    """

    name: str
    label: str
    completes: str
    chosen: tuple[Option, ...] = ()
    often: tuple[Option, ...] = ()
    placeholder: str = ""
    hint: str = ""
    free: bool = False
    single: bool = False


@frozen
class Lines:
    """Text of at most `longest` characters, on several lines unless `single`."""

    name: str
    label: str
    text: str = ""
    placeholder: str = ""
    hint: str = ""
    single: bool = False
    longest: int = 3000


@frozen
class TimeOfDay:
    """A time as HH:MM."""

    name: str
    label: str
    at: str
    hint: str = ""


@frozen
class Choice:
    """One of a few options, or any number of them if `many`."""

    name: str
    label: str
    options: tuple[Option, ...]
    chosen: tuple[str, ...] = ()
    many: bool = False
    hint: str = ""


Field = Search | Lines | TimeOfDay | Choice


@frozen
class Form:
    """A form; `command` names the declaration that reads it.

    `short` are the same questions in at most five fields, for platforms with little room. `opened` comes back with a
    submission: it tells it from what happened since, or what it is about. `opener` is the command that opens the form,
    if that isn't `/paperlark <command>`.
    """

    command: str
    title: str
    submit: str
    fields: tuple[Field, ...]
    short: tuple[Field, ...]
    note: str = ""
    opened: str = ""
    opener: str = ""


def refilled(fields: Sequence[Field], values: Values) -> tuple[Field, ...]:
    """Return the fields with what a person filled in before."""
    return tuple(_refilled(field, values[field.name]) if field.name in values else field for field in fields)


def _refilled(field: Field, given: Sequence[str]) -> Field:
    match field:
        case Search():
            labels = {option.value: option.label for option in (*field.often, *field.chosen)}
            return replace(field, chosen=tuple(Option(value, labels.get(value, value)) for value in given))
        case Lines():
            return replace(field, text="\n".join(given)[: field.longest])
        case TimeOfDay():
            return replace(field, at=next(iter(given), field.at))
        case Choice():
            return replace(field, chosen=tuple(given))
