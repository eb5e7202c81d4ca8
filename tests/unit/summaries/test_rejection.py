"""What a server's own sentence means: whether another form of the request may do, and what a person is to change.

The sentences are those of public reports on vLLM, llama.cpp, mistral.rs, Ollama, LM Studio, TGI, LiteLLM, OpenRouter,
Groq, Together, DeepSeek, Mistral, Gemini, Azure, Bedrock, Zhipu, Baidu and Moonshot.
"""

from dataclasses import replace

import pytest

from bot.summaries.clients.addresses import moved
from bot.summaries.clients.mend import mended
from bot.summaries.clients.plain_words import in_plain_words
from bot.summaries.clients.rejection import Rejection, is_gateway_page, rejection
from bot.summaries.way import Way

FIRST = Way()
CONTEXT = "This endpoint's maximum context length is 4096 tokens. However, you requested about 8900 tokens (900 of text"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (500, "Only user, assistant and tool roles are supported, got system."),
        (422, "Template error: invalid operation: System role not supported (in <string>:1)"),
        (422, "Input should be 'user', 'assistant' or 'tool': body: messages: 0: role"),
        (400, "This model doesn't support system messages. Try again without a system message."),
        (400, "Please use a valid role: user, model."),
        (400, "Please ensure that multiturn requests alternate between user and model"),
        (400, "invalid request: message at index 0 has invalid type of role: system"),
        (502, "the length of messages must be an odd number"),
        (400, "角色信息不正确"),
        (404, "No endpoints found that support system messages"),
        (415, "unsupported role"),
    ],
)
def test_a_complaint_about_the_role_is_one_with_any_status(status: int, words: str) -> None:
    said = Rejection(status, words)
    assert said.is_complaint
    assert mended(FIRST, said) == replace(FIRST, system=False)


@pytest.mark.parametrize(
    ("status", "words", "limit"),
    [
        (400, "maxOutputTokens value of 8000 but the supported range is from 1 (inclusive) to 4097 (exclusive)", 4096),
        (400, "The maximum tokens you requested exceeds the limit of 4096. Use a value that is lower than 4096.", 4095),
        (400, "Max tokens (8000) larger than the maximum allowed 4096", 4096),
        (416, "max_completion_tokens is limited to 4096 for this model", 4096),
        (400, "max_tokens参数非法，取值范围为[1, 4096]", 4096),
        (402, "This request requires more credits, or fewer max_tokens. You can only afford 1200.", 1200),
        (400, "Your request exceeded model token limit: 4096", 2048),
        (400, "the model is loaded with context length of only 4096 tokens, which is not enough", 2048),
        (400, "input length and `max_tokens` exceed context limit: 900 + 8000 > 4096", 2876),
        (400, f"{CONTEXT} input, 8000 in the output). Please reduce the length of either one.", 2876),
    ],
)
def test_a_limit_leaves_room_whatever_the_words(status: int, words: str, limit: int) -> None:
    said = Rejection(status, words)
    assert said.is_complaint
    assert mended(replace(FIRST, limit=8000), said).limit == limit


def test_a_model_that_ran_out_of_room_gets_more() -> None:
    words = "Could not finish the message because max_tokens was reached. Please try again with higher max_tokens."
    assert mended(FIRST, Rejection(400, words)) == FIRST.roomier()


@pytest.mark.parametrize(
    ("status", "words", "form"),
    [
        (404, "No endpoints found that can handle the requested parameters.", "json_object"),
        (400, "'response_format.type' must be 'json_schema' or 'text'", "json_object"),
        (400, "Unsupported JSON schema fields: {'minItems','maxItems'}: response_format", "json_object"),
        (422, "response_format: unknown variant `json_schema`, expected one of `json`, `regex`", "json_object"),
        (400, "Json schema is only available for tier 3", "json_object"),
        (400, "The provided JSON schema contains features not supported by xgrammar.", "json_object"),
    ],
)
def test_a_complaint_about_the_form_weakens_it(status: int, words: str, form: str) -> None:
    said = Rejection(status, words)
    assert said.is_complaint
    assert mended(FIRST, said).form == form


@pytest.mark.parametrize(
    "words", ["Streaming is strongly recommended for long operations", "Must be true: body: stream"]
)
def test_a_server_that_wants_to_stream_may(words: str) -> None:
    assert mended(FIRST, Rejection(422, words)).streamed


def test_the_same_sentence_twice_leads_to_the_plainest_request_and_then_to_nothing() -> None:
    words = "the request exceeds the available context size (1024 tokens), try increasing it"
    first = mended(FIRST, Rejection(400, words))
    last = mended(first, Rejection(400, words), [words])
    assert (first.limit, last) == (512, replace(first, limit=500).plainest())
    assert mended(last, Rejection(400, words), [words, words]) == last


@pytest.mark.parametrize(
    "words",
    [
        "Content Exists Risk",
        "The request was rejected because it was considered high risk",
        "系统检测到输入或生成内容可能包含不安全或敏感内容",
        "Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_BIO",
        "Invalid prompt: it was flagged as potentially violating our usage policy",
        "Prompt blocked by guardrail: jailbreak",
        "user input is illegal",
    ],
)
def test_a_filter_in_any_words_is_asked_once(words: str) -> None:
    said = Rejection(400, words)
    assert said.is_filtered
    assert not said.is_complaint


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (404, "No endpoints found for meta/llama-9."),
        (400, "The provided model identifier is invalid."),
        (400, "No models loaded. Please load a model in the developer page."),
        (400, "could not find real modelID for x"),
        (400, "模型不存在，请检查模型代码。"),
        (400, "The requested model 'x' is not supported by any provider you have enabled."),
        (400, "The model `x` has been decommissioned and is no longer supported."),
        (400, '"nomic-embed-text" does not support chat'),
        (500, "model requires more system memory (9.6 GiB) than is available (3.1 GiB)"),
        (404, "This is not a chat model and thus not supported in the v1/chat/completions endpoint."),
    ],
)
def test_a_model_that_cant_be_had_is_asked_once_and_its_sentence_is_told(status: int, words: str) -> None:
    said = Rejection(status, words)
    assert said.names_no_model
    assert not any((said.is_complaint, said.is_passing, said.is_elsewhere))
    assert words.rstrip(".。") in in_plain_words(said, 30, "https://host/v1", "")


@pytest.mark.parametrize(
    ("status", "words", "told"),
    [
        (400, "API key not valid. Please pass a valid API key.", "refuses the key (400): check OPENAI_API_KEY"),
        (400, "Missing Authorization header", "refuses the key (400): check OPENAI_API_KEY"),
        (402, "Insufficient credits. Add more", "has no quota left on this account"),
        (400, "You have reached your specified API usage limits.", "has no quota left on this account"),
        (429, "余额不足或无可用资源包,请充值。", "has no quota left on this account"),
        (400, "Budget has been exceeded! Current cost: 10.1", "has no quota left on this account"),
        (403, "", "refuses the key (403): check OPENAI_API_KEY, and whether a firewall stands in between"),
        (413, "", "refuses the request (413): it takes no request of this size"),
        (511, "", "failed (511): the network in between asks for a sign-in"),
        (302, "to http://host/login", "has moved (302) to http://host/login: check OPENAI_BASE_URL"),
    ],
)
def test_what_a_person_is_to_change_is_said(status: int, words: str, told: str) -> None:
    said = Rejection(status, words)
    assert in_plain_words(said, 30, "https://host/v1", "a-key") == told
    assert not said.is_complaint


def test_the_title_of_a_web_page_is_its_sentence() -> None:
    page = "<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>"
    assert rejection(400, page).words == "400 The plain HTTP request was sent to HTTPS port"
    assert is_gateway_page("<html><title>502 Bad Gateway</title>")
    assert not is_gateway_page("<html><title>Sign in</title>")


@pytest.mark.parametrize(
    "location",
    ["http://evil.example/v1/chat/completions", "http://host:81/v1/chat/completions", "/login", "", "//[x"],
)
def test_a_key_goes_nowhere_else(location: str) -> None:
    with pytest.raises(Rejection):
        moved("http://host/v1/chat/completions", location, 307)


@pytest.mark.parametrize(
    ("location", "there"),
    [
        ("/other/v1/chat/completions", "http://host/other/v1/chat/completions"),
        ("/v1/chat/completions/", "http://host/v1/chat/completions/"),
        ("https://host/v1/chat/completions", "https://host/v1/chat/completions"),
        ("../chat/completions?x=1#y", "http://host/v1/chat/completions?x=1"),
    ],
)
def test_a_call_that_moved_on_its_host_is_followed(location: str, there: str) -> None:
    assert moved("http://host/v1/chat/completions", location, 307) == there


def test_a_call_never_moves_from_https_to_http() -> None:
    with pytest.raises(Rejection):
        moved("https://host/v1/chat/completions", "http://host/v1/chat/completions", 301)
