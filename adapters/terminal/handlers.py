"""Connection of typed lines to the core: one question or a conversation."""

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
"""Return the next line typed; raise EOFError at the end, and KeyboardInterrupt if somebody wants to leave."""

HELLO = "Type a slash command such as /paper 1706.03762, or plain words: papers on diffusion since July; exit leaves."
PROMPT = "> "
_LEAVING = {"exit", "quit", "bye"}


async def ask(door: CommandService, text: str, caller: Caller) -> Card:
    """Return the answer to the text of one slash command, or to plain words."""
    return await door.answer(parse(text), caller)


async def converse(door: CommandService, read_line: ReadLine, console: "Console", caller: Caller) -> None:
    """Answer each line with a card until `exit`, the end of input or Ctrl-C, which all end cleanly."""
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
    from adapters.terminal.render import draw  # noqa: PLC0415  # rich is slow to import; JSON answers don't need it

    while (text := await _next(read_line, console)) is not None:
        if text:
            console.print("", draw(await ask(door, text, caller), console.width))


async def _next(read_line: ReadLine, console: "Console") -> str | None:
    """Return the typed line, or None at the end."""
    console.print(f"\n{PROMPT}", end="", style="dim")
    try:
        text = (await read_line()).strip()
    except (EOFError, KeyboardInterrupt):
        return None
    return None if text.lower().removeprefix("/") in _LEAVING else text


@contextmanager
def _interrupt_calls(leave: Callable[[], object]) -> Iterator[None]:
    """Make Ctrl-C call `leave` within the event loop instead of interrupting the running code."""
    loop = asyncio.get_running_loop()
    before = signal.signal(signal.SIGINT, lambda *_: loop.call_soon_threadsafe(leave))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
