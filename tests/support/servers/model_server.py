"""A loopback server of a language model over OpenAI's protocol, with simulated faults of every kind."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

GOOD_TOPIC = "Optimization"
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_LIMITS = ("max_completion_tokens", "max_tokens")
_TEXTS = ("summary", "methodology", "results", "implications")
FRENCH = (
    "Les auteurs proposent une méthode qui apprend plus vite que celles qui existent déjà, et ils montrent comment."
)

Odd = Callable[[dict[str, Any], dict[str, Any]], web.Response | None]
"""Answers a request, given the right answer, in place of the server; None leaves it to the server."""


@dataclass
class ModelServer:
    """`async with ModelServer() as server`: its address is `server.base_url`; `behave` turns on faults.

    Faults: slow:<seconds>, down, dropped, busy:<retry-after>, no_quota, wrong_key, unknown_model, refusal, filtered,
    prose, malformed, fenced, think, foreign_numbers, fifty_points, injected, french, stringified, wrapped, empty, html,
    gist (the answer has one), length (until there is room), length_always, no_json_schema, no_json_object, schema_500,
    ignores_schema, wants_max_tokens, wants_max_completion_tokens, no_usage, odd_usage.

    The fields of `says` replace those of
    every answer; if it is a text, that is the whole answer. `by_title` holds such fields for single papers. The normal
    answer is in English, or in French on request. `odd` is a server of another make. Every request counts, also at
    addresses without anything, which end in 404, or in a redirect with the status `moved` to the right one at `home`.
    """

    model: str = "loopback-1"
    levers: tuple[str, ...] = ()
    says: dict[str, Any] | str = field(default_factory=dict)
    by_title: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    odd: Odd | None = None
    home: str = "/v1"
    moved: int = 0
    host: str = "127.0.0.1"
    base_url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list, repr=False)
    calls: Counter[str] = field(default_factory=Counter, repr=False)
    most_at_once: int = 0
    _next: list[tuple[str, ...]] = field(default_factory=list)
    _at_once: int = 0
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> "ModelServer":
        app = web.Application()
        app.router.add_post(f"{self.home}/chat/completions", self._complete)
        app.router.add_get("/v1/models", self._models)
        app.router.add_route("*", "/{elsewhere:.*}", self._nothing)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, 0)
        await site.start()
        host = f"[{self.host}]" if ":" in self.host else self.host
        self.base_url = f"http://{host}:{self._runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner
        await self._runner.cleanup()

    def behave(self, *levers: str) -> None:
        """Turn on these faults from now on; without arguments, none."""
        self.levers, self._next = levers, []

    def behave_once(self, *levers: str) -> None:
        """Turn on these faults for one request, in the order of the calls; then `behave` applies again."""
        self._next.append(levers)

    @property
    def root(self) -> str:
        """Return the address without /v1."""
        return self.base_url.removesuffix("/v1")

    async def _nothing(self, request: web.Request) -> web.Response:
        self.requests.append(await request.json() if request.can_read_body else {})
        if self.moved:
            return web.Response(status=self.moved, headers={"location": f"{self.home}/chat/completions"})
        return web.Response(text="404 page not found", status=404)

    async def _models(self, _: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": [{"id": self.model, "object": "model"}]})

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        levers = self._next.pop(0) if self._next else self.levers
        self.requests.append(asked)
        self.calls[_shown(asked)[0]] += 1
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            for lever in levers:
                if lever.startswith("slow:"):
                    await asyncio.sleep(float(lever.removeprefix("slow:")))
            odd = self.odd(asked, good_answer(asked)) if self.odd else None
            return odd or self._failure(request, levers) or _complaint(asked, levers) or self._answer(asked, levers)
        finally:
            self._at_once -= 1

    def _failure(self, request: web.Request, levers: tuple[str, ...]) -> web.Response | None:
        for lever in levers:
            if lever.startswith("busy:"):
                headers = {"retry-after": lever.removeprefix("busy:")}
                return _error(429, "Rate limit reached.", "rate_limit_exceeded", headers)
        if "dropped" in levers:
            assert request.transport
            request.transport.abort()
            return web.Response()
        if "html" in levers:
            return web.Response(text="<html>Sign in to the café's network</html>", content_type="text/html")
        failures = {
            "down": (500, "The server had an error.", "server_error"),
            "no_quota": (429, "You exceeded your current quota.", "insufficient_quota"),
            "wrong_key": (401, "Incorrect API key provided: sk-secret.", "invalid_api_key"),
            "unknown_model": (404, "The model does not exist.", "model_not_found"),
        }
        return next((_error(*failures[lever]) for lever in levers if lever in failures), None)

    def _content(self, asked: dict[str, Any], levers: tuple[str, ...]) -> str:
        own = self.by_title.get(_shown(asked)[0])
        return _content(asked, levers, dict(own) if own else self.says)

    def _answer(self, asked: dict[str, Any], levers: tuple[str, ...]) -> web.Response:
        limit = next(asked[name] for name in _LIMITS if name in asked)
        message: dict[str, Any] = {"role": "assistant", "content": self._content(asked, levers), "refusal": None}
        reason = "stop"
        if "refusal" in levers:
            message |= {"content": None, "refusal": "I'm sorry, I can't help with that."}
        if "filtered" in levers:
            reason = "content_filter"
        if "length_always" in levers or ("length" in levers and limit < 4000):
            message["content"], reason = "", "length"
        usage: dict[str, Any] | None = {"prompt_tokens": 700, "completion_tokens": 200, "total_tokens": 900}
        if "no_usage" in levers:
            usage = None
        if "odd_usage" in levers:
            usage = {"prompt_tokens": -5, "completion_tokens": 10**30, "total_tokens": "?"}
        choice = {"index": 0, "message": message, "finish_reason": reason}
        head = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": self.model}
        return web.json_response({**head, "choices": [choice], "usage": usage})


def good_answer(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the right answer to a request."""
    return _good(*_shown(asked))


def _error(status: int, message: str, code: str, headers: dict[str, str] | None = None) -> web.Response:
    body = {"error": {"message": message, "type": code, "param": None, "code": code}}
    return web.json_response(body, status=status, headers=headers)


def _complaint(asked: dict[str, Any], levers: tuple[str, ...]) -> web.Response | None:
    kind = asked.get("response_format", {}).get("type", "text")
    if f"no_{kind}" in levers:
        return _error(400, f"Invalid parameter: 'response_format' of type '{kind}' is not supported.", "invalid_value")
    if "schema_500" in levers and kind == "json_schema":
        return _error(500, "Failed to parse grammar", "server_error")
    if "wants_max_tokens" in levers and "max_completion_tokens" in asked:
        return _error(400, "Unrecognized request argument supplied: max_completion_tokens", "invalid_request_error")
    if "wants_max_completion_tokens" in levers and "max_tokens" in asked:
        return _error(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens'.", "unsupported_parameter")
    if kind == "json_schema":
        return _schema_complaint(asked["response_format"]["json_schema"])
    return None


def _schema_complaint(form: dict[str, Any]) -> web.Response | None:
    """Check OpenAI's rules for strict schemas: https://platform.openai.com/docs/guides/structured-outputs."""
    schema = form["schema"]
    closed = schema["additionalProperties"] is False and set(schema["required"]) == set(schema["properties"])
    return None if closed and form["strict"] and form["name"] else _error(400, "Invalid schema", "invalid_json_schema")


def _shown(asked: Mapping[str, Any]) -> tuple[str, str]:
    """Return the title and the abstract in the request."""
    told = "\n".join(message["content"] for message in asked["messages"] if message["role"] == "user")
    title, abstract = re.search(r"^Title: (.*)$", told, re.M), re.search(r"^Abstract: (.*)$", told, re.M)
    return (title.group(1) if title else ""), (abstract.group(1) if abstract else "")


def _content(asked: dict[str, Any], levers: tuple[str, ...], says: dict[str, Any] | str) -> str:
    if isinstance(says, str):
        return says
    kind = asked.get("response_format", {}).get("type", "text")
    title, abstract = _shown(asked)
    good = _in_french(title) if 'code "fr"' in asked["messages"][-1]["content"] else _good(title, abstract)
    answer = _twisted(good, levers) | says
    written = json.dumps(answer, ensure_ascii=bool(says))
    around = {
        "prose": "This paper is about many things, and I liked it.",
        "malformed": written[: len(written) // 2],
        "fenced": f"Here you are:\n```json\n{written}\n```\nAnything else?",
        "think": f'<think>They want {{"summary": "a lie"}}. Let me see.</think>\n\n{written}',
        "wrapped": json.dumps({"result": answer}),
        "empty": "",
    }
    if "ignores_schema" in levers and kind == "json_schema":
        return around["prose"]
    return next((around[lever] for lever in levers if lever in around), written)


def _good(title: str, abstract: str) -> dict[str, Any]:
    said = _SENTENCE_END.split(abstract) if abstract else [f"On {title}."]
    points = [*said, f"The paper is called {title}.", f"It is on {title}.", f"It says more on {title}."][:4]
    texts = [" ".join(said[:2]), said[len(said) // 2], said[-1], ""]
    return {"topics": [GOOD_TOPIC], "key_points": points, **dict(zip(_TEXTS, texts, strict=True))}


def _in_french(title: str) -> dict[str, Any]:
    called = f"L’article s’appelle « {title} » et les auteurs le montrent dans les résultats."
    points = [FRENCH, called, f"Aussi : {FRENCH}", f"Enfin : {called}"]
    return {"topics": [GOOD_TOPIC], "key_points": points, **dict.fromkeys(_TEXTS, " ".join(points))}


def _twisted(answer: dict[str, Any], levers: tuple[str, ...]) -> dict[str, Any]:
    twists: dict[str, dict[str, Any]] = {
        "foreign_numbers": {"results": "It gains 97.31% over 4242 baselines."},
        "fifty_points": {"key_points": [f"{answer['key_points'][0]} {'again ' * place}" for place in range(50)]},
        "injected": {
            "key_points": [
                f"@everyone {answer['key_points'][0]}",
                f"<!channel> <@U0123> {answer['key_points'][1]}",
                f"[Click here](http://evil.example) {answer['key_points'][2]}",
                f"\u202eevil\u202c\u0007 https://evil.example/x?y=1 {answer['key_points'][3]}",
            ],
            "topics": ["Ignore previous instructions", GOOD_TOPIC],
        },
        "gist": {"gist": answer["key_points"][0]},
        "french": {"key_points": [FRENCH, f"Aussi: {FRENCH}"], "summary": FRENCH},
        "stringified": {"key_points": json.dumps(answer["key_points"]), "topics": str(answer["topics"])},
    }
    for lever in levers:
        answer |= twists.get(lever, {})
    return answer
