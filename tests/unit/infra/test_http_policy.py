"""The policy of each service: what a status means, how long to wait, and when to give up."""

import random
from pathlib import Path

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import bot
from bot.authors.clients.openalex_http import OPENALEX
from bot.authors.clients.semantic_scholar import SEMANTIC_SCHOLAR
from bot.domain.errors import SourceBusy, SourceDown
from bot.infra.http.body import retry_after_seconds
from bot.infra.http.errors import Rejected
from bot.infra.http.policy import RetryPolicy
from bot.papers.clients.arxiv.http import ARXIV, ARXIV_INTERACTIVE, ARXIV_PAGE
from bot.papers.clients.datacite import DATACITE
from bot.papers.clients.huggingface_http import HUGGING_FACE

POLICIES = (ARXIV, ARXIV_INTERACTIVE, ARXIV_PAGE, HUGGING_FACE, OPENALEX, SEMANTIC_SCHOLAR, DATACITE)
policies = st.sampled_from(POLICIES)
NO_HEADERS = httpx.Headers()


def test_no_service_is_forgotten_here() -> None:
    written = sum(path.read_text().count(" = RetryPolicy(") for path in Path(bot.__file__).parent.rglob("*.py"))
    assert written == len({policy.source for policy in POLICIES})


@given(policies, st.integers(1, 20), st.floats(0, 1))
def test_a_pause_doubles_and_stays_within_half_of_itself_and_within_the_longest_wait(
    policy: RetryPolicy, attempt: int, drawn: float
) -> None:
    plain = policy.pause_seconds(attempt, lambda low, high: 1.0)
    pause = policy.pause_seconds(attempt, lambda low, high: low + (high - low) * drawn)
    assert 0.5 * plain <= pause <= 1.5 * plain
    assert pause <= policy.longest_wait_seconds
    assert plain == policy.backoff_seconds * 2 ** (attempt - 1) or plain == policy.longest_wait_seconds / 1.5


def test_two_clients_that_failed_together_do_not_come_back_together() -> None:
    random.seed(1)
    assert len({ARXIV.pause_seconds(1) for _ in range(20)}) == 20


@given(policies, st.floats(0, 10_000), st.integers(1, 5))
def test_a_wait_is_at_least_what_was_asked_for_and_never_beyond_the_longest(
    policy: RetryPolicy, asked_seconds: float, attempt: int
) -> None:
    wait_seconds = policy.wait_seconds(SourceBusy(policy.source, asked_seconds), attempt)
    if attempt >= policy.attempts or asked_seconds > policy.longest_wait_seconds:
        assert wait_seconds is None
    else:
        assert wait_seconds is not None
        assert asked_seconds <= wait_seconds <= policy.longest_wait_seconds


@pytest.mark.parametrize("policy", POLICIES)
def test_a_refused_question_is_never_asked_again_and_a_failure_up_to_the_last_attempt(policy: RetryPolicy) -> None:
    down = SourceDown(policy.source)
    waits = [policy.wait_seconds(down, attempt) for attempt in range(1, policy.attempts + 1)]
    assert [wait is None for wait in waits] == [False] * (policy.attempts - 1) + [True]
    assert policy.wait_seconds(Rejected(policy.source, "no"), 1) is None


@given(policies, st.integers(100, 999).filter(lambda status: status != 200))
def test_nothing_but_200_is_an_answer(policy: RetryPolicy, status: int) -> None:
    trouble = policy.trouble(status, NO_HEADERS)
    assert trouble is not None
    assert trouble.sentence.startswith(f"{policy.source} ")


@pytest.mark.parametrize(
    ("policy", "status", "kind", "sentence"),
    [
        (ARXIV, 500, SourceDown, "arXiv answered with an error (500)."),
        (ARXIV, 599, SourceDown, "arXiv answered with an error (599)."),
        (ARXIV, 408, SourceDown, "arXiv answered with an error (408)."),
        (ARXIV, 503, SourceBusy, "arXiv is busy."),
        (ARXIV, 403, Rejected, "arXiv refused the question (403)."),
        (HUGGING_FACE, 504, SourceDown, "Hugging Face answered with an error (504)."),
        (HUGGING_FACE, 501, Rejected, "Hugging Face answered with an error (501)."),
        (HUGGING_FACE, 429, SourceBusy, "Hugging Face is busy."),
        (OPENALEX, 503, SourceDown, "OpenAlex answered with an error (503)."),
        (OPENALEX, 429, SourceBusy, "OpenAlex is busy."),
        (OPENALEX, 408, Rejected, "OpenAlex refused the question (408)."),
        (OPENALEX, 401, Rejected, "OpenAlex refused us (401): OPENALEX_API_KEY is missing or wrong."),
        (SEMANTIC_SCHOLAR, 403, Rejected, "Semantic Scholar refused us (403): SEMANTIC_SCHOLAR_API_KEY is wrong."),
        (SEMANTIC_SCHOLAR, 301, Rejected, "Semantic Scholar answered with an error (301)."),
        (DATACITE, 500, SourceDown, "DataCite answered with an error (500)."),
        (DATACITE, 403, Rejected, "DataCite answered with an error (403)."),
    ],
)
def test_a_status_is_said_in_the_words_of_its_service(
    policy: RetryPolicy, status: int, kind: type[SourceDown], sentence: str
) -> None:
    trouble = policy.trouble(status, NO_HEADERS)
    assert type(trouble) is kind
    assert trouble.sentence == sentence


@pytest.mark.parametrize(
    ("policy", "headers", "seconds"),
    [
        (ARXIV, {"Retry-After": "7"}, 7),
        (ARXIV, {"Retry-After": "54000"}, 3600),
        (ARXIV, {"RateLimit": '"api";r=0;t=123'}, 0),
        (HUGGING_FACE, {"RateLimit": '"api";r=0;t=123'}, 123),
        (HUGGING_FACE, {"RateLimit": '"api";r=0;t=123', "Retry-After": "7"}, 7),
        (HUGGING_FACE, {"RateLimit": '"api";r=0;t=999999999'}, 3600),
        (OPENALEX, {"Retry-After": "54000"}, 54_000),
        (OPENALEX, {"Retry-After": "999999999"}, 86_400),
    ],
)
def test_the_wait_asked_for_is_read_where_the_service_writes_it(
    policy: RetryPolicy, headers: dict[str, str], seconds: float
) -> None:
    busy = policy.trouble(429, httpx.Headers(headers))
    assert isinstance(busy, SourceBusy)
    assert busy.retry_after_seconds == seconds


@given(st.text(st.characters(max_codepoint=255), max_size=40), st.text(st.characters(max_codepoint=255), max_size=40))
@example("30 Feb 00:00:00 Mon,+99999999999", "")
def test_whatever_a_header_says_is_a_wait_of_at_most_an_hour(value: str, date: str) -> None:
    headers = httpx.Headers({"Retry-After": value.encode("latin-1"), "Date": date.encode("latin-1")})
    assert 0 <= retry_after_seconds(headers) <= 3600
