"""Our commands in texts, in Discord's form: `</digest on:ID>` to press, then options by their names.

https://discord.com/developers/docs/reference#message-formatting-formats
"""

from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import fields
from typing import Any

from bot.app.commands import COMMANDS
from bot.domain.categories import is_category
from bot.domain.command_spec import CommandSpec, first_word, listed_commands
from bot.summaries.answers.command import parse_ask

Options = list[tuple[str, str]]

CHAT_INPUT = 1
"""https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-types"""
_ANY = "paperlark"
"""The command that takes any other as text."""

known_ids: ContextVar[Mapping[str, str]] = ContextVar("known_ids", default={})  # noqa: B039 - never written to
"""Ids of the registered commands by name, in the tasks that answer; empty until Discord has told them."""

_BY_NAME = {name: spec for spec in listed_commands(COMMANDS) for name in spec.names}


def ids_of(commands: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the ids of slash commands by name, from Discord's list of our commands."""
    return {str(one["name"]): str(one["id"]) for one in commands if int(one.get("type") or CHAT_INPUT) == CHAT_INPUT}


def spoken(text: str) -> tuple[str, str]:
    """Return a command's name, with its subcommand, and its options as Discord shows them.

    `/digest on 09:00 top=5` is "digest on" and "time:09:00 top:5". What no option takes is text after /paperlark.
    """
    name, options = _parts(text)
    return name, " ".join(f"{option}:{value}" for option, value in options)


def mention(name: str) -> str:
    """Return the mention of a command, which people press; empty if its id is unknown."""
    found = known_ids.get().get(name.partition(" ")[0])
    return f"</{name}:{found}>" if found and found.isdecimal() else ""


def _parts(text: str) -> tuple[str, Options]:
    word, rest = first_word(text.removeprefix("/"))
    spec = _BY_NAME.get(word)
    if spec is None:
        return _ANY, [("command", text.removeprefix("/"))]
    name = spec.name
    if spec.subcommands:
        spec, rest = _subcommand(spec, rest)
        name = f"{name} {spec.name}"
    options = _options(spec, rest) if rest else []
    return (name, options) if options is not None else (_ANY, [("command", text.removeprefix("/"))])


def _subcommand(spec: CommandSpec, rest: str) -> tuple[CommandSpec, str]:
    """Return the subcommand that text begins with, or the first one, which takes any text."""
    word, after = first_word(rest)
    named = next((part for part in spec.subcommands if word in part.names), None)
    return (named, after) if named else (spec.subcommands[0], rest)


def _options(spec: CommandSpec, rest: str) -> Options | None:
    """Return the text as named options; None if it doesn't fit any."""
    match spec.name:
        case "follow":
            return [_followed(rest)]
        case "on":
            return _set(spec, rest)
        case "ask":
            asked = parse_ask(rest)
            return [("paper", asked.paper), ("question", asked.question)]
        case "save" if " note:" in rest:
            paper, _, note = rest.partition(" note:")
            return [("paper", paper.strip()), ("note", note.strip())]
    word, after = first_word(rest)
    if any(one.name == word for one in spec.arguments) and after:  # "/saved zotero off"
        return [(word, after)]
    taking = [one for one in spec.arguments if rest in one.choices or not (one.choices or spec.name == "saved")]
    return [(taking[0].name, rest)] if taking else None


def _followed(what: str) -> tuple[str, str]:
    if what.startswith(('"', "“")):
        return "topic", what.strip('"“”')
    return ("category" if is_category(what) else "author"), what


def _set(spec: CommandSpec, rest: str) -> Options | None:
    """Return the options of `/digest on`, whose command has a field for each; None if a word is none of them."""
    command = spec.parse(rest)
    values = {field.name: getattr(command, field.name) for field in fields(command)}  # type: ignore[arg-type]
    named = [(one.name, values.get(one.name)) for one in spec.arguments]
    told = [(name, " ".join(value) if isinstance(value, tuple) else str(value)) for name, value in named if value]
    return None if values.get("unread") else told
