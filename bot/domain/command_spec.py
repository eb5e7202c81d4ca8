"""Declaration of a command, the source of the parser, router, help and platform registrations."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Literal, NamedTuple

from bot.domain.card import Card
from bot.domain.command import Command
from bot.domain.form import Values
from bot.domain.frozen import frozen

Handler = Callable[..., Awaitable[Card]]
"""An async function whose parameters name its dependencies: `command`, `caller`, and services of the application."""

Completes = Literal["author", "category", "topic", "followed", "paper", "zone", "search"]
"""Completion kinds of `CommandService.suggest`."""


class Cost(StrEnum):
    """The most expensive step that an answer may take, cheapest first."""

    FREE = "free"
    """Text alone."""
    STORE = "store"
    """Reads and writes Redis, or queries the local index."""
    NETWORK = "network"
    """May query arXiv, OpenAlex or another service, or send an e-mail."""
    MODEL = "model"
    """May have a language model summarize papers."""


class Right(StrEnum):
    """Who may run a command; in a direct message everybody may, as it is their own."""

    EVERYBODY = "everybody"
    UNLESS_LOCKED = "unless locked"
    """It changes what the channel gets: everybody, but only admins while the channel is locked."""
    ADMINS = "admins"


@frozen
class Argument:
    """A typed argument, as platforms with typed options register it.

    `completes` names the kind of completions that the platform offers during typing; `many` completes the last of
    several words.
    """

    name: str
    description: str
    kind: Literal["text", "number"] = "text"
    choices: tuple[str, ...] = ()
    required: bool = False
    completes: Completes | None = None
    many: bool = False


@frozen
class Route:
    """A kind of command and its handler.

    `public`: everybody in the channel sees the answer, on platforms that fix this before the answer is known.
    `creates_channel`: the command may store the first record of a channel. `form`: the answer is a form to fill in.
    `right`: who may run it; the router checks it. `by_role`: admins get another answer. `stores`: it changes something
    although everybody may run it.
    """

    command: type[Command]
    handler: Handler
    cost: Cost
    public: bool = False
    creates_channel: bool = False
    form: bool = False
    right: Right = Right.EVERYBODY
    by_role: bool = False
    stores: bool = False

    @property
    def changes(self) -> bool:
        """Return True if it changes, ends or posts something, so that plain words have to be clear or ask first."""
        return self.stores or (not self.form and (self.creates_channel or self.right is not Right.EVERYBODY))


class HelpLine(NamedTuple):
    """An example of a command, and its effect."""

    example: str
    does: str


@frozen
class CommandSpec:
    """A command: its name, arguments and handler.

    `parse` makes a command of the text after the name, `build` one or more of typed arguments, given by name; without
    `build`, the only argument is parsed like text. A command without a description is internal: buttons carry it, and
    neither the help nor a platform lists it. `subcommands` are words after the name, with a declaration each; one
    without arguments takes no text after it. `parse` handles text that begins with none of them. `submit` makes a
    command of a form that a person filled in; it raises BadForm.
    """

    name: str
    parse: Callable[[str], Command]
    routes: tuple[Route, ...] = ()
    description: str = ""
    arguments: tuple[Argument, ...] = ()
    build: Callable[..., Command | Sequence[Command]] | None = None
    help: tuple[HelpLine, ...] = ()
    aliases: tuple[str, ...] = ()
    subcommands: tuple["CommandSpec", ...] = ()
    submit: Callable[[Values], Command] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Return all words that call the command."""
        return (self.name, *self.aliases)

    @property
    def is_internal(self) -> bool:
        """Return True if only buttons call it."""
        return not self.description

    def read(self, text: str) -> Command:
        """Return the command in the text after the name."""
        word, rest = first_word(text)
        for subcommand in self.subcommands:
            if word.lower() in subcommand.names and (subcommand.arguments or not rest):
                return subcommand.read(rest)
        return self.parse(text)

    def of_typed(self, given: Mapping[str, str | int]) -> tuple[Command, ...]:
        """Return the commands of typed arguments; `given` has those that a person filled in."""
        if self.build is None:
            return (self.parse("".join(map(str, given.values()))),)
        built = self.build(**given)
        return (built,) if isinstance(built, Command) else tuple(built)


def listed_commands(specs: Iterable[CommandSpec]) -> list[CommandSpec]:
    """Return the commands that people may type and platforms register."""
    return [spec for spec in specs if not spec.is_internal]


def routes_of(specs: Iterable[CommandSpec]) -> list[Route]:
    """Return the routes of all commands and their subcommands."""
    return [route for spec in specs for route in (*spec.routes, *routes_of(spec.subcommands))]


def first_word(text: str) -> tuple[str, str]:
    """Return the first word and the text after it."""
    word, _, rest = text.strip().partition(" ")
    return word, rest.strip()
