"""Asking and conversing in a terminal: answers in order, JSON for programs, polite ends."""

import asyncio
import io
import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TextIO

import pytest
from rich.console import Console

from adapters.terminal.app import Progress, TypedLines, as_json, show, show_json
from adapters.terminal.handlers import ReadLine, ask, converse
from adapters.terminal.render import console_on
from bot.app.command_service import Suggestion
from bot.domain.card import Card, Paragraph, line
from bot.domain.channel import Place
from bot.domain.command import Caller, Command
from bot.search.paper import ShowPaper

CALLER = Caller(Place("terminal", "local", "demo"), "you")


class Echo:
    """A core that answers with the name of the command, at once or never."""

    def __init__(self, answers: bool = True) -> None:
        self.asked: list[Command] = []
        self._answers = answers

    async def answer(self, command: Command, caller: Caller) -> Card:
        self.asked.append(command)
        if not self._answers:
            await asyncio.Event().wait()
        return Card("echo", type(command).__name__)

    async def suggest(self, kind: str, begun: str, caller: Caller) -> list[Suggestion]:
        return []

    async def reacted(
        self, sign: str, papers: Sequence[str], caller: Caller, added: bool, others: bool = False
    ) -> None:
        return None

    async def link_cards(self, paper_ids: Sequence[str], caller: Caller) -> Mapping[str, Card]:
        return {}

    async def invited(self, place: Place) -> None:
        return None

    async def forget_team(self, platform: str, team: str) -> None:
        return None


def typed(*lines: str) -> ReadLine:
    """Somebody who types these lines and then ends."""
    left = iter(lines)

    async def read_line() -> str:
        for text in left:
            return text
        raise EOFError

    return read_line


async def test_a_question_is_parsed_and_answered() -> None:
    door = Echo()
    assert (await ask(door, "/paper 1706.03762", CALLER)).text == "ShowPaper"
    assert door.asked == [ShowPaper("1706.03762")]


async def test_every_line_typed_is_answered_in_order_until_exit() -> None:
    stream = io.StringIO()
    await converse(Echo(), typed("/paper 1706.03762", "", "/following", "exit", "/digest"), console_on(stream), CALLER)
    said = stream.getvalue()
    assert said.index("ShowPaper") < said.index("ListFollows") < said.index("Goodbye.")
    assert "ShowDigest" not in said


async def test_the_end_of_input_ends_politely() -> None:
    stream = io.StringIO()
    await converse(Echo(), typed("/digest"), console_on(stream), CALLER)
    assert stream.getvalue().endswith("Goodbye.\n")


async def test_an_interrupt_while_a_line_is_awaited_ends_politely() -> None:
    stream = io.StringIO()
    with _pipe() as (reading, _):
        talk = asyncio.create_task(converse(Echo(), TypedLines(reading), console_on(stream), CALLER))
        await _wait_until(lambda: stream.getvalue().endswith("> "))
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.wait_for(talk, 5)
    assert stream.getvalue().endswith("Goodbye.\n")


async def test_an_interrupt_while_an_answer_is_awaited_ends_politely() -> None:
    stream, door = io.StringIO(), Echo(answers=False)
    before = signal.getsignal(signal.SIGINT)
    talk = asyncio.create_task(converse(door, typed("/digest"), console_on(stream), CALLER))
    await _wait_until(lambda: bool(door.asked))
    os.kill(os.getpid(), signal.SIGINT)
    await asyncio.wait_for(talk, 5)
    assert stream.getvalue().endswith("Goodbye.\n")
    assert signal.getsignal(signal.SIGINT) is before


async def test_typed_lines_are_read_whole_and_decoded_however_they_arrive() -> None:
    with _pipe() as (reading, write):
        lines = TypedLines(reading)
        write("/follow Christopher R\u00e9".encode()[:-1])
        pending = asyncio.ensure_future(lines())
        write("\u00e9".encode()[-1:] + b"\n/digest\nlast")
        assert [await pending, await lines()] == ["/follow Christopher Ré", "/digest"]
        write(None)
        assert await lines() == "last"
        with pytest.raises(EOFError):
            await lines()


def test_json_is_the_kind_the_text_and_the_data_in_ascii() -> None:
    card = Card("paper", "Ré \x9b2J", data={"paper": {"id": "1706.03762"}})
    stream = io.StringIO()
    show_json(card, stream)
    assert json.loads(stream.getvalue()) == {"kind": "paper", "text": "Ré \x9b2J", "paper": {"id": "1706.03762"}}
    assert as_json(card).isascii()


def test_an_output_in_an_old_encoding_gets_question_marks() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="latin-1")
    show(Card("paper", "", (Paragraph((line("Ré · 注意"),)),)), stream)
    assert raw.getvalue() == "Ré · ??\n".encode("latin-1")


def test_progress_is_silent_where_nobody_looks() -> None:
    stream = io.StringIO()
    with Progress(stream, after_seconds=0) as progress:
        progress.say("Asking arXiv…")
    assert stream.getvalue() == ""


def test_progress_is_silent_while_it_is_quick() -> None:
    with _terminal() as (stream, seen):
        with Progress(stream, after_seconds=60) as progress:
            progress.say("Asking arXiv…")
            progress.say("Reading it…")
        assert seen() == ""


async def test_progress_appears_once_it_takes_longer_follows_what_is_done_and_leaves_nothing() -> None:
    with _terminal() as (stream, seen):
        with Progress(stream, after_seconds=0.01) as progress:
            progress.say("Asking \x1b[31marXiv…")
            await _wait_until(lambda: "arXiv…" in seen())
            progress.say("Reading it…")
        assert "Reading it…" in seen()
        assert "\x1b[31m" not in seen()
        assert seen().endswith("\r\x1b[2K")


def test_rich_is_not_imported_before_a_card_is_drawn() -> None:
    code = "import sys, adapters.terminal.app, adapters.terminal.handlers; print('rich' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "False\n"


async def test_a_card_too_wide_for_its_console_is_wrapped() -> None:
    stream = io.StringIO()
    narrow = Console(file=stream, width=30)
    await converse(Echo(), typed("/paper x"), narrow, CALLER)
    assert max(map(len, stream.getvalue().split("\n"))) <= 30


@contextmanager
def _pipe() -> Iterator[tuple[TextIO, Callable[[bytes | None], None]]]:
    """The reading end of a pipe, and what writes to the other; None closes it."""
    read_end, write_end = os.pipe()
    with os.fdopen(read_end) as reading, os.fdopen(write_end, "wb", buffering=0) as writing:
        yield reading, lambda data: _write(writing, data)


def _write(end: io.FileIO, data: bytes | None) -> None:
    if data is None:
        end.close()
    else:
        end.write(data)


@contextmanager
def _terminal() -> Iterator[tuple[TextIO, Callable[[], str]]]:
    """A real terminal's stream, and what has been seen on it so far."""
    ours, theirs = pty.openpty()
    os.set_blocking(ours, False)
    so_far = bytearray()

    def seen() -> str:
        with suppress(BlockingIOError):
            so_far.extend(os.read(ours, 65536))
        return so_far.decode()

    try:
        with os.fdopen(theirs, "w", encoding="utf-8") as stream:
            yield stream, seen
    finally:
        os.close(ours)


async def _wait_until(happened: Callable[[], bool], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.005)
