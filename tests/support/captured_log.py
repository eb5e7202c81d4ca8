"""Capture of the bot's log."""

import io
import json
import logging

from bot.infra import logs


class Written:
    """Log lines since the start of the capture."""

    def __init__(self, form: logs.Form, secrets: tuple[str, ...] = ()) -> None:
        self._stream = io.StringIO()
        self._handler = logs.handler(self._stream, form, secrets)

    def __enter__(self) -> "Written":
        self._before = logging.root.level, logging.root.handlers[:]
        logging.root.setLevel(logging.INFO)
        logging.root.handlers[:] = [self._handler]  # pytest's own handler fails on a message whose fields don't fit
        return self

    def __exit__(self, *_: object) -> None:
        level, logging.root.handlers[:] = self._before
        logging.root.setLevel(level)

    @property
    def lines(self) -> list[str]:
        return self._stream.getvalue().splitlines()

    @property
    def objects(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.lines]
