"""Messages printed in a terminal, for the demo and for inspection of a channel's messages.

Loads rich with the first message: a bot in chats, which has this messenger too, does without.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, TextIO, cast

from bot.delivery.messenger import Message
from bot.delivery.rate_limit import Limit
from bot.domain.card import Card, Item
from bot.domain.channel import Place
from bot.domain.errors import HistoryUnreadable, Refused, Unknown
from bot.domain.posting import PostingCheck

if TYPE_CHECKING:
    from rich.console import Console


class TerminalMessenger:
    """A messenger that prints to `stream` and flushes each line. It can't read earlier output, so it finds nothing."""

    platform = "terminal"
    limits: tuple[Limit, ...] = ()

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    @cached_property
    def _console(self) -> "Console":
        from adapters.terminal.render import console_on  # noqa: PLC0415 - see above

        return console_on(self._stream)

    def draw(self, card: Card, key: str) -> tuple[Message, ...]:  # noqa: ARG002  # nowhere to hide a key
        """Return one message, since a terminal has no limit: `text` for a pipe, `lines` for a terminal."""
        from adapters.terminal.render import as_text, styled_lines  # noqa: PLC0415 - see above

        width = self._console.width
        papers = tuple(block.paper_id for block in card.blocks if isinstance(block, Item))
        return (Message({"text": as_text(card, width), "lines": styled_lines(card, width)}, papers),)

    async def post(self, place: Place, message: Message, key: str) -> str:  # noqa: ARG002  # there is one terminal
        """Print the message and an empty line; return the key as the receipt.

        Raise Refused if the stream was closed, or Unknown if it broke partway, as a pipe does.
        """
        if self._stream.closed:
            raise Refused("The output was closed.")
        try:
            self._print(message.payload)
        except OSError as broken:
            raise Unknown from broken
        return key

    async def tell(self, place: Place, user: str, card: Card, key: str) -> None:  # noqa: ARG002
        """Print the card: only one person uses the terminal. Raise as `post` does."""
        for message in self.draw(card, key):
            await self.post(place, message, key)

    def address(self, place: Place) -> str:  # noqa: ARG002
        """Return no address."""
        return ""

    def direct(self, place: Place) -> bool:  # noqa: ARG002
        """Return True: only one person uses the terminal."""
        return True

    async def can_post(self, place: Place) -> PostingCheck:  # noqa: ARG002
        """Return a check without an obstacle: a terminal takes every message."""
        return PostingCheck()

    async def may_read(self, place: Place, user: str) -> bool | None:  # noqa: ARG002
        """Return True: only one person uses the terminal."""
        return True

    def token(self, place: Place) -> str:  # noqa: ARG002
        """Return no token."""
        return ""

    async def find(
        self,
        place: Place,  # noqa: ARG002
        key: str,  # noqa: ARG002
        since: datetime,  # noqa: ARG002
        besides: str = "",  # noqa: ARG002
    ) -> str | None:
        """Raise HistoryUnreadable, always."""
        raise HistoryUnreadable

    def _print(self, payload: Mapping[str, object]) -> None:
        if self._stream.isatty():
            from adapters.terminal.render import restyled  # noqa: PLC0415 - see above

            self._console.print(restyled(cast("list[list[list[str]]]", payload["lines"])), "")
            return
        for line in (*str(payload["text"]).split("\n"), ""):
            self._stream.write(f"{line}\n")
            self._stream.flush()
