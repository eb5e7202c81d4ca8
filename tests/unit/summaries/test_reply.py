"""An answer is read in whichever field and form it stands."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.summaries.budget import Tokens
from bot.summaries.clients.rejection import Rejection
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
        {"choices": {"message": {"content": ANSWER}}},
    ],
)
def test_other_protocols_are_read_too(body: object) -> None:
    assert read_reply(json.dumps(body)).text == ANSWER


@pytest.mark.parametrize(
    "body",
    [
        {"candidates": [{"content": {"parts": [{"text": ANSWER}], "role": "model"}, "finishReason": "STOP"}]},
        {"results": [{"text": ANSWER}]},
        {"code": 0, "data": {"choices": [{"message": {"content": ANSWER}}]}},
        {"success": True, "result": {"response": json.loads(ANSWER)}},
        {"choices": [{"messages": [{"role": "assistant", "content": ANSWER}]}]},
        {"output": {"choices": [{"message": {"content": ANSWER}}]}},
        {"output": {"message": {"content": [{"text": ANSWER}]}}, "stopReason": "end_turn"},
        {"choices": [{"message": {"content": None, "parsed": json.loads(ANSWER)}}]},
        {"choices": [{"message": {"content": ""}}, {"message": {"content": ANSWER}}]},
        {"choices": [{"message": {"content": "", "thinking_blocks": [{"type": "thinking", "thinking": ANSWER}]}}]},
        {"choices": [{"message": {"content": "", "audio": {"transcript": ANSWER}}}]},
        {"answer": ANSWER},
        json.loads(ANSWER),
    ],
)
def test_an_answer_is_found_wherever_it_stands(body: object) -> None:
    reply = read_reply(json.dumps(body))
    assert json.loads(reply.text or reply.thoughts) == json.loads(ANSWER)


def test_a_mark_of_byte_order_does_no_harm() -> None:
    assert read_reply("\ufeff" + json.dumps({"choices": [{"message": {"content": ANSWER}}]})).text == ANSWER


def _in_pieces(made: Callable[[str], object], between: str, before: str) -> str:
    return between.join(f"{before}{json.dumps(made(ANSWER[at : at + 5]))}" for at in range(0, len(ANSWER), 5))


@pytest.mark.parametrize(
    "stream",
    [
        _in_pieces(lambda piece: {"message": {"content": piece}, "done": False}, "\n", ""),
        _in_pieces(lambda piece: {"response": piece}, "\n", ""),
        _in_pieces(lambda piece: {"choices": [{"delta": {"content": piece}}]}, "\n", ""),
        "id: 1\r\n" + _in_pieces(lambda piece: {"choices": [{"delta": {"content": piece}}]}, "\r\n\r\n", "data:"),
        "retry: 3000\n\n" + _in_pieces(lambda piece: {"choices": [{"text": piece}]}, "\n\n", "data: "),
        _in_pieces(lambda piece: {"type": "content_block_delta", "delta": {"text": piece}}, "\n\n", "data: "),
        _in_pieces(lambda piece: {"type": "response.output_text.delta", "delta": piece}, "\n\n", "data: "),
    ],
)
def test_pieces_of_any_protocol_are_one_answer(stream: str) -> None:
    assert read_reply(stream).text == ANSWER


def test_pieces_of_a_call_and_of_thoughts_are_kept_apart() -> None:
    called = _in_pieces(
        lambda piece: {"choices": [{"delta": {"tool_calls": [{"function": {"arguments": piece}}]}}]}, "\n\n", "data: "
    )
    thought = 'data: {"type": "response.reasoning_text.delta", "delta": "Hm."}\n\ndata: {"delta": "So."}'
    assert read_reply(called).thoughts == ANSWER
    assert read_reply(thought) == Reply("So.", "Hm.")


def test_other_line_ends_in_a_string_end_no_event() -> None:
    event = json.dumps({"choices": [{"delta": {"content": "a\u2028b\x85c"}}]}, ensure_ascii=False)
    assert read_reply(f"data: {event}\n\n").text == "a\u2028b\x85c"


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
        '"Service Unavailable"',
        "<html><title>502 Bad Gateway</title></html>",
        '{"choices": [{"index": 0, "finish_reason": "stop"}], "error": {"code": 503}}',
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
