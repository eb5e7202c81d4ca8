"""Logs: one line an event on standard error, with fields, without secrets, as text or JSON.

    with logs.about(digest=f"{place}:{day}"):
        ...     # every line logged in here, also by tasks started in here, ends in digest=…

A message is a constant sentence and fields: `log.warning("A digest waits: place=%s day=%s", place, day)`.
"""

import json
import logging
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal, TextIO

from bot.infra.redaction import HIDDEN, is_secret_name, redact

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"

Form = Literal["text", "json"]
Value = str | int | float | bool | None

# External libraries. Some log whole URLs or payloads, with tokens in them; their warnings are enough.
_LIBRARIES = (
    "httpx",
    "httpx2",
    "httpcore",
    "httpcore2",
    "openai",
    "slack_bolt",
    "slack_sdk",
    "discord",
    "aiohttp",
    "asyncio",
    "docket",
    "redis",
    "opentelemetry",
    "key_value",
    "prometheus_client",
)
_EXPECTED = (OSError, EOFError, TimeoutError)

_PAIR = r"\w+=%[-+ #0]*\d*(?:\.\d+)?[a-zA-Z]"
_SENTENCE = re.compile(rf"(?P<event>[^%]*?): (?P<pairs>{_PAIR}(?: {_PAIR})*)", re.ASCII)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

_about: ContextVar[Mapping[str, Value]] = ContextVar("about", default={})  # noqa: B039 - never changed in place


def begin(level: int = logging.INFO, form: Form = "text", secrets: Sequence[str] = ()) -> None:
    """Log events of `level` and above to standard error; those of external libraries from warnings on.

    `secrets` are hidden wherever they occur, besides everything that looks like one. A second call replaces the first.
    """
    logging.basicConfig(handlers=[handler(sys.stderr, form, secrets)], level=level, force=True)
    for name in _LIBRARIES:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


def handler(stream: TextIO, form: Form, secrets: Sequence[str] = ()) -> logging.Handler:
    """Return a handler that writes one line an event to `stream`."""
    log_handler = _Handler(stream)
    log_handler.setFormatter(_Json(secrets) if form == "json" else _Text(secrets))
    log_handler.addFilter(_without_expected_traceback)
    return log_handler


@contextmanager
def about(**fields: Value) -> Iterator[None]:
    """Add `fields` to every line logged meanwhile, in this task and those it starts; inner values win."""
    before = _about.get()
    _about.set({**before, **fields})
    try:
        yield
    finally:
        _about.set(before)


class _Handler(logging.StreamHandler[TextIO]):
    """Handler that ignores write errors: the library would print the event with all its secrets."""

    def handleError(self, record: logging.LogRecord) -> None:
        pass


class _Text(logging.Formatter):
    """Formats a line for people: sentence, fields, context; a traceback follows on its own lines."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__(FORMAT)
        self._secrets = tuple(secrets)

    def formatMessage(self, record: logging.LogRecord) -> str:
        fields = (f" {name}={value}" for name, value in _context(record).items())
        record.message = _one_line(_message(record) + "".join(fields))
        return super().formatMessage(record)

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # text from another handler isn't redacted
        record.message = ""
        if self.usesTime():
            record.asctime = self.formatTime(record)
        lines = (self.formatMessage(record), _traceback(self, record))
        return redact("\n".join(filter(None, lines)), self._secrets)


class _Json(logging.Formatter):
    """Formats a line for programs: time (UTC), level, logger, event, then the fields under their own names."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__()
        self._secrets = tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        event, fields = _parse(record)
        line: dict[str, Value] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": event,
        }
        if traceback := _traceback(self, record):
            line["traceback"] = traceback
        for name, value in {**fields, **_context(record)}.items():
            line[f"{name}_" if name in line else name] = HIDDEN if is_secret_name(name) else value
        return json.dumps({name: self._clean(value) for name, value in line.items()})

    def _clean(self, value: Value) -> Value:
        return redact(value, self._secrets) if isinstance(value, str) else value


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return f"{record.msg} (its fields don't fit)"


def _parse(record: logging.LogRecord) -> tuple[str, dict[str, Value]]:
    """Return the constant sentence and its fields, if the message has that form; else all of it as the event."""
    found = _SENTENCE.fullmatch(record.msg) if isinstance(record.msg, str) else None
    if found is None or not isinstance(record.args, tuple):
        return _message(record), {}
    pairs = [pair.partition("=") for pair in re.findall(_PAIR, found["pairs"], re.ASCII)]
    try:
        written = zip(pairs, record.args, strict=True)
        return found["event"], {name: _value(form, value) for (name, _, form), value in written}
    except (TypeError, ValueError):
        return _message(record), {}


def _value(form: str, value: object) -> Value:
    if value is None or isinstance(value, bool | int):
        return value
    return form % (value,)


def _context(record: logging.LogRecord) -> dict[str, Value]:
    """Return the context of the event, and the error whose traceback was left out."""
    trouble: Value = getattr(record, "trouble", None)
    return {**_about.get(), **({"trouble": trouble} if trouble else {})}


def _one_line(text: str) -> str:
    """Escape control characters, so that no user input begins a line of the log."""
    return _UNPRINTABLE.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode(), text)


def _traceback(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    written = formatter.formatException(record.exc_info) if record.exc_info and record.exc_info[0] else ""
    return "\n".join(filter(None, (written, record.stack_info or "")))


def _without_expected_traceback(record: logging.LogRecord) -> bool:
    """Reduce expected library errors, such as a lost connection, to one line; other errors keep their traceback."""
    cause = record.exc_info[1] if record.exc_info else None
    if cause and record.name.partition(".")[0] in _LIBRARIES and _is_expected(cause):
        record.exc_info = record.exc_text = None
        record.trouble = f"{type(cause).__name__}: {cause}"
    return True


def _is_expected(cause: BaseException) -> bool:
    """Return True for network errors and for exception classes of the libraries."""
    if isinstance(cause, BaseExceptionGroup):
        return all(_is_expected(each) for each in cause.exceptions)
    return isinstance(cause, _EXPECTED) or type(cause).__module__.partition(".")[0] in _LIBRARIES
