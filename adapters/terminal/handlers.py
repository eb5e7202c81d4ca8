"""From typed lines to the core and back: one question, or a conversation."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.app.command_service import CommandService
from bot.app.parse import parse
from bot.domain.card import Card
from bot.domain.command import Caller

if TYPE_CHECKING:
    from rich.console import Console

ReadLine = Callable[[], Awaitable[str]]
"""The next line typed; raises EOFError at the end, and KeyboardInterrupt if somebody wants to leave."""

HELLO = "Type a slash command, such as /paper 1706.03762 or /paperlark; exit leaves."
PROMPT = "> "
_LEAVING = {"exit", "quit", "bye"}


async def ask(door: CommandService, text: str, caller: Caller) -> Card:
    """The answer to the text of one slash command."""
    return await door.answer(parse(text), caller)


async def converse(door: CommandService, read_line: ReadLine, console: "Console", caller: Caller) -> None:
    """Answer line after line with a card each, until `exit`, the end of input or Ctrl-C: all three end it politely."""
    console.print(HELLO, style="dim")
    talk = asyncio.create_task(_talk(door, read_line, console, caller))
    try:
        with _interrupt_calls(talk.cancel):
            await asyncio.wait({talk})
    finally:
        talk.cancel()
    if not talk.cancelled():
        talk.result()
    console.print("\nGoodbye.", style="dim")


async def _talk(door: CommandService, read_line: ReadLine, console: "Console", caller: Caller) -> None:
    from adapters.terminal.render import draw  # noqa: PLC0415  # rich takes its time, and JSON answers don't need it

    while (text := await _next(read_line, console)) is not None:
        if text:
            console.print("", draw(await ask(door, text, caller), console.width))


async def _next(read_line: ReadLine, console: "Console") -> str | None:
    """The typed line, or None at the end."""
    console.print(f"\n{PROMPT}", end="", style="dim")
    try:
        text = (await read_line()).strip()
    except (EOFError, KeyboardInterrupt):
        return None
    return None if text.lower().removeprefix("/") in _LEAVING else text


@contextmanager
def _interrupt_calls(leave: Callable[[], object]) -> Iterator[None]:
    """Have Ctrl-C call `leave` within the event loop, instead of breaking off whatever runs."""
    loop = asyncio.get_running_loop()
    before = signal.signal(signal.SIGINT, lambda *_: loop.call_soon_threadsafe(leave))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
