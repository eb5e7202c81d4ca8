"""Commands in the menu of a message: show the papers that it names, or save them. Only the person sees the answer."""

from collections.abc import Callable

from discord import Interaction, Message, app_commands

from adapters.discord.client import PaperlarkClient
from adapters.discord.message_papers import papers_in
from adapters.discord.respond import reply, reply_card
from bot.domain.command import Command
from bot.library.feedback_command import SaveOne
from bot.papers.cards import unnamed_card
from bot.search.paper import PreviewPaper

MOST_PAPERS = 30
"""Ours: more than the answer offers to choose from."""

Asked = Interaction[PaperlarkClient]


def message_commands() -> tuple[app_commands.ContextMenu, ...]:
    """Return the commands to register with Discord, beside the slash commands."""
    return (
        app_commands.ContextMenu(name="Paper card", callback=_show_papers),
        app_commands.ContextMenu(name="Save paper", callback=_save_paper),
    )


async def _show_papers(interaction: Asked, message: Message) -> None:
    await _answer(interaction, _papers(interaction, message), PreviewPaper)


async def _save_paper(interaction: Asked, message: Message) -> None:
    await _answer(interaction, _papers(interaction, message), SaveOne)


async def _answer(interaction: Asked, papers: tuple[str, ...], command: Callable[[str], Command]) -> None:
    if papers:
        await reply(interaction, command(" ".join(papers[:MOST_PAPERS])), hidden=True)
    else:
        await reply_card(interaction, unnamed_card())


def _papers(interaction: Asked, message: Message) -> tuple[str, ...]:
    """Return the papers in the message as Discord sent it: the library leaves parts of it out."""
    resolved = dict(interaction.data or {}).get("resolved") or {}
    raw = resolved.get("messages", {}).get(str(message.id)) or {}  # type: ignore[attr-defined]
    me = interaction.client.user
    return papers_in(raw, me.id if me else 0)
