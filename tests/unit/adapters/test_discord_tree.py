"""The slash commands that Discord is told of are those recorded when each was written by hand."""

import json
from pathlib import Path
from typing import Any

import discord
import pytest

from adapters.discord.client import PaperlarkClient
from adapters.discord.commands import ANYWHERE, tree_of
from bot.app.commands import COMMANDS as REGISTRY
from bot.domain.command_spec import listed_commands
from support.fakes.discord_command_service import RecordingDoor

RECORDED = {
    command["name"]: command
    for command in json.loads(Path(__file__).with_name("recorded_discord_tree.json").read_text("utf-8"))
}


def payloads(for_users: bool = False) -> dict[str, dict[str, Any]]:
    """The commands as Discord gets them, by name."""
    client = PaperlarkClient(RecordingDoor(), intents=discord.Intents.none())
    tree = tree_of(client, for_users)
    return {command.name: json.loads(json.dumps(command.to_dict(tree))) for command in tree.get_commands()}


@pytest.mark.parametrize("name", RECORDED)
async def test_a_command_is_sent_as_it_was_recorded(name: str) -> None:
    assert payloads()[name] == RECORDED[name]


async def test_all_listed_commands_and_two_of_a_messages_menu_are_sent() -> None:
    assert list(payloads()) == [*(spec.name for spec in listed_commands(REGISTRY)), "Paper card", "Save paper"]


async def test_whoever_installs_the_app_for_themselves_reads_and_saves_anywhere() -> None:
    sent = payloads(for_users=True)

    anywhere = {name for name, command in sent.items() if 1 in command["integration_types"]}
    assert anywhere == ANYWHERE | {"Paper card", "Save paper"}
    assert all(sent[name]["contexts"] == [0, 1, 2] for name in anywhere)
    assert all(sent[name]["contexts"] == [0, 1] for name in sent.keys() - anywhere)


async def test_without_a_user_install_no_command_is_offered_where_the_bot_is_not() -> None:
    assert {(*command["integration_types"], *command["contexts"]) for command in payloads().values()} == {(0, 0, 1)}
