"""An answer that comes in pieces: server-sent events, or one JSON document a line."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_FIELDS = ("data:", ":", "event:", "id:", "retry:")


def is_stream(body: str) -> bool:
    """Return True for server-sent events."""
    return body.startswith(_FIELDS)


def documents(body: str) -> list[Any]:
    """Return the JSON documents of a body; none if it is something else.

    Events: https://html.spec.whatwg.org/multipage/server-sent-events.html. What is no JSON among them is left out:
    [DONE], or the end of a broken connection.
    """
    if is_stream(body):
        return [event for event in map(_document, _data(body)) if isinstance(event, dict)]
    whole = _document(body)
    if whole is not None or "\n" not in body:
        return [] if whole is None else [whole]
    lines = [_document(line) for line in body.split("\n") if line.strip()]
    return lines if all(isinstance(line, dict) for line in lines) else []


def pieces(events: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return what each event adds to the message: OpenAI's deltas, Ollama's messages, or Anthropic's events."""
    return [piece for event in events if (piece := _piece(event))]


def _piece(event: Mapping[str, Any]) -> Mapping[str, Any]:
    choices = event.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else event
    if not isinstance(choice, dict):
        return {}
    added = next((choice[name] for name in ("delta", "message", "text", "response") if choice.get(name)), None)
    if isinstance(added, dict):
        return added if "content" in added or choice is not event else {"content": [added]}
    kind = "reasoning" if "reasoning" in str(event.get("type")) else "content"
    return {kind: added} if isinstance(added, str) else {}


def _data(stream: str) -> Iterator[str]:
    # Not splitlines: a string may hold one of Unicode's other line ends.
    lines = (line.rstrip("\r") for line in stream.split("\n"))
    return (line.removeprefix("data:") for line in lines if line.startswith("data:"))


def _document(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
