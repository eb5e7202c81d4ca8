"""The table of model endpoints: however a server behaves, its model makes the summaries within three requests, and
within one from the second paper on; or a sentence says what to change."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web
from redis.asyncio import Redis

from bot.domain.errors import ModelDown
from bot.summaries.clients.openai import open_model
from bot.summaries.store.ways import RedisWays
from support.builders.sample_abstracts import DRUGS, FEDERATED
from support.servers.model_server import ModelServer, Odd
from support.servers.odd_endpoints import (
    Asked,
    Good,
    alternates,
    always,
    bare_keys,
    both,
    commented,
    completed,
    failed,
    form_of,
    has_system,
    limit_of,
    once,
    python_like,
    refuses,
    said,
    streamed,
    trailing_commas,
    typographic,
    with_latex,
    written,
)

TIMEOUT_SECONDS = 5.0
DRAFT = json.dumps({"key_points": [f"bad {n} one here" for n in range(4)], "summary": "A draft that is bad. " * 9})


def no_system(answer: Callable[[], web.Response]) -> Odd:
    return refuses(has_system, answer)


def no_form(form: str, answer: Callable[[], web.Response]) -> Odd:
    return refuses(lambda asked: form_of(asked) == form, answer)


def cut_below(tokens: int) -> Odd:
    return refuses(lambda asked: limit_of(asked) < tokens, lambda: completed("length", content='{"summary": "It'))


def above(tokens: int, answer: Callable[[], web.Response]) -> Odd:
    return refuses(lambda asked: limit_of(asked) > tokens, answer)


def wants_max_tokens(asked: Asked, good: Good) -> web.Response | None:
    return (
        failed(400, "Unrecognized request argument supplied: max_completion_tokens")
        if ("max_completion_tokens" in asked)
        else None
    )


def strictly_alternating(asked: Asked, good: Good) -> web.Response | None:
    return None if alternates(asked) else said(400, {"message": "Conversation roles must alternate user/assistant/…"})


def message(**fields: Callable[[str], object]) -> Odd:
    """A server that puts its answer into these fields."""
    return lambda asked, good: completed(**{name: put(json.dumps(good)) for name, put in fields.items()})


def native(asked: Asked, good: Good) -> web.Response:
    return said(200, {"model": "m", "message": {"role": "assistant", "content": json.dumps(good)}, "done": True})


def thinks(asked: Asked, good: Good) -> web.Response | None:
    why = "parameter.enable_thinking must be set to false for non-streaming calls"
    return None if asked.get("enable_thinking") is False else failed(400, why)


def streams_only(asked: Asked, good: Good) -> web.Response:
    why = "This model only support stream mode, please enable the stream parameter to access the model. "
    return streamed(asked, good) if asked.get("stream") else failed(400, why)


def empty_in_json_mode(asked: Asked, good: Good) -> web.Response | None:
    return completed(content="") if form_of(asked) == "json_object" else None


SYSTEM = "System role not supported"
OPENROUTER = {"error": {"code": 502, "message": "Provider returned error"}, "user_id": "u"}
RAW = {"message": "Provider returned error", "code": 400, "metadata": {"raw": json.dumps({"message": SYSTEM})}}
PYDANTIC = [{"type": "literal_error", "loc": ["body", "messages", 0, "role"], "input": "system",
             "msg": "Input should be 'user' or 'assistant'"}]  # fmt: skip
EXTRA = [{"type": "extra_forbidden", "loc": ["body", "max_completion_tokens"], "input": 2000,
          "msg": "Extra inputs are not permitted"}]  # fmt: skip
O1 = "Unsupported value: 'messages[0].role' does not support 'system' with this model."
VLLM = {"object": "error", "message": SYSTEM, "type": "BadRequestError", "param": None, "code": 400}
DEVELOPER = "Developer instruction is not enabled for models/gemma-3-27b-it"
GOOGLE = [{"error": {"code": 400, "message": DEVELOPER, "status": "INVALID_ARGUMENT"}}]
FINAL = "<|channel|>final<|message|>"
TEMPLATE = "Value is not callable: null at row 1: {{ raise_exception('System role not supported') }}"
TOO_LARGE = "max_tokens is too large: 8000. This model supports at most 4096 completion tokens."
CONTEXT = (
    "This model's maximum context length is 4096 tokens. However, you requested 8900 tokens (900 in the messages,"
    " 8000 in the completion)."
)
ANTHROPIC = "max_tokens: 2000 > 1024, which is the maximum allowed number of output tokens for m-20261101"
NO_SCHEMA = "This response_format type is unavailable now"
THINKING_PART = {"type": "thinking", "thinking": [{"type": "text", "text": DRAFT}]}


def works() -> dict[str, tuple[Odd | None, str, int]]:
    """Each behavior, with the path of the set address and the number of requests that the first paper takes."""
    return {
        # Instructions without a role of their own
        "a template without a system role": (
            no_system(lambda: said(400, VLLM)),
            "/v1", 2),
        "o1-mini": (no_system(lambda: failed(400, O1, "unsupported_value")), "/v1", 2),
        "Gemma at Google, in a list": (
            no_system(lambda: said(400, GOOGLE)),
            "/v1", 2),
        "roles that must alternate": (strictly_alternating, "/v1", 2),
        "a template's own exception, as 500": (no_system(lambda: failed(500, TEMPLATE, "server_error")), "/v1", 2),
        "a validated role": (no_system(lambda: said(422, {"detail": PYDANTIC})), "/v1", 2),
        "a bad request without a reason": (no_system(lambda: said(400, "Bad Request")), "/v1", 3),
        "no system role and an older limit": (
            both(wants_max_tokens, no_system(lambda: failed(400, SYSTEM))), "/v1", 3),
        "no system role and no schema": (
            both(no_form("json_schema", lambda: failed(400, NO_SCHEMA)), no_system(lambda: failed(400, SYSTEM))),
            "/v1", 3),
        "no system role, said with 200": (no_system(lambda: said(200, {"error": RAW})), "/v1", 2),
        # Failures dressed as success
        "a provider's error with 200": (once(lambda: said(200, OPENROUTER)), "/v1", 2),
        "choices that are null": (once(lambda: said(200, {"id": "1", "choices": None, "usage": None})), "/v1", 2),
        "no choices": (once(lambda: said(200, {"id": "1", "choices": []})), "/v1", 2),
        "an error that is a text": (once(lambda: said(200, {"error": "upstream timed out"})), "/v1", 2),
        "an error inside the choice": (
            once(lambda: said(200, {"choices": [{"error": {"code": 503}, "finish_reason": "error"}]})),
            "/v1", 2),
        "an answer that broke off": (once(lambda: said(200, '{"id": "1", "choices": [{"mess')), "/v1", 2),
        "an empty body": (once(lambda: said(200, "")), "/v1", 2),
        "a status of its own": (
            once(lambda: said(200, {"base_resp": {"status_code": 1002, "status_msg": "rate limit"}})), "/v1", 2),
        "a real 502": (once(lambda: said(502, "<html>Bad Gateway</html>")), "/v1", 2),
        # An empty answer
        "an empty answer once": (once(lambda: completed(content="")), "/v1", 2),
        "null once": (once(completed), "/v1", 2),
        "blanks once": (once(lambda: completed(content="\n\n  ")), "/v1", 2),
        "empty in JSON mode": (
            both(no_form("json_schema", lambda: failed(400, NO_SCHEMA)), empty_in_json_mode), "/v1", 3),
        # The answer is somewhere else
        "reasoning_content": (message(reasoning_content=str), "/v1", 1),
        "reasoning": (message(reasoning=lambda text: f"So I answer:\n{text}", content=lambda text: ""), "/v1", 1),
        "parts of text": (
            message(content=lambda text: [{"type": "text", "text": text[:99]}, {"type": "text", "text": text[99:]}]),
            "/v1", 1),
        "parts of thought and text": (
            message(content=lambda text: [THINKING_PART, {"type": "text", "text": text}]), "/v1", 1),
        "an object in place of a text": (message(content=json.loads), "/v1", 1),
        "a call of a tool": (
            message(tool_calls=lambda text: [{"type": "function", "function": {"name": "f", "arguments": text}}]),
            "/v1", 1),
        "a stream that nobody asked for": (streamed, "/v1", 1),
        "Ollama's own form": (native, "/v1", 1),
        # Drafts before the answer
        "channels": (
            written(lambda text: f"<|channel|>analysis<|message|>{DRAFT}<|end|><|start|>assistant{FINAL}{text}"),
            "/v1", 1),
        "THINK in brackets": (written(lambda text: f"[THINK]{DRAFT}[/THINK]{text}"), "/v1", 1),
        "thought": (written(lambda text: f"<thought>{DRAFT}</thought>{text}"), "/v1", 1),
        "think": (written(lambda text: f"<think>{DRAFT}</think>\n{text}"), "/v1", 1),
        "think without its beginning": (written(lambda text: f"I see. {DRAFT}\n</think>\n{text}"), "/v1", 1),
        "a draft in prose": (written(lambda text: f"First: {DRAFT}\nBetter:\n```json\n{text}\n```"), "/v1", 1),
        "an answer that thinks afterwards": (written(lambda text: f"{text}<think>Or {DRAFT}?</think>"), "/v1", 1),
        # JSON as models write it
        "LaTeX in strings": (written(with_latex), "/v1", 1),
        "trailing commas": (written(trailing_commas), "/v1", 1),
        "single quotes": (written(python_like), "/v1", 1),
        "comments": (written(commented), "/v1", 1),
        "typographic quotes": (written(typographic), "/v1", 1),
        "bare keys": (written(bare_keys), "/v1", 1),
        "blanks up to the limit": (written(lambda text: text + " \n" * 500, "length"), "/v1", 1),
        # Limits
        "a raised limit that is too high": (
            both(cut_below(4096), above(4096, lambda: failed(400, TOO_LARGE))), "/v1", 3),
        "a context of 4,096 tokens": (both(cut_below(2500), above(3196, lambda: failed(400, CONTEXT))), "/v1", 3),
        "a limit that isn't named": (
            both(cut_below(3000), above(4096, lambda: failed(400, "max_tokens is too large"))), "/v1", 3),
        "a limit below the first one": (above(1024, lambda: failed(400, ANTHROPIC)), "/v1", 2),
        # Addresses
        "no /v1": (None, "", 2),
        "a slash": (None, "/", 2),
        "the whole path": (None, "/v1/chat/completions", 1),
        "Ollama's /api": (None, "/api", 3),
        "Ollama's /api/chat": (None, "/api/chat/", 3),
        # Requirements
        "thinking must be off": (thinks, "/v1", 2),
        "streams only": (streams_only, "/v1", 2),
        "no schema": (no_form("json_schema", lambda: failed(400, NO_SCHEMA)), "/v1", 2),
        "extra fields forbidden": (
            refuses(lambda asked: "max_completion_tokens" in asked, lambda: said(422, {"detail": EXTRA})), "/v1", 2),
        "a schema that can't be compiled, as 500": (
            no_form("json_schema", lambda: failed(500, "failed to parse grammar", "server_error")), "/v1", 2),
    }  # fmt: skip


FILTER = "The response was filtered due to the prompt triggering Azure OpenAI's content management policy."
BALANCE = {"error": {"message": "Insufficient Balance", "type": "unknown_error", "code": "invalid_request_error"}}
COUNTRY = "Country, region, or territory not supported"
NO_MODEL = "model 'llama9' not found, try pulling it first"

SAYS: dict[str, tuple[Odd, str, int, str]] = {
    "a filter": (always(lambda: failed(400, FILTER, "content_filter")), "/v1", 1, "content management policy"),
    "a filter with 200": (
        always(lambda: said(200, {"error": {"code": 403, "message": "Input was flagged by moderation"}})),
        "/v1", 1, "flagged by moderation"),
    "another filter": (
        always(lambda: failed(400, "Output data may contain inappropriate content.", "data_inspection_failed")),
        "/v1", 1, "inappropriate content"),
    "a wrong key": (
        always(lambda: failed(401, "Incorrect API key provided: a-key-of-ours", "invalid_api_key")),
        "/v1", 1, "refuses the key (401): check OPENAI_API_KEY."),
    "no money": (always(lambda: said(402, BALANCE)), "/v1", 1, "no quota left"),
    "another country": (always(lambda: failed(403, COUNTRY)), "/v1", 1, COUNTRY),
    "no such model": (always(lambda: failed(404, NO_MODEL)), "/v1", 1, NO_MODEL),
    "no such model, as 400": (always(lambda: failed(400, "Model Not Exist")), "/v1", 1, "Model Not Exist"),
    "no valid model": (
        always(lambda: failed(400, "gpt-9 is not a valid model ID")), "/v1", 1, "gpt-9 is not a valid model ID"),
    "nothing at the address": (
        always(lambda: said(404, "404 page not found")), "/api", 3, "should OPENAI_BASE_URL end in /v1?"),
    "nothing under /v1 either": (
        always(lambda: said(404, "404 page not found")), "/v1", 3, "check OPENAI_BASE_URL and OPENAI_MODEL"),
    "a web page": (always(lambda: said(200, "<html>Sign in</html>")), "/v1", 1, "OPENAI_BASE_URL"),
    "too long a request": (
        always(lambda: failed(413, "Request too large: 9000 tokens per minute, limit 6000")),
        "/v1", 1, "limit 6000"),
    "a model that is loaded": (always(lambda: failed(503, "Loading model")), "/v1", 3, "failed (503): Loading model"),
    "an error with 200 that stays": (always(lambda: said(200, OPENROUTER)), "/v1", 3, "Provider returned error"),
    "a refusal without a reason": (always(lambda: said(400, "")), "/v1", 3, "refuses the request (400)"),
    "a refusal with its reason": (
        always(lambda: failed(400, "Your project a-key-of-ours is archived.")),
        "/v1", 3, "refuses the request (400): Your project [hidden] is archived."),
    "only thoughts": (
        always(lambda: completed("length", content="", reasoning_content="Let me see.")),
        "/v1", 2, "all of its 8,000 tokens went into thinking"),
}  # fmt: skip


@pytest.mark.parametrize("name", works())
async def test_the_first_paper_takes_three_requests_at_most_and_the_next_one(name: str) -> None:
    odd, path, requests = works()[name]
    assert requests <= 3
    async with ModelServer(odd=odd) as server, _opened(server, path) as model:
        first = await model.summarize(DRUGS, "en")
        assert (first.made_by, len(server.requests)) == ("loopback-1", requests)
        assert not any("bad" in point for point in first.key_points)
        second = await model.summarize(FEDERATED, "en")
        assert (second.made_by, len(server.requests)) == ("loopback-1", requests + 1)


@pytest.mark.one_store
@pytest.mark.parametrize("name", [name for name, (_, _, requests) in works().items() if requests > 1])
async def test_the_next_process_knows_what_the_first_one_learned(name: str, redis_client: Redis) -> None:
    odd, path, requests = works()[name]
    async with ModelServer(odd=odd) as server:
        async with _opened(server, path, RedisWays(redis_client)) as first:
            await first.summarize(DRUGS, "en")
        async with _opened(server, path, RedisWays(redis_client)) as second:
            assert (await second.summarize(FEDERATED, "en")).made_by == "loopback-1"
        assert len(server.requests) == requests + 1


@pytest.mark.parametrize("name", SAYS)
async def test_a_sentence_says_what_to_change(name: str) -> None:
    odd, path, requests, why = SAYS[name]
    async with ModelServer(odd=odd) as server, _opened(server, path) as model:
        with pytest.raises(ModelDown) as caught:
            await model.summarize(DRUGS, "en")
        assert why in caught.value.sentence
        assert "a-key-of-ours" not in caught.value.sentence
        assert len(server.requests) == requests


def test_the_table_holds_fifty_behaviors() -> None:
    assert len(works()) >= 50


def _opened(server: ModelServer, path: str, ways: RedisWays | None = None) -> Any:
    more = {"ways": ways} if ways else {}
    opened = open_model("a-key-of-ours", f"{server.root}{path}", server.model, TIMEOUT_SECONDS, **more)
    opened._calls._pause_seconds = 0.001
    return opened
