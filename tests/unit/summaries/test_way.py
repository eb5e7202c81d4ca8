"""A server's complaint changes what it is about, and nothing else."""

import json
from dataclasses import replace

import pytest

from bot.infra.http.openai_address import addresses, headers, query
from bot.summaries.clients.mend import mended
from bot.summaries.clients.rejection import Rejection, dressed_rejection, rejection
from bot.summaries.prompt import messages_for, repaired, without_system
from bot.summaries.way import Way
from support.builders.sample_abstracts import DRUGS

FIRST = Way()


def _after(words: str, way: Way = FIRST, *earlier: str) -> Way:
    return mended(way, Rejection(400, words), earlier)


@pytest.mark.parametrize(
    "words",
    [
        "System role not supported",
        "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
        "Conversation roles must alternate user/assistant/user/assistant/...",
        "Only user and assistant roles are supported!",
        "Developer instruction is not enabled for models/gemma-3-27b-it",
        "This model does not support system messages",
        'Unexpected role "system". The Messages API accepts a top-level system parameter',
        "Role 'system' is not allowed",
        "messages.0.role: Input should be 'user' or 'assistant'",
        "roles must be one of [user, assistant]",
        "invalid message role",
        "the role of message with even index must be user",
        "After the optional system message, conversation roles must alternate user/assistant",
        "jinja2.exceptions.TemplateError: system prompt is not supported by this template",
    ],
)
def test_a_complaint_about_the_role_moves_the_instructions_alone(words: str) -> None:
    assert _after(words) == replace(FIRST, system=False)


@pytest.mark.parametrize(
    "words",
    [
        "Unrecognized request argument supplied: max_completion_tokens",
        "body: max_completion_tokens: Extra inputs are not permitted",
        "Unsupported parameter: 'max_completion_tokens' is not supported with this model.",
        "property 'max_completion_tokens' is unsupported",
    ],
)
def test_a_complaint_about_the_limits_name_renames_it(words: str) -> None:
    assert _after(words) == FIRST.renamed()


@pytest.mark.parametrize(
    ("words", "limit"),
    [
        ("max_tokens is too large: 8000. This model supports at most 4096 completion tokens", 4096),
        ("`max_tokens` must be less than or equal to `6144`, the maximum value for `max_tokens`", 6144),
        ("Range of max_tokens should be [1, 2048]", 2048),
        ("max_tokens: 8000 > 4096, which is the maximum allowed number of output tokens for m-20261101", 4096),
        ("Invalid max_tokens value, the valid range of max_tokens is [1, 4,096]", 4096),
        ("max_completion_tokens must not exceed 1,024 for llama-3.1-8b", 1024),
        ("max_new_tokens must be <= 512. Given: 8000", 512),
        ("max_tokens is too large", 4000),
        ("Error code: 400 - max_tokens is too large", 4000),
        ("max_tokens (8000) exceeds what this deployment can do", 4000),
    ],
)
def test_a_limit_becomes_what_the_server_names_or_half(words: str, limit: int) -> None:
    assert _after(words, replace(FIRST, limit=8000)) == replace(FIRST, limit=limit, most=limit)


@pytest.mark.parametrize(
    "words",
    [
        "This model's maximum context length is 4096 tokens. However, you requested 8900 tokens (900 in the messages,"
        " 8000 in the completion).",
        "'max_tokens' or 'max_completion_tokens' is too large: 8000. This model's maximum context length is 4096 tokens"
        " and your request has 900 input tokens (8000 > 4096 - 900).",
        "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 900 `inputs` tokens and"
        " 8000 `max_new_tokens`",
        "the prompt has 900 tokens, and the context 4096: 8000 more exceed it",
    ],
)
def test_a_limit_leaves_room_for_the_paper_in_the_context(words: str) -> None:
    assert 2000 < _after(words, FIRST.roomier()).limit <= 4096 - 900


def test_a_sentence_about_another_size_leaves_the_limit_as_it_is() -> None:
    assert _after("Invalid schema: it exceeds 100 properties in total, response_format").limit == FIRST.limit


def test_a_limit_that_is_too_low_is_raised() -> None:
    tiny = replace(FIRST, limit=16)
    assert _after("Invalid 'max_output_tokens': expected a value at least 64", tiny).limit == 64


def test_an_answer_that_was_cut_off_gets_no_more_room_than_there_is() -> None:
    assert FIRST.within(2000).roomier() == FIRST.within(2000)
    assert FIRST.within(4096).roomier().limit == 4096


@pytest.mark.parametrize(
    "words",
    [
        "This response_format type is unavailable now",
        "Invalid parameter: 'response_format' of type 'json_schema' is not supported.",
        "failed to parse grammar",
        "Invalid schema for response_format 'paper_summary': 'minItems' is not permitted",
        "Failed to generate JSON. Please adjust your prompt. json_validate_failed",
        "structured outputs are not supported by this model",
    ],
)
def test_a_complaint_about_the_form_weakens_it_and_a_second_one_ends_it(words: str) -> None:
    assert _after(words).form == "json_object"
    assert _after(words, FIRST.weaker(), words).form == "text"


@pytest.mark.parametrize(
    ("words", "thinking"),
    [
        ("parameter.enable_thinking must be set to false for non-streaming calls", False),
        ("enable_thinking must be False when stream is off", False),
        ("The value of the enable_thinking parameter is restricted to True.", True),
        ("enable_thinking isn't set rightly", False),
    ],
)
def test_thinking_is_set_as_the_server_wants_it(words: str, thinking: bool) -> None:
    assert _after(words).fields()["enable_thinking"] is thinking


def test_a_server_that_doesnt_know_of_thinking_is_not_told_of_it() -> None:
    assert "enable_thinking" not in _after("unknown field enable_thinking", replace(FIRST, thinking=False)).fields()


@pytest.mark.parametrize(
    "words",
    [
        "This model only support stream mode, please enable the stream parameter to access the model.",
        "Non-streaming requests are not supported",
        "`stream` must be true",
        "Streaming is required for operations that may take longer than 10 minutes",
    ],
)
def test_a_server_that_only_streams_is_asked_for_a_stream(words: str) -> None:
    assert _after(words) == replace(FIRST, streamed=True)


def test_two_things_in_one_complaint_are_mended_at_once() -> None:
    way = _after("max_completion_tokens: Extra inputs are not permitted: response_format: json_schema is unknown")
    assert way == FIRST.renamed().weaker()


def test_a_complaint_about_nothing_known_leads_to_what_every_server_takes() -> None:
    plain = _after("Bad Request")
    assert plain == Way(form="text", limit_name="max_tokens")
    assert _after("Bad Request", plain) == replace(plain, system=False)


def test_instructions_stand_at_the_head_of_the_first_message_and_roles_alternate_at_repair() -> None:
    asked = repaired(messages_for(DRUGS, "en"), "an answer", ["it is empty."])
    merged = without_system(asked)
    assert [message["role"] for message in merged] == ["user", "assistant", "user"]
    assert merged[0]["content"] == f"{asked[0]['content']}\n\n{asked[1]['content']}"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"error": {"message": "No", "code": 1}}', "No"),
        ('{"error": "No"}', "No"),
        ('[{"error": {"message": "No"}}]', "No"),
        ('{"detail": "No"}', "No"),
        ('{"detail": [{"loc": ["body", "x"], "msg": "No"}]}', "No: body: x"),
        ('{"object": "error", "message": "No"}', "No"),
        ('{"errors": [{"message": "No"}]}', "No"),
        ('{"error_code": 336, "error_msg": "No"}', "No"),
        ('{"message": {"message": "No"}}', "No"),
        ("No", "No"),
        ("<html><title>502</title></html>", ""),
        ("", ""),
        ("[" * 9999, "[" * 199 + "…"),
        ('{"error": {"message": "Incorrect key sk-abcdefgh of our-key"}}', "Incorrect key [hidden] of [hidden]"),
        ('{"error": {"message": "one\\n\\u202etwo\\u0007"}}', "one two"),
    ],
)
def test_the_servers_sentence_is_found_cleaned_and_bounded(body: str, words: str) -> None:
    assert rejection(400, body).told("our-key") == words


def test_a_long_sentence_is_cut() -> None:
    assert len(rejection(400, json.dumps({"error": {"message": "why " * 5000}})).told()) <= 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"error": {"code": 429, "message": "slow down"}}, 429),
        ({"error": {"code": "503", "message": "gone"}}, 503),
        ({"error": {"code": "server_error"}}, 502),
        ({"error": "gone"}, 502),
        ({"choices": None}, 502),
        ({"base_resp": {"status_code": 1002, "status_msg": "rate limit"}}, 502),
    ],
)
def test_a_failure_dressed_as_success_has_the_status_it_names(body: dict[str, object], status: int) -> None:
    assert dressed_rejection(body).status == status


@pytest.mark.parametrize(
    ("status", "words", "code"),
    [
        (400, "The response was filtered due to the prompt triggering Azure's content management policy", ""),
        (400, "no", "content_filter"),
        (400, "Output data may contain inappropriate content.", "DataInspectionFailed"),
        (403, "Your input was flagged by moderation", ""),
        (400, "Content Exists Risk: unsafe content", ""),
    ],
)
def test_a_filter_is_not_asked_again(status: int, words: str, code: str) -> None:
    filtered = Rejection(status, words, code)
    assert filtered.is_filtered
    assert not filtered.is_complaint


@pytest.mark.parametrize(
    ("base_url", "tried"),
    [
        ("https://api.openai.com/v1", ("/v1",)),
        ("https://api.openai.com/v1/", ("/v1",)),
        ("https://api.openai.com/v1/chat/completions", ("/v1",)),
        ("http://host:11434", ("", "/v1", "/api/v1")),
        ("http://host:11434/api", ("/api", "/api/v1", "/v1")),
        ("http://host:11434/api/chat", ("/api", "/api/v1", "/v1")),
        ("http://host:11434/api/generate/", ("/api", "/api/v1", "/v1")),
        ("https://host/openai", ("/openai", "/openai/v1", "/v1", "/api/v1")),
        ("https://host/v1beta/openai/", ("/v1beta/openai", "/v1")),
        ("https://host/v1/models", ("/v1",)),
        ("https://host/openai/deployments/d/chat/completions?api-version=1", ("/openai/deployments/d",)),
    ],
)
def test_the_addresses_that_may_be_meant_are_tried_in_turn(base_url: str, tried: tuple[str, ...]) -> None:
    found = [address.partition("://")[2].partition("/") for address in addresses(base_url)]
    assert tuple(f"{slash}{path}" for _, slash, path in found)[: len(tried)] == tried
    assert addresses(addresses(base_url)[0]) == addresses(base_url)


def test_what_azure_wants_besides_is_kept() -> None:
    pasted = "https://x.openai.azure.com/openai/deployments/d/chat/completions?api-version=2026-10-21"
    assert query(pasted) == {"api-version": "2026-10-21"}
    assert headers(pasted, "k") == {"api-key": "k"}
    assert headers("https://api.openai.com/v1", "k") == {}


@pytest.mark.parametrize("digits", [10, 400, 1900])
def test_a_number_of_tokens_that_cannot_be_leaves_a_limit_that_can(digits: int) -> None:
    words = f"maximum context length is {'9' * 7} tokens, you requested {'9' * digits} tokens in the messages"
    assert 0 < _after(words).limit <= FIRST.limit
