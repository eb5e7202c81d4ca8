"""The core as adapters see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.card import Card
from bot.domain.channel import Place
from bot.domain.command import Caller, Command


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A completion of the text that was begun; `title` describes it if `text` is a paper's id."""

    text: str
    title: str = ""


class CommandService(Protocol):
    """The core as adapters see it."""

    async def answer(self, command: Command, caller: Caller) -> Card:
        """The answer to `command`. Never raises: every error comes as a card."""
        ...

    async def suggest(self, kind: str, begun: str, caller: Caller) -> list[Suggestion]:
        """At most 25 completions of what was `begun`, from what is kept here, within a second; never raises.

        `kind` is author, category, topic, followed (what this channel follows or mutes), paper (by id or title, those
        of the channel's last digests first), zone or search (a filter begun at the end of a search).
        """
        ...

    async def reacted(self, sign: str, papers: Sequence[str], caller: Caller, added: bool) -> None:
        """Somebody put a reaction on a message of ours that names `papers`, in its order, or took the last one back.

        `sign` is more, less, save, or "1" to "10" for the paper of that number. Never raises.
        """
        ...

    async def invited(self, place: Place) -> None:
        """End a pause, because the bot may write there again; without a channel everywhere in that team.

        What the last 7 days announced comes with the next digest. Raises StoreDown.
        """
        ...

    async def forget_team(self, platform: str, team: str) -> None:
        """Delete all that the team made, because the bot was removed from it."""
        ...
