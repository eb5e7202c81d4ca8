"""The terminal for the command line: answers as cards or JSON, progress, and typed lines."""

import asyncio
import codecs
import json
import os
import threading
from types import TracebackType
from typing import Self, TextIO

from bot.domain.card import Card
from bot.domain.text.clean import clean

LINE_LIMIT = 65536
"""Characters after which a line counts as ended, so input without line ends doesn't fill the memory."""


def show(card: Card, stream: TextIO) -> None:
    """Print the card and flush: in color on a terminal, plain anywhere else."""
    from adapters.terminal.render import console_on, draw  # noqa: PLC0415  # rich is slow to import

    console = console_on(stream)
    console.print(draw(card, console.width))


def show_json(card: Card, stream: TextIO) -> None:
    """Print the answer as JSON and flush."""
    stream.write(f"{as_json(card)}\n")
    stream.flush()


def as_json(card: Card) -> str:
    """Return the answer as data: `kind`, `text`, and the card's own data.

    Use only ASCII: JSON doesn't escape the control characters above it, which a terminal may obey.
    """
    return json.dumps({"kind": card.kind, "text": card.text, **card.data}, indent=2)


class Progress:
    """A display of the step under way, on a terminal only, once it takes longer than `after_seconds`.

    Use it as a context manager; `say` is the callback for the work. The line disappears when the context ends.
    """

    def __init__(self, stream: TextIO, after_seconds: float = 1.0) -> None:
        self._stream = stream
        self._after_seconds = after_seconds
        self._text = ""
        self._timer: threading.Timer | None = None
        self._shown = False
        self._lock = threading.Lock()

    def say(self, text: str) -> None:
        """Show the step under way in place of the previous one. Any thread may call this."""
        if not self._stream.isatty():
            return
        with self._lock:
            self._text = text
            if self._shown:
                self._draw()
            elif self._timer is None:
                # A thread instead of the event loop: the slow step may block the loop.
                self._timer = threading.Timer(self._after_seconds, self._appear)
                self._timer.daemon = True
                self._timer.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = None
            if self._shown:
                self._write("\r\x1b[2K")
            self._shown = False

    def _appear(self) -> None:
        with self._lock:
            if self._timer is not None:
                self._shown = True
                self._draw()

    def _draw(self) -> None:
        self._write(f"\r\x1b[2K\x1b[2m{clean(self._text, self._columns() - 1)}\x1b[0m")

    def _columns(self) -> int:
        try:
            return max(os.get_terminal_size(self._stream.fileno()).columns, 20)
        except OSError:
            return 80

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


class TypedLines:
    """Lines from a terminal or a pipe, one per call; cancellation leaves no waiting thread."""

    def __init__(self, stream: TextIO) -> None:
        self._file = stream.fileno()
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._begun = ""

    async def __call__(self) -> str:
        """Return the next line without its end; raise EOFError when there is none."""
        while "\n" not in self._begun and len(self._begun) < LINE_LIMIT:
            data = await self._data()
            if not data:
                break
            self._begun += self._decode(data)
        if not self._begun:
            raise EOFError
        line, _, self._begun = self._begun.partition("\n")
        return line

    async def _data(self) -> bytes:
        loop = asyncio.get_running_loop()
        readable = asyncio.Event()
        loop.add_reader(self._file, readable.set)
        try:
            await readable.wait()
        finally:
            loop.remove_reader(self._file)
        return os.read(self._file, 4096)
