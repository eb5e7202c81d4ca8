"""No command fails silently: the answer names the part that the bot can't read, and suggests a command."""

from support.guide import Team


async def test_an_unknown_command_is_answered_with_help(team: Team) -> None:
    answer = await team.says("/paperlark /frobnicate")

    assert answer.private
    assert "There's no command /frobnicate." in answer.text
    assert "All commands" in answer.buttons
