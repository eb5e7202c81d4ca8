"""Servers of models as people met them: each answers one request in its own way, or leaves it to the loopback server.

The behaviors are of public reports (huggingface/chat-ui#1386, OpenRouterTeam/python-sdk#44, vllm-project/vllm#17609 and
others) and of the providers' own documentation.
"""

import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from support.servers.model_server import Odd

Asked = dict[str, Any]
Good = dict[str, Any]


def said(status: int, body: object) -> web.Response:
    """An answer with that body, as JSON unless it is a text."""
    if isinstance(body, str):
        return web.Response(status=status, text=body)
    return web.json_response(body, status=status)


def failed(status: int, message: str, code: str = "invalid_request_error", **more: object) -> web.Response:
    """An error in the form of OpenAI."""
    return said(status, {"error": {"message": message, "type": code, "param": None, "code": code, **more}})


def completed(reason: str = "stop", **message: object) -> web.Response:
    """A completion with that message."""
    choice = {"index": 0, "message": {"role": "assistant", "content": None, **message}, "finish_reason": reason}
    usage = {"prompt_tokens": 700, "completion_tokens": 200, "total_tokens": 900}
    return said(200, {"id": "1", "object": "chat.completion", "choices": [choice], "usage": usage})


def written(content: Callable[[str], object], reason: str = "stop") -> Odd:
    """A model whose whole answer is made of the right one by `content`."""
    return lambda asked, good: completed(reason, content=content(json.dumps(good, ensure_ascii=False)))


def has_system(asked: Asked) -> bool:
    """Tell if there are instructions of a role of their own."""
    return any(message["role"] not in {"user", "assistant"} for message in asked["messages"])


def alternates(asked: Asked) -> bool:
    """Tell if user and assistant take turns, the user first."""
    roles = [message["role"] for message in asked["messages"]]
    return roles == ["user", "assistant"] * (len(roles) // 2) + ["user"] * (len(roles) % 2)


def form_of(asked: Asked) -> str:
    """Tell which form of answer is asked for."""
    kind: str = asked.get("response_format", {}).get("type", "text")
    return kind


def limit_of(asked: Asked) -> int:
    """Tell how many tokens are asked for at most."""
    limit: int = asked.get("max_completion_tokens") or asked.get("max_tokens") or 0
    return limit


def refuses(where: Callable[[Asked], bool], answer: Callable[[], web.Response]) -> Odd:
    """A server that gives this answer to some requests."""
    return lambda asked, good: answer() if where(asked) else None


def once(answer: Callable[[], web.Response]) -> Odd:
    """A server whose first answer is this one."""
    left = [answer]
    return lambda asked, good: left.pop()() if left else None


def both(*behaviors: Odd) -> Odd:
    """A server with all these behaviors; the first that has something to say answers."""
    return lambda asked, good: next(filter(None, (behave(asked, good) for behave in behaviors)), None)


def always(answer: Callable[[], web.Response]) -> Odd:
    """A server that says nothing else."""
    return lambda asked, good: answer()


def streamed(asked: Asked, good: Good) -> web.Response:
    """An answer as a stream of events."""
    text = json.dumps(good)
    pieces: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    pieces += [{"content": text[at : at + 40]} for at in range(0, len(text), 40)]
    events = [{"choices": [{"index": 0, "delta": piece, "finish_reason": None}]} for piece in pieces]
    events.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    lines = [": PROCESSING", *(f"data: {json.dumps(event)}" for event in events), "data: [DONE]"]
    return web.Response(text="\n\n".join(lines) + "\n\n", content_type="text/event-stream")


def with_latex(text: str) -> str:
    """The answer with backslashes as models write them, which JSON doesn't allow or reads as something else."""
    good = json.loads(text)
    good["key_points"][0] += " It holds for @nu, $@rho$, @theta, @frac{a}{b}, @beta, @(x@) and @mathbb{R}."
    return json.dumps(good).replace("@", "\\")


def python_like(text: str) -> str:
    """The answer as Python writes it."""
    good = json.loads(text)
    return str(good).replace("’", "'")


def commented(text: str) -> str:
    """The answer with comments."""
    return text.replace('"key_points":', '// the points\n"key_points": /* four */', 1)


def bare_keys(text: str) -> str:
    """The answer with names without quotes."""
    return text.replace('"key_points":', "key_points:").replace('"summary":', "summary:")


def trailing_commas(text: str) -> str:
    """The answer with a comma after each last item."""
    return text.replace("]", ",]").replace("}", ",}")


def typographic(text: str) -> str:
    """The answer with the quotes of prose."""
    good: dict[str, Any] = json.loads(text)

    def quoted(value: object) -> str:
        return f"[{', '.join(map(quoted, value))}]" if isinstance(value, list) else f"“{value}”"

    return "{" + ", ".join(f"“{name}”: {quoted(value)}" for name, value in good.items()) + "}"
