"""A message in a terminal: one a card, printed once, and never found again."""

import io
import json
from datetime import UTC, datetime

import pytest

from adapters.terminal.messenger import TerminalMessenger
from bot.delivery.messenger import Message, Messenger
from bot.domain.card import Card, Fine, Heading, Item, Link, line
from bot.domain.channel import Place
from bot.domain.errors import HistoryUnreadable, Refused, Unknown

PLACE = Place("terminal", "local", "demo")
ABS = "https://arxiv.org/abs/1706.03762"
CARD = Card(
    "digest",
    "Today’s papers",
    (
        Heading(line("Today’s papers")),
        Item(Link("Attention Is All You Need", ABS), "", line("1706.03762"), "", (), "1706.03762"),
        Fine(line("summaries: 1 extracted from the abstract")),
    ),
)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class BrokenPipe(io.StringIO):
    """A stream whose reader went away after the first line."""

    def write(self, text: str) -> int:
        if self.getvalue():
            raise BrokenPipeError
        return super().write(text)


async def test_a_card_is_one_message_of_json_that_names_its_papers() -> None:
    (message,) = TerminalMessenger(io.StringIO()).draw(CARD, "key")
    assert json.loads(json.dumps(message.payload)) == message.payload
    assert message.papers == ("1706.03762",)


async def test_posting_prints_the_text_and_returns_the_key_as_receipt() -> None:
    stream = io.StringIO()
    messenger: Messenger = TerminalMessenger(stream)
    (message,) = messenger.draw(CARD, "key")
    assert await messenger.post(PLACE, message, "key") == "key"
    assert stream.getvalue() == (
        "Today’s papers\n\nAttention Is All You Need\n1706.03762\n\nsummaries: 1 extracted from the abstract\n\n"
    )


async def test_a_terminal_gets_it_in_style_also_when_the_message_was_stored_meanwhile() -> None:
    stream = Terminal()
    messenger = TerminalMessenger(stream)
    (message,) = messenger.draw(CARD, "key")
    stored = Message(json.loads(json.dumps(message.payload)), message.papers)
    await messenger.post(PLACE, stored, "key")
    assert "Attention Is All You Need" in stream.getvalue()
    assert stream.getvalue().endswith("\n")


async def test_an_output_in_an_old_encoding_gets_question_marks() -> None:
    raw = io.BytesIO()
    messenger = TerminalMessenger(io.TextIOWrapper(raw, encoding="ascii"))
    (message,) = messenger.draw(CARD, "key")
    await messenger.post(PLACE, message, "key")
    assert raw.getvalue().startswith(b"Today?s papers\n")


async def test_a_closed_output_refuses() -> None:
    stream = io.StringIO()
    messenger = TerminalMessenger(stream)
    (message,) = messenger.draw(CARD, "key")
    stream.close()
    with pytest.raises(Refused):
        await messenger.post(PLACE, message, "key")


async def test_an_output_that_breaks_half_way_leaves_it_unknown() -> None:
    messenger = TerminalMessenger(BrokenPipe())
    (message,) = messenger.draw(CARD, "key")
    with pytest.raises(Unknown):
        await messenger.post(PLACE, message, "key")


async def test_nothing_is_ever_found_again() -> None:
    with pytest.raises(HistoryUnreadable):
        await TerminalMessenger(io.StringIO()).find(PLACE, "key", datetime(2026, 11, 22, tzinfo=UTC))
