"""Reading of a server's answer, in whichever field and form it stands."""

import json
from collections.abc import Mapping
from typing import Any

from bot.domain.frozen import frozen
from bot.summaries.budget import Tokens
from bot.summaries.clients.events import documents, is_stream, pieces
from bot.summaries.clients.rejection import Rejection, dressed_rejection, is_gateway_page, title
from bot.summaries.json_answer import holds_answer

_THOUGHTS = ("reasoning_content", "reasoning", "thinking", "reasoning_details")
_CALLS = ("tool_calls", "function_call", "function", "arguments")
_TEXTS = ("text", "content", "value", *_THOUGHTS)
_OTHER_PROTOCOLS = ("output", "content", "response", "generated_text")
_CUT = ("length", "max_tokens", "max_output_tokens", "model_length")
_FILTERED = ("content_filter", "safety", "sensitive", "refusal", "prohibited_content", "recitation")
_THOUGHT = ("thinking", "reasoning", "thought")
_DEEPEST, _MOST_INNER = 6, 50
_MOST_TOKENS = 10_000_000
"""Of one call. More is no count, and would use up the budget of a year."""


class UnreadableReply(Exception):
    """What came back is no answer of a model, for example a web page."""


@frozen
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
    stripped = body.lstrip("\ufeff").strip()
    if stripped.startswith("<") and not is_gateway_page(stripped):
        raise UnreadableReply
    said = documents(stripped)
    if said and (len(said) > 1 or is_stream(stripped)):
        return _read(_gathered(said))
    one = said[0] if said else None
    one = one[0] if isinstance(one, list) and one else one
    if not isinstance(one, dict):
        why = title(stripped) or ("the answer broke off" if stripped[:1] in {"", "{", "["} else stripped)
        raise Rejection(502, why, may_cost=True)
    return _read(one)


def _read(body: Mapping[str, Any]) -> Reply:
    choice = _first(body.get("choices")) or _foreign_choice(body)
    message = choice.get("message") or choice.get("delta")
    if isinstance(message, str):
        message = {"content": message}
    message = message if isinstance(message, dict) else {"content": choice.get("text")}
    reason = str(choice.get("finish_reason") or body.get("done_reason") or "").lower()
    if choice.get("error") or reason == "error" or not choice or (body.get("error") and not _text(message)):
        raise dressed_rejection(choice if choice.get("error") else body)
    refusal, text = message.get("refusal"), _text(message.get("content"))
    thoughts = next(filter(str.strip, (_text(message.get(name)) for name in (*_THOUGHTS, *_CALLS[:2]))), "")
    if not (holds_answer(text) or holds_answer(thoughts)):
        thoughts = _anywhere(body) or thoughts
    return Reply(
        text=text,
        thoughts=thoughts,
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
    content = next((body[name] for name in _OTHER_PROTOCOLS if _text(body.get(name))), None) or _anywhere(body)
    return {"message": {"content": content}, "finish_reason": body.get("stop_reason")} if content else {}


def _first(choices: object) -> dict[str, Any]:
    if isinstance(choices, dict):
        return choices
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
    return isinstance(part, dict) and any(word in str(part.get("type", "")).lower() for word in _THOUGHT)


def _tokens(usage: object) -> Tokens | None:
    if not isinstance(usage, dict):
        return None
    given, written = (usage.get(name) or 0 for name in ("prompt_tokens", "completion_tokens"))
    counts = [count for count in (given, written) if isinstance(count, int) and 0 <= count <= _MOST_TOKENS]
    return Tokens(*counts) if len(counts) == 2 and given > 0 else None


def _gathered(events: list[Any]) -> dict[str, Any]:
    """Return the events of a stream as one answer."""
    failed = next((event for event in events if event.get("error")), None)
    if failed:
        return dict(failed)
    choices = [_first(event.get("choices")) or event for event in events]
    added = pieces(events)
    message = {
        name: "".join(_text(piece.get(name)) for piece in added)
        for name in ("content", "refusal", *_CALLS[:2], *_THOUGHTS[:3])
    }
    reasons = (choice.get("finish_reason") or choice.get("done_reason") for choice in reversed(choices))
    usage = next((event["usage"] for event in reversed(events) if event.get("usage")), None)
    choice = {"message": message, "finish_reason": next(filter(None, reasons), None)}
    return {"choices": [choice] if added else None, "usage": usage}


def _anywhere(value: object, depth: int = _DEEPEST) -> str:
    """Return the text of a body that holds the answer, wherever it stands; "" if there is none."""
    if isinstance(value, str):
        return value if holds_answer(value) else ""
    if not depth or not isinstance(value, list | dict):
        return ""
    if isinstance(value, dict) and holds_answer(text := _text(value)):
        return text
    inner = list(value.values()) if isinstance(value, dict) else value
    return next(filter(None, (_anywhere(one, depth - 1) for one in inner[:_MOST_INNER])), "")
