"""The interface between the adapters and the command handlers."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.domain.card import Card
from bot.domain.channel import Place
from bot.domain.command import Caller, Command
from bot.domain.frozen import frozen


@frozen
class Suggestion:
    """A completion of the typed text; `title` describes it if `text` is a paper's id."""

    text: str
    title: str = ""


class CommandService(Protocol):
    """The interface through which adapters reach the command handlers."""

    async def answer(self, command: Command, caller: Caller) -> Card:
        """Return the answer to `command`. Never raises: every error becomes a card."""
        ...

    async def suggest(self, kind: str, begun: str, caller: Caller) -> list[Suggestion]:
        """Return at most 25 completions of `begun` from stored data, within a second; never raises.

        `kind` is author, category, topic, followed (what this channel follows or mutes), paper (by id or title; those
        of the channel's last digests come first), zone or search (a filter at the end, or a whole search).
        """
        ...

    async def reacted(
        self, sign: str, papers: Sequence[str], caller: Caller, added: bool, others: bool = False
    ) -> None:
        """Handle a reaction that a person added to one of our messages, or removed; `others` still have it there.

        The message names `papers`, in this order. `sign` is more, less, save, or "1" to "10" for the paper of that
        number. Never raises.
        """
        ...

    async def link_cards(self, paper_ids: Sequence[str], caller: Caller) -> Mapping[str, Card]:
        """Return the cards in short of papers that a person linked in a place, by id; at most 5.

        A card says what is true of the paper in that place alone. Papers that don't exist or can't be looked up now
        are left out. Never raises.
        """
        ...

    async def invited(self, place: Place) -> None:
        """End a pause, because the bot may write there again; without a channel, end all pauses of that team.

        The next digest includes the announcements of the last 7 days. Raises StoreDown.
        """
        ...

    async def welcome(self, place: Place, direct: bool) -> Card | None:
        """Return the bot's first message in a place, once; None if there was one or somebody set something there.

        Call it when the bot has come to a place where it may write. Never raises.
        """
        ...

    async def left(self, place: Place, user: str) -> None:
        """End the e-mails of a person who may not read the channel any more. Never raises: it is checked again."""
        ...

    async def is_new(self, *requests: str) -> bool:
        """Return True the first time that one of our processes gets a request, which any of `requests` identifies.

        Each is a platform's own id or signature, with the platform's name before it. It is remembered for ten minutes.
        Never raises: without a store, every request is new, and its answer says what is wrong.
        """
        ...

    async def forget_team(self, platform: str, team: str) -> None:
        """Delete everything that the team made, because the bot was removed from it."""
        ...
