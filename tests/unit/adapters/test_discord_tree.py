"""The slash commands that Discord is told of are those recorded when each was written by hand."""

import json
from pathlib import Path
from typing import Any

import discord
import pytest

from adapters.discord.commands import COMMANDS, AppCommand, app_commands_of
from bot.app.commands import COMMANDS as REGISTRY
from bot.domain.command_spec import listed_commands

RECORDED = {
    command["name"]: command
    for command in json.loads(Path(__file__).with_name("recorded_discord_tree.json").read_text("utf-8"))
}


def payloads(commands: tuple[AppCommand, ...]) -> dict[str, dict[str, Any]]:
    """The commands as Discord gets them, by name; of a tree as the adapter makes it."""
    tree = discord.app_commands.CommandTree(
        discord.Client(intents=discord.Intents.none()),
        allowed_contexts=discord.app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False),
        allowed_installs=discord.app_commands.AppInstallationType(guild=True, user=False),
    )
    for command in commands:
        tree.add_command(command)
    return {command.name: json.loads(json.dumps(command.to_dict(tree))) for command in tree.get_commands()}


@pytest.mark.parametrize("name", RECORDED)
async def test_a_command_is_sent_as_it_was_recorded(name: str) -> None:
    assert payloads(COMMANDS)[name] == RECORDED[name]


async def test_all_listed_commands_are_sent() -> None:
    assert list(payloads(app_commands_of(REGISTRY))) == [spec.name for spec in listed_commands(REGISTRY)]
