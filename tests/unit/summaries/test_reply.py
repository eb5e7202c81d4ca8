"""An answer is read in whichever field and form it stands."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.summaries.budget import Tokens
from bot.summaries.clients.rejection import Rejection, rejection
from bot.summaries.clients.reply import Reply, UnreadableReply, read_reply

ANSWER = '{"summary": "It works."}'


def _read(message: object, **more: object) -> Reply:
    return read_reply(json.dumps({"choices": [{"message": message, "finish_reason": "stop", **more}]}))


@pytest.mark.parametrize(
    "content",
    [
        ANSWER,
        [{"type": "text", "text": ANSWER}],
        [{"type": "text", "text": ANSWER[:9]}, {"type": "text", "text": ANSWER[9:]}],
        [{"type": "output_text", "text": ANSWER}],
        [{"type": "text", "text": {"value": ANSWER}}],
        [{"type": "thinking", "thinking": [{"type": "text", "text": "no"}]}, {"type": "text", "text": ANSWER}],
        [ANSWER],
        {"text": ANSWER},
        json.loads(ANSWER),
    ],
)
def test_content_is_a_text_or_its_parts(content: object) -> None:
    assert _read({"content": content}).text == ANSWER


@pytest.mark.parametrize(
    "message",
    [
        {"content": None, "reasoning_content": ANSWER},
        {"content": "", "reasoning": ANSWER},
        {"reasoning_details": [{"type": "reasoning.text", "text": ANSWER}]},
        {"content": " ", "thinking": ANSWER},
        {"tool_calls": [{"function": {"name": "f", "arguments": ANSWER}}]},
        {"function_call": {"name": "f", "arguments": ANSWER}},
    ],
)
def test_what_stands_beside_the_content_is_kept_apart(message: dict[str, Any]) -> None:
    reply = _read(message)
    assert (reply.text.strip(), reply.thoughts) == ("", ANSWER)


@pytest.mark.parametrize(
    "body",
    [
        {"message": {"content": ANSWER}, "done": True},
        {"content": [{"type": "text", "text": ANSWER}], "stop_reason": "end_turn"},
        {"output": [{"type": "reasoning"}, {"type": "message", "content": [{"type": "output_text", "text": ANSWER}]}]},
        {"response": ANSWER},
        [{"generated_text": ANSWER}],
        {"choices": [{"text": ANSWER}]},
        {"choices": [{"delta": {"content": ANSWER}}]},
    ],
)
def test_other_protocols_are_read_too(body: object) -> None:
    assert read_reply(json.dumps(body)).text == ANSWER


def test_a_stream_is_one_answer() -> None:
    pieces = [{"role": "assistant"}, {"reasoning_content": "Hm."}, {"content": ANSWER[:7]}, {"content": ANSWER[7:]}]
    events = [{"choices": [{"delta": piece}]} for piece in pieces]
    events += [{"choices": [{"delta": {}, "finish_reason": "length"}]}]
    usage = {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 2}}
    lines = [": hello", *(f"data: {json.dumps(event)}" for event in [*events, usage]), "data: [DONE]", "data: {"]
    assert read_reply("\n\n".join(lines)) == Reply(ANSWER, "Hm.", is_cut=True, tokens=Tokens(7, 2))


@pytest.mark.parametrize("count", [-1, 0, 10**9, 10**4000, 7.5, "7", [7], {}, float("inf"), float("nan")])
def test_a_count_of_tokens_that_cannot_be_is_no_count(count: object) -> None:
    body = {"choices": [{"message": {"content": ANSWER}}], "usage": {"prompt_tokens": count, "completion_tokens": 2}}
    assert read_reply(json.dumps(body)) == Reply(ANSWER)


@pytest.mark.parametrize("wait", ["nan", "inf", "1e400", "-1", "9" * 5000, "²", "٣", "soon", ""])
def test_a_wait_that_cannot_be_is_none(wait: str) -> None:
    assert rejection(429, "busy", wait).retry_after is None


@pytest.mark.parametrize("code", ["9" * 5000, 10**4000, "²²²", -429, 1e308, True])
def test_a_code_that_cannot_be_is_a_failure_that_may_pass(code: object) -> None:
    with pytest.raises(Rejection) as caught:
        read_reply(json.dumps({"error": {"code": code, "message": "gone"}}))
    assert caught.value.status == 502


@pytest.mark.parametrize("reason", ["length", "max_tokens", "MAX_TOKENS"])
def test_a_cut_answer_is_known_by_its_reason(reason: str) -> None:
    assert _read({"content": "It"}, finish_reason=reason).is_cut


@pytest.mark.parametrize("reason", ["content_filter", "SAFETY", "sensitive"])
def test_a_filtered_answer_is_known_by_its_reason(reason: str) -> None:
    assert _read({"content": ""}, finish_reason=reason).is_refused


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "7",
        '{"choices"',
        '{"choices": null}',
        '{"choices": []}',
        '{"choices": [null]}',
        '{"error": "gone"}',
        '{"error": {"message": "gone"}, "choices": []}',
        '{"choices": [{"error": {"message": "gone"}}]}',
        '{"choices": [{"message": null, "finish_reason": "error"}]}',
        '{"message": "gone"}',
        'data: {"error": {"message": "gone"}}',
        "data: [DONE]",
        "upstream connect error",
    ],
)
def test_a_failure_dressed_as_success_is_one_that_may_pass(body: str) -> None:
    with pytest.raises(Rejection) as caught:
        read_reply(body)
    assert caught.value.is_passing


def test_a_web_page_is_no_answer() -> None:
    with pytest.raises(UnreadableReply):
        read_reply("\n<!doctype html><html>Sign in</html>")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just(ANSWER),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["choices", "message", "content", "text", "error", "finish_reason", "usage", "delta", "type", "output"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(_JSON.map(json.dumps) | st.text(max_size=80) | _JSON.map(lambda said: f"data: {json.dumps(said)}"))
def test_whatever_comes_is_an_answer_or_a_failure(body: str) -> None:
    with suppress(Rejection, UnreadableReply):
        assert isinstance(read_reply(body).text, str)
