"""Parsing of slash commands, as text or as typed arguments, into a Command. Every input gives one."""

import re
from collections.abc import Iterable, Mapping

from bot.app.commands import COMMANDS
from bot.app.help import NotUnderstood
from bot.domain.command import Command
from bot.domain.command_spec import CommandSpec, first_word
from bot.domain.form import Values
from bot.domain.text.clean import clean

TEXT_LIMIT = 600
"""Longer than any title on arXiv; the rest of the input is ignored."""

PREFIX = "paperlark"
"""Any command may follow this name, as another app may own the short one; alone it shows the help."""

_WRAPPED_LINK = re.compile(r"<((?:https?://|mailto:)[^|>\s]+)(?:\|([^>]*))?>")

Table = Mapping[str, CommandSpec]


def table_of(specs: Iterable[CommandSpec]) -> Table:
    """Return the declarations by each of their names."""
    return {name: spec for spec in specs for name in spec.names}


_TABLE = table_of(COMMANDS)


def parse(text: str, table: Table = _TABLE) -> Command:
    """Return the command that `text` is, with or without its slash, also after `/paperlark`; never raises."""
    word, rest = first_word(_plain(text))
    if word.removeprefix("/").lower() == PREFIX:
        word, rest = first_word(rest)
    word = word.removeprefix("/")
    spec = table.get(word.lower() or PREFIX)
    return spec.read(rest) if spec else NotUnderstood(clean(word, 40))


def parse_typed(spec: CommandSpec, given: Mapping[str, str | int], table: Table = _TABLE) -> tuple[Command, ...]:
    """Return the commands of a declaration's typed arguments; `given` has those that a person filled in."""
    if spec.name == PREFIX:
        return (parse("".join(map(str, given.values())), table),)
    harmless = {name: clean(value, TEXT_LIMIT) if isinstance(value, str) else value for name, value in given.items()}
    return spec.of_typed(harmless)


def parse_form(name: str, values: Values, table: Table = _TABLE) -> Command:
    """Return the command of a form that a person filled in; `name` is its `Form.command`. Raises BadForm."""
    spec = table.get(name)
    return spec.submit(values) if spec and spec.submit else NotUnderstood(clean(name, 40))


def _plain(text: str) -> str:
    """Return the intended text: links unwrapped, invisible characters removed, the length bounded."""
    bounded = text[: TEXT_LIMIT * 4]
    return clean(_WRAPPED_LINK.sub(_unwrapped, bounded), TEXT_LIMIT)


def _unwrapped(link: re.Match[str]) -> str:
    """Return the link's text.

    Slack turns cs.CL into `<http://cs.CL|cs.CL>`, and addresses into `<https://arxiv.org/abs/…|…>`; so does mail.
    """
    url, label = link.group(1), link.group(2) or ""
    if url.startswith("mailto:"):
        return url.removeprefix("mailto:")
    return label if url.split("://")[1].rstrip("/").lower() == label.lower() else url
