"""What is registered with Discord: slash commands, derived from the declarations, and commands of a message's menu.

Typed options build the same commands as text does.

The deferral of the interaction fixes the visibility of the answer, within 3 s and before the answer is known. The
command decides the visibility, and a private answer to a public question replaces the public one.
"""

from collections.abc import Callable, Coroutine, Iterable
from inspect import Parameter, Signature
from typing import Any

from discord import Interaction, app_commands

from adapters.discord.callers import caller
from adapters.discord.client import PaperlarkClient, PaperlarkTree
from adapters.discord.message_commands import message_commands
from bot.app.commands import COMMANDS as REGISTRY
from bot.app.panel import ShowPanel
from bot.app.parse import PREFIX, TEXT_LIMIT, parse_typed
from bot.domain.command_spec import Argument, CommandSpec, listed_commands
from bot.domain.text.clean import clean, shorten

CHOICES_LIMIT = 25
CHOICE_LIMIT = 100
"""Both: https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-option-choice-structure"""

Asked = Interaction[PaperlarkClient]
Choices = list[app_commands.Choice[str]]
AppCommand = app_commands.Command[Any, ..., Any] | app_commands.Group


ANYWHERE = frozenset(
    {"paper", "papers", "similar", "ask", "author", "trending", "save", "saved", "bibtex", "paperlark"}
)
"""Slash commands that a person may use wherever they are, also where the bot isn't; others are for its channels."""

_HERE = app_commands.AppInstallationType(guild=True, user=False)
_WITH_BOT = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False)


def tree_of(client: PaperlarkClient, for_users: bool) -> PaperlarkTree:
    """Return the tree of all commands to register; `for_users`: people may install the app for themselves."""
    tree = PaperlarkTree(
        client,
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=for_users),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=for_users),
    )
    for command in (*COMMANDS, *message_commands()):
        tree.add_command(command)
    return tree


def app_commands_of(specs: Iterable[CommandSpec]) -> tuple[AppCommand, ...]:
    """Return the slash commands to register with Discord."""
    return tuple(_group(spec) if spec.subcommands else _command(spec) for spec in listed_commands(specs))


def completing(kind: str, many: bool = False) -> Callable[[Asked, str], Coroutine[Any, Any, Choices]]:
    """Return an autocompletion of `kind` (see `CommandService.suggest`); `many` completes the last of several words."""

    async def complete(interaction: Asked, current: str) -> Choices:
        before, begun = _last_word(current) if many else ("", current)
        found = await interaction.client.suggest(kind, clean(begun, TEXT_LIMIT), caller(interaction))
        fitting = [one for one in found if one.text and len(before + one.text) <= CHOICE_LIMIT]
        return [_choice(before + one.text, "" if before else one.title) for one in fitting[:CHOICES_LIMIT]]

    return complete


def _group(spec: CommandSpec) -> app_commands.Group:
    group = app_commands.Group(
        name=spec.name, description=spec.description, allowed_contexts=_WITH_BOT, allowed_installs=_HERE
    )
    for subcommand in spec.subcommands:
        group.add_command(_command(subcommand))
    return group


def _command(spec: CommandSpec) -> app_commands.Command[Any, ..., Any]:
    async def answer(interaction: Asked, **options: str | int | None) -> None:
        given = {name: value for name, value in options.items() if value is not None}
        is_panel = spec.name == PREFIX and not given
        await interaction.client.answer(interaction, *((ShowPanel(),) if is_panel else parse_typed(spec, given)))

    # discord.py reads the options from the signature.
    asker = Parameter("interaction", Parameter.POSITIONAL_OR_KEYWORD, annotation=Asked)
    answer.__signature__ = Signature([asker, *map(_parameter, spec.arguments)])  # type: ignore[attr-defined]
    described = app_commands.describe(**{one.name: one.description for one in spec.arguments})
    chosen = app_commands.choices(
        **{
            one.name: [app_commands.Choice(name=choice, value=choice) for choice in one.choices]
            for one in spec.arguments
            if one.choices
        }
    )
    completed = app_commands.autocomplete(
        **{one.name: completing(one.completes, one.many) for one in spec.arguments if one.completes}
    )
    callback = completed(chosen(described(answer)))
    anywhere = spec.name in ANYWHERE
    return app_commands.Command(
        name=spec.name,
        description=spec.description,
        callback=callback,
        allowed_contexts=None if anywhere else _WITH_BOT,
        allowed_installs=None if anywhere else _HERE,
    )


def _parameter(argument: Argument) -> Parameter:
    kind: type[str] | type[int] = int if argument.kind == "number" else str
    if argument.required:
        return Parameter(argument.name, Parameter.KEYWORD_ONLY, annotation=kind)
    return Parameter(argument.name, Parameter.KEYWORD_ONLY, annotation=kind | None, default=None)


def _choice(value: str, title: str) -> app_commands.Choice[str]:
    """Return a choice that shows the title, if any, and sends the value."""
    behind = f" · {value}"
    room = CHOICE_LIMIT - len(behind)
    return app_commands.Choice(name=shorten(title, room) + behind if title and room > 0 else value, value=value)


def _last_word(text: str) -> tuple[str, str]:
    cut = max(text.rfind(" "), text.rfind(",")) + 1
    return text[:cut], text[cut:]


COMMANDS = app_commands_of(REGISTRY)
"""All slash commands to register with Discord."""
