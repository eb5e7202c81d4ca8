"""Reading of a server's answer, in whichever field and form it stands."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.summaries.budget import Tokens
from bot.summaries.clients.rejection import Rejection, dressed_rejection

_THOUGHTS = ("reasoning_content", "reasoning", "thinking", "reasoning_details")
_CALLS = ("tool_calls", "function_call", "function", "arguments")
_TEXTS = ("text", "content", "value", *_THOUGHTS)
_OTHER_PROTOCOLS = ("output", "content", "response", "generated_text")
_CUT = ("length", "max_tokens", "max_output_tokens", "model_length")
_FILTERED = ("content_filter", "safety", "sensitive", "refusal", "prohibited_content", "recitation")
_DEEPEST = 6
_MOST_TOKENS = 10_000_000
"""Of one call. More is no count, and would use up the budget of a year."""


class UnreadableReply(Exception):
    """What came back is no answer of a model, for example a web page."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its text, what else the model wrote (thoughts), and how it ended.

    `refusal` says why the model declines. `tokens` are those that the server counted, if it did.
    """

    text: str = ""
    thoughts: str = ""
    is_cut: bool = False
    is_refused: bool = False
    refusal: str = ""
    tokens: Tokens | None = None


def read_reply(body: str) -> Reply:
    """Read the body of a successful response. Raises Rejection for a failure dressed as success, or UnreadableReply."""
    stripped = body.strip()
    if stripped.startswith("<"):
        raise UnreadableReply
    if stripped.startswith(("data:", ":", "event:")):
        return _read(_gathered(stripped))
    try:
        said = json.loads(stripped)
    except (ValueError, RecursionError):
        said = None
    if isinstance(said, list) and said:
        said = said[0]
    if not isinstance(said, dict):
        why = "the answer broke off" if stripped[:1] in {"", "{", "["} else stripped
        raise Rejection(502, why, may_cost=True)
    return _read(said)


def _read(body: Mapping[str, Any]) -> Reply:
    choice = _first(body.get("choices")) or _foreign_choice(body)
    message = choice.get("message") or choice.get("delta")
    if isinstance(message, str):
        message = {"content": message}
    message = message if isinstance(message, dict) else {"content": choice.get("text")}
    reason = str(choice.get("finish_reason") or body.get("done_reason") or "").lower()
    if choice.get("error") or reason == "error" or not choice or (body.get("error") and not _text(message)):
        raise dressed_rejection(choice if choice.get("error") else body)
    refusal = message.get("refusal")
    return Reply(
        text=_text(message.get("content")),
        thoughts=next(filter(str.strip, (_text(message.get(name)) for name in (*_THOUGHTS, *_CALLS[:2]))), ""),
        is_cut=reason.startswith(_CUT),
        is_refused=bool(refusal) or reason.startswith(_FILTERED),
        refusal=refusal if isinstance(refusal, str) else "",
        tokens=_tokens(body.get("usage")),
    )


def _foreign_choice(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer in the form of another protocol: Ollama's, Anthropic's, or OpenAI's newer one."""
    if body.get("error"):
        return {}
    if isinstance(body.get("message"), dict):
        return dict(body)
    content = next((body[name] for name in _OTHER_PROTOCOLS if body.get(name)), None)
    return {"message": {"content": content}, "finish_reason": body.get("stop_reason")} if content else {}


def _first(choices: object) -> dict[str, Any]:
    return choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}


def _text(value: object, depth: int = _DEEPEST) -> str:
    """Return a text, or the texts of its parts without those of thoughts; an object that is the answer as JSON."""
    if isinstance(value, str):
        return value
    if not depth or not isinstance(value, list | dict):
        return ""
    if isinstance(value, list):
        spoken = [part for part in value if not _is_thought(part)] or value
        return "".join(_text(part, depth - 1) for part in spoken)
    for name in (*_TEXTS, *_CALLS[2:]):
        if value.get(name) and (text := _text(value[name], depth - 1)):
            return text
    return json.dumps(value, ensure_ascii=False) if "summary" in value or "key_points" in value else ""


def _is_thought(part: object) -> bool:
    return isinstance(part, dict) and str(part.get("type", "")).lower() in {"thinking", "reasoning", "thought"}


def _tokens(usage: object) -> Tokens | None:
    if not isinstance(usage, dict):
        return None
    given, written = (usage.get(name) or 0 for name in ("prompt_tokens", "completion_tokens"))
    counts = [count for count in (given, written) if isinstance(count, int) and 0 <= count <= _MOST_TOKENS]
    return Tokens(*counts) if len(counts) == 2 and given > 0 else None


def _gathered(stream: str) -> dict[str, Any]:
    """Return the events of a stream as one answer (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""
    events = list(_events(stream))
    failed = next((event for event in events if event.get("error")), None)
    if failed:
        return failed
    choices = [choice for event in events if (choice := _first(event.get("choices")))]
    deltas = [choice.get("delta") or choice.get("message") or {} for choice in choices]
    message = {
        name: "".join(_text(delta.get(name)) for delta in deltas) for name in ("content", "refusal", *_THOUGHTS[:3])
    }
    reason = next((choice["finish_reason"] for choice in reversed(choices) if choice.get("finish_reason")), None)
    usage = next((event["usage"] for event in reversed(events) if event.get("usage")), None)
    return {"choices": [{"message": message, "finish_reason": reason}] if choices else None, "usage": usage}


def _events(stream: str) -> Iterable[dict[str, Any]]:
    for line in stream.splitlines():
        if line.startswith("data:"):
            try:
                event = json.loads(line.removeprefix("data:"))
            except (ValueError, RecursionError):
                continue  # [DONE], or the end of a broken connection
            if isinstance(event, dict):
                yield event
