"""Parsing of slash commands and plain words, as text or as typed arguments, into a Command. Every input gives one."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields, replace

from bot.app.commands import COMMANDS, changes
from bot.app.help import AskBack, NotUnderstood, ShowHelp
from bot.app.plain.consent import is_negated, is_plain_order, question_about, refused
from bot.app.plain.hear import heard, searched
from bot.app.plain.reading import Reading
from bot.app.plain.words import asks_help, guesses, is_question, misspelled, reading_of
from bot.domain.arxiv_mention import MOST_CHARACTERS
from bot.domain.card import Button
from bot.domain.command import Caller, Command
from bot.domain.command_spec import CommandSpec, first_word
from bot.domain.form import Values
from bot.domain.paper_source import find_ids
from bot.domain.purpose import is_number, means_thread, pointed_at
from bot.domain.text.clean import clean, shorten
from bot.library.zotero.command import key_in
from bot.search.command import SearchPapers
from bot.search.federated_command import parse_search
from bot.summaries.answers.command import AskPaper, parse_ask

TEXT_LIMIT = 600
"""Longer than any title on arXiv. Of the rest of the input, only papers' ids are read."""
MOST_IDS = 30
"""More than any command takes, so that it can say so."""

PREFIX = "paperlark"
"""Any command may follow this name, as another app may own the short one; alone it shows the help."""

_WRAPPED_LINK = re.compile(r"<((?:https?://|mailto:)[^<|>\s]+)(?:\|([^<>]*))?>")

Table = Mapping[str, CommandSpec]


def table_of(specs: Iterable[CommandSpec]) -> Table:
    """Return the declarations by each of their names."""
    return {name: spec for spec in specs for name in spec.names}


_TABLE = table_of(COMMANDS)


def parse(text: str, table: Table = _TABLE) -> Command:
    """Return the command that `text` is or that its words stand for; never raises.

    Commands may lack their slash or follow `/paperlark`. Plain words that nothing understands are searched. What
    changes something without a slash has to be a plain order; else a button asks first.
    """
    typed = _plain(text)
    word, rest = first_word(typed)
    is_prefixed = _name_in(word.removeprefix("/")) == PREFIX
    if is_prefixed:
        typed = rest
    command = _parsed(typed, is_prefixed, table)
    return command if command.has_secret else key_in(typed) or command


def parse_typed(spec: CommandSpec, given: Mapping[str, str | int], table: Table = _TABLE) -> tuple[Command, ...]:
    """Return the commands of a declaration's typed arguments; `given` has those that a person filled in."""
    if spec.name == PREFIX:
        return (parse(f"/{PREFIX} {''.join(map(str, given.values()))}", table),)
    harmless = {name: bounded(value) if isinstance(value, str) else value for name, value in given.items()}
    if len(harmless) == 1 and asks_help(str(next(iter(harmless.values())))):
        return (ShowHelp(spec.name),)
    return spec.of_typed(harmless)


def parse_form(name: str, values: Values, table: Table = _TABLE) -> Command:
    """Return the command of a form that a person filled in; `name` is its `Form.command`. Raises BadForm."""
    spec = table.get(name)
    return spec.submit(values) if spec and spec.submit else NotUnderstood(clean(name, 40))


def greets(command: Command) -> bool:
    """Return True if a welcome answers the command: a greeting, or a misspelled command."""
    return isinstance(command, NotUnderstood) or command == ShowHelp()


def outside_thread(command: Command, caller: Caller) -> Command:
    """Return the search for a question in plain words that no thread says the paper of; else the command."""
    if isinstance(command, AskPaper) and command.otherwise and not caller.thread:
        return _search(searched(command.question), command.question)
    return command


def points_at_thread(command: Command) -> bool:
    """Return True if the command means a paper of the message that a thread began with: "this", "#2"."""
    said = [value for field in fields(command) if isinstance(value := getattr(command, field.name), str)]  # type: ignore[arg-type]
    return any(means_thread(text) or is_number(text) for text in said)


def _slashed(typed: str, table: Table) -> Command:
    word, rest = first_word(typed.removeprefix("/"))
    if spec := table.get(_name_in(word)):
        return _read(spec, rest)
    said = f"/{clean(word, 40)}"
    if reading := reading_of(f"{word} {rest}".strip()):
        return _meant(said, reading, table)
    return NotUnderstood(said, misspelled(word, rest, _listed(table)))


def _meant(said: str, reading: Reading, table: Table) -> Command:
    """Return the command for an unknown name, whose text is a phrase such as `/search state space`."""
    if reading.sentence:
        return AskBack(reading.sentence, reading.offers)
    if reading.command == f"/{PREFIX}":
        return table[PREFIX].read("")
    return NotUnderstood(said, (Button(shorten(reading.command, 70), reading.command),))


def _parsed(typed: str, is_prefixed: bool, table: Table) -> Command:
    if typed.startswith("/"):
        return _slashed(typed, table)
    names = set(table) if is_prefixed else _plain_names(typed, table)
    return _worded(typed, table, names, typed if is_prefixed else "")


def _worded(typed: str, table: Table, names: Collection[str], command_text: str = "") -> Command:
    """Return the command of text without a slash, which may begin with one of `names`.

    What changes something and isn't a plain order becomes a question, unless it is the `command_text` word by word.
    """
    if is_question(typed) and pointed_at(typed)[0] != "this":  # "paper 2, how large is it?"
        return replace(parse_ask(typed), otherwise=guesses(typed))
    reading = heard(typed, names)
    if reading.sentence:
        return AskBack(reading.sentence, reading.offers)
    if reading.note and is_question(typed):
        return replace(parse_ask(typed), otherwise=guesses(typed))
    if reading.note:
        return _search(reading, typed)
    command, order = _slashed(reading.command, table), reading.order or typed
    is_order = reading.command == f"/{command_text}" or (is_plain_order(order) and not is_negated(typed))
    if is_order or not changes(command):
        return command
    asked = (
        refused() if is_negated(typed) and not reading.command.startswith("/less ") else question_about(reading.command)
    )
    return AskBack(asked.sentence, asked.offers)


def _search(reading: Reading, said: str) -> Command:
    command = parse_search(reading.command.removeprefix("/papers "))
    if not isinstance(command, SearchPapers):
        return command
    return replace(command, note=reading.note, otherwise=reading.offers, said=said if reading.offers else "")


def _plain_names(typed: str, table: Table) -> set[str]:
    """Return the names that text without a slash may begin with; buttons' commands only if they are all of it."""
    spoken = {"unmute", "unsave", _name_in(typed)}
    return {name for name, spec in table.items() if not spec.is_internal or name in spoken}


def _name_in(word: str) -> str:
    """Return the command's name in a first word, which may end in a sign."""
    return word.rstrip(":,.!?").lower()


def _read(spec: CommandSpec, rest: str) -> Command:
    """Return the command of the text after its name; `help` there asks for the command's own help."""
    before, _, last = rest.rpartition(" ")
    of_a_part = any(before.lower() in part.names for part in spec.subcommands)
    if spec.name != PREFIX and asks_help(last) and (not before or of_a_part):
        return ShowHelp(spec.name)
    return spec.read(rest)


def _listed(table: Table) -> list[str]:
    return [name for name, spec in table.items() if not spec.is_internal]


def _plain(text: str) -> str:
    """Return the intended text: links unwrapped, invisible characters removed, the length bounded."""
    return bounded(_WRAPPED_LINK.sub(_unwrapped, text[:MOST_CHARACTERS]))


def bounded(text: str) -> str:
    """Return the text on one line within TEXT_LIMIT characters, and after them the ids of papers that were cut off."""
    short = clean(text, TEXT_LIMIT)
    if len(text) <= TEXT_LIMIT:
        return short
    kept = set(find_ids(short))
    return " ".join([short, *(paper_id for paper_id in find_ids(text)[:MOST_IDS] if paper_id not in kept)])


def _unwrapped(link: re.Match[str]) -> str:
    """Return the link's text.

    Slack turns cs.CL into `<http://cs.CL|cs.CL>`, and addresses into `<https://arxiv.org/abs/…|…>`; so does mail.
    """
    url, label = link.group(1), link.group(2) or ""
    if url.startswith("mailto:"):
        return url.removeprefix("mailto:")
    return label if url.split("://")[1].rstrip("/").lower() == label.lower() else url
